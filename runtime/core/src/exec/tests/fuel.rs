//! Fuel is part of consensus: these values change only on purpose.

use super::world::{PLENTY, VM, World, bytes, data, run};
use crate::exec::{CallError, Fuel};

fn golden(text: &str, expected: u64) {
    let mut world = World::new();
    let contract = world.install(1, text);
    let (outcome, _) = world.dry_run(&VM, contract, "run", &[], PLENTY);
    assert!(outcome.result.is_ok(), "{:?}", outcome.result);
    assert_eq!(outcome.fuel_used, Fuel(expected), "{text}");
    // A call must end with fuel to spare: the engine cannot tell "none left" from "overdrawn".
    let (enough, _) = world.dry_run(&VM, contract, "run", &[], Fuel(expected + 1));
    assert_eq!(enough, outcome);
    let (short, writes) = world.dry_run(&VM, contract, "run", &[], Fuel(expected));
    assert_eq!(short.result, Err(CallError::OutOfFuel));
    assert_eq!(short.fuel_used, Fuel(expected));
    assert!(writes.is_empty());
}

#[test]
fn an_empty_entry() {
    golden(&run(""), EMPTY);
}

/// Frame, one page, and the injected counter.
const EMPTY: u64 = 15_014;

#[test]
fn a_loop_with_divisions() {
    golden(
        &format!(
            "(global $i (mut i32) (i32.const 1000)) (global $x (mut i64) (i64.const 1)) {}",
            run("(loop
                   (global.set $x (i64.add (i64.div_u (i64.const 1000000007) (global.get $x)) (i64.const 3)))
                   (global.set $i (i32.sub (global.get $i) (i32.const 1)))
                   (br_if 0 (global.get $i)))")
        ),
        41_014,
    );
}

#[test]
fn calls_and_bulk_memory() {
    golden(
        &format!(
            "(func $f (param i32) (result i32) (if (local.get 0) (then (return (i32.const 7)))) (i32.const 8)) {}",
            run(
                "(drop (call $f (i32.const 0))) (drop (call $f (i32.const 1)))
                 (memory.fill (i32.const 0) (i32.const 1) (i32.const 1000))
                 (memory.copy (i32.const 2000) (i32.const 0) (i32.const 500))
                 (drop (memory.grow (i32.const 3)))"
            )
        ),
        31_805,
    );
}

#[test]
fn storage_calls() {
    let body = format!(
        "(drop (call $set {0} {1})) (drop (call $get {0})) (drop (call $del {0}))
         (drop (call $scan {2} {2} (i32.const 10)))",
        bytes(0, 5),
        bytes(0, 100),
        bytes(0, 0)
    );
    // 2,500 of it for the deletion that the scan passes.
    golden(&run(&body), 53_623);
}

#[test]
fn hashes_and_trees() {
    let body = format!(
        "(drop (call $hash3 {} {})) (drop (call $blake3 {})) (drop (call $tree_append (i32.const 1) (i32.const 0)))
         (drop (call $tree_set (i32.const 1) (i64.const 5) (i32.const 0)))",
        bytes(200, 3),
        bytes(0, 96),
        bytes(0, 64)
    );
    golden(&format!("{} {}", data(200, b"tag"), run(&body)), 270_761);
}

#[test]
fn a_revert_gives_back_what_is_left() {
    let mut world = World::new();
    let (_, error) = super::world::error();
    let text = format!(
        "{} (func (export \"x_run\") (result i32) (drop (call $revert {})) (i32.const 1))",
        data(0, &error),
        bytes(0, error.len() as u32)
    );
    let contract = world.install(1, &text);
    let outcome = world.call(contract, "run", &[]);
    assert!(matches!(outcome.result, Err(CallError::Revert(_))));
    assert!(outcome.fuel_used < Fuel(EMPTY + 1_000));
}

#[test]
fn too_little_fuel_to_enter_is_all_used() {
    let mut world = World::new();
    let contract = world.install(1, &run(""));
    let outcome = world.call_with(contract, "run", &[], Fuel(9_999));
    assert_eq!(outcome.result, Err(CallError::OutOfFuel));
    assert_eq!(outcome.fuel_used, Fuel(9_999));
}

//! Guests that break down: what is reported, that all fuel is gone, that nothing stays.

use super::world::{PLENTY, VM, World, bytes, data, module, run};
use crate::exec::{CallError, Fuel, TrapKind};

#[test]
fn an_endless_loop_runs_out_of_fuel() {
    let mut world = World::new();
    let contract = world.install(1, &run("(loop (br 0))"));
    let outcome = world.call(contract, "run", &[]);
    assert_eq!(outcome.result, Err(CallError::OutOfFuel));
    assert_eq!(outcome.fuel_used, PLENTY);
}

#[test]
fn an_endless_loop_of_host_calls_runs_out_of_fuel() {
    let mut world = World::new();
    let contract = world.install(1, &run("(loop (drop (call $block_height)) (br 0))"));
    let outcome = world.call(contract, "run", &[]);
    assert_eq!(outcome.result, Err(CallError::OutOfFuel));
    assert_eq!(outcome.fuel_used, PLENTY);
}

#[test]
fn a_memory_bomb_pays_by_the_page_and_is_bounded() {
    let mut world = World::new();
    let grow = "(loop (br_if 0 (i32.ge_s (memory.grow (i32.const 1)) (i32.const 0))))";
    let contract = world.install(1, &run(grow));
    // 5,000 a page: 255 pages cost more than a million.
    let starved = world.call_with(contract, "run", &[], Fuel(1_000_000));
    assert_eq!(starved.result, Err(CallError::OutOfFuel));
    let fed = world.call(contract, "run", &[]);
    assert_eq!(
        fed.result,
        Ok(vec![]),
        "the 257th page is refused with -1, which is no trap"
    );
    assert!(fed.fuel_used > Fuel(256 * 5_000), "{:?}", fed.fuel_used);
}

#[test]
fn a_huge_growth_is_paid_before_it_is_refused() {
    let mut world = World::new();
    let contract = world.install(1, &run("(drop (memory.grow (i32.const -1)))"));
    let outcome = world.call(contract, "run", &[]);
    assert_eq!(outcome.result, Err(CallError::OutOfFuel));
}

#[test]
fn deep_recursion_traps_on_the_counter() {
    World::new().traps(
        &format!("(func $down (call $down)) {}", run("(call $down)")),
        TrapKind::StackOverflow,
    );
}

#[test]
fn frames_full_of_live_values_still_trap_on_the_counter() {
    // Each frame keeps 200 values alive across the call, so that the native stack is at its fullest.
    let mut body = String::new();
    for i in 0..200 {
        body += &format!(
            "(local.set {i} (i64.mul (local.get 0) (i64.const {})))\n",
            2 * i + 3
        );
    }
    body += "(call $down (local.get 199))";
    for i in 0..200 {
        body += &format!("(global.set $sink (i64.xor (global.get $sink) (local.get {i})))\n");
    }
    let locals = " i64".repeat(199);
    let text = format!(
        "(global $sink (mut i64) (i64.const 0)) (func $down (param i64) (local{locals}) {body}) {}",
        run("(call $down (i64.const 3))")
    );
    World::new().traps(&text, TrapKind::StackOverflow);
}

#[test]
fn long_bodies_that_spill_still_trap_on_the_counter() {
    // Thousands of values in a window of 200 that live across calls: the most stack slots for the least counted cost.
    let mut body = String::new();
    for step in 0..4_000 {
        let [to, a, b] = [0, 1, 7].map(|offset| (step + offset) % 200 + 1);
        body += &format!(
            "(local.set {to} (i64.mul (i64.add (local.get {a}) (global.get $sink)) (local.get {b})))\n"
        );
        if step % 100 == 50 {
            body += "(call $touch)";
        }
        if step == 2_000 {
            body += "(call $down (local.get 9))";
        }
    }
    for i in 1..=200 {
        body += &format!("(global.set $sink (i64.xor (global.get $sink) (local.get {i})))\n");
    }
    let locals = " i64".repeat(200);
    let text = format!(
        "(global $sink (mut i64) (i64.const 0)) (func $touch (global.set $sink (i64.const 5)))
         (func $down (param i64) (local{locals}) {body}) {}",
        run("(call $down (i64.const 3))")
    );
    World::new().traps(&text, TrapKind::StackOverflow);
}

#[test]
fn recursion_through_a_table_traps_on_the_counter() {
    let text = format!(
        "(type $t (func)) (table 1 funcref) (elem (i32.const 0) $down)
         (func $down (call_indirect (type $t) (i32.const 0))) {}",
        run("(call $down)")
    );
    World::new().traps(&text, TrapKind::StackOverflow);
}

#[test]
fn every_kind_of_trap_has_its_name() {
    let mut world = World::new();
    for (body, kind) in [
        ("unreachable", TrapKind::Abort),
        (
            "(drop (i32.load (i32.const 65536)))",
            TrapKind::MemoryOutOfBounds,
        ),
        (
            "(drop (i64.div_u (i64.const 1) (i64.const 0)))",
            TrapKind::Arithmetic,
        ),
        (
            "(drop (i32.div_s (i32.const 0x80000000) (i32.const -1)))",
            TrapKind::Arithmetic,
        ),
        (
            "(memory.fill (i32.const 65535) (i32.const 0) (i32.const 2))",
            TrapKind::MemoryOutOfBounds,
        ),
    ] {
        world.traps(&run(body), kind);
    }
    let table =
        "(type $t (func)) (table 2 funcref) (elem (i32.const 0) $other) (func $other (param i32))";
    for index in [0, 1, 2] {
        let call = format!("(call_indirect (type $t) (i32.const {index}))");
        world.traps(
            &format!("{table} {}", run(&call)),
            TrapKind::BadIndirectCall,
        );
    }
}

#[test]
fn exit_codes_mean_what_the_table_says() {
    let mut world = World::new();
    for body in ["(i32.const 1)", "(i32.const 2)", "(i32.const -1)"] {
        let text = format!("(func (export \"x_run\") (result i32) {body})");
        world.traps(&text, TrapKind::BadExit);
    }
    // An error that does not decode, and an error with the exit code of success.
    let garbage = format!(
        "(func (export \"x_run\") (result i32) (drop (call $revert {})) (i32.const 1))",
        bytes(0, 3)
    );
    world.traps(&garbage, TrapKind::BadExit);
    let contradiction = run(&format!("(drop (call $revert {}))", bytes(0, 3)));
    world.traps(&contradiction, TrapKind::BadExit);
}

#[test]
fn a_trap_half_way_through_leaves_nothing() {
    let mut world = World::new();
    let writes = format!(
        "(drop (call $set {0} {0})) (drop (call $emit {0})) (drop (call $tree_append (i32.const 0) (i32.const 64)))
         (drop (call $tree_set (i32.const 0) (i64.const 3) (i32.const 64)))",
        bytes(0, 4)
    );
    let text = format!(
        "{} {}",
        data(0, b"half"),
        run(&format!("{writes} unreachable"))
    );
    world.traps(&text, TrapKind::Abort);
    // The same writes without the trap do stay.
    let contract = world.install(2, &format!("{} {}", data(0, b"half"), run(&writes)));
    let (outcome, writes) = world.dry_run(&VM, contract, "run", &[], PLENTY);
    assert_eq!(outcome.result, Ok(vec![]));
    assert_eq!(outcome.events.len(), 1);
    assert!(writes.len() > 3);
}

#[test]
fn cold_and_warm_runs_agree() {
    let mut world = World::new();
    let text = format!(
        "{} {}",
        data(0, b"key"),
        run(&format!(
            "(drop (call $set {0} {0})) (drop (call $get {0})) (drop (call $ret {0}))",
            bytes(0, 3)
        ))
    );
    let contract = world.install_module(1, &module(&text));
    let cold_vm = crate::vm::Vm::new().expect("a virtual machine");
    let cold = world.dry_run(&cold_vm, contract, "run", &[], PLENTY);
    let warm = world.dry_run(&cold_vm, contract, "run", &[], PLENTY);
    assert_eq!(cold, warm);
    assert_eq!(cold.0.result, Ok(b"key".to_vec()));
}

#[test]
fn memory_is_fresh_in_every_call() {
    let mut world = World::new();
    let body = "(if (i32.load (i32.const 4096)) (then unreachable)) (i32.store (i32.const 4096) (i32.const 1))";
    let contract = world.install(1, &run(body));
    for _ in 0..100 {
        assert_eq!(world.call(contract, "run", &[]).result, Ok(vec![]));
    }
}

#[test]
fn the_watchdog_is_a_fault_and_no_verdict() {
    let vm = crate::vm::Vm::new().expect("a virtual machine");
    let mut world = World::new();
    let contract = world.install(1, &run("(loop (br 0))"));
    let mut overlay = crate::overlay::Overlay::new(std::sync::Arc::new(world.state.clone()));
    let call = super::world::top(contract, "run", &[]);
    let ticker = vm.clone();
    let done = std::sync::atomic::AtomicBool::new(false);
    let outcome = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(std::sync::atomic::Ordering::Relaxed) {
                ticker.watchdog_tick();
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
        });
        let fuel = Fuel(i64::MAX as u64);
        let outcome = crate::exec::execute(&vm, &mut overlay, &world.env, &world.auth, &call, fuel);
        done.store(true, std::sync::atomic::Ordering::Relaxed);
        outcome
    });
    assert_eq!(outcome, Err(crate::exec::Fault::Watchdog));
    assert_eq!(overlay.depth(), 0);
    assert!(overlay.into_writes().is_empty());
}

/// The compiler may keep every value that an operator computes in the native frame, whatever the operand stack's
/// depth, if it is computed again later: here 1,300 of them live across the call.
#[test]
fn frames_full_of_hidden_values_still_trap_on_the_counter() {
    let mut mix = String::new();
    for i in 0..1300 {
        mix += &format!(
            "(global.set $sink (i64.xor (global.get $sink) (i64.mul (local.get 0) (i64.const {}))))\n",
            2 * i + 3
        );
    }
    let text = format!(
        "(global $sink (mut i64) (i64.const 0))
         (func $down (param i64) {mix} (call $down (i64.add (local.get 0) (i64.const 1))) {mix}) {}",
        run("(call $down (i64.const 3))")
    );
    World::new().traps(&text, TrapKind::StackOverflow);
}

//! Calls between contracts: identity, isolation, refusals.

use obolus_abi::hostcall::HostCode;
use obolus_abi::limits::MAX_CALL_DEPTH;
use obolus_abi::{ContractId, FieldBytes};
use obolus_protocol::context::{USER, context_bytes};
use obolus_protocol::tx::EntryName;

use super::world::{PLENTY, VM, World, bytes, data, error, number, reply_buffer, reply_i64, run};
use crate::exec::{CallError, Fuel, TrapKind};

/// Calls `run` of the contract whose id is at 0, with `fuel`; leaves the result on the stack.
fn call(kind: &str, fuel: i64) -> String {
    format!(
        "(call ${kind} (i32.const 0) {} {} (i64.const {fuel}))",
        bytes(32, 3),
        bytes(0, 0)
    )
}

/// Data that [`call`] needs: the callee's id and the entry's name.
fn target(id: ContractId) -> String {
    format!("{} {}", data(0, &id.0), data(32, b"run"))
}

#[test]
fn the_host_states_the_caller() {
    let mut world = World::new();
    let callee = world.install(
        1,
        &run(&format!("(drop (call $caller)) {}", reply_buffer())),
    );
    let caller = world.install(
        2,
        &format!(
            "{} {}",
            target(callee),
            run(&format!("(drop {}) {}", call("call", -1), reply_buffer()))
        ),
    );
    assert_eq!(
        world.call(callee, "run", &[]).result,
        Ok(vec![]),
        "the user is nobody"
    );
    assert_eq!(world.call(caller, "run", &[]).result, Ok(caller.0.to_vec()));
}

#[test]
fn the_context_names_contract_caller_and_entry() {
    let mut world = World::new();
    let text = run(&format!("(drop (call $context)) {}", reply_buffer()));
    let callee = world.install(1, &text);
    let caller = world.install(
        2,
        &format!(
            "{} {}",
            target(callee),
            run(&format!("(drop {}) {}", call("call", -1), reply_buffer()))
        ),
    );
    let entry = EntryName::new("run").expect("a name");
    let expected =
        |by: &ContractId| -> FieldBytes { context_bytes(&world.auth.digest, &callee, by, &entry) };
    let (by_user, by_contract) = (expected(&USER), expected(&caller));
    assert_ne!(by_user, by_contract);
    assert_eq!(
        world.call(callee, "run", &[]).result,
        Ok(by_user.0.to_vec())
    );
    assert_eq!(
        world.call(caller, "run", &[]).result,
        Ok(by_contract.0.to_vec())
    );
}

#[test]
fn a_failed_callee_is_rolled_back_alone() {
    let mut world = World::new();
    let write = format!(
        "(drop (call $set {0} {0})) (drop (call $emit {0}))",
        bytes(40, 1)
    );
    let callee = world.install(
        1,
        &format!(
            "{} {}",
            data(40, b"a"),
            run(&format!("{write} unreachable"))
        ),
    );
    let caller = world.install(
        2,
        &format!(
            "{} {} {}",
            target(callee),
            data(40, b"b"),
            run(&format!("{write} {}", reply_i64(&call("call", 100_000))))
        ),
    );
    let (outcome, writes) = world.dry_run(&VM, caller, "run", &[], PLENTY);
    assert_eq!(number(&outcome), HostCode::Trapped.result());
    assert_eq!(outcome.events.len(), 1);
    assert_eq!(outcome.events[0].contract, caller);
    assert_eq!(writes.len(), 2, "the caller's entry and its storage count");
    // The callee burnt what it was given and no more.
    assert!(outcome.fuel_used > Fuel(100_000) && outcome.fuel_used < Fuel(200_000));
}

#[test]
fn a_failed_caller_takes_its_callee_along() {
    let mut world = World::new();
    let write = format!(
        "(drop (call $set {0} {0})) (drop (call $emit {0}))",
        bytes(40, 1)
    );
    let callee = world.install(1, &format!("{} {}", data(40, b"a"), run(&write)));
    world.traps(
        &format!(
            "{} {}",
            target(callee),
            run(&format!("(drop {}) unreachable", call("call", -1)))
        ),
        TrapKind::Abort,
    );
}

#[test]
fn a_revert_reaches_the_caller_with_its_error() {
    let mut world = World::new();
    let (_, encoded) = error();
    let callee = world.install(
        1,
        &format!(
            "{} (func (export \"x_run\") (result i32) (drop (call $revert {})) (i32.const 1))",
            data(100, &encoded),
            bytes(100, encoded.len() as u32)
        ),
    );
    let code = world.install(
        2,
        &format!("{} {}", target(callee), run(&reply_i64(&call("call", -1)))),
    );
    assert_eq!(
        number(&world.call(code, "run", &[])),
        HostCode::Reverted.result()
    );
    let buffer = world.install(
        3,
        &format!(
            "{} {}",
            target(callee),
            run(&format!("(drop {}) {}", call("call", -1), reply_buffer()))
        ),
    );
    assert_eq!(world.call(buffer, "run", &[]).result, Ok(encoded));
}

#[test]
fn an_endless_callee_takes_only_its_fuel() {
    let mut world = World::new();
    let callee = world.install(1, &run("(loop (br 0))"));
    let caller = world.install(
        2,
        &format!(
            "{} {}",
            target(callee),
            run(&reply_i64(&call("call", 1_000_000)))
        ),
    );
    let outcome = world.call(caller, "run", &[]);
    assert_eq!(number(&outcome), HostCode::Trapped.result());
    assert!(outcome.fuel_used > Fuel(1_000_000) && outcome.fuel_used < Fuel(1_100_000));
}

#[test]
fn re_entrancy_is_refused() {
    let mut world = World::new();
    let own = ContractId([1; 32]);
    let itself = world.install(
        1,
        &format!("{} {}", target(own), run(&reply_i64(&call("call", -1)))),
    );
    assert_eq!(
        number(&world.call(itself, "run", &[])),
        HostCode::Reentered.result()
    );
    // Through another contract, read-only calls included.
    let text = |kind| format!("{} {}", target(own), run(&reply_i64(&call(kind, -1))));
    for kind in ["call", "static_call"] {
        let other = world.install(2, &text(kind));
        let first = world.install(
            1,
            &format!(
                "{} {}",
                target(other),
                run(&format!("(drop {}) {}", call("call", -1), reply_buffer()))
            ),
        );
        let outcome = world.call(first, "run", &[]);
        assert_eq!(number(&outcome), HostCode::Reentered.result(), "{kind}");
    }
}

#[test]
fn the_chain_of_calls_is_bounded() {
    let mut world = World::new();
    // Contract i calls i + 1 and returns its reply plus one; failing that, the code.
    let last = u8::try_from(MAX_CALL_DEPTH + 3).expect("a small depth");
    for id in 1..=last {
        let body = format!(
            "(local $code i64) (local.set $code {}) (drop (call $buffer_read {} (i32.const 0)))
             {}",
            call("call", -1),
            bytes(1024, 8),
            reply_i64(
                "(if (result i64) (i64.lt_s (local.get $code) (i64.const 0))
                   (then (local.get $code)) (else (i64.add (i64.load (i32.const 1024)) (i64.const 100))))"
            )
        );
        world.install(
            id,
            &format!("{} {}", target(ContractId([id + 1; 32])), run(&body)),
        );
    }
    let outcome = world.call(ContractId([1; 32]), "run", &[]);
    let hops = MAX_CALL_DEPTH as i64 - 1;
    assert_eq!(number(&outcome), HostCode::TooDeep.result() + 100 * hops);
}

#[test]
fn recursion_across_contracts_shares_one_stack_counter() {
    let mut world = World::new();
    // Each goes 700 frames down before it calls the next: twice that is past the limit, once is not.
    let text = |next: u8| {
        format!(
            "{} (func $down (param i32) (result i64)
                (if (result i64) (local.get 0) (then (call $down (i32.sub (local.get 0) (i32.const 1)))) (else {})))
             {}",
            target(ContractId([next; 32])),
            call("call", 1_000_000),
            run(&reply_i64("(call $down (i32.const 700))"))
        )
    };
    let (first, second) = (world.install(1, &text(2)), world.install(2, &text(3)));
    let alone = world.call(second, "run", &[]);
    assert_eq!(number(&alone), HostCode::NoSuchEntry.result());
    let together = world.call(first, "run", &[]);
    assert_eq!(number(&together), HostCode::Trapped.result());
    assert!(
        together.fuel_used > Fuel(1_000_000),
        "the second trapped with all it was given"
    );
}

#[test]
fn nothing_to_call_is_a_code() {
    let mut world = World::new();
    let callee = world.install(1, "(func (export \"q_look\") (result i32) (i32.const 0))");
    for (id, kind) in [
        (ContractId([99; 32]), "call"),
        (callee, "call"),
        (callee, "static_call"),
        (ContractId([0; 32]), "call"),
    ] {
        let caller = world.install(
            2,
            &format!("{} {}", target(id), run(&reply_i64(&call(kind, -1)))),
        );
        assert_eq!(
            number(&world.call(caller, "run", &[])),
            HostCode::NoSuchEntry.result()
        );
    }
}

#[test]
fn a_static_callee_cannot_write() {
    let mut world = World::new();
    let set = format!("(drop (call $set {0} {0}))", bytes(0, 1));
    let text = format!(
        "(func (export \"q_run\") (result i32) {set} (i32.const 0)) {}",
        run(&set)
    );
    let callee = world.install(1, &text);
    let caller = world.install(
        2,
        &format!(
            "{} {}",
            target(callee),
            run(&reply_i64(&call("static_call", 100_000)))
        ),
    );
    let (outcome, writes) = world.dry_run(&VM, caller, "run", &[], PLENTY);
    assert_eq!(number(&outcome), HostCode::Trapped.result());
    assert!(writes.is_empty());
}

#[test]
fn init_runs_at_instantiation_only() {
    let mut world = World::new();
    let init = "(func (export \"x_init\") (result i32) (i32.const 0))";
    let callee = world.install(1, init);
    assert_eq!(
        world.call(callee, "init", &[]).result,
        Err(CallError::NoSuchEntry)
    );
    let caller = world.install(
        2,
        &format!(
            "{} {} {}",
            data(0, &callee.0),
            data(32, b"init"),
            run(&reply_i64(&format!(
                "(call $call (i32.const 0) {} {} (i64.const -1))",
                bytes(32, 4),
                bytes(0, 0)
            )))
        ),
    );
    assert_eq!(
        number(&world.call(caller, "run", &[])),
        HostCode::NoSuchEntry.result()
    );
}

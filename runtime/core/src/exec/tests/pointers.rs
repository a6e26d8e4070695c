//! Every pointer-taking host call, with addresses that reach outside memory: a trap, never more.

use obolus_abi::hostcall::{Access, ArgKind, HOST_CALLS, HostCall, pack};

use super::world::{World, run};
use crate::exec::TrapKind;

/// A call with harmless arguments but for `bad`, which replaces the argument at `place`.
fn call_with(call: &HostCall, place: usize, bad: &str) -> String {
    let args: String = call
        .args
        .iter()
        .enumerate()
        .map(|(i, (_, kind))| match kind {
            _ if i == place => format!(" {bad}"),
            ArgKind::U32 => " (i32.const 0)".into(),
            ArgKind::U64 => " (i64.const 0)".into(),
            ArgKind::Bytes | ArgKind::Out => format!(" (i64.const {})", pack(0, 0)),
            ArgKind::B32 | ArgKind::B64 => " (i32.const 0)".into(),
        })
        .collect();
    run(&format!("(drop (call ${}{args}))", call.name))
}

#[test]
fn bad_addresses_trap() {
    let mut world = World::new();
    let mut tried = 0;
    for call in HOST_CALLS {
        for (place, (_, kind)) in call.args.iter().enumerate() {
            let bad: Vec<String> = match kind {
                ArgKind::U32 | ArgKind::U64 => vec![],
                ArgKind::Bytes | ArgKind::Out => [
                    pack(65_536, 1),
                    pack(65_535, 2),
                    pack(u32::MAX, 1),
                    pack(65_537, 0),
                    pack(u32::MAX, 0),
                    pack(0, 65_537),
                ]
                .iter()
                .map(|packed| format!("(i64.const {})", packed.cast_signed()))
                .collect(),
                ArgKind::B32 => [65_505, 65_536, u32::MAX]
                    .iter()
                    .map(|address| format!("(i32.const {address})"))
                    .collect(),
                ArgKind::B64 => [65_473, 65_536, u32::MAX]
                    .iter()
                    .map(|address| format!("(i32.const {address})"))
                    .collect(),
            };
            for bad in bad {
                tried += 1;
                world.traps(&call_with(call, place, &bad), TrapKind::BadPointer);
            }
        }
    }
    assert!(tried > 100, "{tried}");
}

#[test]
fn a_huge_length_is_paid_for_before_it_is_looked_at() {
    let mut world = World::new();
    for call in HOST_CALLS {
        for (place, (_, kind)) in call.args.iter().enumerate() {
            if matches!(kind, ArgKind::Bytes | ArgKind::Out) {
                let bad = format!("(i64.const {})", pack(0, u32::MAX).cast_signed());
                let contract = world.install(1, &call_with(call, place, &bad));
                let outcome = world.call(contract, "run", &[]);
                assert_eq!(
                    outcome.result,
                    Err(crate::exec::CallError::OutOfFuel),
                    "{}",
                    call.name
                );
            }
        }
    }
}

#[test]
fn writes_in_a_read_only_entry_trap() {
    let mut world = World::new();
    let mut writes = 0;
    for call in HOST_CALLS {
        if call.access == Access::Write {
            writes += 1;
            let text = call_with(call, usize::MAX, "").replace("x_run", "q_run");
            let contract = world.install(1, &text);
            let refused = world.query(contract, "run", &[]);
            assert_eq!(
                refused,
                Err(crate::exec::CallError::Trap(TrapKind::ReadOnly)),
                "{}",
                call.name
            );
        }
    }
    assert_eq!(
        writes, 8,
        "set, del, emit, call, tree_append, tree_set, schedule, unschedule"
    );
}

#[test]
fn arguments_over_their_limits_trap() {
    let mut world = World::new();
    let bytes = super::world::bytes;
    for body in [
        format!("(drop (call $get {}))", bytes(0, 257)),
        format!("(drop (call $set {} {}))", bytes(0, 1), bytes(0, 4097)),
        format!("(drop (call $set {} {}))", bytes(0, 257), bytes(0, 1)),
        format!("(drop (call $del {}))", bytes(0, 257)),
        format!(
            "(drop (call $scan {} {} (i32.const 65)))",
            bytes(0, 0),
            bytes(0, 0)
        ),
        format!("(drop (call $emit {}))", bytes(0, 4097)),
        format!("(drop (call $log {}))", bytes(0, 257)),
        format!("(drop (call $revert {}))", bytes(0, 1025)),
        format!("(drop (call $blake3 {}))", bytes(0, 16_385)),
        format!("(drop (call $hash3 {} {}))", bytes(0, 32), bytes(0, 96)),
        format!("(drop (call $hash3 {} {}))", bytes(0, 0), bytes(0, 96)),
        format!("(drop (call $proof_holds (i32.const 0) {}))", bytes(0, 33)),
        format!(
            "(drop (call $proof_holds (i32.const 0) {}))",
            bytes(0, 33 * 32)
        ),
        "(drop (call $tree_append (i32.const 8) (i32.const 0)))".to_owned(),
        "(drop (call $tree_root (i32.const -1)))".to_owned(),
        format!("(loop (drop (call $emit {})) (br 0))", bytes(0, 0)),
    ] {
        world.traps(&run(&body), TrapKind::BadArgument);
    }
}

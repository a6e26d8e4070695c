//! Every limit of a host call: what is exactly as large passes, one more traps and leaves nothing.

use obolus_abi::hostcall::pack;
use obolus_abi::limits::{
    MAX_ENTRY_NAME, MAX_EVENT, MAX_EVENTS, MAX_INPUT, MAX_KEY, MAX_LOG, MAX_MESSAGE,
    MAX_PROOF_INPUTS, MAX_RETURN, MAX_REVERT, MAX_SCAN, MAX_SCHEDULED_ARGS, MAX_TAG, MAX_TREES,
    MAX_VALUE,
};

use super::world::{World, imports};
use crate::exec::{CallError, Fuel, TrapKind};

/// Two pages, so that what is too large still lies in memory; they hold the letter `a`.
fn guest(body: &str) -> Vec<u8> {
    wat::parse_str(format!(
        "(module {} (memory (export \"memory\") 2)
           (func (export \"x_run\") (result i32)
             (memory.fill (i32.const 0) (i32.const 97) (i32.const 131072))
             {body} (i32.const 0)))",
        imports()
    ))
    .expect("valid WAT")
}

/// So many bytes from address 0.
fn bytes(len: usize) -> String {
    let len = u32::try_from(len).expect("a small number");
    format!("(i64.const {})", pack(0, len).cast_signed())
}

fn call(name: &str, args: &[String]) -> String {
    format!("(drop (call ${name} {}))", args.join(" "))
}

type Body = fn(usize) -> String;

#[test]
fn each_limit_is_reached_and_not_passed() {
    let cases: &[(&str, usize, Body)] = &[
        ("storage key", MAX_KEY, |n| call("get", &[bytes(n)])),
        ("key written", MAX_KEY, |n| {
            call("set", &[bytes(n), bytes(1)])
        }),
        ("key deleted", MAX_KEY, |n| call("del", &[bytes(n)])),
        ("storage value", MAX_VALUE, |n| {
            call("set", &[bytes(1), bytes(n)])
        }),
        ("returned value", MAX_RETURN, |n| call("ret", &[bytes(n)])),
        ("event", MAX_EVENT, |n| call("emit", &[bytes(n)])),
        ("events", MAX_EVENTS, |n| {
            call("emit", &[bytes(1)]).repeat(n)
        }),
        ("log line", MAX_LOG, |n| call("log", &[bytes(n)])),
        ("scan prefix", MAX_KEY, |n| {
            call("scan", &[bytes(n), bytes(0), "(i32.const 1)".into()])
        }),
        ("scan entries", MAX_SCAN as usize, |n| {
            call("scan", &[bytes(1), bytes(0), format!("(i32.const {n})")])
        }),
        ("entry name", MAX_ENTRY_NAME, |n| {
            let fuel = "(i64.const 0)".into();
            call("call", &["(i32.const 0)".into(), bytes(n), bytes(0), fuel])
        }),
        ("arguments of a call", MAX_INPUT, |n| {
            let fuel = "(i64.const 0)".into();
            call("call", &["(i32.const 0)".into(), bytes(1), bytes(n), fuel])
        }),
        ("hashed message", MAX_MESSAGE, |n| {
            call("blake3", &[bytes(n)])
        }),
        ("signed message", MAX_MESSAGE, |n| {
            let at = || "(i32.const 0)".into();
            call("ed25519_verify", &[at(), at(), bytes(n)])
        }),
        ("domain tag", MAX_TAG, |n| {
            call("hash3", &[bytes(n), bytes(96)])
        }),
        ("append tree", MAX_TREES as usize - 1, |n| {
            call("tree_anchor", &[format!("(i32.const {n})")])
        }),
        ("slot tree", MAX_TREES as usize - 1, |n| {
            call("tree_root", &[format!("(i32.const {n})")])
        }),
        ("arguments of a scheduled call", MAX_SCHEDULED_ARGS, |n| {
            let [at, fuel] = ["(i64.const 9)", "(i64.const 0)"].map(String::from);
            call("schedule", &[at, bytes(1), bytes(n), fuel])
        }),
        ("name of a scheduled entry", MAX_ENTRY_NAME, |n| {
            let [at, fuel] = ["(i64.const 9)", "(i64.const 0)"].map(String::from);
            call("schedule", &[at, bytes(n), bytes(0), fuel])
        }),
        ("proof inputs", MAX_PROOF_INPUTS, |n| {
            call("proof_holds", &["(i32.const 0)".into(), bytes(32 * n)])
        }),
    ];
    let mut world = World::new();
    for (limit, max, body) in cases {
        let contract = world.install_module(1, &guest(&body(*max)));
        let fits = world.call_with(contract, "run", &[], Fuel(50_000_000));
        assert_eq!(fits.result.map(drop), Ok(()), "{limit}");
        let contract = world.install_module(2, &guest(&body(*max + 1)));
        let before = world.state.clone();
        let past = world.call_with(contract, "run", &[], Fuel(50_000_000));
        assert_eq!(
            past.result,
            Err(CallError::Trap(TrapKind::BadArgument)),
            "{limit}"
        );
        assert!(past.events.is_empty(), "{limit}");
        assert_eq!(world.state, before, "{limit}");
    }
}

#[test]
fn the_error_of_a_revert_is_bounded() {
    let mut world = World::new();
    for (len, trap) in [
        (MAX_REVERT, TrapKind::BadExit),
        (MAX_REVERT + 1, TrapKind::BadArgument),
    ] {
        let body = call("revert", &[bytes(len)]);
        let contract = world.install_module(1, &guest(&body));
        let outcome = world.call_with(contract, "run", &[], Fuel(50_000_000));
        // What fits is taken, and then means nothing without the exit code that goes with it.
        assert_eq!(outcome.result, Err(CallError::Trap(trap)));
    }
}

#[test]
fn the_input_of_an_entry_is_bounded() {
    let mut world = World::new();
    let contract = world.install_module(1, &guest(""));
    let mut call = |len| {
        world
            .call_with(contract, "run", &vec![0; len], Fuel(50_000_000))
            .result
    };
    assert_eq!(call(MAX_INPUT), Ok(vec![]));
    assert_eq!(call(MAX_INPUT + 1), Err(CallError::InputTooLong));
}

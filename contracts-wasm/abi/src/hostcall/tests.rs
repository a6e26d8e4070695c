//! The table is well formed, and `docs/host-calls.md` says what it says.

extern crate std;

use alloc::{collections::BTreeSet, format, string::String};
use std::path::PathBuf;

use super::*;
use crate::limits;

#[test]
fn names_are_distinct() {
    let names: BTreeSet<_> = HOST_CALLS.iter().map(|call| call.name).collect();
    assert_eq!(names.len(), HOST_CALLS.len());
}

#[test]
fn every_call_costs_something_and_has_words() {
    for call in HOST_CALLS {
        assert!(call.price.base > 0, "{} is free", call.name);
        assert!(!call.doc.is_empty(), "{} has no words", call.name);
        let sized = call
            .args
            .iter()
            .any(|(_, kind)| matches!(kind, ArgKind::Bytes | ArgKind::Out));
        assert_eq!(
            sized,
            call.price.per_byte > 0,
            "{} is priced by the byte exactly when it takes bytes",
            call.name
        );
    }
}

#[test]
fn codes_survive_the_boundary() {
    for code in HostCode::ALL {
        assert!(code.result() < 0);
        assert_eq!(HostCode::from_result(code.result()), Some(*code));
    }
    assert_eq!(HostCode::from_result(0), None);
    assert_eq!(HostCode::from_result(-1000), None);
}

#[test]
fn packing_is_lossless() {
    for (address, len) in [
        (0, 0),
        (1, u32::MAX),
        (u32::MAX, 1),
        (0x8000_0000, 0x8000_0000),
    ] {
        assert_eq!(unpack(pack(address, len)), (address, len));
    }
}

/// Run with `OBOLUS_BLESS=1` to rewrite the page after changing the table.
#[test]
fn the_page_is_generated() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/host-calls.md");
    let page = page();
    if std::env::var_os("OBOLUS_BLESS").is_some() {
        std::fs::write(&path, &page).expect("docs/host-calls.md can be written");
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        stored == page,
        "docs/host-calls.md differs from the table: run this test with OBOLUS_BLESS=1"
    );
}

fn page() -> String {
    let mut page = String::from(
        "# Host calls\n\n\
         Generated from the table in `contracts-wasm/abi/src/hostcall.rs`; do not edit.\n\n\
         A guest exports `memory`, mutable entries `x_<name>: () -> i32` and read-only entries `q_<name>: () -> i32`,\n\
         and imports from the module `obolus` only. An entry returns 0, or 1 after `revert`; anything else is a trap.\n\
         Every call returns an i64: a value from zero up, or a negative code. Values longer than a number are left in\n\
         the frame's host buffer (the result is their length) and copied out with `buffer_read`. `bytes` and `out` are an i64\n\
         with the address in the low and the length in the high half; `b32` and `b64` are addresses of that many bytes.\n\
         The price is charged first, then arguments are bounded, then the call acts. A trap consumes all fuel of its frame.\n\n\
         ## Calls\n\n\
         | call | access | fuel | does |\n|---|---|---|---|\n",
    );
    for call in HOST_CALLS {
        let args: alloc::vec::Vec<_> = call
            .args
            .iter()
            .map(|(name, kind)| format!("{name}: {}", kind.name()))
            .collect();
        let access = match call.access {
            Access::Read => "read",
            Access::Write => "write",
        };
        let price = match call.price.per_byte {
            0 => format!("{}", call.price.base),
            per_byte => format!("{} + {per_byte}/byte", call.price.base),
        };
        let doc: alloc::vec::Vec<_> = call.doc.iter().map(|line| line.trim()).collect();
        page += &format!(
            "| `{}({})` | {access} | {price} | {} |\n",
            call.name,
            args.join(", "),
            doc.join(" ")
        );
    }
    page += &format!(
        "\n`scan` costs {SCAN_ENTRY_PRICE} more for each entry it may return, and for each deletion of the same block that it passes over.\n"
    );
    page += "\n## Codes\n\n| code | name |\n|---|---|\n";
    for code in HostCode::ALL {
        page += &format!("| {} | {code:?} |\n", code.result());
    }
    page += "\n## Limits\n\n| limit | value |\n|---|---|\n";
    for (name, value) in [
        ("storage key, bytes", limits::MAX_KEY),
        ("storage value, bytes", limits::MAX_VALUE),
        ("input, bytes", limits::MAX_INPUT),
        ("return value, bytes", limits::MAX_RETURN),
        ("revert error, bytes", limits::MAX_REVERT),
        ("event, bytes", limits::MAX_EVENT),
        ("events of a transaction", limits::MAX_EVENTS),
        ("log line, bytes", limits::MAX_LOG),
        ("entries of a scan", limits::MAX_SCAN as usize),
        ("entry name, bytes", limits::MAX_ENTRY_NAME),
        ("call depth", limits::MAX_CALL_DEPTH),
        ("public inputs of a proof", limits::MAX_PROOF_INPUTS),
        ("hashed or signed message, bytes", limits::MAX_MESSAGE),
        ("domain tag, bytes", limits::MAX_TAG),
        (
            "trees of a contract, of each kind",
            limits::MAX_TREES as usize,
        ),
        (
            "scheduled calls of a contract that wait",
            limits::MAX_SCHEDULED as usize,
        ),
        (
            "arguments of a scheduled call, bytes",
            limits::MAX_SCHEDULED_ARGS,
        ),
        (
            "blocks ahead of a scheduled call",
            limits::MAX_SCHEDULE_AHEAD as usize,
        ),
        (
            "fuel of a scheduled call, least",
            limits::MIN_SCHEDULED_FUEL as usize,
        ),
        (
            "fuel of a scheduled call, most",
            limits::MAX_SCHEDULED_FUEL as usize,
        ),
        (
            "quota bytes of an entry, besides key and value",
            limits::STORAGE_ENTRY as usize,
        ),
        (
            "quota bytes of an appended leaf",
            limits::STORAGE_LEAF as usize,
        ),
        (
            "quota bytes of a slot tree's node",
            limits::STORAGE_NODE as usize,
        ),
        (
            "quota bytes of a scheduled call, besides its arguments",
            limits::STORAGE_SCHEDULED as usize,
        ),
        ("module, bytes", limits::MAX_CODE),
        ("functions", limits::MAX_FUNCTIONS as usize),
        ("locals of a function", limits::MAX_LOCALS as usize),
        ("function body, bytes", limits::MAX_FUNCTION_BODY),
        (
            "branch work of a function",
            limits::MAX_BRANCH_WORK as usize,
        ),
        ("loops in one another", limits::MAX_LOOP_DEPTH),
        ("parameters of a function", limits::MAX_PARAMS),
        ("globals", limits::MAX_GLOBALS as usize),
        ("table elements", limits::MAX_TABLE as usize),
        ("memory pages of 64 KiB", limits::MAX_MEMORY_PAGES as usize),
        ("data segments", limits::MAX_DATA_SEGMENTS as usize),
        ("stack counter", limits::MAX_STACK as usize),
    ] {
        page += &format!("| {name} | {value} |\n");
    }
    page += &format!(
        "\nThe stack counter is injected into every function at upload: it grows on entry by {} plus the function's locals,\n\
         its deepest operand stack and one for every {} operators of its body, and shrinks on return, so that deep recursion\n\
         traps at the same depth on every machine.\n",
        limits::STACK_FRAME,
        limits::STACK_OPERATORS
    );
    page
}

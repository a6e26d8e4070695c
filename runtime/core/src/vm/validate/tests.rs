//! What may be uploaded, and what is refused with which words.

use super::{Facts, validate};
use crate::vm::{UploadError, Vm};

const ENTRY: &str = "(func (export \"x_run\") (result i32) (i32.const 0))";
const MEMORY: &str = "(memory (export \"memory\") 1)";

fn check(text: &str) -> Result<Facts, UploadError> {
    validate(&wat::parse_str(text).expect("valid WAT"))
}

fn with(extra: &str) -> Result<Facts, UploadError> {
    check(&format!("(module {extra} {MEMORY} {ENTRY})"))
}

#[track_caller]
fn refuses_as_invalid(extra: &str) {
    assert!(
        matches!(with(extra), Err(UploadError::Invalid(_))),
        "{extra}: {:?}",
        with(extra)
    );
}

#[test]
fn the_smallest_contract_passes() {
    let facts = with("").expect("a contract");
    assert_eq!(facts.pages, 1);
    assert_eq!(facts.entries.iter().collect::<Vec<_>>(), ["x_run"]);
    assert_eq!(facts.functions.len(), 1);
}

#[test]
fn floats_are_refused_everywhere() {
    for ty in ["f32", "f64"] {
        refuses_as_invalid(&format!("(func (param {ty}))"));
        refuses_as_invalid(&format!("(func (local {ty}))"));
        refuses_as_invalid(&format!("(func (result {ty}) unreachable)"));
        refuses_as_invalid(&format!("(func (drop ({ty}.const 0)))"));
        refuses_as_invalid(&format!("(func (drop ({ty}.load (i32.const 0))))"));
        refuses_as_invalid(&format!("(global {ty} ({ty}.const 0))"));
        refuses_as_invalid(&format!("(func (block (result {ty}) unreachable) drop)"));
        refuses_as_invalid(&format!("(type (func (param {ty})))"));
    }
    refuses_as_invalid("(func (drop (i32.trunc_f32_s (f32.const 1))))");
    refuses_as_invalid("(func (drop (f32.convert_i32_s (i32.const 1))))");
    refuses_as_invalid("(func unreachable f64.add drop)");
    refuses_as_invalid("(func unreachable i32.reinterpret_f32 drop)");
}

#[test]
fn features_that_are_off_are_refused() {
    for extra in [
        "(func (drop (v128.const i32x4 0 0 0 0)))",
        "(func (param v128))",
        "(func (drop (i32.atomic.load (i32.const 0))))",
        "(func $f (return_call $f))",
        "(func (result i32 i32) (i32.const 0) (i32.const 0))",
        "(type (func (result i32 i32)))",
        "(func (param externref))",
        "(table 1 externref)",
        "(func (drop (ref.null func)))",
        "(tag) (func (throw 0))",
        "(type (struct (field i32)))",
        "(memory 1)",
        "(memory i64 1)",
        "(memory 1 2 shared)",
        "(table 1 funcref) (table 1 funcref)",
        "(data $d \"x\") (func (memory.init $d (i32.const 0) (i32.const 0) (i32.const 1)))",
        "(table 1 funcref) (func (drop (table.grow (ref.null func) (i32.const 1))))",
    ] {
        refuses_as_invalid_or_many(extra);
    }
}

#[track_caller]
fn refuses_as_invalid_or_many(extra: &str) {
    let refused = with(extra);
    assert!(
        matches!(
            refused,
            Err(UploadError::Invalid(_) | UploadError::TooMany { .. })
        ),
        "{extra}: {refused:?}"
    );
}

#[test]
fn what_compilers_emit_passes() {
    with("(func (param i32) (result i64) (i64.extend8_s (i64.const 1)))").expect("sign extension");
    with("(func (memory.copy (i32.const 0) (i32.const 1) (i32.const 2)))").expect("bulk memory");
    with("(global (export \"__data_end\") i32 (i32.const 1024))").expect("linker globals");
    with("(global $sp (mut i32) (i32.const 1024))").expect("a stack pointer");
    with("(func (drop (i64.mul_wide_u (i64.const 1) (i64.const 2))) drop)")
        .expect("wide arithmetic");
}

#[test]
fn only_host_calls_are_imported() {
    let unknown = [
        "(import \"env\" \"get\" (func (param i64) (result i64)))",
        "(import \"obolus\" \"launch\" (func))",
        "(import \"obolus.runtime\" \"charge_growth\" (func (param i32) (result i32)))",
        "(import \"wasi_snapshot_preview1\" \"random_get\" (func (param i32 i32) (result i32)))",
        "(import \"obolus\" \"get\" (global i32))",
        "(import \"obolus\" \"get\" (table 1 funcref))",
    ];
    for import in unknown {
        assert!(
            matches!(with(import), Err(UploadError::UnknownImport { .. })),
            "{import}"
        );
    }
    let memory = format!("(module (import \"obolus\" \"memory\" (memory 1)) {ENTRY})");
    assert!(matches!(
        check(&memory),
        Err(UploadError::UnknownImport { .. })
    ));
    with("(import \"obolus\" \"get\" (func (param i64) (result i64)))").expect("a host call");
}

#[test]
fn host_calls_have_exact_signatures() {
    for signature in [
        "(param i32) (result i64)",
        "(param i64) (result i32)",
        "(param i64)",
        "(param i64 i64) (result i64)",
        "(result i64)",
    ] {
        let import = format!("(import \"obolus\" \"get\" (func {signature}))");
        assert_eq!(
            with(&import),
            Err(UploadError::ImportSignature("get".into())),
            "{signature}"
        );
    }
}

#[test]
fn nothing_runs_by_itself() {
    assert_eq!(with("(func $go) (start $go)"), Err(UploadError::Start));
}

#[test]
fn exports_are_entries() {
    for export in [
        "(func (export \"run\") (result i32) (i32.const 0))",
        "(func (export \"x_\") (result i32) (i32.const 0))",
        "(func (export \"x_Run\") (result i32) (i32.const 0))",
        "(func (export \"x_a-b\") (result i32) (i32.const 0))",
        "(func (export \"x_noresult\"))",
        "(func (export \"x_wide\") (result i64) (i64.const 0))",
        "(func (export \"q_param\") (param i32) (result i32) (i32.const 0))",
        "(func (export \"obolus.stack\") (result i32) (i32.const 0))",
        "(global (export \"secret\") i32 (i32.const 0))",
        "(global (export \"obolus.stack\") (mut i32) (i32.const 0))",
        "(table (export \"table\") 1 funcref)",
    ] {
        assert!(
            matches!(with(export), Err(UploadError::Export(_))),
            "{export}: {:?}",
            with(export)
        );
    }
    let long = format!(
        "(func (export \"x_{}\") (result i32) (i32.const 0))",
        "a".repeat(33)
    );
    assert!(matches!(with(&long), Err(UploadError::Export(_))));
    assert_eq!(
        check(&format!("(module {ENTRY})")),
        Err(UploadError::NoMemory)
    );
    assert_eq!(
        check(&format!("(module (memory 1) {ENTRY})")),
        Err(UploadError::NoMemory)
    );
    assert_eq!(
        check(&format!("(module {MEMORY})")),
        Err(UploadError::NoEntry)
    );
}

#[test]
fn limits_hold_exactly() {
    let too_many = |result: Result<Facts, UploadError>, expected: &str| match result {
        Err(UploadError::TooMany { what, found, max }) => {
            assert_eq!(what, expected);
            assert!(found > max);
        }
        other => panic!("{expected}: {other:?}"),
    };
    with(&"(func)".repeat(1999)).expect("2,000 functions");
    too_many(with(&"(func)".repeat(2000)), "functions");
    with(&format!("(func (local{}))", " i32".repeat(256))).expect("256 locals");
    too_many(
        with(&format!("(func (local{}))", " i32".repeat(257))),
        "locals of a function",
    );
    too_many(
        with(&format!(
            "(func (param{}) (local{}))",
            " i32".repeat(32),
            " i64".repeat(225)
        )),
        "locals of a function",
    );
    too_many(
        with(&format!("(func (param{}))", " i32".repeat(33))),
        "parameters of a function",
    );
    with(&"(global i32 (i32.const 0))".repeat(64)).expect("64 globals");
    too_many(with(&"(global i32 (i32.const 0))".repeat(65)), "globals");
    with("(table 1024 funcref)").expect("1,024 elements");
    too_many(with("(table 1025 funcref)"), "table elements");
    check(&format!(
        "(module (memory (export \"memory\") 256) {ENTRY})"
    ))
    .expect("16 MiB");
    too_many(
        check(&format!(
            "(module (memory (export \"memory\") 257) {ENTRY})"
        )),
        "memory pages",
    );
    with(&format!("(func {})", "(drop (i32.const 0))".repeat(21_000))).expect("a long body");
    too_many(
        with(&format!("(func {})", "(drop (i32.const 0))".repeat(22_000))),
        "bytes in a function body",
    );
    let segments = |count| "(data (i32.const 0) \"x\")".repeat(count);
    with(&segments(128)).expect("128 segments");
    too_many(with(&segments(129)), "data segments");
}

#[test]
fn a_locals_bomb_is_refused_without_memory() {
    // One declaration of four billion locals: (func (local i32 × 2^32 − 1)), by hand.
    let mut module =
        wat::parse_str(format!("(module {MEMORY} {ENTRY} (func (local i32)))")).expect("valid WAT");
    let declaration = [1, 1, 0x7f, 0x0b];
    let at = module
        .windows(4)
        .rposition(|window| window == declaration)
        .expect("the declaration");
    module.splice(at + 1..at + 2, [0xff, 0xff, 0xff, 0xff, 0x0f]);
    module[at - 1] += 4;
    let section = module
        .iter()
        .position(|byte| *byte == 10)
        .expect("a code section");
    module[section + 1] += 4;
    assert!(validate(&module).is_err());
}

#[test]
fn large_modules_and_garbage_are_refused() {
    assert_eq!(
        validate(&vec![0; 256 * 1024 + 1]),
        Err(UploadError::TooLarge(256 * 1024 + 1))
    );
    for garbage in [&b""[..], b"\0asm", b"not wasm at all", b"\0asm\x0d\0\x01\0"] {
        assert!(matches!(
            validate(garbage),
            Err(UploadError::Invalid(_) | UploadError::NoMemory)
        ));
    }
    let whole = wat::parse_str(format!("(module {MEMORY} {ENTRY})")).expect("valid WAT");
    for end in 8..whole.len() {
        assert!(validate(&whole[..end]).is_err(), "truncated at {end}");
    }
}

#[test]
fn the_code_id_is_the_hash_of_the_bytes() {
    let module = wat::parse_str(format!("(module {MEMORY} {ENTRY})")).expect("valid WAT");
    let checked = Vm::check(&module).expect("a contract");
    assert_eq!(checked.code.0, *blake3::hash(&module).as_bytes());
    assert_eq!(checked.fuel.0, 400 * module.len() as u64 + 100_000);
}

/// `times` nests of `depth` loops around a body that changes `locals` locals, with a branch back at each level.
fn nested(times: usize, depth: usize, locals: usize) -> String {
    let mut text = format!("(func (local{}) ", " i64".repeat(locals));
    for _ in 0..times {
        text += &"loop ".repeat(depth);
        for local in 0..locals {
            text += &format!(
                "local.get {local} i64.const {} i64.add local.set {local} ",
                local % 60
            );
        }
        for level in 0..depth {
            text += &format!("local.get {} i64.eqz br_if 0 end ", level % locals);
        }
    }
    text + ")"
}

/// A branch table of `targets` targets in blocks that change every local.
fn table(targets: usize, locals: usize) -> String {
    let mut text = format!("(func (local{}) ", " i64".repeat(locals));
    text += &"block ".repeat(targets);
    let labels: String = (0..targets).map(|label| format!(" {label}")).collect();
    text += &format!("local.get 0 i32.wrap_i64 br_table{labels} ");
    for level in 0..targets {
        let local = level % locals;
        text += &format!("end local.get {local} i64.const 1 i64.add local.set {local} ");
    }
    text + ")"
}

#[test]
fn what_a_compiler_would_choke_on_is_refused() {
    for (function, part) in [
        (nested(1, 4000, 1), "loops in one another"),
        (nested(1, 9, 1), "loops in one another"),
        (nested(3, 8, 250), "branch work"),
        (nested(60, 8, 9), "branch work"),
        (table(50, 100), "branch work"),
    ] {
        let Err(UploadError::TooMany { what, .. }) = with(&function) else {
            panic!("accepted: {part}");
        };
        assert!(what.contains(part), "{what}");
    }
    let facts = with(&nested(2, 8, 250)).expect("within the limits");
    assert_eq!(facts.functions[0].work, 2 * 2 * 8 * 251);
    let facts = with(&table(40, 100)).expect("within the limits");
    // 40 blocks, 40 targets; the last label is the default.
    assert_eq!(facts.functions[0].work, 80 * 101);
}

/// What compiling takes, for the worst that the limits leave.
#[test]
#[ignore = "a measurement: cargo test --release -p obolus-runtime compile_times -- --ignored --nocapture"]
fn compile_times_of_the_worst_modules() {
    let engine = crate::vm::config::engine().expect("an engine");
    for (name, function) in [
        ("2 nests of 8, 250 locals", nested(2, 8, 250)),
        ("6 nests of 8, 80 locals", nested(6, 8, 80)),
        ("50 nests of 8, 9 locals", nested(50, 8, 9)),
        ("200 loops, 19 locals", nested(200, 1, 19)),
        ("table of 16, 250 locals", table(16, 250)),
        ("table of 400, 9 locals", table(400, 9)),
    ] {
        for count in [1, 9] {
            let text = format!("(module {} {MEMORY} {ENTRY})", function.repeat(count));
            let module = wat::parse_str(text).expect("valid WAT");
            Vm::check(&module).expect("within the limits");
            let start = std::time::Instant::now();
            wasmtime::Module::from_binary(&engine, &module).expect("it compiles");
            println!(
                "{name}, {count} functions: {} bytes, compiled in {} ms",
                module.len(),
                start.elapsed().as_millis()
            );
        }
    }
}

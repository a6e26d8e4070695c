//! Instrumentation keeps meaning and balances its counter.

use wasmtime::{Engine, Instance, Linker, Module, Store, Val};

use super::{CHARGE_GROWTH, IMPORT_MODULE, STACK_COUNTER, instrument};
use crate::vm::validate::validate;

/// Runs an exported function of the plain and of the instrumented module on a bare engine; both must agree and the counter end at zero.
#[track_caller]
fn agree(text: &str) -> Vec<i32> {
    let text = format!(
        "(module (import \"obolus\" \"block_height\" (func $height (result i64)))
                 (memory (export \"memory\") 1) {text})"
    );
    let plain = wat::parse_str(&text).expect("valid WAT");
    let facts = validate(&plain).expect("a contract");
    let instrumented = instrument(&plain, &facts).expect("an instrumented module");
    let engine = Engine::default();
    let mut results = Vec::new();
    for entry in &facts.entries {
        let (expected, _) = run(&engine, &plain, entry);
        let (found, counter) = run(&engine, &instrumented, entry);
        assert_eq!(found, expected, "{entry}");
        assert_eq!(counter, Some(0), "the counter is balanced after {entry}");
        results.push(found);
    }
    results
}

fn run(engine: &Engine, module: &[u8], entry: &str) -> (i32, Option<i32>) {
    let module = Module::from_binary(engine, module).expect("a valid module");
    let mut linker = Linker::new(engine);
    linker
        .func_wrap("obolus", "block_height", || 77i64)
        .expect("an import");
    linker
        .func_wrap(IMPORT_MODULE, CHARGE_GROWTH, |pages: i32| pages)
        .expect("an import");
    let mut store = Store::new(engine, ());
    let instance: Instance = linker
        .instantiate(&mut store, &module)
        .expect("an instance");
    let entry = instance
        .get_typed_func::<(), i32>(&mut store, entry)
        .expect("an entry");
    let result = entry.call(&mut store, ()).expect("a result");
    let counter = instance
        .get_global(&mut store, STACK_COUNTER)
        .map(|counter| match counter.get(&mut store) {
            Val::I32(value) => value,
            other => panic!("{other:?}"),
        });
    (result, counter)
}

#[test]
fn every_way_out_of_a_function_is_balanced() {
    let results = agree(
        "(func $out (param i32) (result i32)
           (block $a (block $b (block $c
             (br_table $a $b $c 3 (local.get 0) (i32.const 9) (local.get 0)) )
             (return (i32.const 10)))
             (br 1 (i32.const 11)))
           (if (i32.eq (local.get 0) (i32.const 4)) (then (return (i32.const 12))))
           (i32.const 13))
         (func (export \"x_run\") (result i32) (i32.const 0))"
            .replace(
                "(br_table $a $b $c 3 (local.get 0) (i32.const 9) (local.get 0))",
                "(br_if $a (i32.eqz (local.get 0))) (br_if $b (i32.eq (local.get 0) (i32.const 1)))
                 (br_if $c (i32.eq (local.get 0) (i32.const 2)))",
            )
            .as_str(),
    );
    assert_eq!(results, [0]);
    let results = agree(
        "(func $f (param i32) (result i32)
           (if (i32.eqz (local.get 0)) (then (return (i32.const 100))))
           (block (br_table 0 1 2 (i32.const 200) (i32.sub (local.get 0) (i32.const 1)))))
         (func (export \"x_a\") (result i32) (call $f (i32.const 0)))"
            .replace(
                "(block (br_table 0 1 2 (i32.const 200) (i32.sub (local.get 0) (i32.const 1)))))",
                "(block (result i32) (br_table 0 1 (i32.const 200) (i32.sub (local.get 0) (i32.const 1)))) (i32.const 5) i32.add)
                 (func (export \"x_b\") (result i32) (call $f (i32.const 1)))
                 (func (export \"x_c\") (result i32) (call $f (i32.const 2)))",
            )
            .as_str(),
    );
    assert_eq!(results, [100, 205, 200]);
}

#[test]
fn indices_move_with_the_added_import() {
    let results = agree(
        "(type $t (func (result i32)))
         (table 2 funcref) (elem (i32.const 0) $one $two)
         (func $one (result i32) (i32.wrap_i64 (call $height)))
         (func $two (result i32) (call $one))
         (func (export \"x_run\") (result i32)
           (i32.add (call_indirect (type $t) (i32.const 0)) (call_indirect (type $t) (i32.const 1))))",
    );
    assert_eq!(results, [154]);
}

#[test]
fn globals_memory_and_data_are_kept() {
    let results = agree(
        "(global $g (mut i32) (i32.const 5)) (data (i32.const 8) \"\\07\\00\\00\\00\")
         (func (export \"x_run\") (result i32)
           (global.set $g (i32.add (global.get $g) (i32.load (i32.const 8))))
           (i32.add (global.get $g) (i32.add (memory.grow (i32.const 2)) (memory.size))))",
    );
    assert_eq!(results, [5 + 7 + 1 + 3]);
}

#[test]
fn loops_and_empty_results_are_kept() {
    let results = agree(
        "(global $n (mut i32) (i32.const 0))
         (func $count (param i32) (loop $l
            (global.set $n (i32.add (global.get $n) (local.get 0)))
            (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
            (br_if $l (local.get 0)) (br 1)))
         (func (export \"x_run\") (result i32) (call $count (i32.const 10)) (global.get $n))",
    );
    assert_eq!(results, [55]);
}

#[test]
fn a_frame_costs_its_locals_and_operands() {
    let text = "(module (memory (export \"memory\") 1)
        (func (param i32 i64) (local i32) (drop (i32.add (i32.const 1) (i32.add (i32.const 2) (i32.const 3)))))
        (func (export \"x_run\") (result i32) (i32.const 0)))";
    let facts = validate(&wat::parse_str(text).expect("valid WAT")).expect("a contract");
    let costs: Vec<u32> = facts
        .functions
        .iter()
        .map(|function| function.cost)
        .collect();
    // Seven operators and two, `end` included.
    assert_eq!(costs, [8 + 3 + 3 + 7 / 4, 8 + 1]);
}

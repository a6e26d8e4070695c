//! Storage of contracts: their own, and only theirs.

use obolus_abi::hostcall::HostCode;

use super::world::{World, bytes, data, number, reply_buffer, reply_i64, run};

#[test]
fn values_stay_after_a_call() {
    let mut world = World::new();
    let text = format!(
        "{} {} (func (export \"q_load\") (result i32) (drop (call $get {})) {} (i32.const 0))",
        data(0, b"keyvalue"),
        run(&format!(
            "(drop (call $set {} {}))",
            bytes(0, 3),
            bytes(3, 5)
        )),
        bytes(0, 3),
        reply_buffer()
    );
    let contract = world.install(1, &text);
    assert_eq!(world.query(contract, "load", &[]), Ok(vec![]));
    world.call(contract, "run", &[]);
    assert_eq!(world.query(contract, "load", &[]), Ok(b"value".to_vec()));
}

#[test]
fn a_missing_key_is_a_code() {
    let mut world = World::new();
    let contract = world.install(1, &run(&reply_i64(&format!("(call $get {})", bytes(0, 3)))));
    let outcome = world.call(contract, "run", &[]);
    assert_eq!(number(&outcome), HostCode::NotFound.result());
}

#[test]
fn contracts_do_not_see_each_other() {
    let mut world = World::new();
    let text = format!(
        "{} {} (func (export \"q_list\") (result i32) (drop (call $scan {nothing} {nothing} (i32.const 64))) {} (i32.const 0))",
        data(0, b"kv"),
        run(&format!(
            "(drop (call $set {} {}))",
            bytes(0, 1),
            bytes(1, 1)
        )),
        reply_buffer(),
        nothing = bytes(0, 0),
    );
    let first = world.install(1, &text);
    let second = world.install(2, &text);
    world.call(first, "run", &[]);
    let entries = |bytes: Result<Vec<u8>, _>| -> Vec<(Vec<u8>, Vec<u8>)> {
        borsh::from_slice(&bytes.expect("a reply")).expect("entries")
    };
    assert_eq!(
        entries(world.query(first, "list", &[])),
        [(b"k".to_vec(), b"v".to_vec())]
    );
    assert_eq!(entries(world.query(second, "list", &[])), []);
}

#[test]
fn a_scan_pages_in_key_order() {
    let mut world = World::new();
    // Writes keys p0, p1, p2 and q0; lists p… after p0, at most two.
    let text = format!(
        "{} {} (func (export \"q_list\") (result i32) (drop (call $scan {} {} (i32.const 2))) {} (i32.const 0))",
        data(0, b"p2p0q0p1"),
        run(&format!(
            "(drop (call $set {0} {0})) (drop (call $set {1} {1})) (drop (call $set {2} {2})) (drop (call $set {3} {3}))",
            bytes(0, 2),
            bytes(2, 2),
            bytes(4, 2),
            bytes(6, 2)
        )),
        bytes(0, 1),
        bytes(2, 2),
        reply_buffer()
    );
    let contract = world.install(1, &text);
    world.call(contract, "run", &[]);
    let listed = world.query(contract, "list", &[]).expect("a reply");
    let listed: Vec<(Vec<u8>, Vec<u8>)> = borsh::from_slice(&listed).expect("entries");
    let keys: Vec<_> = listed.into_iter().map(|(key, _)| key).collect();
    assert_eq!(keys, [b"p1".to_vec(), b"p2".to_vec()]);
}

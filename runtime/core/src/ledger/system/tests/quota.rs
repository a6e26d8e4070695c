//! Storage quotas on a ledger: counted exactly, refused past the bound, set by the operator.

use obolus_abi::hostcall::pack;
use obolus_abi::limits::{STORAGE_ENTRY, STORAGE_LEAF, STORAGE_NODE};
use obolus_abi::system::{AdminPolicy, SetQuotaMsg, SystemEvent};
use obolus_abi::{ContractId, FieldBytes};

use super::super::super::kit::operator;
use super::world::{World, module};
use crate::exec::{CallError, TrapKind};
use crate::host::storage_use;
use crate::ledger::{Refusal, encode};

/// `put_a`, `put_b`: 100 and 300 bytes under `key`; `other`: 10 bytes under `ke`; `drop_it`: deletes `key`;
/// `leaf`, `slot`: a leaf in a tree of each kind; `fall_back`: writes, then traps.
fn text() -> String {
    let entry = |name: &str, body: &str| {
        format!("(func (export \"x_{name}\") (result i32) {body} (i32.const 0))")
    };
    let put = |key: u32, len: u32| {
        format!(
            "(drop (call $set (i64.const {}) (i64.const {})))",
            pack(0, key),
            pack(8, len)
        )
    };
    [
        "(data (i32.const 0) \"key\")".to_owned(),
        entry("put_a", &put(3, 100)),
        entry("put_b", &put(3, 300)),
        entry("other", &put(2, 10)),
        entry(
            "drop_it",
            &format!("(drop (call $del (i64.const {})))", pack(0, 3)),
        ),
        entry(
            "leaf",
            "(drop (call $tree_append (i32.const 0) (i32.const 64)))",
        ),
        entry(
            "slot",
            "(drop (call $tree_set (i32.const 0) (i64.const 5) (i32.const 64)))",
        ),
        entry("fall_back", &format!("{} (unreachable)", put(3, 200))),
    ]
    .concat()
}

fn world(quota: Option<u64>) -> (World, ContractId) {
    let mut world = World::new();
    let code = world.upload(&module(1, &text()));
    let contract = world.instantiate(code, AdminPolicy::Frozen, quota);
    (world, contract)
}

fn used(world: &World, contract: &ContractId) -> u64 {
    storage_use(world.ledger.state().as_ref(), contract).unwrap()
}

fn run(world: &mut World, contract: ContractId, entry: &str) {
    let tx = world.call_to(contract, entry, Vec::new(), &[]);
    world.commit(&tx);
}

#[test]
fn the_count_is_exact_over_writes_overwrites_and_deletes() {
    let (mut world, contract) = world(None);
    assert_eq!(used(&world, &contract), 0);
    for (entry, expected) in [
        ("put_a", 103 + STORAGE_ENTRY),
        ("put_b", 303 + STORAGE_ENTRY),
        ("put_a", 103 + STORAGE_ENTRY),
        ("other", 115 + 2 * STORAGE_ENTRY),
        ("drop_it", 12 + STORAGE_ENTRY),
        ("drop_it", 12 + STORAGE_ENTRY),
        ("leaf", 12 + STORAGE_ENTRY + STORAGE_LEAF),
        (
            "slot",
            12 + STORAGE_ENTRY + STORAGE_LEAF + 10 * STORAGE_NODE,
        ),
        // The same path again: nothing new.
        (
            "slot",
            12 + STORAGE_ENTRY + STORAGE_LEAF + 10 * STORAGE_NODE,
        ),
    ] {
        run(&mut world, contract, entry);
        assert_eq!(used(&world, &contract), expected, "{entry}");
    }
    assert_eq!(FieldBytes::LEN, 32);
}

#[test]
fn a_call_that_fails_is_not_counted() {
    let (mut world, contract) = world(None);
    run(&mut world, contract, "put_a");
    let before = used(&world, &contract);
    let tx = world.call_to(contract, "fall_back", Vec::new(), &[]);
    assert_eq!(world.refusal(&tx), "contract_trapped");
    assert_eq!(used(&world, &contract), before);
}

#[test]
fn the_quota_is_reached_and_not_passed() {
    let exact = 103 + STORAGE_ENTRY;
    let (mut world, contract) = world(Some(exact));
    run(&mut world, contract, "put_a");
    for entry in ["put_b", "other", "leaf", "slot"] {
        let tx = world.call_to(contract, entry, Vec::new(), &[]);
        assert_eq!(world.refusal(&tx), "storage_quota");
        let reason = world.build(&tx).refused[0].reason.clone();
        assert_eq!(
            reason,
            Refusal::Call(CallError::Trap(TrapKind::StorageQuota))
        );
        assert!(reason.to_string().contains("ask the operator"));
    }
    // What is deleted makes room.
    run(&mut world, contract, "drop_it");
    run(&mut world, contract, "other");
}

#[test]
fn the_operator_sets_quotas_and_a_lowered_one_lets_contracts_shrink() {
    let (mut world, contract) = world(None);
    run(&mut world, contract, "put_b");
    let set = |quota| encode(&SetQuotaMsg { contract, quota });
    assert_eq!(
        world.done("set_quota", set(Some(10)), &[operator()]),
        [SystemEvent::QuotaSet {
            contract,
            quota: Some(10)
        }]
    );
    let tx = world.call_to(contract, "other", Vec::new(), &[]);
    assert_eq!(world.refusal(&tx), "storage_quota");
    run(&mut world, contract, "put_a");
    run(&mut world, contract, "drop_it");
    assert_eq!(used(&world, &contract), 0);
    world.done("set_quota", set(None), &[operator()]);
    run(&mut world, contract, "put_b");
    let nobody = encode(&SetQuotaMsg {
        contract: ContractId([9; 32]),
        quota: None,
    });
    assert_eq!(
        world.refused("set_quota", nobody, &[operator()]),
        "no_such_contract"
    );
}

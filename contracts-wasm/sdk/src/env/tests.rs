//! What the environment states and vouches for, on the mock.

use alloc::vec::Vec;

use obolus_abi::{FieldBytes, KeyId, PointBytes, RoleKey, RoleSet};

use crate::mock::{Maths, Mock, ToyMaths};
use crate::{AppendTree, ContractId, Env, Refused, SdkError, SlotTree, TreeError, entries};

const ID: ContractId = ContractId([1; 32]);
const TREE: AppendTree = AppendTree::new(0);
const SLOTS: SlotTree = SlotTree::new(0);

fn ask(env: &mut Env, (): ()) -> Result<Vec<bool>, SdkError> {
    let keys = |range: core::ops::Range<u8>| range.map(|i| RoleKey([i; 32])).collect();
    let role = |threshold| RoleSet {
        keys: keys(0..3),
        threshold,
    };
    Ok([
        env.spend_authorised(&PointBytes([1; 64])),
        env.spend_authorised(&PointBytes([2; 64])),
        env.role_approved(&role(2)),
        env.role_approved(&role(3)),
        env.proof_holds(&KeyId([3; 32]), &[FieldBytes([4; 32])]),
        env.proof_holds(&KeyId([3; 32]), &[]),
        env.point_check(&ToyMaths::point(5)),
        env.point_check(&PointBytes::IDENTITY),
    ]
    .map(|verdict| verdict == Ok(()))
    .to_vec())
}
type Facts = (
    u64,
    u64,
    Vec<u32>,
    Option<ContractId>,
    ContractId,
    FieldBytes,
);
fn facts(env: &mut Env, (): ()) -> Result<Facts, SdkError> {
    Ok((
        env.height(),
        env.time_ms(),
        env.memo_lens(),
        env.caller(),
        env.this(),
        env.context(),
    ))
}
fn points(env: &mut Env, (): ()) -> Result<bool, SdkError> {
    let (a, b) = (ToyMaths::point(5), ToyMaths::point(9));
    let sum = env.point_add(&a, &b);
    let back = sum.and_then(|sum| env.point_sub(&sum, &b));
    Ok(back == Ok(a) && env.point_add(&a, &PointBytes([9; 64])) == Err(Refused))
}
fn grow(env: &mut Env, leaf: FieldBytes) -> Result<Option<u64>, SdkError> {
    match TREE.append(env, &leaf) {
        Ok(index) => Ok(Some(index)),
        Err(TreeError::Malformed) => Ok(None),
        Err(TreeError::Full) => crate::abort("full"),
    }
}
fn anchored(env: &Env, root: FieldBytes) -> Result<bool, SdkError> {
    Ok(TREE.check_anchor(env, &root) == Ok(()))
}
fn place(env: &mut Env, (slot, leaf): (u32, FieldBytes)) -> Result<bool, SdkError> {
    let root = SLOTS.set(env, slot, &leaf);
    Ok(root == Ok(SLOTS.root(env)))
}
entries! { write ask; write facts; write points; write grow; read anchored; write place; }

fn mock() -> Mock {
    let mut mock = Mock::new();
    mock.install(ID, ENTRIES);
    mock
}

#[test]
fn only_what_the_transaction_carries_is_vouched_for() {
    let mut mock = mock();
    let nothing: Vec<bool> = mock.call(ID, "ask", &()).expect("a reply");
    assert_eq!(
        nothing,
        [false, false, false, false, false, false, true, false]
    );
    mock.tx.spend_keys.insert(PointBytes([1; 64]));
    mock.tx
        .role_keys
        .extend([RoleKey([0; 32]), RoleKey([2; 32]), RoleKey([9; 32])]);
    mock.tx
        .proofs
        .insert((KeyId([3; 32]), alloc::vec![FieldBytes([4; 32])]));
    let all: Vec<bool> = mock.call(ID, "ask", &()).expect("a reply");
    assert_eq!(all, [true, false, true, false, true, false, true, false]);
}

#[test]
fn the_block_the_caller_and_the_context_are_stated() {
    let mut mock = mock();
    mock.tx.memos = alloc::vec![300, 0, 7];
    let by_user: Facts = mock.call(ID, "facts", &()).expect("a reply");
    let context = mock.context(&ID, None, "facts");
    assert_eq!(
        by_user,
        (
            1,
            1_700_000_000_000,
            alloc::vec![300, 0, 7],
            None,
            ID,
            context
        )
    );
    let other = ContractId([8; 32]);
    let by_contract: Facts = mock.call_as(other, ID, "facts", &()).expect("a reply");
    assert_eq!(by_contract.3, Some(other));
    assert_ne!(by_contract.5, by_user.5);
}

#[test]
fn points_add_and_subtract() {
    assert_eq!(mock().call::<_, bool>(ID, "points", &()), Ok(true));
}

#[test]
fn trees_follow_the_blocks() {
    let mut mock = mock();
    let leaf = FieldBytes::from_u64(5);
    assert_eq!(mock.call::<_, Option<u64>>(ID, "grow", &leaf), Ok(Some(0)));
    assert_eq!(mock.call::<_, Option<u64>>(ID, "grow", &leaf), Ok(Some(1)));
    assert_eq!(
        mock.call::<_, Option<u64>>(ID, "grow", &FieldBytes([0xff; 32])),
        Ok(None)
    );
    let root = mock.maths().append_root(&[leaf, leaf]);
    assert_eq!(mock.query::<_, bool>(ID, "anchored", &root), Ok(false));
    mock.end_block();
    assert_eq!(mock.query::<_, bool>(ID, "anchored", &root), Ok(true));
    assert_eq!(mock.call::<_, Option<u64>>(ID, "grow", &leaf), Ok(Some(2)));
    mock.end_block();
    assert_eq!(mock.query::<_, bool>(ID, "anchored", &root), Ok(true));
    assert_eq!(ToyMaths.append_root(&[leaf, leaf]), root);
    for (slot, done) in [(0u32, true), ((1 << 18) - 1, true), (1 << 18, false)] {
        assert_eq!(mock.call::<_, bool>(ID, "place", &(slot, leaf)), Ok(done));
    }
}

//! Entries: strict messages, reverts, and what `entries!` lists.

use alloc::vec::Vec;

use crate::mock::{Mock, MockError};
use crate::{ContractId, Env, Item, SdkError, contract_errors};

const ID: ContractId = ContractId([1; 32]);
const SUM: Item<u64> = Item::new(0);

contract_errors! {
    /// Refusals of this test's contract.
    TestError {
        /// Too much.
        TooMuch = 300, "too_much", "add less";
    }
}

fn init(env: &mut Env, start: u64) -> Result<(), SdkError> {
    SUM.set(env, &start);
    Ok(())
}
fn add(env: &mut Env, step: u64) -> Result<u64, TestError> {
    let sum = SUM.get(env).unwrap_or(0) + step;
    SUM.set(env, &sum);
    env.emit(&sum);
    if sum > 100 {
        return Err(TestError::TooMuch);
    }
    Ok(sum)
}
fn sum(env: &Env, (): ()) -> Result<u64, SdkError> {
    Ok(SUM.get(env).unwrap_or(0))
}
fn burst(_env: &mut Env, (): ()) -> Result<(), SdkError> {
    crate::abort("on purpose")
}
entries! { write init; write add; read sum; write burst; }

fn mock() -> Mock {
    let mut mock = Mock::new();
    mock.instantiate(ID, ENTRIES, &90u64).expect("an instance");
    mock
}

#[test]
fn the_list_names_exports() {
    let names: Vec<_> = ENTRIES.iter().map(|entry| entry.export).collect();
    assert_eq!(names, ["x_init", "x_add", "q_sum", "x_burst"]);
}

#[test]
fn an_error_reverts_writes_and_events() {
    let mut mock = mock();
    assert_eq!(mock.call::<_, u64>(ID, "add", &5u64), Ok(95));
    let refused = mock.call::<_, u64>(ID, "add", &50u64);
    assert_eq!(refused, Err(MockError::Reverted(TestError::TooMuch.into())));
    assert_eq!(refused.map_err(|error| error.code()), Err(Some(300)));
    assert_eq!(mock.query::<_, u64>(ID, "sum", &()), Ok(95));
    assert_eq!(mock.events_of::<u64>(ID), Ok(alloc::vec![95]));
}

#[test]
fn messages_are_exact() {
    let mut mock = mock();
    let short = mock
        .call::<_, u64>(ID, "add", &5u32)
        .map_err(|error| error.code());
    assert_eq!(short, Err(Some(SdkError::BadInput.code())));
    let long = mock
        .call::<_, u64>(ID, "add", &(5u64, 0u8))
        .map_err(|error| error.code());
    assert_eq!(long, Err(Some(SdkError::BadInput.code())));
}

#[test]
fn abort_is_a_trap() {
    let refused = mock().call::<_, ()>(ID, "burst", &());
    assert_eq!(refused, Err(MockError::Trapped("on purpose".into())));
}

#[test]
fn init_runs_once_and_reads_are_not_calls() {
    let mut mock = mock();
    assert_eq!(
        mock.call::<_, ()>(ID, "init", &1u64),
        Err(MockError::NoSuchEntry)
    );
    assert_eq!(
        mock.call::<_, u64>(ID, "sum", &()),
        Err(MockError::NoSuchEntry)
    );
    assert_eq!(
        mock.query::<_, u64>(ID, "add", &1u64),
        Err(MockError::NoSuchEntry)
    );
}

//! The mock follows the runtime's rules on frames.

use alloc::vec::Vec;

use obolus_abi::limits::MAX_CALL_DEPTH;

use crate::mock::{Mock, MockError};
use crate::{CallError, ContractId, Env, Item, SdkError, entries};

const COUNT: Item<u32> = Item::new(0);

fn id(number: u8) -> ContractId {
    ContractId([number; 32])
}

/// Counts, emits, then calls the first of `path` with the rest; says what came of it.
fn hop(env: &mut Env, path: Vec<ContractId>) -> Result<u32, SdkError> {
    let count = COUNT.get(env).unwrap_or(0) + 1;
    COUNT.set(env, &count);
    env.emit(&count);
    let Some((next, rest)) = path.split_first() else {
        return Ok(0);
    };
    if *next == id(0) {
        crate::abort("the path ends here");
    }
    match env.call::<_, u32>(next, "hop", &rest.to_vec()) {
        Ok(hops) => Ok(hops + 1),
        Err(CallError::Reentered) => Ok(1_000),
        Err(CallError::TooDeep) => Ok(2_000),
        Err(CallError::Trapped) => Ok(3_000),
        Err(CallError::NoSuchEntry) => Ok(4_000),
        Err(_) => Ok(9_000),
    }
}
fn peek(env: &Env, other: ContractId) -> Result<u32, SdkError> {
    match env.static_call::<_, u32>(&other, "sneak", &()) {
        Ok(count) => Ok(count),
        Err(CallError::Trapped) => Ok(3_000),
        Err(_) => Ok(9_000),
    }
}
/// Claims to be read-only and writes all the same.
fn sneak(_env: &Env, (): ()) -> Result<u32, SdkError> {
    COUNT.set(&mut Env::new(), &77);
    Ok(77)
}
entries! { write hop; read peek; read sneak; }

fn mock(contracts: u8) -> Mock {
    let mut mock = Mock::new();
    for number in 1..=contracts {
        mock.install(id(number), ENTRIES);
    }
    mock
}

fn hops(mock: &mut Mock, path: &[u8]) -> Result<u32, MockError> {
    let path: Vec<ContractId> = path.iter().map(|number| id(*number)).collect();
    mock.call(id(1), "hop", &path)
}

#[test]
fn calls_nest() {
    let mut mock = mock(3);
    assert_eq!(hops(&mut mock, &[2, 3]), Ok(2));
    assert_eq!(mock.events().len(), 3);
    assert_eq!(mock.storage(id(3)).len(), 1);
}

#[test]
fn re_entrancy_is_refused() {
    let mut mock = mock(2);
    assert_eq!(hops(&mut mock, &[1]), Ok(1_000));
    assert_eq!(hops(&mut mock, &[2, 1]), Ok(1_001));
}

/// As on the runtime: that the callee is running already does not matter then.
#[test]
fn a_call_of_init_finds_no_such_entry_whoever_makes_it() {
    fn own(env: &mut Env, (): ()) -> Result<bool, SdkError> {
        let this = env.this();
        let reply = env.call::<_, ()>(&this, "init", &());
        Ok(reply == Err(CallError::NoSuchEntry))
    }
    entries! { write own; }
    let mut mock = Mock::new();
    mock.install(id(1), ENTRIES);
    assert_eq!(mock.call(id(1), "own", &()), Ok(true));
}

#[test]
fn a_trapped_callee_is_rolled_back_alone() {
    let mut mock = mock(2);
    assert_eq!(hops(&mut mock, &[2, 0]), Ok(3_000));
    assert_eq!(mock.events().len(), 1);
    assert!(mock.storage(id(2)).is_empty());
    assert!(matches!(hops(&mut mock, &[0]), Err(MockError::Trapped(_))));
    assert_eq!(mock.events().len(), 1);
}

#[test]
fn depth_is_bounded() {
    let last = u8::try_from(MAX_CALL_DEPTH).expect("a small depth") + 2;
    let mut mock = mock(last);
    let path: Vec<u8> = (2..=last).collect();
    assert_eq!(
        hops(&mut mock, &path),
        Ok(2_000 + MAX_CALL_DEPTH as u32 - 1)
    );
}

#[test]
fn missing_contracts_are_named() {
    let mut mock = mock(1);
    assert_eq!(hops(&mut mock, &[9]), Ok(4_000));
    assert_eq!(
        mock.call::<_, u32>(id(9), "hop", &Vec::<ContractId>::new()),
        Err(MockError::NoSuchEntry)
    );
}

#[test]
fn read_only_calls_cannot_write() {
    let mut mock = mock(2);
    assert!(matches!(
        mock.query::<_, u32>(id(1), "sneak", &()),
        Err(MockError::Trapped(_))
    ));
    assert_eq!(mock.query::<_, u32>(id(1), "peek", &id(2)), Ok(3_000));
    assert!(mock.storage(id(2)).is_empty());
}

#[test]
fn a_panic_is_a_trap_too() {
    fn burst(_env: &mut Env, index: u32) -> Result<u8, SdkError> {
        Ok([1u8, 2][index as usize])
    }
    entries! { write burst; }
    let mut mock = Mock::new();
    mock.install(id(1), ENTRIES);
    assert_eq!(mock.call::<_, u8>(id(1), "burst", &1u32), Ok(2));
    assert_eq!(
        mock.call::<_, u8>(id(1), "burst", &2u32),
        Err(MockError::Trapped("panicked".into()))
    );
}

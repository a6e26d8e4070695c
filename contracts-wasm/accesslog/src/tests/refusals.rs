//! Every refusal: a valid call with one part broken gives exactly that error and changes nothing.

use obolus_sdk::ContractError;
use obolus_sdk::abi::accesslog::{AccessError, MAX_ACCESS_CONTRACTS};
use obolus_sdk::mock::MockError;

use super::cases::{CASES, ELSEWHERE};
use super::*;

fn refused<T>(error: AccessError) -> Result<T, MockError> {
    Err(MockError::Reverted(ContractError::from(error)))
}

#[test]
fn each_broken_call_is_refused_with_its_error_and_changes_nothing() {
    for (expected, name, prepare) in CASES {
        let mut world = World::asked();
        let attempt = prepare(&mut world);
        let before = world.mock.snapshot();
        let refusal = world.mock.attempt(&attempt);
        assert_eq!(refusal, refused(*expected), "{name}");
        assert_eq!(world.mock.snapshot(), before, "{name}");
    }
}

/// Otherwise a case above could be refused for more than its one reason.
#[test]
fn each_call_that_the_cases_break_is_valid() {
    let calls: [fn(&mut World) -> Attempt; 3] = [
        |world| world.request(&request_msg()),
        |world| world.answer(0, 1),
        |world| world.set_members(&members()),
    ];
    for prepare in calls {
        let mut world = World::asked();
        let attempt = prepare(&mut world);
        world.accept(&attempt);
    }
}

#[test]
fn every_error_has_a_case() {
    for error in AccessError::ALL {
        let covered = CASES.iter().any(|(case, ..)| case == error) || ELSEWHERE.contains(error);
        assert!(covered, "{error:?} has no test");
    }
}

#[test]
fn instantiation_checks_members_and_contracts() {
    type Spoil = (AccessError, fn(&mut AccessLogInit));
    let broken: [Spoil; 6] = [
        (AccessError::BadMembers, |msg| {
            msg.members.members.keys.clear()
        }),
        (AccessError::BadMembers, |msg| {
            msg.members.members.threshold = 4
        }),
        (AccessError::BadMembers, |msg| {
            msg.members.members.keys = (0..17).map(key).collect()
        }),
        (AccessError::BadContracts, |msg| msg.contracts.clear()),
        (AccessError::BadContracts, |msg| {
            msg.contracts = vec![REGISTRY, TOKEN]
        }),
        (AccessError::BadContracts, |msg| {
            let ids = 0..=MAX_ACCESS_CONTRACTS as u8;
            msg.contracts = ids.map(|id| ContractId([id; 32])).collect();
        }),
    ];
    for (expected, spoil) in broken {
        let mut mock = Mock::new();
        let before = mock.snapshot();
        let mut msg = init_msg();
        spoil(&mut msg);
        assert_eq!(mock.instantiate(LOG, ENTRIES, &msg), refused(expected));
        assert_eq!(mock.snapshot(), before);
    }
}

#[test]
fn a_second_init_is_refused() {
    let mut world = World::asked();
    let again = world.mock.instantiate(LOG, ENTRIES, &init_msg());
    assert_eq!(again, refused(AccessError::State));
}

#[test]
fn queries_refuse_what_is_not_there() {
    let mut world = World::asked();
    let entry: Result<LoggedAccess, _> =
        world
            .mock
            .query(LOG, "logged", &AccessEntryMsg { number: 2 });
    assert_eq!(entry, refused(AccessError::NoSuchEntry));
    let access: Result<AccessState, _> =
        world
            .mock
            .query(LOG, "access", &AccessRequestMsg { request: 1 });
    assert_eq!(access, refused(AccessError::NoSuchRequest));
}

#[test]
fn trailing_bytes_are_refused() {
    let mut world = World::asked();
    let mut attempt = world.answer(0, 1);
    attempt.input.push(0);
    assert_eq!(world.mock.attempt(&attempt).unwrap_err().code(), Some(1));
}

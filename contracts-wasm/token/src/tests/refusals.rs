//! Every refusal: a valid call with one part broken gives exactly that error and changes nothing.

use std::vec;

use obolus_sdk::abi::token::TokenError;
use obolus_sdk::mock::MockError;
use obolus_sdk::{CallError, ContractError, SdkError};

use super::cases::{
    Refusal, cases, valid_deal, valid_forwarded, valid_issue, valid_redeem, valid_transfer,
};
use super::*;

/// Every valid call.
const CALLS: [fn(&mut World) -> Attempt; 5] = [
    valid_issue,
    valid_transfer,
    valid_forwarded,
    valid_deal,
    valid_redeem,
];

/// Refused at instantiation only.
const ELSEWHERE: &[TokenError] = &[TokenError::BadInit];

#[test]
fn each_broken_call_is_refused_with_its_error_and_changes_nothing() {
    for (expected, name, prepare) in cases() {
        let mut world = World::new();
        let attempt = prepare(&mut world);
        let before = world.mock.snapshot();
        let refusal = world.mock.attempt(&attempt);
        let expected = ContractError::from(expected);
        assert_eq!(
            refusal,
            Err(MockError::Reverted(expected.clone())),
            "{}: {name}",
            expected.name
        );
        assert_eq!(world.mock.snapshot(), before, "{}: {name}", expected.name);
    }
}

/// Otherwise a case could be refused for more than its one reason.
#[test]
fn each_call_that_the_cases_break_is_valid() {
    for prepare in CALLS {
        let mut world = World::new();
        let attempt = prepare(&mut world);
        world.accept(&attempt);
    }
}

#[test]
fn every_error_has_a_case() {
    for error in TokenError::ALL {
        let covered = cases()
            .iter()
            .any(|(case, ..)| *case == Refusal::Token(*error))
            || ELSEWHERE.contains(error);
        assert!(covered, "{error:?} has no test");
    }
}

#[test]
fn instantiation_checks_settings_and_the_registry() {
    type Spoil = (TokenError, fn(&mut TokenInit));
    let broken: [Spoil; 9] = [
        (TokenError::BadInit, |msg| msg.name.clear()),
        (TokenError::BadInit, |msg| msg.name = "n".repeat(65)),
        (TokenError::BadInit, |msg| msg.unit.clear()),
        (TokenError::BadInit, |msg| msg.unit = "U".repeat(13)),
        (TokenError::BadInit, |msg| msg.exponent = 19),
        (TokenError::BadInit, |msg| msg.issuer.threshold = 3),
        (TokenError::BadInit, |msg| msg.operator.keys.clear()),
        (TokenError::Registry, |msg| msg.registry = STRANGER),
        (TokenError::Registry, |msg| {
            msg.registry = ContractId([99; 32]);
        }),
    ];
    for (expected, spoil) in broken {
        let mut mock = Mock::new();
        mock.install(REGISTRY, REGISTRY_ENTRIES);
        mock.install(STRANGER, &[]);
        let before = mock.snapshot();
        let mut msg = init_msg();
        spoil(&mut msg);
        let refusal = mock.instantiate(TOKEN, ENTRIES, &msg);
        assert_eq!(refusal, Err(MockError::Reverted(expected.into())));
        assert_eq!(mock.snapshot(), before);
    }
}

#[test]
fn a_second_init_is_refused() {
    let mut world = World::new();
    let before = world.mock.snapshot();
    let refusal = world.mock.instantiate(TOKEN, ENTRIES, &init_msg());
    assert_eq!(refusal, Err(MockError::Reverted(TokenError::State.into())));
    assert_eq!(world.mock.snapshot(), before);
}

#[test]
fn trailing_bytes_are_refused() {
    let mut world = World::new();
    for prepare in CALLS {
        let mut attempt = prepare(&mut world);
        attempt.input.push(0);
        let refusal = world.mock.attempt(&attempt);
        let expected = MockError::Reverted(SdkError::BadInput.into());
        assert_eq!(refusal, Err(expected), "{}", attempt.entry);
    }
}

/// A registry that calls back into the token is refused by the host, and so is the payment that
/// relied on it.
#[test]
fn a_registry_cannot_reenter_the_token() {
    fn check_roots(env: &Env, _msg: CheckRootsMsg) -> Result<PointBytes, RegistryError> {
        let again: Result<TokenState, _> = env.static_call(&TOKEN, "state", &());
        assert_eq!(again, Err(CallError::Reentered));
        Err(RegistryError::SenderRoot)
    }
    const LIAR: &[Entry] = &[Entry {
        export: "q_check_roots",
        run: || obolus_sdk::run_read(check_roots),
    }];
    let mut world = World::new();
    let attempt = valid_transfer(&mut world);
    world.mock.install(REGISTRY, LIAR);
    let before = world.mock.snapshot();
    let expected = MockError::Reverted(RegistryError::SenderRoot.into());
    assert_eq!(world.mock.attempt(&attempt), Err(expected));
    assert_eq!(world.mock.snapshot(), before);
}

/// Each public input that the message or the chain supplies is compared: a proof for any other value
/// is none.
#[test]
fn a_proof_for_any_other_public_input_is_refused() {
    for prepare in CALLS {
        let mut world = World::new();
        let attempt = prepare(&mut world);
        let (key, inputs) = world.mock.tx.proofs.first().unwrap().clone();
        for position in 0..inputs.len() {
            let mut other = inputs.clone();
            other[position] = field(987_654_321);
            world.mock.tx.proofs = vec![(key, other)].into_iter().collect();
            let expected = MockError::Reverted(TokenError::BadProof.into());
            assert_eq!(
                world.mock.attempt(&attempt),
                Err(expected),
                "{} input {position}",
                attempt.entry
            );
        }
    }
}

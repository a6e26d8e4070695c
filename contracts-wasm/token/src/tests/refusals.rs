//! Every refusal: a valid call with one part broken gives exactly that error and changes nothing.

use obolus_sdk::abi::token::{TokenError, VelocityRule};
use obolus_sdk::mock::MockError;
use obolus_sdk::{CallError, ContractError, SdkError};

use super::calls::RULE;
use super::cases::{
    Refusal, cases, valid_attest, valid_backed, valid_deal, valid_forwarded, valid_issue,
    valid_limited, valid_migrate, valid_redeem, valid_redeemed, valid_seize, valid_transfer,
};
use super::*;

/// Every valid call.
const CALLS: [fn(&mut World) -> Attempt; 11] = [
    valid_issue,
    valid_transfer,
    valid_forwarded,
    valid_deal,
    valid_redeem,
    valid_seize,
    valid_attest,
    valid_backed,
    valid_limited,
    valid_redeemed,
    valid_migrate,
];

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
            .any(|(case, ..)| *case == Refusal::Token(*error));
        assert!(covered, "{error:?} has no test");
    }
}

#[test]
fn instantiation_checks_settings_and_the_registry() {
    type Spoil = (TokenError, fn(&mut TokenInit));
    let broken: [Spoil; 14] = [
        (TokenError::BadInit, |msg| msg.name.clear()),
        (TokenError::BadInit, |msg| msg.name = "n".repeat(65)),
        (TokenError::BadInit, |msg| msg.unit.clear()),
        (TokenError::BadInit, |msg| msg.unit = "U".repeat(13)),
        (TokenError::BadInit, |msg| msg.exponent = 19),
        (TokenError::BadInit, |msg| msg.issuer.threshold = 3),
        (TokenError::BadInit, |msg| msg.operator.keys.clear()),
        (TokenError::BadInit, |msg| {
            if let Some(reserves) = &mut msg.reserves {
                reserves.attestor.threshold = 3;
            }
        }),
        (TokenError::BadInit, |msg| msg.pins.supply = None),
        (TokenError::BadInit, |msg| {
            msg.velocity = Some(VelocityRule { quota: 0, ..RULE });
        }),
        (TokenError::BadInit, |msg| {
            (msg.velocity, msg.pins.velocity) = (Some(RULE), None);
        }),
        (TokenError::NotFrozenCode, |msg| {
            msg.predecessor = Some(DEALER);
        }),
        (TokenError::Registry, |msg| msg.registry = STRANGER),
        (TokenError::Registry, |msg| {
            msg.registry = ContractId([99; 32]);
        }),
    ];
    for (expected, spoil) in broken {
        let mut mock = Mock::new();
        mock.install(REGISTRY, REGISTRY_ENTRIES);
        mock.install(STRANGER, &[]);
        mock.install(DEALER, &[]);
        mock.set_code_frozen(DEALER, false);
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
    fn check_roots(env: &Env, _msg: CheckRootsMsg) -> Result<AuditorKeys, RegistryError> {
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
        let proofs = world.mock.tx.proofs.clone();
        for (key, inputs) in &proofs {
            for position in 0..inputs.len() {
                let mut other = inputs.clone();
                other[position] = field(987_654_321);
                world.mock.tx.proofs = proofs.clone();
                world.mock.tx.proofs.remove(&(*key, inputs.clone()));
                world.mock.tx.proofs.insert((*key, other));
                let expected = MockError::Reverted(TokenError::BadProof.into());
                assert_eq!(
                    world.mock.attempt(&attempt),
                    Err(expected),
                    "{} {key} input {position}",
                    attempt.entry
                );
            }
        }
    }
}

/// While its window runs, a proof for the auditor's key of the epoch before holds as well; one for any other key does
/// not.
#[test]
fn a_proof_for_the_last_epochs_auditor_is_taken_and_no_older_one() {
    let swap = |attempt: &Attempt, world: &mut World, key: PointBytes| {
        let swapped = std::mem::take(&mut world.mock.tx.proofs)
            .into_iter()
            .map(|(circuit, mut inputs)| {
                for pair in 1..inputs.len() {
                    if inputs[pair - 1..=pair] == [auditor().x(), auditor().y()] {
                        (inputs[pair - 1], inputs[pair]) = (key.x(), key.y());
                    }
                }
                (circuit, inputs)
            })
            .collect();
        world.mock.tx.proofs = swapped;
        world.mock.attempt(attempt)
    };
    for prepare in CALLS {
        let mut world = World::new();
        let attempt = prepare(&mut world);
        if attempt.entry == "attest" {
            continue; // It has no audit ciphertext.
        }
        let older = swap(&attempt, &mut world, ToyMaths::point(998));
        let expected = MockError::Reverted(TokenError::BadProof.into());
        assert_eq!(older, Err(expected), "{}", attempt.entry);

        let attempt = prepare(&mut world);
        let previous = swap(&attempt, &mut world, previous_auditor());
        assert!(previous.is_ok(), "{}", attempt.entry);
    }
}

//! Every refusal: a valid call with one part broken gives exactly that error and changes nothing.

use obolus_sdk::ContractError;
use obolus_sdk::abi::registry::{MAX_ROOT_WINDOW, MAX_SEIZURE_DELAY, RegistryError};

use super::cases::{ELSEWHERE, all, frozen, populated};
use super::*;

#[test]
fn each_broken_call_is_refused_with_its_error_and_changes_nothing() {
    for (expected, name, prepare) in all() {
        let mut world = populated();
        let attempt = prepare(&mut world);
        let before = world.mock.snapshot();
        let refusal = world.mock.attempt(&attempt);
        let expected = ContractError::from(*expected);
        assert_eq!(refusal, Err(MockError::Reverted(expected)), "{name}");
        assert_eq!(world.mock.snapshot(), before, "{name}");
    }
}

/// Otherwise a case above could be refused for more than its one reason.
#[test]
fn each_call_that_the_cases_break_is_valid() {
    let calls: [fn(&mut World) -> Attempt; 10] = [
        |world| world.register(&register_msg(9)),
        |world| world.rotate(0, 9),
        |world| {
            frozen(world, 0);
            world.recover(0, 9)
        },
        |world| world.open_deal(DEALER, &deal_msg(9)),
        |world| world.approve_contract(STRANGER),
        |world| world.freeze(0),
        |world| {
            frozen(world, 0);
            world.unfreeze(0)
        },
        |world| world.set_limit(0, 5),
        |world| world.set_limit(2, u64::MAX - 1),
        |world| world.set_auditor(ToyMaths::point(2_000)),
    ];
    for prepare in calls {
        let mut world = populated();
        let attempt = prepare(&mut world);
        let before = world.mock.snapshot();
        world.accept(&attempt);
        assert_ne!(world.mock.snapshot(), before, "{}", attempt.entry);
    }
}

#[test]
fn every_error_has_a_case() {
    for error in RegistryError::ALL {
        let covered = all().any(|(case, ..)| case == error) || ELSEWHERE.contains(error);
        assert!(covered, "{error:?} has no test");
    }
}

#[test]
fn instantiation_checks_settings_and_the_auditor_key() {
    type Spoil = (RegistryError, fn(&mut RegistryInit));
    let broken: [Spoil; 7] = [
        (RegistryError::BadInit, |msg| msg.registrar.threshold = 0),
        (RegistryError::BadInit, |msg| msg.registrar.threshold = 4),
        (RegistryError::BadInit, |msg| msg.registrar.keys.swap(0, 1)),
        (RegistryError::BadInit, |msg| {
            msg.root_window = MAX_ROOT_WINDOW + 1
        }),
        (RegistryError::BadInit, |msg| {
            msg.seizure_delay = MAX_SEIZURE_DELAY + 1
        }),
        (RegistryError::BadKey, |msg| {
            msg.auditor = PointBytes::IDENTITY
        }),
        (RegistryError::NotKeyHolder, |msg| {
            msg.auditor = ToyMaths::point(2_000)
        }),
    ];
    for (expected, spoil) in broken {
        let mut mock = Mock::new();
        mock.tx.spend_keys = [auditor(), PointBytes::IDENTITY].into();
        let before = mock.snapshot();
        let mut msg = init_msg();
        spoil(&mut msg);
        let refusal = mock.instantiate(REGISTRY, ENTRIES, &msg);
        assert_eq!(refusal, Err(MockError::Reverted(expected.into())));
        assert_eq!(mock.snapshot(), before);
    }
}

#[test]
fn a_second_init_is_refused() {
    let mut world = populated();
    world.mock.tx.spend_keys = [auditor()].into();
    let before = world.mock.snapshot();
    let refusal = world.mock.instantiate(REGISTRY, ENTRIES, &init_msg());
    assert_eq!(
        refusal,
        Err(MockError::Reverted(RegistryError::State.into()))
    );
    assert_eq!(world.mock.snapshot(), before);
}

#[test]
fn queries_refuse_unknown_roots_and_slots() {
    let mut world = populated();
    let freeze = world.freeze(0);
    world.accept(&freeze);
    let current = Some(world.state().active_root);
    let frozen = Some(world.state().frozen_root);
    let refused = |error: RegistryError| Err(MockError::Reverted(error.into()));
    assert_eq!(world.check_roots(current, current), Ok(only(auditor())));
    assert_eq!(world.check_roots(None, None), Ok(only(auditor())));
    assert_eq!(
        world.check_roots(Some(field(1)), current),
        refused(RegistryError::SenderRoot)
    );
    assert_eq!(
        world.check_roots(current, Some(field(1))),
        refused(RegistryError::RecipientRoot)
    );
    // The FROZEN root is no substitute for an ACTIVE one.
    assert_eq!(
        world.check_roots(frozen, current),
        refused(RegistryError::SenderRoot)
    );
    assert_eq!(
        world.participant(7),
        Err(MockError::Reverted(RegistryError::NoSuchSlot.into()))
    );
}

#[test]
fn a_forwarder_that_nobody_approved_is_refused_before_any_root() {
    let mut world = populated();
    let refused = Err(MockError::Reverted(RegistryError::NotApproved.into()));
    assert_eq!(world.check_forwarder(STRANGER), refused);
    assert_eq!(world.check_forwarder(ContractId([99; 32])), refused);
    // The registry and the zero id, which stands for the user elsewhere, are no forwarders either.
    assert_eq!(world.check_forwarder(REGISTRY), refused);
    assert_eq!(world.check_forwarder(ContractId([0; 32])), refused);
    let stale = CheckRootsMsg {
        sender_root: Some(field(1)),
        recipient_root: Some(field(1)),
        forwarder: Some(STRANGER),
    };
    let answer: Result<AuditorKeys, _> = world.mock.query(REGISTRY, "check_roots", &stale);
    assert_eq!(answer, refused);
}

/// Approval does not replace the roots.
#[test]
fn an_approved_forwarder_still_needs_current_roots() {
    let mut world = populated();
    let current = Some(world.state().active_root);
    let mut ask = |sender_root, recipient_root| {
        let msg = CheckRootsMsg {
            sender_root,
            recipient_root,
            forwarder: Some(DEALER),
        };
        world
            .mock
            .query::<_, AuditorKeys>(REGISTRY, "check_roots", &msg)
            .map_err(|error| error.code())
    };
    let sender = ContractError::from(RegistryError::SenderRoot).code;
    let recipient = ContractError::from(RegistryError::RecipientRoot).code;
    assert_eq!(ask(Some(field(1)), current), Err(Some(sender)));
    assert_eq!(ask(current, Some(field(1))), Err(Some(recipient)));
    assert_eq!(ask(current, current), Ok(only(auditor())));
    assert_eq!(ask(None, None), Ok(only(auditor())));
}

#[test]
fn approval_makes_a_forwarder_at_once_and_only_of_that_contract() {
    let mut world = populated();
    assert_eq!(world.check_forwarder(DEALER), Ok(only(auditor())));
    assert!(world.check_forwarder(STRANGER).is_err());
    let approve = world.approve_contract(STRANGER);
    world.accept(&approve);
    assert_eq!(world.check_forwarder(STRANGER), Ok(only(auditor())));
    assert!(world.check_forwarder(ContractId([99; 32])).is_err());
}

#[test]
fn trailing_bytes_are_refused() {
    let mut world = populated();
    let mut attempt = world.register(&register_msg(9));
    attempt.input.push(0);
    let before = world.mock.snapshot();
    assert_eq!(world.mock.attempt(&attempt).unwrap_err().code(), Some(1));
    assert_eq!(world.mock.snapshot(), before);
}

//! Cases of `balance`.

use obolus_protocol::{
    amount::Amount,
    keys::{NullifierKey, SpendValidatingKey},
    note::{Dummy, Rcm},
};

use super::{
    transfer::{less, more},
    *,
};

type C = Change<Balance>;

impl Table for Balance {
    /// Exactly the threshold, with dummies from the fourth input on.
    const SAMPLE: fn(u64) -> BalanceWitness = sample::balance_with_dummies;

    fn cases() -> Vec<Case<Self>> {
        let mut cases = notes();
        cases.extend(amounts());
        cases
    }

    fn public_rule(name: &str) -> (Rule, Rule) {
        match name {
            "anchor" => (Rule::AnchorMembership, Rule::AnchorMembership),
            "owner" => (Rule::OwnerKey, Rule::OwnerKey),
            "threshold" => (Rule::Threshold, Rule::Threshold),
            "context" => (Rule::ContextBinding, Rule::ContextBinding),
            nullifier if nullifier.starts_with("nf") => (Rule::Nullifiers, Rule::Nullifiers),
            other => panic!("no expectation for public input {other}"),
        }
    }
}

fn notes() -> Vec<Case<Balance>> {
    let mixed = sample::balance_with_dummies as fn(u64) -> _;
    vec![
        same(
            "another nullifier key",
            mixed,
            C::Witness(|w| w.nk = NullifierKey::new(w.nk.get() + Fr::from(1_u64))),
            Rule::OwnerKey,
        ),
        same(
            "somebody else's spend-validating key",
            mixed,
            C::Witness(|w| {
                let other = obolus_protocol::Point::generator();
                w.ak = SpendValidatingKey::new(other).expect("no identity");
            }),
            Rule::OwnerKey,
        ),
        circuit_only(
            "an owner that is not the hash of the keys",
            mixed,
            C::Variable("owner/last3/lane0/x5"),
            Rule::OwnerKey,
        ),
        circuit_only(
            "a dummy flag that is neither 0 nor 1",
            mixed,
            C::Values(|v| v.inputs[7].dummy = Fr::from(2_u64)),
            Rule::DummyBoolean,
        ),
        same(
            "a note that is worth more",
            mixed,
            C::Witness(|w| w.inputs[2].note_value = more(w.inputs[2].note_value)),
            Rule::AnchorMembership,
        ),
        same(
            "a dummy as a real note",
            mixed,
            C::Witness(|w| w.inputs[3].dummy = Dummy::No),
            Rule::AnchorMembership,
        ),
        same(
            "a note of another tree among eight",
            sample::balance,
            C::Witness(|w| w.inputs[7] = sample::balance(SEED + 1).inputs[7].clone()),
            Rule::AnchorMembership,
        ),
        circuit_only(
            "a path bit that is neither 0 nor 1",
            mixed,
            C::Values(|v| *v.inputs[1].path.bit_mut(3, 1) = Fr::from(5_u64)),
            Rule::AnchorMembership,
        ),
        same(
            "a dummy with other randomness",
            mixed,
            C::Witness(|w| w.inputs[6].rcm = Rcm::new(Fr::from(3_u64))),
            Rule::Nullifiers,
        ),
        same(
            "the last two dummies exchanged",
            mixed,
            C::Witness(|w| w.inputs.swap(6, 7)),
            Rule::Nullifiers,
        ),
    ]
}

fn amounts() -> Vec<Case<Balance>> {
    let mixed = sample::balance_with_dummies as fn(u64) -> _;
    vec![
        same(
            "a real note as a dummy",
            mixed,
            C::Witness(|w| w.inputs[0].dummy = Dummy::Yes),
            Rule::DummyValue,
        ),
        same(
            "a dummy that is worth something",
            mixed,
            C::Rebuilt(|w| w.inputs[5].note_value = Amount::new(1)),
            Rule::DummyValue,
        ),
        same(
            "one unit more than there is",
            mixed,
            C::Rebuilt(|w| w.threshold = more(w.threshold)),
            Rule::Threshold,
        ),
        same(
            "the largest threshold",
            mixed,
            C::Rebuilt(|w| w.threshold = Amount::MAX),
            Rule::Threshold,
        ),
        same(
            "a note left out",
            mixed,
            C::Rebuilt(|w| {
                w.inputs[1].note_value = Amount::ZERO;
                w.inputs[1].dummy = Dummy::Yes;
                w.threshold = less(w.threshold);
            }),
            Rule::Threshold,
        ),
        circuit_only(
            "a bit of the difference that is neither 0 nor 1",
            mixed,
            C::Variable("slack/bit66"),
            Rule::Threshold,
        ),
    ]
}

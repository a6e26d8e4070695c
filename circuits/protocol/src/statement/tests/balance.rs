//! `balance`.

use obolus_abi::BalanceInputs;
use rand::{SeedableRng, rngs::StdRng};

use super::table::{Break, Table};
use crate::{
    amount::Amount,
    field::Fr,
    keys::{NullifierKey, SpendingKey},
    note::{Dummy, Position, Rcm},
    statement::{
        BalanceWitness, Rule,
        balance::{RULES, check},
        sample,
    },
    tree::MerklePath,
};

fn honest(witness: &BalanceWitness) -> BalanceInputs<Fr> {
    witness.public_inputs(sample::context(1))
}

/// The last two need a dummy, which the sample has at the end.
const FIELDS: &[Break<BalanceWitness>] = &[
    ("ak", Rule::OwnerKey, |w, rng| {
        let seed = crate::keys::Seed::random(rng);
        w.ak = SpendingKey::from_seed(&seed).validating_key();
    }),
    ("nk", Rule::OwnerKey, |w, rng| {
        w.nk = NullifierKey::random(rng)
    }),
    ("value", Rule::AnchorMembership, |w, _| {
        w.inputs[2].note_value = Amount::new(w.inputs[2].note_value.get() + 1);
    }),
    ("rcm", Rule::AnchorMembership, |w, rng| {
        w.inputs[1].rcm = Rcm::random(rng);
    }),
    ("position", Rule::AnchorMembership, |w, _| {
        let path = &w.inputs[0].path;
        w.inputs[0].path = MerklePath::new(path.index() ^ 1, *path.siblings()).unwrap();
    }),
    ("real as dummy", Rule::DummyValue, |w, _| {
        w.inputs[0].dummy = Dummy::Yes;
    }),
    ("dummy as real", Rule::AnchorMembership, |w, _| {
        w.inputs[7].dummy = Dummy::No;
    }),
    ("dummy's value", Rule::DummyValue, |w, _| {
        w.inputs[6].note_value = Amount::new(1);
    }),
    ("dummy's rcm", Rule::Nullifiers, |w, rng| {
        w.inputs[5].rcm = Rcm::random(rng);
    }),
    ("dummy's position", Rule::Nullifiers, |w, _| {
        let siblings = *w.inputs[4].path.siblings();
        let other = (w.inputs[4].path.index() + 1) % Position::COUNT;
        w.inputs[4].path = MerklePath::new(other, siblings).unwrap();
    }),
    ("notes exchanged", Rule::Nullifiers, |w, _| {
        w.inputs.swap(0, 1)
    }),
    ("threshold", Rule::Threshold, |w, _| {
        w.threshold = Amount::new(w.threshold.get() - 1);
    }),
];

const TABLE: Table<BalanceWitness, 12> = Table {
    rules: RULES,
    derived: &[],
    names: BalanceInputs::<Fr>::NAMES,
    samples: &[sample::balance_with_dummies, sample::balance],
    public: |w| honest(w).to_array(),
    check: |w, inputs| check(w, &BalanceInputs::from_array(inputs)),
    slots: [
        Rule::AnchorMembership,
        Rule::OwnerKey,
        Rule::Nullifiers,
        Rule::Nullifiers,
        Rule::Nullifiers,
        Rule::Nullifiers,
        Rule::Nullifiers,
        Rule::Nullifiers,
        Rule::Nullifiers,
        Rule::Nullifiers,
        Rule::Threshold,
        Rule::ContextBinding,
    ],
    fields: FIELDS,
    consistent: &[],
};

#[test]
fn samples_pass() {
    TABLE.samples_pass();
}

#[test]
fn every_rule_and_public_input_is_checked() {
    TABLE.every_rule_is_checked();
}

/// The sample holds exactly its threshold: one unit more is too much, one less is not.
#[test]
fn the_threshold_is_at_most_the_sum() {
    let verdict = |step: i64| {
        let mut witness = sample::balance_with_dummies(3);
        witness.threshold = Amount::new(witness.threshold.get().wrapping_add_signed(step));
        check(&witness, &honest(&witness))
    };
    assert_eq!(verdict(0), Ok(()));
    assert_eq!(verdict(-1), Ok(()));
    assert_eq!(verdict(1), Err(Rule::Threshold));
    let mut witness = sample::balance_with_dummies(3);
    witness.threshold = Amount::MAX;
    assert_eq!(check(&witness, &honest(&witness)), Err(Rule::Threshold));
}

/// The sum of eight notes may be above 64 bits; the threshold is not.
#[test]
fn a_sum_above_64_bits_does_not_wrap() {
    let mut found = false;
    for seed in 0..8 {
        let mut witness = sample::balance(seed);
        let sum: u128 = witness
            .inputs
            .iter()
            .map(|input| u128::from(input.note_value.get()))
            .sum();
        found |= sum > u128::from(u64::MAX);
        witness.threshold = Amount::new(u64::try_from(sum).unwrap_or(u64::MAX));
        assert_eq!(check(&witness, &honest(&witness)), Ok(()));
    }
    assert!(found);
}

/// A claim of dummies only shows nothing, and an anchor that no token has.
#[test]
fn dummies_alone_hold_nothing() {
    let mut rng = StdRng::seed_from_u64(9);
    let mut witness = sample::balance(1);
    for input in &mut witness.inputs {
        *input = crate::statement::SpendInput::dummy(&mut rng);
    }
    witness.threshold = Amount::new(1);
    assert_eq!(check(&witness, &honest(&witness)), Err(Rule::Threshold));
    witness.threshold = Amount::ZERO;
    assert_eq!(check(&witness, &honest(&witness)), Ok(()));
}

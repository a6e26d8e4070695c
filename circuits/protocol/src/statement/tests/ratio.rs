//! `ratio`.

use obolus_abi::RatioInputs;

use super::table::{Break, Table};
use crate::{
    amount::Amount,
    field::Fr,
    keys::Owner,
    note::Rcm,
    rate::Rate,
    statement::{
        RatioWitness, Rule,
        ratio::{RULES, check},
        sample,
    },
};

fn honest(witness: &RatioWitness) -> RatioInputs<Fr> {
    witness.public_inputs(sample::context(1))
}

/// A witness of these numbers: whether the statement holds for the commitments of just them.
fn verdict(p: u64, q: u64, first: u64, second: u64) -> Result<(), Rule> {
    let mut witness = sample::ratio(3);
    witness.first.value = Amount::new(first);
    witness.second.value = Amount::new(second);
    witness.rate = Rate::new(p, q).unwrap();
    check(&witness, &honest(&witness))
}

const FIELDS: &[Break<RatioWitness>] = &[
    ("first value", Rule::FirstCommitment, |w, _| {
        w.first.value = Amount::new(w.first.value.get() ^ 1);
    }),
    ("first owner", Rule::FirstCommitment, |w, rng| {
        w.first.owner = Owner::new(Rcm::random(rng).get());
    }),
    ("first rcm", Rule::FirstCommitment, |w, rng| {
        w.first.rcm = Rcm::random(rng);
    }),
    ("second value", Rule::SecondCommitment, |w, _| {
        w.second.value = Amount::new(w.second.value.get() ^ 1);
    }),
    ("second owner", Rule::SecondCommitment, |w, rng| {
        w.second.owner = Owner::new(Rcm::random(rng).get());
    }),
    ("second rcm", Rule::SecondCommitment, |w, rng| {
        w.second.rcm = Rcm::random(rng);
    }),
    ("notes exchanged", Rule::FirstCommitment, |w, _| {
        core::mem::swap(&mut w.first, &mut w.second);
    }),
    ("p", Rule::Rate, |w, _| {
        w.rate = Rate::new(w.rate.p() + 1, w.rate.q()).unwrap();
    }),
    ("q", Rule::Rate, |w, _| {
        w.rate = Rate::new(w.rate.p(), w.rate.q() + 1).unwrap();
    }),
    ("twice p and q", Rule::Rate, |w, _| {
        w.rate = Rate::new(2 * w.rate.p(), 2 * w.rate.q()).unwrap();
    }),
];

const TABLE: Table<RatioWitness, 7> = Table {
    rules: RULES,
    derived: &[],
    names: RatioInputs::<Fr>::NAMES,
    samples: &[sample::ratio, sample::ratio_at_the_edge],
    public: |w| honest(w).to_array(),
    check: |w, inputs| check(w, &RatioInputs::from_array(inputs)),
    slots: [
        Rule::FirstCommitment,
        Rule::FirstCommitment,
        Rule::SecondCommitment,
        Rule::SecondCommitment,
        Rule::Rate,
        Rule::Rate,
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

#[test]
fn the_second_amount_is_the_first_rounded_down() {
    assert_eq!(verdict(3, 2, 11, 16), Ok(()));
    for wrong in [0, 15, 17, 33] {
        assert_eq!(verdict(3, 2, 11, wrong), Err(Rule::Rate));
    }
    assert_eq!(verdict(6, 4, 11, 16), Ok(()));
    assert_eq!(verdict(0, 1, 11, 0), Ok(()));
    assert_eq!(verdict(0, 1, 11, 1), Err(Rule::Rate));
    assert_eq!(verdict(1, 3, 2, 0), Ok(()));
    // 2^65 does not wrap to anything.
    for wrong in [0, 1, u64::MAX] {
        assert_eq!(verdict(4, 1, 1 << 63, wrong), Err(Rule::Rate));
    }
}

/// Natively `p` and `q` have 64 bits; what does not is no rate of any witness.
#[test]
fn numbers_outside_64_bits_are_no_rate() {
    let witness = sample::ratio(1);
    let public = honest(&witness);
    let zero = RatioInputs {
        q: Fr::from(0_u64),
        ..public
    };
    assert_eq!(check(&witness, &zero), Err(Rule::Rate));
    let wide = Fr::from(u64::MAX) + Fr::from(1_u64);
    for wrong in [
        RatioInputs {
            p: public.p + wide,
            ..public
        },
        RatioInputs {
            q: public.q + wide,
            ..public
        },
    ] {
        assert_eq!(check(&witness, &wrong), Err(Rule::Rate));
    }
}

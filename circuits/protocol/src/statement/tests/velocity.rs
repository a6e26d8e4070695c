//! `velocity`.

use obolus_abi::{ContractId, VelocityInputs};

use super::table::{Break, Table};
use crate::{
    field::Fr,
    keys::NullifierKey,
    note::{Dummy, Position, Rcm},
    statement::{
        Rule, SpendInput, VelocityWitness, sample,
        velocity::{RULES, check},
    },
    velocity::{Period, PeriodNumber, Quota, Ticket},
};

fn honest(witness: &VelocityWitness) -> VelocityInputs<Fr> {
    witness.public_inputs(sample::context(1))
}

const FIELDS: &[Break<VelocityWitness>] = &[
    ("nk", Rule::Nullifier1, |w, rng| {
        w.nk = NullifierKey::random(rng);
    }),
    ("rcm", Rule::Nullifier1, |w, rng| w.rcm = Rcm::random(rng)),
    ("position", Rule::Nullifier1, |w, _| {
        w.position = Position::new(w.position.get() ^ 1).unwrap();
    }),
    ("dummy", Rule::Nullifier1, |w, _| w.dummy = Dummy::Yes),
    ("period", Rule::VelocityTag, |w, _| {
        w.period = Period::of(&ContractId([1; 32]), PeriodNumber(1));
    }),
    ("ticket", Rule::VelocityTag, |w, _| {
        w.ticket = Ticket::new(w.ticket.get() + 1);
    }),
    ("quota", Rule::WithinQuota, |w, _| {
        w.quota = Quota::new(w.quota.get() + 1).unwrap();
    }),
];

const TABLE: Table<VelocityWitness, 5> = Table {
    rules: RULES,
    derived: &[],
    names: VelocityInputs::<Fr>::NAMES,
    samples: &[sample::velocity, sample::velocity_at_the_edge],
    public: |w| honest(w).to_array(),
    check: |w, inputs| check(w, &VelocityInputs::from_array(inputs)),
    slots: [
        Rule::Nullifier1,
        Rule::VelocityTag,
        Rule::VelocityTag,
        Rule::WithinQuota,
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
fn a_quota_ends_before_its_number() {
    let verdict = |quota, ticket| {
        let mut witness = sample::velocity(3);
        witness.quota = Quota::new(quota).unwrap();
        witness.ticket = Ticket::new(ticket);
        check(&witness, &honest(&witness))
    };
    for (quota, ticket) in [(1, 0), (2, 1), (20, 19), (Quota::MAX, u16::MAX)] {
        assert_eq!(verdict(quota, ticket), Ok(()));
    }
    for (quota, ticket) in [(1, 1), (2, 2), (20, 20), (Quota::MAX - 1, u16::MAX)] {
        assert_eq!(verdict(quota, ticket), Err(Rule::WithinQuota));
    }
}

/// The proof names the payment that it accompanies, also one that begins with a dummy.
#[test]
fn the_nullifier_is_the_payments() {
    for payment in [sample::transfer(1), sample::transfer_with_dummy(2)] {
        let inputs: [&SpendInput; 2] = payment.inputs.each_ref();
        for first in inputs {
            let period = Period::of(&ContractId([1; 32]), PeriodNumber(1));
            let quota = Quota::new(3).unwrap();
            let witness = VelocityWitness::new(&payment.nk, first, period, quota, Ticket::new(2));
            assert_eq!(witness.nullifier(), first.nullifier(&payment.nk));
            assert_eq!(check(&witness, &honest(&witness)), Ok(()));
        }
    }
}

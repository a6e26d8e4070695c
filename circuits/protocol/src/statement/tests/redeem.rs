//! `redeem`.

use obolus_abi::RedeemInputs;

use super::table::{Break, Table};
use crate::{
    amount::Amount,
    audit::{AuditScalar, AuditorSecret},
    field::Fr,
    keys::NullifierKey,
    note::{Dummy, Rcm},
    pedersen::Blinding,
    schnorr::Randomizer,
    statement::{
        RedeemWitness, Rule,
        redeem::{RULES, check},
        sample,
    },
};

fn honest(witness: &RedeemWitness) -> RedeemInputs<Fr> {
    witness.public_inputs(sample::context(1))
}

const FIELDS: &[Break<RedeemWitness>] = &[
    ("nk", Rule::AnchorMembership, |w, rng| {
        w.nk = NullifierKey::random(rng)
    }),
    ("alpha", Rule::SpendKeyRandomised, |w, rng| {
        w.alpha = Randomizer::random(rng)
    }),
    ("input rcm", Rule::AnchorMembership, |w, rng| {
        w.inputs[0].rcm = Rcm::random(rng)
    }),
    ("change", Rule::ChangeCommitment, |w, _| {
        w.change = Amount::new(w.change.get() ^ 1)
    }),
    ("redeemed", Rule::ValueConservation, |w, _| {
        w.redeemed = Amount::new(w.redeemed.get() ^ 1)
    }),
    ("limit", Rule::SenderRegistered, |w, _| {
        w.sender_leaf.limit = Amount::new(w.sender_leaf.limit.get() ^ 1);
    }),
    ("blinding", Rule::ValueCommitment, |w, rng| {
        w.s = Blinding::random(rng)
    }),
    ("r", Rule::ChangeCommitment, |w, rng| {
        w.r = AuditScalar::random(rng)
    }),
    ("auditor", Rule::ChangeCommitment, |w, rng| {
        w.auditor = AuditorSecret::random(rng).public();
    }),
];

const CONSISTENT: &[Break<RedeemWitness>] = &[
    (
        "redeems more than it spends",
        Rule::ValueConservation,
        |w, _| {
            w.redeemed = Amount::new(w.redeemed.get() + 1);
            w.sender_leaf.limit = Amount::MAX;
        },
    ),
    ("a dummy with a value", Rule::DummyValue, |w, _| {
        w.inputs[0].dummy = Dummy::Yes
    }),
    (
        "a note that is in no tree",
        Rule::AnchorMembership,
        |w, rng| {
            w.inputs[1].rcm = Rcm::random(rng);
        },
    ),
    ("above the limit", Rule::Limit, |w, _| {
        w.sender_leaf.limit = Amount::new(w.redeemed.get() - 1);
    }),
];

const TABLE: Table<RedeemWitness, 16> = Table {
    rules: RULES,
    derived: &[Rule::OwnerKey],
    names: RedeemInputs::<Fr>::NAMES,
    samples: &[sample::redeem, sample::redeem_with_dummy],
    public: |w| honest(w).to_array(),
    check: |w, inputs| check(w, &RedeemInputs::from_array(inputs)),
    slots: [
        Rule::AnchorMembership,
        Rule::SenderRegistered,
        Rule::Nullifier1,
        Rule::Nullifier2,
        Rule::ChangeCommitment,
        Rule::SpendKeyRandomised,
        Rule::SpendKeyRandomised,
        Rule::ValueCommitment,
        Rule::ValueCommitment,
        Rule::AuditorKey,
        Rule::AuditorKey,
        Rule::AuditEphemeral,
        Rule::AuditEphemeral,
        Rule::AuditAmounts,
        Rule::AuditBlinding,
        Rule::ContextBinding,
    ],
    fields: FIELDS,
    consistent: CONSISTENT,
};

#[test]
fn samples_pass() {
    TABLE.samples_pass();
}

#[test]
fn every_rule_and_public_input_is_checked() {
    TABLE.every_rule_is_checked();
}

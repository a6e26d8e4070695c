//! `issue`.

use obolus_abi::IssueInputs;

use super::table::{Break, Table};
use crate::{
    amount::Amount,
    audit::{AuditScalar, AuditorSecret, issue::IssueNonce},
    field::Fr,
    keys::Owner,
    note::Rcm,
    pedersen::Blinding,
    statement::{
        IssueWitness, Rule,
        issue::{RULES, check},
        sample,
    },
};

fn honest(witness: &IssueWitness) -> IssueInputs<Fr> {
    witness.public_inputs(sample::context(1))
}

const FIELDS: &[Break<IssueWitness>] = &[
    ("recipient", Rule::RecipientRegistered, |w, rng| {
        w.recipient = Owner::new(Rcm::random(rng).get());
    }),
    ("value", Rule::OutputCommitment, |w, _| {
        w.value = Amount::new(w.value.get() ^ 1)
    }),
    ("rcm1", Rule::OutputCommitment, |w, rng| {
        w.rcm1 = Rcm::random(rng)
    }),
    ("limit", Rule::RecipientRegistered, |w, _| {
        w.recipient_leaf.limit = Amount::new(w.recipient_leaf.limit.get() ^ 1);
    }),
    ("blinding", Rule::ValueCommitment, |w, rng| {
        w.s = Blinding::random(rng)
    }),
    ("r", Rule::AuditEphemeral, |w, rng| {
        w.r = AuditScalar::random(rng)
    }),
    ("auditor", Rule::AuditorKey, |w, rng| {
        w.auditor = AuditorSecret::random(rng).public()
    }),
    ("nonce", Rule::Nonce, |w, _| {
        w.nonce = IssueNonce::new(w.nonce.get() + Fr::from(1_u64));
    }),
];

const TABLE: Table<IssueWitness, 13> = Table {
    rules: RULES,
    derived: &[],
    names: IssueInputs::<Fr>::NAMES,
    samples: &[sample::issue],
    public: |w| honest(w).to_array(),
    check: |w, inputs| check(w, &IssueInputs::from_array(inputs)),
    slots: [
        Rule::RecipientRegistered,
        Rule::OutputCommitment,
        Rule::ValueCommitment,
        Rule::ValueCommitment,
        Rule::AuditorKey,
        Rule::AuditorKey,
        Rule::AuditEphemeral,
        Rule::AuditEphemeral,
        Rule::AuditAmounts,
        Rule::AuditRandomness,
        Rule::AuditBlinding,
        Rule::Nonce,
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

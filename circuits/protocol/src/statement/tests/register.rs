//! `register`.

use obolus_abi::RegisterInputs;

use super::table::{Break, Table};
use crate::{
    audit::{AuditScalar, AuditorSecret},
    field::Fr,
    keys::{NullifierKey, Seed, SpendingKey},
    statement::{
        RegisterWitness, Rule,
        register::{RULES, check},
        sample,
    },
};

fn honest(witness: &RegisterWitness) -> RegisterInputs<Fr> {
    witness.public_inputs(sample::context(1))
}

const FIELDS: &[Break<RegisterWitness>] = &[
    ("ak", Rule::OwnerKey, |w, rng| {
        w.ak = SpendingKey::from_seed(&Seed::random(rng)).validating_key();
    }),
    ("nk", Rule::OwnerKey, |w, rng| {
        w.nk = NullifierKey::random(rng)
    }),
    ("r", Rule::AuditEphemeral, |w, rng| {
        w.r = AuditScalar::random(rng)
    }),
    ("auditor", Rule::AuditorKey, |w, rng| {
        w.auditor = AuditorSecret::random(rng).public()
    }),
];

const TABLE: Table<RegisterWitness, 9> = Table {
    rules: RULES,
    derived: &[],
    names: RegisterInputs::<Fr>::NAMES,
    samples: &[sample::register],
    public: |w| honest(w).to_array(),
    check: |w, inputs| check(w, &RegisterInputs::from_array(inputs)),
    slots: [
        Rule::OwnerKey,
        Rule::OwnerKey,
        Rule::OwnerKey,
        Rule::AuditorKey,
        Rule::AuditorKey,
        Rule::AuditEphemeral,
        Rule::AuditEphemeral,
        Rule::AuditEscrow,
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

//! `register`.

use obolus_abi::RegisterInputs;
use rand::{SeedableRng, rngs::StdRng};

use super::{Hits, spoiled};
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

type Change = fn(&mut RegisterWitness, &mut StdRng);

fn honest(witness: &RegisterWitness) -> RegisterInputs<Fr> {
    witness.public_inputs(sample::context(1))
}

#[test]
fn samples_pass() {
    for seed in 0..4 {
        let witness = sample::register(seed);
        assert_eq!(check(&witness, &honest(&witness)), Ok(()));
    }
}

const SLOT_RULES: [Rule; 9] = [
    Rule::OwnerKey,
    Rule::OwnerKey,
    Rule::OwnerKey,
    Rule::AuditorKey,
    Rule::AuditorKey,
    Rule::AuditEphemeral,
    Rule::AuditEphemeral,
    Rule::AuditEscrow,
    Rule::ContextBinding,
];

const FIELDS: &[(&str, Rule, Change)] = &[
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

#[test]
fn every_rule_and_public_input_is_checked() {
    let mut hits = Hits::new();
    let mut rng = StdRng::seed_from_u64(7);
    let witness = sample::register(1);
    let public = honest(&witness);

    for (slot, rule) in SLOT_RULES.into_iter().enumerate() {
        let wrong = RegisterInputs::from_array(spoiled(public.to_array(), slot));
        hits.expect(
            RegisterInputs::<Fr>::NAMES[slot],
            check(&witness, &wrong),
            rule,
        );
    }
    for (what, rule, change) in FIELDS {
        let mut broken = witness.clone();
        change(&mut broken, &mut rng);
        hits.expect(what, check(&broken, &public), *rule);
    }
    hits.covers(RULES, &[]);
}

//! `issue`.

use obolus_abi::IssueInputs;
use rand::{SeedableRng, rngs::StdRng};

use super::{Hits, spoiled};
use crate::{
    amount::Amount,
    audit::{AuditScalar, AuditorSecret},
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

type Change = fn(&mut IssueWitness, &mut StdRng);

fn honest(witness: &IssueWitness) -> IssueInputs<Fr> {
    witness.public_inputs(sample::context(1))
}

#[test]
fn samples_pass() {
    for seed in 0..4 {
        let witness = sample::issue(seed);
        assert_eq!(check(&witness, &honest(&witness)), Ok(()));
    }
}

const SLOT_RULES: [Rule; 13] = [
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
];

const FIELDS: &[(&str, Rule, Change)] = &[
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
    ("nonce", Rule::Nonce, |w, _| w.nonce ^= 1),
];

#[test]
fn every_rule_and_public_input_is_checked() {
    let mut hits = Hits::new();
    let mut rng = StdRng::seed_from_u64(7);
    let witness = sample::issue(1);
    let public = honest(&witness);

    for (slot, rule) in SLOT_RULES.into_iter().enumerate() {
        let wrong = IssueInputs::from_array(spoiled(public.to_array(), slot));
        hits.expect(
            IssueInputs::<Fr>::NAMES[slot],
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

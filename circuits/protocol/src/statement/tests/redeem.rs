//! `redeem`.

use obolus_abi::RedeemInputs;
use rand::{SeedableRng, rngs::StdRng};

use super::{Hits, spoiled};
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

type Change = fn(&mut RedeemWitness, &mut StdRng);

fn honest(witness: &RedeemWitness) -> RedeemInputs<Fr> {
    witness.public_inputs(sample::context(1))
}

#[test]
fn samples_pass() {
    for seed in 0..4 {
        for witness in [sample::redeem(seed), sample::redeem_with_dummy(seed)] {
            assert_eq!(check(&witness, &honest(&witness)), Ok(()));
        }
    }
}

const SLOT_RULES: [Rule; 16] = [
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
];

const FIELDS: &[(&str, Rule, Change)] = &[
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

const CONSISTENT: &[(&str, Rule, Change)] = &[
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

#[test]
fn every_rule_and_public_input_is_checked() {
    let mut hits = Hits::new();
    let mut rng = StdRng::seed_from_u64(7);
    let witness = sample::redeem(1);
    let public = honest(&witness);

    for (slot, rule) in SLOT_RULES.into_iter().enumerate() {
        let wrong = RedeemInputs::from_array(spoiled(public.to_array(), slot));
        hits.expect(
            RedeemInputs::<Fr>::NAMES[slot],
            check(&witness, &wrong),
            rule,
        );
    }
    for (what, rule, change) in FIELDS {
        let mut broken = witness.clone();
        change(&mut broken, &mut rng);
        hits.expect(what, check(&broken, &public), *rule);
    }
    for (what, rule, change) in CONSISTENT {
        let mut broken = witness.clone();
        change(&mut broken, &mut rng);
        hits.expect(what, check(&broken, &honest(&broken)), *rule);
    }
    hits.covers(RULES, &[Rule::OwnerKey]);
}

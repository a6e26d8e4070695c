//! `transfer`.

use obolus_abi::TransferInputs;

use super::table::{Break, Table};
use crate::{
    amount::Amount,
    audit::{AuditScalar, AuditorSecret},
    field::Fr,
    keys::{NullifierKey, Owner, Seed, SpendingKey},
    note::{Dummy, Rcm},
    schnorr::Randomizer,
    statement::{
        Rule, SpendInput, TransferWitness, sample,
        transfer::{RULES, check},
    },
};
use rand::{SeedableRng, rngs::StdRng};

fn honest(witness: &TransferWitness) -> TransferInputs<Fr> {
    witness.public_inputs(sample::context(1))
}

/// A field of the witness differs from the one that the public inputs were made with.
const FIELDS: &[Break<TransferWitness>] = &[
    ("ak", Rule::SpendKeyRandomised, |w, rng| {
        w.ak = SpendingKey::from_seed(&Seed::random(rng)).validating_key();
    }),
    ("nk", Rule::AnchorMembership, |w, rng| {
        w.nk = NullifierKey::random(rng)
    }),
    ("alpha", Rule::SpendKeyRandomised, |w, rng| {
        w.alpha = Randomizer::random(rng)
    }),
    ("input value", Rule::AnchorMembership, |w, _| {
        w.inputs[0].note_value = Amount::new(w.inputs[0].note_value.get() ^ 1);
    }),
    ("input rcm", Rule::AnchorMembership, |w, rng| {
        w.inputs[1].rcm = Rcm::random(rng)
    }),
    ("input path", Rule::AnchorMembership, |w, _| {
        w.inputs[0].path = w.inputs[1].path.clone();
    }),
    ("inputs swapped", Rule::Nullifier1, |w, _| {
        w.inputs.swap(0, 1);
    }),
    ("real input called a dummy", Rule::DummyValue, |w, _| {
        w.inputs[0].dummy = Dummy::Yes
    }),
    (
        "first input replaced by a dummy",
        Rule::Nullifier1,
        |w, rng| {
            w.inputs[0] = SpendInput::dummy(rng);
        },
    ),
    (
        "second input replaced by a dummy",
        Rule::Nullifier2,
        |w, rng| {
            w.inputs[1] = SpendInput::dummy(rng);
        },
    ),
    ("recipient", Rule::OutputCommitment, |w, rng| {
        w.recipient = Owner::new(Rcm::random(rng).get());
    }),
    ("pay", Rule::OutputCommitment, |w, _| {
        w.pay = Amount::new(w.pay.get() ^ 1)
    }),
    ("change", Rule::ChangeCommitment, |w, _| {
        w.change = Amount::new(w.change.get() ^ 1)
    }),
    ("rcm1", Rule::OutputCommitment, |w, rng| {
        w.rcm1 = Rcm::random(rng)
    }),
    ("sender's limit", Rule::SenderRegistered, |w, _| {
        w.sender_leaf.limit = Amount::new(w.sender_leaf.limit.get() ^ 1);
    }),
    ("recipient's limit", Rule::RecipientRegistered, |w, _| {
        w.recipient_leaf.limit = Amount::new(w.recipient_leaf.limit.get() ^ 1);
    }),
    ("sender's path", Rule::SenderRegistered, |w, _| {
        w.sender_leaf.path = w.recipient_leaf.path.clone();
    }),
    ("r", Rule::ChangeCommitment, |w, rng| {
        w.r = AuditScalar::random(rng)
    }),
    ("auditor", Rule::ChangeCommitment, |w, rng| {
        w.auditor = AuditorSecret::random(rng).public();
    }),
];

/// The public inputs are made from the broken witness itself, as an attacker would.
const CONSISTENT: &[Break<TransferWitness>] = &[
    ("money from nothing", Rule::ValueConservation, |w, _| {
        w.change = Amount::new(w.change.get() + 1);
    }),
    ("money destroyed", Rule::ValueConservation, |w, _| {
        w.pay = Amount::new(w.pay.get().saturating_sub(1));
    }),
    (
        "outputs that wrap around 2^64",
        Rule::ValueConservation,
        |w, _| {
            let total = w.inputs[0].note_value.get() + w.inputs[1].note_value.get();
            w.pay = Amount::MAX;
            w.change = Amount::new(total.wrapping_sub(u64::MAX));
            w.sender_leaf.limit = Amount::MAX;
        },
    ),
    ("a dummy with a value", Rule::DummyValue, |w, _| {
        w.inputs[1].dummy = Dummy::Yes
    }),
    (
        "a note that is in no tree",
        Rule::AnchorMembership,
        |w, rng| {
            w.inputs[1].rcm = Rcm::random(rng);
        },
    ),
    ("a note of another tree", Rule::AnchorMembership, |w, _| {
        w.inputs[1] = sample::transfer(99).inputs[1].clone();
    }),
    ("above the limit", Rule::Limit, |w, _| {
        w.sender_leaf.limit = Amount::new(w.pay.get() - 1);
    }),
];

const TABLE: Table<TransferWitness, 16> = Table {
    rules: RULES,
    derived: &[Rule::OwnerKey],
    names: TransferInputs::<Fr>::NAMES,
    samples: &[sample::transfer, sample::transfer_with_dummy],
    public: |w| honest(w).to_array(),
    check: |w, inputs| check(w, &TransferInputs::from_array(inputs)),
    slots: [
        Rule::AnchorMembership,
        Rule::SenderRegistered,
        Rule::RecipientRegistered,
        Rule::Nullifier1,
        Rule::Nullifier2,
        Rule::OutputCommitment,
        Rule::ChangeCommitment,
        Rule::SpendKeyRandomised,
        Rule::SpendKeyRandomised,
        Rule::AuditorKey,
        Rule::AuditorKey,
        Rule::AuditEphemeral,
        Rule::AuditEphemeral,
        Rule::AuditAmounts,
        Rule::AuditRandomness,
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

#[test]
fn limit_is_inclusive() {
    let mut witness = sample::transfer(2);
    witness.sender_leaf.limit = witness.pay;
    assert_eq!(check(&witness, &honest(&witness)), Ok(()));
}

#[test]
fn largest_amounts_pass() {
    let mut witness = sample::transfer_with_dummy(3);
    let [path] = sample::paths(
        [(5, {
            witness.inputs[0].note_value = Amount::MAX;
            witness.inputs[0].note(witness.owner()).commitment().get()
        })],
        &mut StdRng::seed_from_u64(3),
    );
    witness.inputs[0].path = path;
    (witness.pay, witness.change) = (Amount::MAX, Amount::ZERO);
    witness.sender_leaf.limit = Amount::MAX;
    assert_eq!(check(&witness, &honest(&witness)), Ok(()));
}

#[test]
fn a_dummy_never_has_a_real_notes_nullifier() {
    let witness = sample::transfer(4);
    let mut dummy = witness.inputs[0].clone();
    dummy.dummy = Dummy::Yes;
    assert_ne!(
        dummy.nullifier(&witness.nk),
        witness.inputs[0].nullifier(&witness.nk)
    );
}

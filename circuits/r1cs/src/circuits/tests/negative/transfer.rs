//! Cases of `transfer`.

use obolus_protocol::{
    amount::Amount,
    keys::{NullifierKey, Owner},
    note::{Dummy, Rcm},
    schnorr::Randomizer,
};

use super::*;

type C = Change<Transfer>;

impl Table for Transfer {
    const SAMPLE: fn(u64) -> TransferWitness = sample::transfer;

    fn cases() -> Vec<Case<Self>> {
        let (two, one) = (
            sample::transfer as fn(u64) -> _,
            sample::transfer_with_dummy as fn(u64) -> _,
        );
        vec![
            same(
                "another re-randomiser",
                two,
                C::Witness(|w| w.alpha = Randomizer::zero()),
                Rule::SpendKeyRandomised,
            ),
            same(
                "another nullifier key, so another owner",
                two,
                C::Witness(|w| w.nk = NullifierKey::new(w.nk.get() + Fr::from(1_u64))),
                Rule::AnchorMembership,
            ),
            circuit_only(
                "an owner that is not the hash of the keys",
                two,
                C::Variable("owner/last3/lane0/x5"),
                Rule::OwnerKey,
            ),
            same(
                "a real note spent as a dummy",
                two,
                C::Witness(|w| w.inputs[0].dummy = Dummy::Yes),
                Rule::DummyValue,
            ),
            circuit_only(
                "a dummy flag that is neither 0 nor 1",
                one,
                C::Values(|v| v.spend.inputs[1].dummy = Fr::from(2_u64)),
                Rule::DummyBoolean,
            ),
            same(
                "an input worth more than its note",
                two,
                C::Witness(|w| w.inputs[1].note_value = more(w.inputs[1].note_value)),
                Rule::AnchorMembership,
            ),
            circuit_only(
                "a path bit that is neither 0 nor 1",
                two,
                C::Values(|v| *v.spend.inputs[0].path.bit_mut(3, 1) = Fr::from(5_u64)),
                Rule::AnchorMembership,
            ),
            same(
                "a dummy with other randomness",
                one,
                C::Witness(|w| w.inputs[1].rcm = Rcm::new(Fr::from(3_u64))),
                Rule::Nullifier2,
            ),
            same(
                "other randomness of the recipient's note",
                two,
                C::Witness(|w| w.rcm1 = Rcm::new(Fr::from(3_u64))),
                Rule::OutputCommitment,
            ),
            Case {
                name: "another recipient",
                sample: two,
                change: C::Witness(|w| w.recipient = Owner::new(Fr::from(3_u64))),
                native: Some(Rule::OutputCommitment),
                circuit: Rule::RecipientRegistered,
            },
            same(
                "more change than is left",
                two,
                C::Rebuilt(|w| w.change = more(w.change)),
                Rule::ValueConservation,
            ),
            circuit_only(
                "a negative payment",
                two,
                C::Values(|v| {
                    (v.pay, v.change) = (-Fr::from(5_u64), v.pay + v.change + Fr::from(5_u64))
                }),
                Rule::PayRange,
            ),
            circuit_only(
                "an overdraft",
                two,
                C::Values(|v| {
                    (v.pay, v.change) = (v.pay + v.change + Fr::from(5_u64), -Fr::from(5_u64))
                }),
                Rule::ChangeRange,
            ),
            same(
                "another limit of the sender",
                two,
                C::Witness(|w| w.sender_leaf.limit = Amount::new(u64::MAX)),
                Rule::SenderRegistered,
            ),
            same(
                "another limit of the recipient",
                two,
                C::Witness(|w| w.recipient_leaf.limit = Amount::new(7)),
                Rule::RecipientRegistered,
            ),
            same(
                "a payment one unit above the limit",
                two,
                C::Rebuilt(|w| w.sender_leaf.limit = less(w.pay)),
                Rule::Limit,
            ),
            circuit_only(
                "a digit of r that is neither 1 nor -1",
                two,
                C::Variable("audit/r/bit250"),
                Rule::AuditEphemeral,
            ),
        ]
    }

    fn public_rule(name: &str) -> (Rule, Rule) {
        match name {
            "anchor" => (Rule::AnchorMembership, Rule::AnchorMembership),
            "sender_root" => (Rule::SenderRegistered, Rule::SenderRegistered),
            "recipient_root" => (Rule::RecipientRegistered, Rule::RecipientRegistered),
            "nf1" => (Rule::Nullifier1, Rule::Nullifier1),
            "nf2" => (Rule::Nullifier2, Rule::Nullifier2),
            "cm1" => (Rule::OutputCommitment, Rule::OutputCommitment),
            "cm2" => (Rule::ChangeCommitment, Rule::ChangeCommitment),
            "rk_x" | "rk_y" => (Rule::SpendKeyRandomised, Rule::SpendKeyRandomised),
            // The circuit takes P as given; another one changes K.
            "p_x" | "p_y" => (Rule::AuditorKey, Rule::AuditEphemeral),
            "r_x" | "r_y" => (Rule::AuditEphemeral, Rule::AuditEphemeral),
            "c1" => (Rule::AuditAmounts, Rule::AuditAmounts),
            "c2" => (Rule::AuditRandomness, Rule::AuditRandomness),
            "context" => (Rule::ContextBinding, Rule::ContextBinding),
            other => panic!("no expectation for public input {other}"),
        }
    }
}

pub(super) fn more(amount: Amount) -> Amount {
    Amount::new(amount.get() + 1)
}

pub(super) fn less(amount: Amount) -> Amount {
    Amount::new(amount.get() - 1)
}

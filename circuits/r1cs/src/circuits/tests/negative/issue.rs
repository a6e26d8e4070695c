//! Cases of `issue`.

use obolus_protocol::{Scalar, amount::Amount, keys::Owner, note::Rcm, pedersen::Blinding};

use super::*;

type C = Change<Issue>;

impl Table for Issue {
    const SAMPLE: fn(u64) -> IssueWitness = sample::issue;

    fn cases() -> Vec<Case<Self>> {
        vec![
            circuit_only(
                "an amount above 64 bits",
                sample::issue,
                C::Values(|v| v.value += power_of_two(64)),
                Rule::ValueRange,
            ),
            circuit_only(
                "a negative amount",
                sample::issue,
                C::Values(|v| v.value = -Fr::from(1_u64)),
                Rule::ValueRange,
            ),
            Case {
                name: "another amount",
                sample: sample::issue,
                change: C::Witness(|w| w.value = Amount::new(1)),
                native: Some(Rule::OutputCommitment),
                circuit: Rule::OutputCommitment,
            },
            same(
                "another recipient",
                sample::issue,
                C::Witness(|w| w.recipient = Owner::new(Fr::from(3_u64))),
                Rule::RecipientRegistered,
            ),
            same(
                "another limit of the recipient",
                sample::issue,
                C::Witness(|w| w.recipient_leaf.limit = Amount::new(7)),
                Rule::RecipientRegistered,
            ),
            same(
                "other randomness of the note",
                sample::issue,
                C::Witness(|w| w.rcm1 = Rcm::new(Fr::from(3_u64))),
                Rule::OutputCommitment,
            ),
            same(
                "another blinding",
                sample::issue,
                C::Witness(|w| w.s = Blinding::new(Scalar::from(9_u64))),
                Rule::ValueCommitment,
            ),
            circuit_only(
                "a digit of s that is neither 1 nor -1",
                sample::issue,
                C::Variable("s/bit0"),
                Rule::ValueCommitment,
            ),
        ]
    }

    fn public_rule(name: &str) -> (Rule, Rule) {
        match name {
            "recipient_root" => (Rule::RecipientRegistered, Rule::RecipientRegistered),
            "cm1" => (Rule::OutputCommitment, Rule::OutputCommitment),
            "cv_x" | "cv_y" => (Rule::ValueCommitment, Rule::ValueCommitment),
            // The circuit takes P as given; another one changes K.
            "p_x" | "p_y" => (Rule::AuditorKey, Rule::AuditEphemeral),
            "r_x" | "r_y" => (Rule::AuditEphemeral, Rule::AuditEphemeral),
            "c1" => (Rule::AuditAmounts, Rule::AuditAmounts),
            "c2" => (Rule::AuditRandomness, Rule::AuditRandomness),
            "c3" => (Rule::AuditBlinding, Rule::AuditBlinding),
            // The nonce enters the key stream.
            "nonce" => (Rule::Nonce, Rule::AuditEphemeral),
            "context" => (Rule::ContextBinding, Rule::ContextBinding),
            other => panic!("no expectation for public input {other}"),
        }
    }
}

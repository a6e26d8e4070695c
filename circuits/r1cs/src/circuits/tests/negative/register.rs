//! Cases of `register`.

use obolus_protocol::keys::NullifierKey;

use super::*;

type C = Change<Register>;

impl Table for Register {
    const SAMPLE: fn(u64) -> RegisterWitness = sample::register;

    fn cases() -> Vec<Case<Self>> {
        vec![
            same(
                "another nullifier key",
                sample::register,
                C::Witness(|w| w.nk = NullifierKey::new(w.nk.get() + Fr::from(1_u64))),
                Rule::OwnerKey,
            ),
            circuit_only(
                "a nullifier key that is not the escrowed one",
                sample::register,
                C::Values(|v| bump(&mut v.nk)),
                Rule::OwnerKey,
            ),
            circuit_only(
                "a digit of r that is neither 1 nor -1",
                sample::register,
                C::Variable("audit/r/bit100"),
                Rule::AuditEphemeral,
            ),
        ]
    }

    fn public_rule(name: &str) -> (Rule, Rule) {
        match name {
            "owner" | "ak_x" | "ak_y" => (Rule::OwnerKey, Rule::OwnerKey),
            // The circuit takes P as given; another one changes K.
            "p_x" | "p_y" => (Rule::AuditorKey, Rule::AuditEphemeral),
            "r_x" | "r_y" => (Rule::AuditEphemeral, Rule::AuditEphemeral),
            "c1" => (Rule::AuditEscrow, Rule::AuditEscrow),
            "context" => (Rule::ContextBinding, Rule::ContextBinding),
            other => panic!("no expectation for public input {other}"),
        }
    }
}

//! Cases of `velocity`.

use obolus_protocol::{
    keys::NullifierKey,
    note::{Dummy, Rcm},
    velocity::{Quota, Ticket},
};

use super::*;

type C = Change<Velocity>;

impl Table for Velocity {
    const SAMPLE: fn(u64) -> VelocityWitness = sample::velocity;

    fn cases() -> Vec<Case<Self>> {
        let velocity = sample::velocity as fn(u64) -> _;
        vec![
            same(
                "somebody else's nullifier key",
                velocity,
                C::Witness(|w| w.nk = NullifierKey::new(w.nk.get() + Fr::from(1_u64))),
                Rule::Nullifier1,
            ),
            same(
                "other randomness",
                velocity,
                C::Witness(|w| w.rcm = Rcm::new(Fr::from(3_u64))),
                Rule::Nullifier1,
            ),
            same(
                "a real note as a dummy",
                velocity,
                C::Witness(|w| w.dummy = Dummy::Yes),
                Rule::Nullifier1,
            ),
            circuit_only(
                "another place",
                velocity,
                C::Values(|v| bump(&mut v.place)),
                Rule::Nullifier1,
            ),
            same(
                "another ticket under the same tag",
                velocity,
                C::Witness(|w| w.ticket = Ticket::new(w.ticket.get() - 1)),
                Rule::VelocityTag,
            ),
            same(
                "the first ticket beyond the quota",
                velocity,
                C::Rebuilt(|w| {
                    let number = u16::try_from(w.quota.get()).expect("a small quota");
                    w.ticket = Ticket::new(number);
                }),
                Rule::WithinQuota,
            ),
            same(
                "the last of 65536 tickets",
                velocity,
                C::Rebuilt(|w| w.ticket = Ticket::new(u16::MAX)),
                Rule::WithinQuota,
            ),
            same(
                "a quota that ends just before the ticket",
                velocity,
                C::Rebuilt(|w| {
                    w.quota = Quota::new(w.ticket.get().into()).expect("not the first ticket");
                }),
                Rule::WithinQuota,
            ),
            // The sample's number is odd.
            circuit_only(
                "a bit of the ticket that is neither 0 nor 1",
                velocity,
                C::Variable("ticket/bit0"),
                Rule::WithinQuota,
            ),
            circuit_only(
                "no quota",
                velocity,
                C::Forged(|_, public| public.quota = Fr::from(0_u64)),
                Rule::WithinQuota,
            ),
        ]
    }

    fn public_rule(name: &str) -> (Rule, Rule) {
        match name {
            "nf1" => (Rule::Nullifier1, Rule::Nullifier1),
            "tag" | "period" => (Rule::VelocityTag, Rule::VelocityTag),
            "quota" => (Rule::WithinQuota, Rule::WithinQuota),
            "context" => (Rule::ContextBinding, Rule::ContextBinding),
            other => panic!("no expectation for public input {other}"),
        }
    }
}

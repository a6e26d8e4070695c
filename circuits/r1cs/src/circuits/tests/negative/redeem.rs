//! Cases of `redeem`.

use obolus_protocol::{
    Scalar,
    amount::Amount,
    keys::NullifierKey,
    note::{Dummy, Rcm},
    pedersen::Blinding,
    schnorr::Randomizer,
};

use super::{
    transfer::{less, more},
    *,
};

type C = Change<Redeem>;

impl Table for Redeem {
    const SAMPLE: fn(u64) -> RedeemWitness = sample::redeem;

    fn cases() -> Vec<Case<Self>> {
        let (two, one) = (
            sample::redeem as fn(u64) -> _,
            sample::redeem_with_dummy as fn(u64) -> _,
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
                "a dummy with other randomness",
                one,
                C::Witness(|w| w.inputs[1].rcm = Rcm::new(Fr::from(3_u64))),
                Rule::Nullifier2,
            ),
            same(
                "more change than is left",
                two,
                C::Rebuilt(|w| w.change = more(w.change)),
                Rule::ValueConservation,
            ),
            circuit_only(
                "a negative redemption",
                two,
                C::Values(|v| {
                    (v.redeemed, v.change) =
                        (-Fr::from(5_u64), v.redeemed + v.change + Fr::from(5_u64))
                }),
                Rule::PayRange,
            ),
            circuit_only(
                "an overdraft",
                two,
                C::Values(|v| {
                    (v.redeemed, v.change) =
                        (v.redeemed + v.change + Fr::from(5_u64), -Fr::from(5_u64))
                }),
                Rule::ChangeRange,
            ),
            same(
                "another limit",
                two,
                C::Witness(|w| w.sender_leaf.limit = Amount::new(u64::MAX)),
                Rule::SenderRegistered,
            ),
            same(
                "a redemption one unit above the limit",
                two,
                C::Rebuilt(|w| w.sender_leaf.limit = less(w.redeemed)),
                Rule::Limit,
            ),
            same(
                "another blinding",
                two,
                C::Witness(|w| w.s = Blinding::new(Scalar::from(9_u64))),
                Rule::ValueCommitment,
            ),
            circuit_only(
                "a digit of s that is neither 1 nor -1",
                two,
                C::Variable("s/bit250"),
                Rule::ValueCommitment,
            ),
        ]
    }

    fn public_rule(name: &str) -> (Rule, Rule) {
        match name {
            "anchor" => (Rule::AnchorMembership, Rule::AnchorMembership),
            "sender_root" => (Rule::SenderRegistered, Rule::SenderRegistered),
            "nf1" => (Rule::Nullifier1, Rule::Nullifier1),
            "nf2" => (Rule::Nullifier2, Rule::Nullifier2),
            "cm2" => (Rule::ChangeCommitment, Rule::ChangeCommitment),
            "rk_x" | "rk_y" => (Rule::SpendKeyRandomised, Rule::SpendKeyRandomised),
            "cv_x" | "cv_y" => (Rule::ValueCommitment, Rule::ValueCommitment),
            // The circuit takes P as given; another one changes K.
            "p_x" | "p_y" => (Rule::AuditorKey, Rule::AuditEphemeral),
            "r_x" | "r_y" => (Rule::AuditEphemeral, Rule::AuditEphemeral),
            "c1" => (Rule::AuditAmounts, Rule::AuditAmounts),
            "c2" => (Rule::AuditBlinding, Rule::AuditBlinding),
            "context" => (Rule::ContextBinding, Rule::ContextBinding),
            other => panic!("no expectation for public input {other}"),
        }
    }
}

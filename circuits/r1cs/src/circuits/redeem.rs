//! `redeem`: two hidden notes in, change out, the rest leaves the pool. Rules in
//! `docs/spec/redeem.md`.

use ark_ff::Zero;
use obolus_abi::RedeemInputs;
use obolus_protocol::{
    Fr,
    statement::{self, RedeemWitness, Rule},
    tags,
};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{
    Statement,
    audit::{self, Packed},
    bind_context,
    registration::{self, LeafValues},
    sealed,
    spend::{self, SpendPublic, SpendValues},
};
use crate::{
    builder::Builder,
    gadgets::{
        digits::{DigitValues, Digits},
        edwards::EdwardsPoint,
        fixed_base,
        range::range64,
    },
};

/// The circuit of `redeem`.
pub enum Redeem {}

impl Statement for Redeem {
    const NAME: &'static str = RedeemInputs::<Fr>::CIRCUIT;
    const PUBLIC: &'static [&'static str] = RedeemInputs::<Fr>::NAMES;
    const POINTS: usize = 1 << 15;
    const RULES: &'static [Rule] = statement::redeem::RULES;
    type Witness = RedeemWitness;
    type Public = RedeemInputs<Fr>;
}

/// The witness as field elements.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct RedeemValues {
    pub(crate) spend: SpendValues,
    pub(crate) redeemed: Fr,
    pub(crate) change: Fr,
    pub(crate) sender_leaf: LeafValues,
    pub(crate) s: DigitValues,
    pub(crate) r: DigitValues,
}

impl sealed::Circuit for Redeem {
    type Values = RedeemValues;

    fn blank() -> (RedeemValues, RedeemInputs<Fr>) {
        let values = RedeemValues {
            spend: SpendValues::zero(),
            redeemed: Fr::zero(),
            change: Fr::zero(),
            sender_leaf: LeafValues::zero(),
            s: DigitValues::zero(),
            r: DigitValues::zero(),
        };
        (values, RedeemInputs::from_array([Fr::zero(); _]))
    }

    fn values(witness: &RedeemWitness) -> RedeemValues {
        RedeemValues {
            spend: SpendValues::new(&witness.ak, &witness.nk, &witness.alpha, &witness.inputs),
            redeemed: Fr::from(witness.redeemed.get()),
            change: Fr::from(witness.change.get()),
            sender_leaf: LeafValues::new(&witness.sender_leaf),
            s: DigitValues::new(witness.s.scalar()),
            r: audit::scalar_values(&witness.r),
        }
    }

    fn synthesize(cs: &mut Builder, values: &RedeemValues, public: &RedeemInputs<Fr>) {
        let public = public.map(|value| cs.public_input(value));
        let point = |x, y| EdwardsPoint { x, y };
        let rk = point(public.rk_x, public.rk_y);
        let cv = point(public.cv_x, public.cv_y);
        let auditor = point(public.p_x, public.p_y);
        let ephemeral = point(public.r_x, public.r_y);

        let spend_public = SpendPublic {
            anchor: &public.anchor,
            nf1: &public.nf1,
            nf2: &public.nf2,
            rk: &rk,
        };
        let spent = spend::spend(cs, &values.spend, &spend_public);
        let redeemed = cs.witness("redeemed", values.redeemed);
        let change = cs.witness("change", values.change);

        let bits = cs.rule(Rule::PayRange, |cs| {
            cs.scope(format_args!("redeemed"), |cs| range64(cs, &redeemed))
        });
        cs.rule(Rule::ChangeRange, |cs| {
            cs.scope(format_args!("change"), |cs| range64(cs, &change))
        });
        spend::conserve(cs, &spent.total, &redeemed, &change);

        let ((sender, s), [k1, k2, k3]) = cs.both(
            |cs| {
                let root = &public.sender_root;
                let sender = registration::sender(cs, &spent.owner, &values.sender_leaf, root);
                registration::within_limit(cs, &redeemed, &sender);
                let s = cs.rule(Rule::ValueCommitment, |cs| {
                    let s = cs.scope(format_args!("s"), |cs| Digits::allocate(cs, &values.s));
                    fixed_base::commit_value(cs, &bits, &s, &cv);
                    s.integer()
                });
                (sender, s)
            },
            |cs| {
                let tag = tags::AUDIT_REDEEM;
                audit::keys(cs, tag, &values.r, &auditor, &ephemeral, &public.nf1)
            },
        );
        let note = (&change, &spent.owner, &k3);
        spend::output(cs, Rule::ChangeCommitment, note, &public.cm2);

        let packed = Packed {
            first: &redeemed,
            second: Some(&change),
            sender: Some(&sender.slot),
            recipient: None,
        };
        audit::encrypt(cs, Rule::AuditAmounts, &packed.sum(), &k1, &public.c1);
        audit::encrypt(cs, Rule::AuditBlinding, &s, &k2, &public.c2);
        bind_context(cs, &public.context);
    }
}

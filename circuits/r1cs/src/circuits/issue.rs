//! `issue`: the issuer creates one hidden note. Rules in `docs/spec/issue.md`.

use ark_ff::Zero;
use obolus_abi::IssueInputs;
use obolus_protocol::{
    Fr,
    statement::{self, IssueWitness, Rule},
    tags,
};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{
    Statement,
    audit::{self, Packed},
    bind_context,
    registration::{self, LeafValues},
    sealed, spend,
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

/// The circuit of `issue`.
pub enum Issue {}

impl Statement for Issue {
    const NAME: &'static str = IssueInputs::<Fr>::CIRCUIT;
    const PUBLIC: &'static [&'static str] = IssueInputs::<Fr>::NAMES;
    const POINTS: usize = 1 << 13;
    const RULES: &'static [Rule] = statement::issue::RULES;
    type Witness = IssueWitness;
    type Public = IssueInputs<Fr>;
}

/// The witness as field elements.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct IssueValues {
    pub(crate) recipient: Fr,
    pub(crate) value: Fr,
    pub(crate) rcm1: Fr,
    pub(crate) recipient_leaf: LeafValues,
    pub(crate) s: DigitValues,
    pub(crate) r: DigitValues,
}

impl sealed::Circuit for Issue {
    type Values = IssueValues;

    fn blank() -> (IssueValues, IssueInputs<Fr>) {
        let values = IssueValues {
            recipient: Fr::zero(),
            value: Fr::zero(),
            rcm1: Fr::zero(),
            recipient_leaf: LeafValues::zero(),
            s: DigitValues::zero(),
            r: DigitValues::zero(),
        };
        (values, IssueInputs::from_array([Fr::zero(); _]))
    }

    fn values(witness: &IssueWitness) -> IssueValues {
        IssueValues {
            recipient: witness.recipient.get(),
            value: Fr::from(witness.value.get()),
            rcm1: witness.rcm1.get(),
            recipient_leaf: LeafValues::new(&witness.recipient_leaf),
            s: DigitValues::new(witness.s.scalar()),
            r: audit::scalar_values(&witness.r),
        }
    }

    fn synthesize(cs: &mut Builder, values: &IssueValues, public: &IssueInputs<Fr>) {
        let public = public.map(|value| cs.public_input(value));
        let point = |x, y| EdwardsPoint { x, y };
        let cv = point(public.cv_x, public.cv_y);
        let auditor = point(public.p_x, public.p_y);
        let ephemeral = point(public.r_x, public.r_y);

        let recipient = cs.input("recipient", values.recipient);
        let rcm1 = cs.input("rcm1", values.rcm1);
        let value = cs.witness("value", values.value);
        let bits = cs.rule(Rule::ValueRange, |cs| {
            cs.scope(format_args!("value"), |cs| range64(cs, &value))
        });
        let ((receiver, s), [k1, k2, k3]) = cs.both(
            |cs| {
                let (leaf, root) = (&values.recipient_leaf, &public.recipient_root);
                let receiver = registration::recipient(cs, &recipient, leaf, root);
                let note = (&value, &recipient, &rcm1);
                spend::output(cs, Rule::OutputCommitment, note, &public.cm1);
                let s = cs.rule(Rule::ValueCommitment, |cs| {
                    let s = cs.scope(format_args!("s"), |cs| Digits::allocate(cs, &values.s));
                    fixed_base::commit_value(cs, &bits, &s, &cv);
                    s.integer()
                });
                (receiver, s)
            },
            |cs| {
                // The nonce is bound through the key stream.
                let tag = tags::AUDIT_ISSUE;
                audit::keys(cs, tag, &values.r, &auditor, &ephemeral, &public.nonce)
            },
        );
        let packed = Packed {
            first: &value,
            second: None,
            sender: None,
            recipient: Some(&receiver.slot),
        };
        audit::encrypt(cs, Rule::AuditAmounts, &packed.sum(), &k1, &public.c1);
        audit::encrypt(cs, Rule::AuditRandomness, &rcm1, &k2, &public.c2);
        audit::encrypt(cs, Rule::AuditBlinding, &s, &k3, &public.c3);
        bind_context(cs, &public.context);
    }
}

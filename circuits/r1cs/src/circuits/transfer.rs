//! `transfer`: two hidden notes in, two out. Rules in `docs/spec/transfer.md`.

use ark_ff::Zero;
use obolus_abi::TransferInputs;
use obolus_protocol::{
    Fr,
    statement::{self, Rule, TransferWitness},
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
    gadgets::{digits::DigitValues, edwards::EdwardsPoint, range::range64},
};

/// The circuit of `transfer`.
pub enum Transfer {}

impl Statement for Transfer {
    const NAME: &'static str = TransferInputs::<Fr>::CIRCUIT;
    const PUBLIC: &'static [&'static str] = TransferInputs::<Fr>::NAMES;
    const POINTS: usize = 1 << 15;
    const RULES: &'static [Rule] = statement::transfer::RULES;
    type Witness = TransferWitness;
    type Public = TransferInputs<Fr>;
}

/// The witness as field elements.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct TransferValues {
    pub(crate) spend: SpendValues,
    pub(crate) recipient: Fr,
    pub(crate) pay: Fr,
    pub(crate) change: Fr,
    pub(crate) rcm1: Fr,
    pub(crate) sender_leaf: LeafValues,
    pub(crate) recipient_leaf: LeafValues,
    pub(crate) r: DigitValues,
}

impl sealed::Circuit for Transfer {
    type Values = TransferValues;

    fn blank() -> (TransferValues, TransferInputs<Fr>) {
        let values = TransferValues {
            spend: SpendValues::zero(),
            recipient: Fr::zero(),
            pay: Fr::zero(),
            change: Fr::zero(),
            rcm1: Fr::zero(),
            sender_leaf: LeafValues::zero(),
            recipient_leaf: LeafValues::zero(),
            r: DigitValues::zero(),
        };
        (values, TransferInputs::from_array([Fr::zero(); _]))
    }

    fn values(witness: &TransferWitness) -> TransferValues {
        TransferValues {
            spend: SpendValues::new(&witness.ak, &witness.nk, &witness.alpha, &witness.inputs),
            recipient: witness.recipient.get(),
            pay: Fr::from(witness.pay.get()),
            change: Fr::from(witness.change.get()),
            rcm1: witness.rcm1.get(),
            sender_leaf: LeafValues::new(&witness.sender_leaf),
            recipient_leaf: LeafValues::new(&witness.recipient_leaf),
            r: audit::scalar_values(&witness.r),
        }
    }

    fn synthesize(cs: &mut Builder, values: &TransferValues, public: &TransferInputs<Fr>) {
        let public = public.map(|value| cs.public_input(value));
        let point = |x, y| EdwardsPoint { x, y };
        let rk = point(public.rk_x, public.rk_y);
        let auditor = point(public.p_x, public.p_y);
        let ephemeral = point(public.r_x, public.r_y);

        let spend_public = SpendPublic {
            anchor: &public.anchor,
            nf1: &public.nf1,
            nf2: &public.nf2,
            rk: &rk,
        };
        let spent = spend::spend(cs, &values.spend, &spend_public);
        let recipient = cs.input("recipient", values.recipient);
        let rcm1 = cs.input("rcm1", values.rcm1);
        let pay = cs.witness("pay", values.pay);
        let change = cs.witness("change", values.change);

        cs.rule(Rule::PayRange, |cs| {
            cs.scope(format_args!("pay"), |cs| range64(cs, &pay))
        });
        cs.rule(Rule::ChangeRange, |cs| {
            cs.scope(format_args!("change"), |cs| range64(cs, &change))
        });
        spend::conserve(cs, &spent.total, &pay, &change);

        let ((sender, receiver), [k1, k2, k3]) = cs.both(
            |cs| {
                let root = &public.sender_root;
                let sender = registration::sender(cs, &spent.owner, &values.sender_leaf, root);
                let (leaf, root) = (&values.recipient_leaf, &public.recipient_root);
                let receiver = registration::recipient(cs, &recipient, leaf, root);
                registration::within_limit(cs, &pay, &sender);
                (sender, receiver)
            },
            |cs| {
                let tag = tags::AUDIT_TRANSFER;
                audit::keys(cs, tag, &values.r, &auditor, &ephemeral, &public.nf1)
            },
        );
        let note1 = (&pay, &recipient, &rcm1);
        spend::output(cs, Rule::OutputCommitment, note1, &public.cm1);
        let note2 = (&change, &spent.owner, &k3);
        spend::output(cs, Rule::ChangeCommitment, note2, &public.cm2);

        let packed = Packed {
            first: &pay,
            second: Some(&change),
            sender: Some(&sender.slot),
            recipient: Some(&receiver.slot),
        };
        audit::encrypt(cs, Rule::AuditAmounts, &packed.sum(), &k1, &public.c1);
        audit::encrypt(cs, Rule::AuditRandomness, &rcm1, &k2, &public.c2);
        bind_context(cs, &public.context);
    }
}

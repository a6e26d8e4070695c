//! `velocity`: a payment is one of its payer's few of a period. Rules in `docs/spec/velocity.md`.

use ark_ff::{One, Zero};
use obolus_abi::VelocityInputs;
use obolus_protocol::{
    Fr,
    note::{Dummy, Position},
    statement::{self, Rule, VelocityWitness},
    tags,
};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{Statement, bind_context, sealed};
use crate::{
    builder::Builder,
    gadgets::{poseidon2::hash3, range},
    lc::Lc,
};

/// Bits of a ticket's number.
const TICKET_BITS: u32 = 16;

/// The circuit of `velocity`.
pub enum Velocity {}

impl Statement for Velocity {
    const NAME: &'static str = VelocityInputs::<Fr>::CIRCUIT;
    const PUBLIC: &'static [&'static str] = VelocityInputs::<Fr>::NAMES;
    const POINTS: usize = 1 << 10;
    const RULES: &'static [Rule] = statement::velocity::RULES;
    type Witness = VelocityWitness;
    type Public = VelocityInputs<Fr>;
}

/// The witness as field elements; period and quota are public.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct VelocityValues {
    pub(crate) nk: Fr,
    pub(crate) rcm: Fr,
    pub(crate) place: Fr,
    pub(crate) ticket: Fr,
}

impl sealed::Circuit for Velocity {
    type Values = VelocityValues;

    fn blank() -> (VelocityValues, VelocityInputs<Fr>) {
        let values = VelocityValues {
            nk: Fr::zero(),
            rcm: Fr::zero(),
            place: Fr::zero(),
            ticket: Fr::zero(),
        };
        (values, VelocityInputs::from_array([Fr::zero(); _]))
    }

    fn values(witness: &VelocityWitness) -> VelocityValues {
        let above = match witness.dummy {
            Dummy::No => 0,
            Dummy::Yes => Position::COUNT,
        };
        VelocityValues {
            nk: witness.nk.get(),
            rcm: witness.rcm.get(),
            place: Fr::from(witness.position.get() + above),
            ticket: Fr::from(witness.ticket.get()),
        }
    }

    fn synthesize(cs: &mut Builder, values: &VelocityValues, public: &VelocityInputs<Fr>) {
        let public = public.map(|value| cs.public_input(value));
        let nk = cs.input("nk", values.nk);
        let rcm = cs.input("rcm", values.rcm);
        // The payment's own proof says what hashes to nf1: `place` needs no check here.
        let place = cs.input("place", values.place);
        cs.rule(Rule::Nullifier1, |cs| {
            cs.scope(format_args!("nullifier"), |cs| {
                let computed = hash3(cs, tags::NULLIFIER, [&nk, &rcm, &place]);
                cs.gadget("binding", |cs| cs.equal(&computed, &public.nf1));
            });
        });
        let ticket = within_quota(cs, values.ticket, &public.quota);
        cs.rule(Rule::VelocityTag, |cs| {
            cs.scope(format_args!("tag"), |cs| {
                let computed = hash3(cs, tags::VELOCITY, [&nk, &public.period, &ticket]);
                cs.gadget("binding", |cs| cs.equal(&computed, &public.tag));
            });
        });
        bind_context(cs, &public.context);
    }
}

/// A number below `quota`: it and `quota − 1 − number` have 16 bits, so that `quota`, their sum and one, is an integer and
/// nothing wraps.
fn within_quota(cs: &mut Builder, value: Fr, quota: &Lc) -> Lc {
    cs.rule(Rule::WithinQuota, |cs| {
        let bits = cs.scope(format_args!("ticket"), |cs| {
            range::integer(cs, value, TICKET_BITS)
        });
        let ticket = Lc::from_bits(&bits);
        let slack = (quota - &ticket).plus_constant(-Fr::one());
        cs.scope(format_args!("slack"), |cs| {
            range::range(cs, &slack, TICKET_BITS)
        });
        ticket
    })
}

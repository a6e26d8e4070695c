//! `supply`: a hidden supply is covered by reserves and not negative. Rules in `docs/spec/supply.md`.

use ark_ff::Zero;
use obolus_abi::SupplyInputs;
use obolus_protocol::{
    Fr,
    amount::Total,
    statement::{self, Rule, SupplyWitness},
};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{Statement, bind_context, sealed};
use crate::{
    builder::Builder,
    gadgets::{
        digits::{DigitValues, Digits},
        edwards::EdwardsPoint,
        fixed_base, range,
    },
    lc::Lc,
};

/// The circuit of `supply`.
pub enum Supply {}

impl Statement for Supply {
    const NAME: &'static str = SupplyInputs::<Fr>::CIRCUIT;
    const PUBLIC: &'static [&'static str] = SupplyInputs::<Fr>::NAMES;
    const POINTS: usize = 1 << 11;
    const RULES: &'static [Rule] = statement::supply::RULES;
    type Witness = SupplyWitness;
    type Public = SupplyInputs<Fr>;
}

/// The witness as field elements; reserves are public.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SupplyValues {
    pub(crate) total: Fr,
    pub(crate) s: DigitValues,
}

impl sealed::Circuit for Supply {
    type Values = SupplyValues;

    fn blank() -> (SupplyValues, SupplyInputs<Fr>) {
        let values = SupplyValues {
            total: Fr::zero(),
            s: DigitValues::zero(),
        };
        (values, SupplyInputs::from_array([Fr::zero(); _]))
    }

    fn values(witness: &SupplyWitness) -> SupplyValues {
        SupplyValues {
            total: Fr::from(witness.total.get()),
            s: DigitValues::new(witness.s.scalar()),
        }
    }

    fn synthesize(cs: &mut Builder, values: &SupplyValues, public: &SupplyInputs<Fr>) {
        let public = public.map(|value| cs.public_input(value));
        let commitment = EdwardsPoint {
            x: public.c_x,
            y: public.c_y,
        };
        // Nothing but its bits: a total outside the range cannot be written down.
        let bits = cs.rule(Rule::SupplyRange, |cs| {
            cs.scope(format_args!("total"), |cs| {
                range::integer(cs, values.total, Total::BITS)
            })
        });
        cs.rule(Rule::SupplyCommitment, |cs| {
            let s = cs.scope(format_args!("s"), |cs| Digits::allocate(cs, &values.s));
            fixed_base::commit_total(cs, &bits, &s, &commitment);
        });
        // Both summands of `reserves` are below 2^96, so it is an integer and nothing wraps.
        cs.rule(Rule::Backed, |cs| {
            let slack = &public.reserves - &Lc::from_bits(&bits);
            cs.scope(format_args!("slack"), |cs| {
                range::range(cs, &slack, Total::BITS)
            });
        });
        bind_context(cs, &public.context);
    }
}

//! `ratio`: the amounts of two hidden notes stand in an agreed rate. Rules in `docs/spec/ratio.md`.

use ark_ff::{One, Zero};
use obolus_abi::RatioInputs;
use obolus_protocol::{
    Fr,
    statement::{self, RatioWitness, Rule},
};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{Statement, bind_context, sealed, spend};
use crate::{builder::Builder, gadgets::range::range64, lc::Lc};

/// The circuit of `ratio`.
pub enum Ratio {}

impl Statement for Ratio {
    const NAME: &'static str = RatioInputs::<Fr>::CIRCUIT;
    const PUBLIC: &'static [&'static str] = RatioInputs::<Fr>::NAMES;
    const POINTS: usize = 1 << 10;
    const RULES: &'static [Rule] = statement::ratio::RULES;
    type Witness = RatioWitness;
    type Public = RatioInputs<Fr>;
}

/// The witness as field elements; owners and rate are public.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct RatioValues {
    pub(crate) v1: Fr,
    pub(crate) rcm1: Fr,
    pub(crate) v2: Fr,
    pub(crate) rcm2: Fr,
}

impl sealed::Circuit for Ratio {
    type Values = RatioValues;

    fn blank() -> (RatioValues, RatioInputs<Fr>) {
        let values = RatioValues {
            v1: Fr::zero(),
            rcm1: Fr::zero(),
            v2: Fr::zero(),
            rcm2: Fr::zero(),
        };
        (values, RatioInputs::from_array([Fr::zero(); _]))
    }

    fn values(witness: &RatioWitness) -> RatioValues {
        RatioValues {
            v1: Fr::from(witness.first.value.get()),
            rcm1: witness.first.rcm.get(),
            v2: Fr::from(witness.second.value.get()),
            rcm2: witness.second.rcm.get(),
        }
    }

    fn synthesize(cs: &mut Builder, values: &RatioValues, public: &RatioInputs<Fr>) {
        let public = public.map(|value| cs.public_input(value));
        let rcm1 = cs.input("rcm1", values.rcm1);
        let rcm2 = cs.input("rcm2", values.rcm2);
        let v1 = cs.witness("v1", values.v1);
        let v2 = cs.witness("v2", values.v2);

        let first = (&v1, &public.owner1, &rcm1);
        spend::output(cs, Rule::FirstCommitment, first, &public.cm1);
        let second = (&v2, &public.owner2, &rcm2);
        spend::output(cs, Rule::SecondCommitment, second, &public.cm2);
        cs.rule(Rule::AmountRange, |cs| {
            cs.scope(format_args!("v1"), |cs| range64(cs, &v1));
            cs.scope(format_args!("v2"), |cs| range64(cs, &v2));
        });
        convert(cs, &v1, &v2, &public.p, &public.q);
        bind_context(cs, &public.context);
    }
}

/// Demands `v2 = floor(v1·p / q)`: the remainder `v1·p − v2·q` is at least 0 and below `q`. All four
/// numbers are below 2^64, `p` and `q` by the contract's word, so no product wraps; with `q = 0` no
/// remainder is below it.
fn convert(cs: &mut Builder, v1: &Lc, v2: &Lc, p: &Lc, q: &Lc) {
    cs.rule(Rule::Rate, |cs| {
        let (scaled, multiple) = cs.gadget("conversion", |cs| {
            (cs.product("scaled", v1, p), cs.product("multiple", v2, q))
        });
        let remainder = &scaled - &multiple;
        cs.scope(format_args!("remainder"), |cs| range64(cs, &remainder));
        let slack = (q - &remainder).plus_constant(-Fr::one());
        cs.scope(format_args!("slack"), |cs| range64(cs, &slack));
    });
}

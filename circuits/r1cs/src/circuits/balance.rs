//! `balance`: a holder's notes hold at least a threshold. Rules in `docs/spec/balance.md`.

use ark_ff::Zero;
use obolus_abi::BalanceInputs;
use obolus_protocol::{
    Fr,
    statement::{self, BalanceWitness, Rule, balance::NOTES},
};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{
    Statement, bind_context, sealed,
    spend::{self, InputValues},
};
use crate::{
    builder::Builder,
    gadgets::{edwards::EdwardsPoint, range},
    lc::Lc,
};

/// Bits of the largest sum of eight notes.
const SUM_BITS: u32 = 67;

/// The circuit of `balance`.
pub enum Balance {}

impl Statement for Balance {
    const NAME: &'static str = BalanceInputs::<Fr>::CIRCUIT;
    const PUBLIC: &'static [&'static str] = BalanceInputs::<Fr>::NAMES;
    const POINTS: usize = 1 << 16;
    const RULES: &'static [Rule] = statement::balance::RULES;
    type Witness = BalanceWitness;
    type Public = BalanceInputs<Fr>;
}

/// The witness as field elements; the threshold is public.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct BalanceValues {
    pub(crate) ak: [Fr; 2],
    pub(crate) nk: Fr,
    pub(crate) inputs: [InputValues; NOTES],
}

impl sealed::Circuit for Balance {
    type Values = BalanceValues;

    fn blank() -> (BalanceValues, BalanceInputs<Fr>) {
        let values = BalanceValues {
            ak: [Fr::zero(); 2],
            nk: Fr::zero(),
            inputs: std::array::from_fn(|_| InputValues::zero()),
        };
        (values, BalanceInputs::from_array([Fr::zero(); _]))
    }

    fn values(witness: &BalanceWitness) -> BalanceValues {
        BalanceValues {
            ak: [witness.ak.point().x(), witness.ak.point().y()],
            nk: witness.nk.get(),
            inputs: witness.inputs.each_ref().map(InputValues::new),
        }
    }

    fn synthesize(cs: &mut Builder, values: &BalanceValues, public: &BalanceInputs<Fr>) {
        let public = public.map(|value| cs.public_input(value));
        let [x, y] = values.ak;
        // A claim's signature speaks for `ak`, and the directory ties it to the owner: it needs no check of its own.
        let ak = EdwardsPoint {
            x: cs.input("ak_x", x),
            y: cs.input("ak_y", y),
        };
        let nk = cs.input("nk", values.nk);
        let owner = spend::owner_hash(cs, &ak, &nk);
        cs.rule(Rule::OwnerKey, |cs| {
            cs.gadget("binding", |cs| cs.equal(&owner, &public.owner));
        });
        let shown = [
            &public.nf1,
            &public.nf2,
            &public.nf3,
            &public.nf4,
            &public.nf5,
            &public.nf6,
            &public.nf7,
            &public.nf8,
        ];
        let inputs: [_; NOTES] = std::array::from_fn(|at| (at, &values.inputs[at], shown[at]));
        let add_up = |cs: &mut Builder, inputs: &[(usize, &InputValues, &Lc)]| {
            let mut sum = Lc::zero();
            for (at, input, nullifier) in inputs {
                let value = cs.scope(format_args!("input{}", at + 1), |cs| {
                    let value = cs.input("value", input.value);
                    let nullifier = (Rule::Nullifiers, *nullifier);
                    let anchor = &public.anchor;
                    spend::input(cs, input, &value, &public.owner, &nk, anchor, nullifier);
                    value
                });
                sum = &sum + &value;
            }
            sum
        };
        let (first, second) = inputs.split_at(NOTES / 2);
        let (first, second) = cs.both(|cs| add_up(cs, first), |cs| add_up(cs, second));
        let sum = &first + &second;
        // Eight notes of 64 bits: the sum has 67, and a negative difference is far outside.
        cs.rule(Rule::Threshold, |cs| {
            let slack = &sum - &public.threshold;
            cs.scope(format_args!("slack"), |cs| {
                range::range(cs, &slack, SUM_BITS)
            });
        });
        bind_context(cs, &public.context);
    }
}

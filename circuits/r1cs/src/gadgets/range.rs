//! Range checks.

use ark_ff::PrimeField;
use obolus_protocol::Fr;

use crate::{builder::Builder, lc::Lc};

/// Demands that `value` is below 2^64 and returns its bits, lowest first.
pub(crate) fn range64(cs: &mut Builder, value: &Lc) -> Vec<Lc> {
    cs.gadget("range", |cs| {
        let [low, ..] = value.value().into_bigint().0;
        let bits: Vec<Lc> = (0..u64::BITS)
            .map(|i| cs.bit(format_args!("bit{i}"), Fr::from((low >> i) & 1)))
            .collect();
        cs.equal(&Lc::from_bits(&bits), value);
        bits
    })
}

#[cfg(test)]
mod tests;

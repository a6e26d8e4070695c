//! Range checks.

use ark_ff::{BigInteger, PrimeField};
use obolus_protocol::Fr;
use zeroize::Zeroize;

use crate::{builder::Builder, lc::Lc};

/// Demands that `value` is below 2^64 and returns its bits, lowest first.
pub(crate) fn range64(cs: &mut Builder, value: &Lc) -> Vec<Lc> {
    range(cs, value, u64::BITS)
}

/// Demands that `value` is below 2^bits and returns its bits, lowest first.
pub(crate) fn range(cs: &mut Builder, value: &Lc, bits: u32) -> Vec<Lc> {
    cs.gadget("range", |cs| {
        let bits = allocate(cs, value.value(), bits);
        cs.equal(&Lc::from_bits(&bits), value);
        bits
    })
}

/// Allocates an integer by its bits, lowest first, which are all that there is of it: no constraint is needed for their sum.
/// Higher bits of the value are dropped.
pub(crate) fn integer(cs: &mut Builder, value: Fr, bits: u32) -> Vec<Lc> {
    cs.gadget("range", |cs| allocate(cs, value, bits))
}

fn allocate(cs: &mut Builder, value: Fr, bits: u32) -> Vec<Lc> {
    let mut integer = value.into_bigint();
    let bits = (0..bits)
        .map(|i| {
            cs.bit(
                format_args!("bit{i}"),
                Fr::from(integer.get_bit(i as usize)),
            )
        })
        .collect();
    integer.zeroize();
    bits
}

#[cfg(test)]
mod tests;

//! Scalars as signed digits: `Σ e_i·2^i` with every e_i = ±1.
//!
//! 251 digits reach each odd integer of absolute value below 2^251. ℓ is odd and below 2^251, so of
//! the representatives `s` and `s − ℓ` of a residue the odd one is among them: every residue can be
//! written. See `docs/spec/curve.md`.

use ark_ff::{BigInt, BigInteger, One, PrimeField, Zero};
use obolus_protocol::{Fr, Scalar};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{builder::Builder, lc::Lc};

/// Digits of a scalar.
pub(crate) const DIGITS: usize = 251;

/// 2^251 − 1, the largest sum of digits.
const LARGEST: BigInt<4> = BigInt::new([u64::MAX, u64::MAX, u64::MAX, (1 << 59) - 1]);

/// Bits of the digits, lowest first: bit 1 stands for +1, bit 0 for −1.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub(crate) struct DigitValues(Vec<Fr>);

impl DigitValues {
    /// All bits zero, for recording.
    pub(crate) fn zero() -> Self {
        Self(vec![Fr::zero(); DIGITS])
    }

    /// The digits of the odd one of `s` and `s − ℓ`.
    pub(crate) fn new(scalar: &Scalar) -> Self {
        // Σ e_i·2^i = 2·Σ b_i·2^i − (2^251 − 1): the bits are those of (n + 2^251 − 1) / 2.
        let mut integer = scalar.into_bigint();
        let mut offset = LARGEST;
        if integer.is_even() {
            offset.sub_with_borrow(&Scalar::MODULUS);
        }
        integer.add_with_carry(&offset);
        integer.div2();
        let bits = (0..DIGITS).map(|i| Fr::from(integer.get_bit(i))).collect();
        integer.zeroize();
        Self(bits)
    }

    #[cfg(test)]
    pub(crate) fn from_bits(bits: Vec<Fr>) -> Self {
        assert_eq!(bits.len(), DIGITS);
        Self(bits)
    }
}

/// The digits e_i = ±1 as combinations, lowest first.
pub(crate) struct Digits(Vec<Lc>);

impl Digits {
    /// Allocates the bits.
    pub(crate) fn allocate(cs: &mut Builder, values: &DigitValues) -> Self {
        cs.gadget("scalar_digits", |cs| {
            let bits = values.0.iter().enumerate();
            Self(
                bits.map(|(i, value)| signed(&cs.bit(format_args!("bit{i}"), *value)))
                    .collect(),
            )
        })
    }

    /// The digits, lowest first.
    pub(crate) fn as_slice(&self) -> &[Lc] {
        &self.0
    }

    /// `Σ e_i·2^i` in the circuit's field.
    pub(crate) fn integer(&self) -> Lc {
        Lc::from_bits(&self.0)
    }
}

/// `2·bit − 1`.
pub(crate) fn signed(bit: &Lc) -> Lc {
    bit.double().plus_constant(-Fr::one())
}

#[cfg(test)]
mod tests;

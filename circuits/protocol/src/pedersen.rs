//! Pedersen commitments to amounts: `cv = value·V + s·S` on BabyJubJub.
//!
//! V and S come from hashing to the curve, so nobody knows a relation between them. Commitments
//! add up: issued minus redeemed commits to the total in circulation, which stays hidden.

use ark_ff::{BigInteger, PrimeField};
use rand::{CryptoRng, RngCore};
use thiserror::Error;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{
    amount::Amount,
    curve::{self, Point},
    field::{Fr, Scalar, scalar_from_wide, scalar_to_fr},
};

/// Why a field element is not a blinding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum BlindingError {
    /// Not an odd integer of absolute value below 2^251.
    #[error("not the representative of a blinding: the ciphertext or the key is another one")]
    NotRepresentative,
}

/// The blinding `s` of a value commitment, uniform modulo ℓ.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Blinding(Scalar);

impl Blinding {
    /// Bits of the integers that stand for a blinding inside field elements.
    const REPRESENTATIVE_BITS: u32 = 251;

    /// A fresh one.
    pub fn random<R: RngCore + CryptoRng>(rng: &mut R) -> Self {
        let mut wide = Zeroizing::new([0; 64]);
        rng.fill_bytes(&mut *wide);
        Self(scalar_from_wide(&wide))
    }

    /// A given one.
    pub const fn new(s: Scalar) -> Self {
        Self(s)
    }

    /// `s`.
    pub const fn scalar(&self) -> &Scalar {
        &self.0
    }

    /// The odd one of the integers `s` and `s − ℓ`, as a field element.
    ///
    /// Circuits write scalars as 251 digits ±1, whose sum is always odd and below 2^251 in absolute
    /// value; audit ciphertexts carry that integer. ℓ is odd, so one of the two candidates is odd,
    /// and ℓ < 2^251.
    pub fn odd_representative(&self) -> Fr {
        let integer = scalar_to_fr(&self.0);
        if self.0.into_bigint().is_odd() {
            integer
        } else {
            integer - Fr::new(Scalar::MODULUS)
        }
    }

    /// Reads back an odd integer of absolute value below 2^251, whichever one a prover chose: the
    /// circuit fixes it modulo ℓ only, and that is all a commitment depends on.
    ///
    /// # Errors
    /// [`BlindingError::NotRepresentative`].
    pub fn from_representative(value: &Fr) -> Result<Self, BlindingError> {
        let positive = value.into_bigint();
        let negative = (-*value).into_bigint();
        let in_range = |integer: &ark_ff::BigInt<4>| {
            integer.num_bits() <= Self::REPRESENTATIVE_BITS && integer.is_odd()
        };
        let reduce = |integer: &ark_ff::BigInt<4>| {
            Scalar::from_le_bytes_mod_order(&Zeroizing::new(integer.to_bytes_le()))
        };
        if in_range(&positive) {
            Ok(Self(reduce(&positive)))
        } else if in_range(&negative) {
            Ok(Self(-reduce(&negative)))
        } else {
            Err(BlindingError::NotRepresentative)
        }
    }
}

impl core::fmt::Debug for Blinding {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Blinding(redacted)")
    }
}

/// `cv = value·V + s·S`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ValueCommitment(Point);

impl ValueCommitment {
    /// Commits to an amount.
    pub fn commit(value: Amount, blinding: &Blinding) -> Self {
        Self::commit_total(u128::from(value.get()), blinding)
    }

    /// Commits to a total of amounts, in minor units.
    pub fn commit_total(total: u128, blinding: &Blinding) -> Self {
        Self(
            curve::value_base()
                .mul(&Scalar::from(total))
                .add(&curve::blinding_base().mul(&blinding.0)),
        )
    }

    /// The commitment to nothing with a zero blinding: where sums start.
    pub fn zero() -> Self {
        Self(Point::IDENTITY)
    }

    /// Commitment to the sum of both amounts.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        Self(self.0.add(&other.0))
    }

    /// Commitment to the difference of both amounts.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        Self(self.0.sub(&other.0))
    }

    /// Takes a decoded point as a commitment.
    pub const fn from_point(point: Point) -> Self {
        Self(point)
    }

    /// The point.
    pub const fn point(&self) -> &Point {
        &self.0
    }
}

#[cfg(test)]
mod tests;

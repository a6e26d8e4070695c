//! Proofs and their one encoding.

use ark_bn254::{G1Affine, G2Affine};
use ark_ec::AffineRepr;
use thiserror::Error;

use crate::points::{self, PointError};

#[cfg(test)]
mod tests;

/// Why proof bytes were refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ProofError {
    /// Not 128 bytes.
    #[error("a proof has 128 bytes; these are {0}")]
    Length(usize),
    /// A point is not acceptable.
    #[error("point {point} of the proof is refused: {reason}")]
    Point {
        /// `A`, `B` or `C`.
        point: char,
        /// What is wrong with it.
        reason: PointError,
    },
}

/// A Groth16 proof over BN254 whose points are on their curves, in the prime-order subgroups and
/// not the identity.
///
/// Says nothing about being valid for a statement; see [`verify`](crate::verify).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proof {
    a: G1Affine,
    b: G2Affine,
    c: G1Affine,
}

impl Proof {
    /// Length of the encoding in bytes.
    pub const LEN: usize = 128;

    /// Checks and takes the three points.
    ///
    /// # Errors
    /// [`ProofError::Point`] for a point off the curve, outside the subgroup or the identity.
    pub fn new(a: G1Affine, b: G2Affine, c: G1Affine) -> Result<Self, ProofError> {
        let state = |zero: bool, valid: bool| match (zero, valid) {
            (true, _) => Err(PointError::Identity),
            (_, false) => Err(PointError::Invalid),
            _ => Ok(()),
        };
        let in_g1 = |p: &G1Affine| p.is_on_curve() && p.is_in_correct_subgroup_assuming_on_curve();
        let in_g2 = |p: &G2Affine| p.is_on_curve() && p.is_in_correct_subgroup_assuming_on_curve();
        state(a.is_zero(), in_g1(&a)).map_err(named('A'))?;
        state(b.is_zero(), in_g2(&b)).map_err(named('B'))?;
        state(c.is_zero(), in_g1(&c)).map_err(named('C'))?;
        Ok(Self { a, b, c })
    }

    /// Decodes `A ‖ B ‖ C`, compressed.
    ///
    /// # Errors
    /// [`ProofError::Point`] for any bytes that [`Self::encode`] would not have written.
    pub fn decode(bytes: &[u8; Self::LEN]) -> Result<Self, ProofError> {
        let (a, rest) = split::<32>(bytes)?;
        let (b, rest) = split::<64>(rest)?;
        let (c, _) = split::<32>(rest)?;
        Ok(Self {
            a: points::decode(a).map_err(named('A'))?,
            b: points::decode(b).map_err(named('B'))?,
            c: points::decode(c).map_err(named('C'))?,
        })
    }

    /// [`Self::decode`] of bytes whose length is not known.
    ///
    /// # Errors
    /// As [`Self::decode`], and [`ProofError::Length`] if there are not 128 bytes.
    pub fn decode_slice(bytes: &[u8]) -> Result<Self, ProofError> {
        let exact = bytes
            .try_into()
            .map_err(|_| ProofError::Length(bytes.len()))?;
        Self::decode(exact)
    }

    /// The canonical encoding.
    ///
    /// # Errors
    /// None for points that passed [`Self::new`]; the signature spares a panic.
    pub fn encode(&self) -> Result<[u8; Self::LEN], ProofError> {
        let mut out = [0; Self::LEN];
        let (a, rest) = out.split_at_mut(32);
        let (b, c) = rest.split_at_mut(64);
        a.copy_from_slice(&encoded::<_, 32>(&self.a, 'A')?);
        b.copy_from_slice(&encoded::<_, 64>(&self.b, 'B')?);
        c.copy_from_slice(&encoded::<_, 32>(&self.c, 'C')?);
        Ok(out)
    }

    /// A in G1.
    pub fn a(&self) -> &G1Affine {
        &self.a
    }

    /// B in G2.
    pub fn b(&self) -> &G2Affine {
        &self.b
    }

    /// C in G1.
    pub fn c(&self) -> &G1Affine {
        &self.c
    }
}

fn named(point: char) -> impl Fn(PointError) -> ProofError {
    move |reason| ProofError::Point { point, reason }
}

fn split<const N: usize>(bytes: &[u8]) -> Result<(&[u8; N], &[u8]), ProofError> {
    bytes
        .split_first_chunk::<N>()
        .ok_or(ProofError::Length(bytes.len()))
}

fn encoded<P, const N: usize>(point: &P, name: char) -> Result<[u8; N], ProofError>
where
    P: AffineRepr,
{
    points::encode(point).ok_or_else(|| named(name)(PointError::Invalid))
}

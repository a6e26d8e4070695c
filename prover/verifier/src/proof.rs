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

/// Three points that could be a Groth16 proof over BN254: on their curves and not the identity, but B may be outside the
/// prime-order subgroup.
///
/// [`verify_batch`](crate::verify_batch) takes them as they are, because it finds out about B while it verifies;
/// [`Self::check`] does it for one proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UncheckedProof {
    a: G1Affine,
    b: G2Affine,
    c: G1Affine,
}

impl UncheckedProof {
    /// Takes three points.
    ///
    /// # Errors
    /// [`ProofError::Point`] for a point off the curve or the identity.
    pub fn new(a: G1Affine, b: G2Affine, c: G1Affine) -> Result<Self, ProofError> {
        let state = |zero: bool, on_curve: bool| match (zero, on_curve) {
            (true, _) => Err(PointError::Identity),
            (_, false) => Err(PointError::Invalid),
            _ => Ok(()),
        };
        // All points of the curve over the base field are in G1.
        state(a.is_zero(), a.is_on_curve()).map_err(named('A'))?;
        state(b.is_zero(), b.is_on_curve()).map_err(named('B'))?;
        state(c.is_zero(), c.is_on_curve()).map_err(named('C'))?;
        Ok(Self { a, b, c })
    }

    /// Decodes `A ‖ B ‖ C`, compressed.
    ///
    /// # Errors
    /// [`ProofError::Point`] for any bytes that [`Self::encode`] would not have written.
    pub fn decode(bytes: &[u8; Proof::LEN]) -> Result<Self, ProofError> {
        let (a, rest) = split::<32>(bytes)?;
        let (b, rest) = split::<64>(rest)?;
        let (c, _) = split::<32>(rest)?;
        Ok(Self {
            a: points::decode_g1(a).map_err(named('A'))?,
            b: points::decode_g2_on_curve(b).map_err(named('B'))?,
            c: points::decode_g1(c).map_err(named('C'))?,
        })
    }

    /// Checks that B is in the prime-order subgroup.
    ///
    /// # Errors
    /// [`ProofError::Point`] if it is not.
    pub fn check(self) -> Result<Proof, ProofError> {
        if self.b.is_in_correct_subgroup_assuming_on_curve() {
            Ok(Proof(self))
        } else {
            Err(Self::outside())
        }
    }

    /// What is said of a B outside the subgroup.
    pub(crate) fn outside() -> ProofError {
        named('B')(PointError::Invalid)
    }

    /// The canonical encoding.
    ///
    /// # Errors
    /// None for points that passed [`Self::new`]; the signature spares a panic.
    pub fn encode(&self) -> Result<[u8; Proof::LEN], ProofError> {
        let mut out = [0; Proof::LEN];
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

    /// B, on the curve of G2.
    pub fn b(&self) -> &G2Affine {
        &self.b
    }

    /// C in G1.
    pub fn c(&self) -> &G1Affine {
        &self.c
    }
}

impl AsRef<Self> for UncheckedProof {
    fn as_ref(&self) -> &Self {
        self
    }
}

impl AsRef<UncheckedProof> for Proof {
    fn as_ref(&self) -> &UncheckedProof {
        &self.0
    }
}

/// A Groth16 proof over BN254 whose points are on their curves, in the prime-order subgroups and
/// not the identity.
///
/// Says nothing about being valid for a statement; see [`verify`](crate::verify).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proof(UncheckedProof);

impl Proof {
    /// Length of the encoding in bytes.
    pub const LEN: usize = 128;

    /// Checks and takes the three points.
    ///
    /// # Errors
    /// [`ProofError::Point`] for a point off the curve, outside the subgroup or the identity.
    pub fn new(a: G1Affine, b: G2Affine, c: G1Affine) -> Result<Self, ProofError> {
        UncheckedProof::new(a, b, c)?.check()
    }

    /// Decodes `A ‖ B ‖ C`, compressed.
    ///
    /// # Errors
    /// [`ProofError::Point`] for any bytes that [`Self::encode`] would not have written.
    pub fn decode(bytes: &[u8; Self::LEN]) -> Result<Self, ProofError> {
        UncheckedProof::decode(bytes)?.check()
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
        self.0.encode()
    }

    /// The same points, for [`verify_batch`](crate::verify_batch).
    pub fn unchecked(&self) -> &UncheckedProof {
        &self.0
    }

    /// A in G1.
    pub fn a(&self) -> &G1Affine {
        self.0.a()
    }

    /// B in G2.
    pub fn b(&self) -> &G2Affine {
        self.0.b()
    }

    /// C in G1.
    pub fn c(&self) -> &G1Affine {
        self.0.c()
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

//! The auditor's key pair, the sender's ephemeral scalar, the point they share and its key stream.

use core::fmt;

use obolus_abi::PointBytes;
use rand::{CryptoRng, RngCore};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::AuditError;
use crate::{
    curve::Point,
    field::{Fr, Scalar, scalar_from_bytes, scalar_from_wide, scalar_to_bytes},
    poseidon2::prf3,
    tags::Tag,
};

/// The auditor's secret `p`, never zero.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct AuditorSecret(Scalar);

/// The auditor's key `P = p·G`: in the prime-order subgroup and not the identity.
///
/// The registry contract checks the same, with a proof of possession, when the key is set. Under
/// the identity or a point of small order, K would be guessable and the ciphertext public.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditorKey(Point);

/// The sender's ephemeral secret `r`, fresh for every attempt and never 0, 1 or −1: with those,
/// everybody knows K and can read the ciphertext. The circuit cannot express them either
/// (`docs/spec/curve.md`).
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct AuditScalar(Scalar);

/// Key stream of one ciphertext.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct AuditKeys {
    /// Hides the packed amounts and slots, or nk.
    pub k1: Fr,
    /// Hides the second ciphertext element.
    pub k2: Fr,
    /// Hides the third, or is the change note's randomness.
    pub k3: Fr,
}

/// K, the point that one ciphertext's sender and its auditor share. It opens every part of that ciphertext, and no
/// other ciphertext.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SharedSecret {
    x: Fr,
    y: Fr,
}

impl SharedSecret {
    /// Takes K from where it was computed without the auditor's secret: the partial decryptions of a quorum.
    ///
    /// # Errors
    /// [`AuditError::BadShared`] for the identity, which no ciphertext has.
    pub fn new(point: &Point) -> Result<Self, AuditError> {
        if point.is_identity() {
            return Err(AuditError::BadShared);
        }
        Ok(Self::of(point))
    }

    /// The key stream for a public value `u`.
    pub fn keys(&self, tag: Tag, u: Fr) -> AuditKeys {
        let [k1, k2, k3] = prf3(tag, self.x, self.y, u);
        AuditKeys { k1, k2, k3 }
    }

    fn of(point: &Point) -> Self {
        Self {
            x: point.x(),
            y: point.y(),
        }
    }
}

impl AuditorSecret {
    /// A fresh secret.
    pub fn random<R: RngCore + CryptoRng>(rng: &mut R) -> Self {
        Self(random_non_zero(rng))
    }

    /// Decodes a stored secret.
    ///
    /// # Errors
    /// [`AuditError::BadScalar`].
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, AuditError> {
        let scalar = scalar_from_bytes(bytes).map_err(|_| AuditError::BadScalar)?;
        non_zero(scalar).map(Self)
    }

    /// The secret's bytes, for an encrypted key store.
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(scalar_to_bytes(&self.0))
    }

    /// `P = p·G`.
    pub fn public(&self) -> AuditorKey {
        AuditorKey(Point::generator().mul(&self.0))
    }

    /// `K = p·R` of a ciphertext with ephemeral point `R`.
    pub fn shared(&self, ephemeral: &Point) -> SharedSecret {
        SharedSecret::of(&ephemeral.mul(&self.0))
    }

    /// The key stream of a ciphertext with ephemeral point `R` and public value `u`.
    pub fn keys(&self, tag: Tag, ephemeral: &Point, u: Fr) -> AuditKeys {
        self.shared(ephemeral).keys(tag, u)
    }

    pub(crate) const fn scalar(&self) -> &Scalar {
        &self.0
    }
}

impl AuditorKey {
    /// Takes a point as the auditor's key.
    ///
    /// # Errors
    /// [`AuditError::BadKey`] for the identity.
    pub fn new(point: Point) -> Result<Self, AuditError> {
        if point.is_identity() {
            Err(AuditError::BadKey)
        } else {
            Ok(Self(point))
        }
    }

    /// Decodes and checks a key.
    ///
    /// # Errors
    /// [`AuditError::BadKey`]: not canonical, off the curve, outside the subgroup, or the identity.
    pub fn decode(bytes: &PointBytes) -> Result<Self, AuditError> {
        let point = Point::decode(bytes).map_err(|_| AuditError::BadKey)?;
        Self::new(point)
    }

    /// The wire form.
    pub fn encode(&self) -> PointBytes {
        self.0.encode()
    }

    /// The point.
    pub const fn point(&self) -> &Point {
        &self.0
    }
}

impl AuditScalar {
    /// A fresh one.
    pub fn random<R: RngCore + CryptoRng>(rng: &mut R) -> Self {
        loop {
            if let Ok(scalar) = Self::new(random_non_zero(rng)) {
                return scalar;
            }
        }
    }

    /// A given one.
    ///
    /// # Errors
    /// [`AuditError::BadScalar`] for 0, 1 and −1.
    pub fn new(scalar: Scalar) -> Result<Self, AuditError> {
        let one = Scalar::from(1_u64);
        if scalar == one || scalar == -one {
            return Err(AuditError::BadScalar);
        }
        non_zero(scalar).map(Self)
    }

    /// `r`.
    pub const fn scalar(&self) -> &Scalar {
        &self.0
    }

    /// `R = r·G`.
    pub fn ephemeral(&self) -> Point {
        Point::generator().mul(&self.0)
    }

    /// The key stream for an auditor and a public value `u`.
    pub fn keys(&self, tag: Tag, auditor: &AuditorKey, u: Fr) -> AuditKeys {
        SharedSecret::of(&auditor.0.mul(&self.0)).keys(tag, u)
    }
}

impl fmt::Debug for AuditorSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuditorSecret(redacted)")
    }
}

impl fmt::Debug for SharedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedSecret(redacted)")
    }
}

impl fmt::Debug for AuditScalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuditScalar(redacted)")
    }
}

fn non_zero(scalar: Scalar) -> Result<Scalar, AuditError> {
    if scalar == Scalar::from(0_u64) {
        Err(AuditError::BadScalar)
    } else {
        Ok(scalar)
    }
}

fn random_non_zero<R: RngCore + CryptoRng>(rng: &mut R) -> Scalar {
    let mut wide = Zeroizing::new([0; 64]);
    loop {
        rng.fill_bytes(&mut *wide);
        if let Ok(scalar) = non_zero(scalar_from_wide(&wide)) {
            return scalar;
        }
    }
}

//! Re-randomisable Schnorr signatures on BabyJubJub (the RedDSA construction, Zcash protocol
//! specification §5.4.7).
//!
//! A spend shows `rk = ak + α·G` instead of `ak`, with a fresh α each time, so two spends of one
//! holder cannot be linked. The proof ties `rk` to the notes; the signature under `rk` shows that
//! the holder of `ask` agreed to this transaction. A prover that was handed α and the viewing key
//! still cannot sign.
//!
//! The equation is `S·G = R + c·rk` with `c = BLAKE3(R ‖ rk ‖ digest)` reduced from 64 bytes. rk is
//! decoded into the prime-order subgroup first, and R is compared as bytes with what the equation wants, which is in it; so
//! the cofactor plays no role. The challenge covers `rk`: without it a signature
//! could be carried over to a related key.

use obolus_abi::{PointBytes, TxDigest};
use rand::{CryptoRng, RngCore};
use thiserror::Error;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{
    audit::AuditorSecret,
    curve::Point,
    field::{Scalar, scalar_from_bytes, scalar_from_wide, scalar_to_bytes},
    keys::{SpendValidatingKey, SpendingKey},
    tags,
};

mod batch;

pub use batch::{Claim, verify_batch};

/// Length of a signature in bytes: R (x ‖ y, 64) ‖ S (32), little-endian.
pub const SIGNATURE_LEN: usize = 96;

/// Why a signature was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SchnorrError {
    /// The key is the identity, under which anybody can sign.
    #[error("the signing key is the identity: use a real key")]
    IdentityKey,
    /// R is not a canonical point of the subgroup.
    #[error("the signature's R is not a canonical point of the prime-order subgroup: sign again")]
    BadCommitment,
    /// S is not below the group order, so another encoding of the same signature exists.
    #[error("the signature's S is not below the group order: send the canonical form")]
    NonCanonicalResponse,
    /// The equation does not hold.
    #[error("the signature does not hold for this key and digest: sign this transaction")]
    Mismatch,
}

/// The secret α that separates `rk` from `ak`. Fresh for every attempt; zero for deal notes only,
/// whose spends show the deal's point itself.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Randomizer(Scalar);

impl Randomizer {
    /// A fresh one, uniform modulo ℓ.
    pub fn random<R: RngCore + CryptoRng>(rng: &mut R) -> Self {
        let mut wide = Zeroizing::new([0; 64]);
        rng.fill_bytes(&mut *wide);
        Self(scalar_from_wide(&wide))
    }

    /// The re-randomiser of deal notes, and of signatures under `ak` itself.
    pub fn zero() -> Self {
        Self(Scalar::from(0_u64))
    }

    /// A given one, such as the share that a treasury quorum agreed on.
    pub const fn new(alpha: Scalar) -> Self {
        Self(alpha)
    }

    /// α.
    pub const fn scalar(&self) -> &Scalar {
        &self.0
    }

    /// `rk = ak + α·G`.
    pub fn randomize(&self, ak: &Point) -> Point {
        ak.add(&Point::generator().mul(&self.0))
    }

    /// `ak = rk − α·G`; none if that is the identity, which is nobody's key.
    pub fn derandomize(&self, rk: &Point) -> Option<SpendValidatingKey> {
        let ak = rk.add(&Point::generator().mul(&-self.0));
        SpendValidatingKey::new(ak).ok()
    }
}

impl core::fmt::Debug for Randomizer {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Randomizer(redacted)")
    }
}

/// Signs a transaction's digest with `ask + α`; returns `rk` and the signature.
pub fn sign<R: RngCore + CryptoRng>(
    ask: &SpendingKey,
    alpha: &Randomizer,
    digest: &TxDigest,
    rng: &mut R,
) -> (Point, [u8; SIGNATURE_LEN]) {
    let secret = Zeroizing::new(*ask.scalar() + alpha.0);
    sign_with(&secret, digest, rng)
}

/// Signs a transaction's digest with an auditor's secret, to show that its key has a holder.
pub fn sign_possession<R: RngCore + CryptoRng>(
    auditor: &AuditorSecret,
    digest: &TxDigest,
    rng: &mut R,
) -> (Point, [u8; SIGNATURE_LEN]) {
    sign_with(auditor.scalar(), digest, rng)
}

/// Checks a signature.
///
/// # Errors
/// [`SchnorrError`] says what is wrong with the key or the signature.
pub fn verify(
    rk: &Point,
    digest: &TxDigest,
    signature: &[u8; SIGNATURE_LEN],
) -> Result<(), SchnorrError> {
    if rk.is_identity() {
        return Err(SchnorrError::IdentityKey);
    }
    let (commitment, response) = split(signature);
    let response = scalar_from_bytes(&response).map_err(|_| SchnorrError::NonCanonicalResponse)?;
    let c = challenge(&commitment, &rk.encode(), digest);
    let expected = Point::generator().combine_vartime(&response, rk, &-c);
    if expected.encode() == commitment {
        // A canonical encoding of a sum of points of the subgroup: R needs no check of its own, which would cost
        // as much as half of the equation.
        return Ok(());
    }
    match Point::decode(&commitment) {
        Ok(_) => Err(SchnorrError::Mismatch),
        Err(_) => Err(SchnorrError::BadCommitment),
    }
}

fn sign_with<R: RngCore + CryptoRng>(
    secret: &Scalar,
    digest: &TxDigest,
    rng: &mut R,
) -> (Point, [u8; SIGNATURE_LEN]) {
    let key = Point::generator().mul(secret);
    let key_bytes = key.encode();
    let nonce = nonce(secret, &key_bytes, digest, rng);
    let commitment = Point::generator().mul(&nonce).encode();
    let c = challenge(&commitment, &key_bytes, digest);
    let response = *nonce + c * secret;
    let mut signature = [0; SIGNATURE_LEN];
    signature[..PointBytes::LEN].copy_from_slice(commitment.as_bytes());
    signature[PointBytes::LEN..].copy_from_slice(&scalar_to_bytes(&response));
    (key, signature)
}

/// Hedged: secret even if the generator repeats or is predictable, since the secret and the message
/// enter; fresh for each signature if it works, which blinds fault attacks.
fn nonce<R: RngCore + CryptoRng>(
    secret: &Scalar,
    key: &PointBytes,
    digest: &TxDigest,
    rng: &mut R,
) -> Zeroizing<Scalar> {
    let mut random = Zeroizing::new([0; 64]);
    rng.fill_bytes(&mut *random);
    let secret_bytes = Zeroizing::new(scalar_to_bytes(secret));
    let mut hasher = blake3::Hasher::new_derive_key(tags::context::SCHNORR_NONCE);
    hasher
        .update(&*random)
        .update(&*secret_bytes)
        .update(key.as_bytes())
        .update(digest.as_bytes());
    let mut wide = Zeroizing::new([0; 64]);
    hasher.finalize_xof().fill(&mut *wide);
    hasher.zeroize();
    Zeroizing::new(scalar_from_wide(&wide))
}

fn challenge(commitment: &PointBytes, key: &PointBytes, digest: &TxDigest) -> Scalar {
    let mut wide = [0; 64];
    blake3::Hasher::new_derive_key(tags::context::SCHNORR_CHALLENGE)
        .update(commitment.as_bytes())
        .update(key.as_bytes())
        .update(digest.as_bytes())
        .finalize_xof()
        .fill(&mut wide);
    scalar_from_wide(&wide)
}

fn split(signature: &[u8; SIGNATURE_LEN]) -> (PointBytes, [u8; 32]) {
    let mut commitment = [0; PointBytes::LEN];
    let mut response = [0; 32];
    commitment.copy_from_slice(&signature[..PointBytes::LEN]);
    response.copy_from_slice(&signature[PointBytes::LEN..]);
    (PointBytes(commitment), response)
}

#[cfg(test)]
mod tests;

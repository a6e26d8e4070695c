//! Keys: one seed, three secrets, one owner.
//!
//! ```text
//! seed ─ ask  spend-authorising scalar    ak = ask·G
//!      ├ nk   nullifier key
//!      └ ivk  X25519 secret               epk = its public key
//! owner = H_owner(ak.x, ak.y, nk)         full viewing key = (ak, nk, ivk)
//! ```
//!
//! Secrets are wiped on drop and never printed. The spending key has no encoding: it comes from the
//! seed and goes nowhere but into a signature.

use ark_ff::Zero;
use borsh::{BorshDeserialize, BorshSerialize};
use hpke::{Deserializable, Kem, Serializable, kem::X25519HkdfSha256};
use obolus_abi::PointBytes;
use rand::{CryptoRng, RngCore, rngs::OsRng};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{
    address::{Address, EncryptionKey},
    curve::{Point, PointError},
    field::{Scalar, fr_from_wide, invalid_data, public_field, scalar_from_wide, secret_field},
    poseidon2::hash3,
    tags::{self, context},
};

/// Why a key could not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The operating system gave no randomness.
    #[error("the operating system gave no random bytes: try again, or check its entropy source")]
    NoEntropy,
    /// A spend-authorising scalar of zero.
    #[error("a spending key of zero signs for everybody: use a key derived from a seed")]
    ZeroKey,
    /// A spend-validating key that is no proper point.
    #[error("not a spend-validating key: {0}")]
    Point(#[from] PointError),
}

/// The 32 bytes that everything a wallet owns is derived from.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Seed([u8; 32]);

impl Seed {
    /// Takes existing seed bytes (a backup); they must have been drawn uniformly.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Draws a seed from the operating system.
    ///
    /// # Errors
    /// [`KeyError::NoEntropy`] when the operating system has none to give.
    pub fn generate() -> Result<Self, KeyError> {
        let mut seed = Self([0; 32]);
        OsRng
            .try_fill_bytes(&mut seed.0)
            .map_err(|_| KeyError::NoEntropy)?;
        Ok(seed)
    }

    /// Draws a seed from a generator.
    pub fn random(rng: &mut (impl RngCore + CryptoRng)) -> Self {
        let mut seed = Self([0; 32]);
        rng.fill_bytes(&mut seed.0);
        seed
    }

    /// The bytes, for the wallet's encrypted store and backups.
    pub const fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// Output stream of one derivation context.
    fn derive(&self, context: &'static str) -> blake3::OutputReader {
        let mut hasher = blake3::Hasher::new_derive_key(context);
        hasher.update(&self.0);
        let reader = hasher.finalize_xof();
        hasher.zeroize();
        reader
    }
}

impl core::fmt::Debug for Seed {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Seed(redacted)")
    }
}

/// Spends notes: the discrete logarithm of the spend-validating key. Never zero.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SpendingKey(Scalar);

impl SpendingKey {
    /// Derives the key.
    pub fn from_seed(seed: &Seed) -> Self {
        let mut reader = seed.derive(context::SPENDING_KEY);
        let mut wide = Zeroizing::new([0; 64]);
        let ask = loop {
            reader.fill(wide.as_mut());
            let ask = scalar_from_wide(&wide);
            if !ask.is_zero() {
                break ask;
            }
        };
        reader.zeroize();
        Self(ask)
    }

    /// Takes a scalar from elsewhere (a hardware module's backup, a test).
    ///
    /// # Errors
    /// [`KeyError::ZeroKey`] for zero.
    pub fn from_scalar(ask: Scalar) -> Result<Self, KeyError> {
        if ask.is_zero() {
            return Err(KeyError::ZeroKey);
        }
        Ok(Self(ask))
    }

    /// `ak = ask·G`.
    pub fn validating_key(&self) -> SpendValidatingKey {
        SpendValidatingKey(Point::generator().mul(&self.0))
    }

    /// The scalar, for the signature scheme.
    pub const fn scalar(&self) -> &Scalar {
        &self.0
    }
}

impl core::fmt::Debug for SpendingKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("SpendingKey(redacted)")
    }
}

/// `ak`: what spend signatures are checked against, after re-randomisation. Never the identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, BorshSerialize)]
pub struct SpendValidatingKey(Point);

impl SpendValidatingKey {
    /// Takes a point.
    ///
    /// # Errors
    /// [`KeyError::Point`] for the identity.
    pub fn new(point: Point) -> Result<Self, KeyError> {
        if point.is_identity() {
            return Err(PointError::Identity.into());
        }
        Ok(Self(point))
    }

    /// Decodes `x ‖ y` with every check.
    ///
    /// # Errors
    /// [`KeyError::Point`] when the bytes are not a proper point of the group.
    pub fn decode(bytes: &PointBytes) -> Result<Self, KeyError> {
        Ok(Self(Point::decode_non_identity(bytes)?))
    }

    /// The point.
    pub const fn point(&self) -> &Point {
        &self.0
    }
}

impl BorshDeserialize for SpendValidatingKey {
    fn deserialize_reader<R: borsh::io::Read>(reader: &mut R) -> borsh::io::Result<Self> {
        let bytes = PointBytes::deserialize_reader(reader)?;
        Self::decode(&bytes).map_err(invalid_data)
    }
}

secret_field! {
    /// `nk`: computes the nullifiers of an owner's notes. Cannot spend.
    NullifierKey
}

impl NullifierKey {
    /// Derives the key.
    pub fn from_seed(seed: &Seed) -> Self {
        let mut reader = seed.derive(context::NULLIFIER_KEY);
        let mut wide = Zeroizing::new([0; 64]);
        reader.fill(wide.as_mut());
        reader.zeroize();
        Self::new(fr_from_wide(&wide))
    }

    /// Draws a key, as the parties of a deal do.
    pub fn random(rng: &mut (impl RngCore + CryptoRng)) -> Self {
        let mut wide = Zeroizing::new([0; 64]);
        rng.fill_bytes(wide.as_mut());
        Self::new(fr_from_wide(&wide))
    }
}

/// `ivk`: the X25519 secret that opens incoming memos.
#[derive(Clone, Zeroize, ZeroizeOnDrop, BorshSerialize, BorshDeserialize)]
pub struct IncomingViewingKey([u8; 32]);

impl IncomingViewingKey {
    /// Derives the key.
    pub fn from_seed(seed: &Seed) -> Self {
        let mut reader = seed.derive(context::INCOMING_VIEWING_KEY);
        let mut key = Self([0; 32]);
        reader.fill(&mut key.0);
        reader.zeroize();
        key
    }

    /// Secret bytes as RFC 7748 takes them.
    pub const fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// The X25519 public key.
    pub fn encryption_key(&self) -> EncryptionKey {
        type Secret = <X25519HkdfSha256 as Kem>::PrivateKey;
        // Any 32 bytes are an X25519 secret: the clamped scalar is never zero modulo the order.
        #[expect(
            clippy::expect_used,
            reason = "32 bytes always decode, and a clamped scalar times the base point is a proper key"
        )]
        let secret = Secret::from_bytes(&self.0).expect("an X25519 secret is any 32 bytes");
        let public = X25519HkdfSha256::sk_to_pk(&secret).to_bytes();
        let mut bytes = [0; 32];
        bytes.copy_from_slice(&public);
        EncryptionKey::from_secret(bytes)
    }
}

impl core::fmt::Debug for IncomingViewingKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("IncomingViewingKey(redacted)")
    }
}

/// Sees everything an owner has and builds witnesses; cannot spend.
///
/// Its encoding is for the wallet's encrypted store only.
#[derive(Clone, Debug, BorshSerialize, BorshDeserialize)]
pub struct FullViewingKey {
    /// Spend-validating key.
    pub ak: SpendValidatingKey,
    /// Nullifier key.
    pub nk: NullifierKey,
    /// Incoming viewing key.
    pub ivk: IncomingViewingKey,
}

impl FullViewingKey {
    /// Derives the keys.
    pub fn from_seed(seed: &Seed) -> Self {
        Self {
            ak: SpendingKey::from_seed(seed).validating_key(),
            nk: NullifierKey::from_seed(seed),
            ivk: IncomingViewingKey::from_seed(seed),
        }
    }

    /// The owner that notes are made out to.
    pub fn owner(&self) -> Owner {
        Owner::derive(self.ak.point(), &self.nk)
    }

    /// What payers need.
    pub fn address(&self) -> Address {
        Address {
            owner: self.owner(),
            epk: self.ivk.encryption_key(),
        }
    }
}

public_field! {
    /// Whom a note belongs to: a hash of (ak, nk), listed in the participant directory.
    Owner
}

impl Owner {
    /// `H_owner(ak.x, ak.y, nk)`.
    pub fn derive(ak: &Point, nk: &NullifierKey) -> Self {
        Self::new(hash3(tags::OWNER, ak.x(), ak.y(), nk.get()))
    }
}

#[cfg(test)]
mod tests;

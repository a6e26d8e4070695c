//! A member's long-term keys: one to sign what it sends, one to which secrets are sealed.
//!
//! Ed25519 signs messages of key ceremonies; HPKE (RFC 9180: base mode, X25519, HKDF-SHA256, ChaCha20-Poly1305) seals
//! shares. Both come from one seed.

mod letter;

use borsh::{BorshDeserialize, BorshSerialize, io};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use hpke::{
    Deserializable, Kem, OpModeR, OpModeS, Serializable, aead::ChaCha20Poly1305, kdf::HkdfSha256,
    kem::X25519HkdfSha256,
};
use rand::{CryptoRng, RngCore};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

pub use letter::{Letter, Topic};

use crate::{
    context,
    wire::{self, Kind, WireError, invalid_data},
};

type SealingKey = <X25519HkdfSha256 as Kem>::PublicKey;
type OpeningKey = <X25519HkdfSha256 as Kem>::PrivateKey;
type Encapsulated = <X25519HkdfSha256 as Kem>::EncappedKey;

const ENCAPSULATED: usize = 32;
const TAG: usize = 16;
/// Bytes of a sealed scalar: encapsulated key, ciphertext, tag.
const SEALED: usize = ENCAPSULATED + 32 + TAG;

/// Why a member's keys or what was made with them were refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// Not an Ed25519 key that signatures can be checked against.
    #[error("not a usable signing key: ask the member for its card again")]
    SigningKey,
    /// Not an X25519 key that shares a secret.
    #[error("not a usable sealing key: ask the member for its card again")]
    SealingKey,
    /// The signature does not hold.
    #[error("the member did not sign this")]
    Signature,
    /// Sealed to another member, for another ceremony, or damaged.
    #[error("the sealed share does not open with this member's key")]
    Sealed,
}

/// The 32 bytes that a member's long-term keys come from. Wiped on drop, never printed.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct IdentitySeed([u8; 32]);

impl IdentitySeed {
    /// Takes existing seed bytes (a backup); they must have been drawn uniformly.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Draws a seed from a generator.
    pub fn random(rng: &mut (impl RngCore + CryptoRng)) -> Self {
        let mut seed = Self([0; 32]);
        rng.fill_bytes(&mut seed.0);
        seed
    }

    /// The bytes, for an encrypted store.
    pub const fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

/// A member's long-term secret keys. Wiped on drop, never printed.
pub struct Identity {
    signing: SigningKey,
    opening: OpeningKey,
    card: MemberCard,
}

impl Identity {
    /// Derives the keys.
    pub fn from_seed(seed: &IdentitySeed) -> Self {
        let secret = Zeroizing::new(context::hash(context::IDENTITY_SIGNING, &[&seed.0]));
        let signing = SigningKey::from_bytes(&secret);
        let ikm = Zeroizing::new(context::hash(context::IDENTITY_SEALING, &[&seed.0]));
        let (opening, sealing) = X25519HkdfSha256::derive_keypair(&*ikm);
        let card = MemberCard {
            signing: signing.verifying_key(),
            sealing,
        };
        Self {
            signing,
            opening,
            card,
        }
    }

    /// What the other members need.
    pub const fn card(&self) -> &MemberCard {
        &self.card
    }

    pub(crate) fn sign(&self, digest: &[u8; 32]) -> [u8; 64] {
        self.signing.sign(digest).to_bytes()
    }

    pub(crate) fn open(
        &self,
        sealed: &SealedScalar,
        info: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, IdentityError> {
        let (encapsulated, ciphertext) = sealed.0.split_at(ENCAPSULATED);
        let encapsulated =
            Encapsulated::from_bytes(encapsulated).map_err(|_| IdentityError::Sealed)?;
        hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeR::Base,
            &self.opening,
            &encapsulated,
            info,
            ciphertext,
            &[],
        )
        .map(Zeroizing::new)
        .map_err(|_| IdentityError::Sealed)
    }
}

/// A member's public keys. Members compare cards by a second way (in person, by telephone) before a ceremony: whoever can
/// replace a card can replace the member.
#[derive(Clone, PartialEq, Eq)]
pub struct MemberCard {
    signing: VerifyingKey,
    sealing: SealingKey,
}

impl MemberCard {
    /// The wire form.
    pub fn to_bytes(&self) -> Vec<u8> {
        wire::encode(Kind::Card, self)
    }

    /// Decodes the wire form; refuses keys of small order.
    ///
    /// # Errors
    /// [`WireError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, WireError> {
        wire::decode(Kind::Card, bytes)
    }

    /// Whether two cards share a key: two members must not.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        self.signing == other.signing || self.sealing == other.sealing
    }

    pub(crate) fn verify(
        &self,
        digest: &[u8; 32],
        signature: &[u8; 64],
    ) -> Result<(), IdentityError> {
        self.signing
            .verify_strict(digest, &Signature::from_bytes(signature))
            .map_err(|_| IdentityError::Signature)
    }

    pub(crate) fn seal(
        &self,
        scalar: &[u8; 32],
        info: &[u8],
    ) -> Result<SealedScalar, IdentityError> {
        let (encapsulated, ciphertext) = hpke::single_shot_seal::<
            ChaCha20Poly1305,
            HkdfSha256,
            X25519HkdfSha256,
        >(&OpModeS::Base, &self.sealing, info, scalar, &[])
        .map_err(|_| IdentityError::SealingKey)?;
        let parts = [encapsulated.to_bytes().as_slice(), &ciphertext].concat();
        let sealed = parts.try_into().map_err(|_| IdentityError::SealingKey)?;
        Ok(SealedScalar(sealed))
    }
}

impl core::fmt::Debug for MemberCard {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("MemberCard(")?;
        let bytes = self.signing.as_bytes();
        bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str(")")
    }
}

impl BorshSerialize for MemberCard {
    fn serialize<W: io::Write>(&self, writer: &mut W) -> io::Result<()> {
        writer.write_all(self.signing.as_bytes())?;
        writer.write_all(&self.sealing.to_bytes())
    }
}

impl BorshDeserialize for MemberCard {
    fn deserialize_reader<R: io::Read>(reader: &mut R) -> io::Result<Self> {
        let (signing, sealing) = <([u8; 32], [u8; 32])>::deserialize_reader(reader)?;
        let signing = VerifyingKey::from_bytes(&signing)
            .ok()
            // A second encoding of a point would be a second card of one member.
            .filter(|key| !key.is_weak() && key.to_edwards().compress().0 == signing)
            .ok_or_else(|| invalid_data(IdentityError::SigningKey))?;
        // X25519 ignores the highest bit.
        let sealing = Some(sealing)
            .filter(|bytes| bytes[31] < 0x80)
            .and_then(|bytes| SealingKey::from_bytes(&bytes).ok())
            .ok_or_else(|| invalid_data(IdentityError::SealingKey))?;
        let card = Self { signing, sealing };
        // A point of small order makes a secret that everybody knows: HPKE refuses it when sealing, so try.
        card.seal(&[0; 32], &[]).map_err(invalid_data)?;
        Ok(card)
    }
}

/// A scalar that only one member can read.
#[derive(Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(crate) struct SealedScalar([u8; SEALED]);

#[cfg(test)]
mod tests;

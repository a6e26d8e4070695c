//! Contexts of BLAKE3's derive-key mode, in one place: two uses of the hash never share one.
//!
//! The challenge of signatures is not here: it is the protocol's own.

use zeroize::{Zeroize, Zeroizing};

/// H1 of FROST: binding factors.
pub(crate) const BINDING_FACTOR: &str = "obolus 2026 frost binding factor v1";
/// H3 of FROST: nonces.
pub(crate) const NONCE: &str = "obolus 2026 frost nonce v1";
/// H4 of FROST: messages inside binding factors.
pub(crate) const MESSAGE: &str = "obolus 2026 frost message v1";
/// H5 of FROST: lists of commitments inside binding factors.
pub(crate) const COMMITMENTS: &str = "obolus 2026 frost commitments v1";
/// Challenge of the proof that a dealer of the key generation knows its secret.
pub(crate) const DEALER_PROOF: &str = "obolus 2026 frost dealer proof v1";
/// Ceremony → its id.
pub(crate) const CEREMONY: &str = "obolus 2026 key ceremony v1";
/// A member's ceremony secret → the randomness of its polynomial.
pub(crate) const CEREMONY_RANDOMNESS: &str = "obolus 2026 key ceremony randomness v1";
/// What a member signs in round 1.
pub(crate) const ROUND_1: &str = "obolus 2026 key ceremony round 1 v1";
/// What a member signs in round 2.
pub(crate) const ROUND_2: &str = "obolus 2026 key ceremony round 2 v1";
/// All messages of round 1 → what members compare.
pub(crate) const TRANSCRIPT: &str = "obolus 2026 key ceremony transcript v1";
/// Group key → its id.
pub(crate) const GROUP: &str = "obolus 2026 threshold group v1";
/// Commitments of one member → the name of its nonces.
pub(crate) const NONCE_ID: &str = "obolus 2026 frost nonce id v1";
/// Signing request → its id.
pub(crate) const SIGNING_REQUEST: &str = "obolus 2026 frost signing request v1";
/// A member's identity seed → its Ed25519 key.
pub(crate) const IDENTITY_SIGNING: &str = "obolus 2026 threshold member signing key v1";
/// A member's identity seed → its X25519 key.
pub(crate) const IDENTITY_SEALING: &str = "obolus 2026 threshold member sealing key v1";
/// Topic of a letter → its digest.
pub(crate) const LETTER_TOPIC: &str = "obolus 2026 threshold letter topic v1";
/// What a member signs in a letter.
pub(crate) const LETTER: &str = "obolus 2026 threshold letter v1";
/// Request to open a ciphertext → its digest.
pub(crate) const OPEN_REQUEST: &str = "obolus 2026 audit open request v1";
/// Group, member, request → what a proof of a partial decryption is bound to.
pub(crate) const PARTIAL_BINDING: &str = "obolus 2026 audit partial decryption v1";
/// All answers of one member → what a public log holds of them.
pub(crate) const ANSWERS: &str = "obolus 2026 audit answers v1";
/// Challenge of the proof that two logarithms are equal.
pub(crate) const DLEQ_CHALLENGE: &str = "obolus 2026 equal logarithms challenge v1";
/// Nonce of the same proof.
pub(crate) const DLEQ_NONCE: &str = "obolus 2026 equal logarithms nonce v1";

/// Info string of HPKE: a share on its way from one member to another.
pub(crate) const SEALED_SHARE: &str = "obolus 2026 key ceremony sealed share v1";

/// Info string of HPKE: a letter's copy for one member.
pub(crate) const SEALED_LETTER: &str = "obolus 2026 threshold sealed letter v1";

/// 32 bytes of one context.
pub(crate) fn hash(context: &'static str, parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = hasher(context, parts);
    let digest = hasher.finalize().into();
    hasher.zeroize();
    digest
}

/// 64 bytes of one context, to be reduced modulo ℓ.
pub(crate) fn wide(context: &'static str, parts: &[&[u8]]) -> Zeroizing<[u8; 64]> {
    let mut wide = Zeroizing::new([0; 64]);
    let mut hasher = hasher(context, parts);
    hasher.finalize_xof().fill(&mut *wide);
    hasher.zeroize();
    wide
}

/// Callers see to it that the parts can be told apart: all but the last have fixed lengths.
fn hasher(context: &'static str, parts: &[&[u8]]) -> blake3::Hasher {
    let mut hasher = blake3::Hasher::new_derive_key(context);
    for part in parts {
        hasher.update(part);
    }
    hasher
}

#[cfg(test)]
mod tests;

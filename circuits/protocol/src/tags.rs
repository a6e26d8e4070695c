//! Every domain tag and context string of the protocol, in one place.
//!
//! Two uses of a hash never share a tag, so that an output of one can never stand in for another.
//! Circuit hashes take a [`Tag`]; BLAKE3 runs in derive-key mode under a context string.

use ark_ff::BigInt;

use crate::field::Fr;

/// A domain tag of the circuit hash: at most 31 bytes of ASCII, read as a little-endian integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tag {
    text: &'static str,
    value: Fr,
}

impl Tag {
    const fn new(text: &'static str) -> Self {
        let bytes = text.as_bytes();
        assert!(bytes.len() < 32 && !bytes.is_empty());
        let mut limbs = [0_u64; 4];
        let mut i = 0;
        while i < bytes.len() {
            assert!(bytes[i].is_ascii_graphic());
            limbs[i / 8] |= (bytes[i] as u64) << (8 * (i % 8));
            i += 1;
        }
        Self {
            text,
            value: Fr::new(BigInt::new(limbs)),
        }
    }

    /// The tag as written.
    pub const fn text(&self) -> &'static str {
        self.text
    }

    /// The tag as the field element that enters the hash.
    pub const fn value(&self) -> Fr {
        self.value
    }
}

/// `owner = H(ak.x, ak.y, nk)`.
pub const OWNER: Tag = Tag::new("obolus.owner.v1");
/// `cm = H(value, owner, rcm)`.
pub const NOTE: Tag = Tag::new("obolus.note.v1");
/// `nf = H(nk, rcm, position + 2^34·dummy)`.
pub const NULLIFIER: Tag = Tag::new("obolus.nullifier.v1");
/// Leaf of a registry tree, `H(owner, limit, 0)`.
pub const REGISTRY: Tag = Tag::new("obolus.registry.v1");
/// Key stream of the audit ciphertext of `transfer`.
pub const AUDIT_TRANSFER: Tag = Tag::new("obolus.audit.transfer.v1");
/// Key stream of the audit ciphertext of `issue`.
pub const AUDIT_ISSUE: Tag = Tag::new("obolus.audit.issue.v1");
/// Key stream of the audit ciphertext of `redeem`.
pub const AUDIT_REDEEM: Tag = Tag::new("obolus.audit.redeem.v1");
/// Key stream of the audit ciphertext of `register`.
pub const AUDIT_REGISTER: Tag = Tag::new("obolus.audit.register.v1");

/// Tag of a ticket, `H(nk, period, k)`.
pub const VELOCITY: Tag = Tag::new("obolus.velocity.v1");
/// Token and period as one element, `H(id₀, id₁, number)`.
pub const VELOCITY_PERIOD: Tag = Tag::new("obolus.period.v1");

/// Every tag of the circuit hash.
pub const ALL: &[Tag] = &[
    OWNER,
    NOTE,
    NULLIFIER,
    REGISTRY,
    AUDIT_TRANSFER,
    AUDIT_ISSUE,
    AUDIT_REDEEM,
    AUDIT_REGISTER,
    VELOCITY,
    VELOCITY_PERIOD,
];

/// Contexts of BLAKE3's derive-key mode.
pub mod context {
    /// seed → spend-authorising scalar.
    pub const SPENDING_KEY: &str = "obolus 2026 spending key v1";
    /// seed → nullifier key.
    pub const NULLIFIER_KEY: &str = "obolus 2026 nullifier key v1";
    /// seed → X25519 secret that opens incoming memos.
    pub const INCOMING_VIEWING_KEY: &str = "obolus 2026 incoming viewing key v1";
    /// Hash to curve: the base of amounts in value commitments.
    pub const VALUE_BASE: &str = "obolus 2026 value commitment value base v1";
    /// Hash to curve: the base of blindings in value commitments.
    pub const BLINDING_BASE: &str = "obolus 2026 value commitment blinding base v1";
    /// Hash to curve: contract id ‖ deal id → the deal's key, whose secret nobody knows.
    pub const DEAL_POINT: &str = "obolus 2026 deal point v1";
    /// Deal secret → what makes the deal's id unique.
    pub const DEAL_NONCE: &str = "obolus 2026 deal nonce v1";
    /// Deal secret, leg → nullifier key of the leg.
    pub const DEAL_NULLIFIER_KEY: &str = "obolus 2026 deal nullifier key v1";
    /// Deal secret, leg, note → randomness of the note.
    pub const DEAL_RCM: &str = "obolus 2026 deal note randomness v1";
    /// Deal secret, party → what re-randomises the party's key.
    pub const DEAL_PARTY: &str = "obolus 2026 deal party key v1";
    /// Blind, token, text → randomness of a payment's note.
    pub const MEMO_BINDING: &str = "obolus 2026 memo binding v1";
    /// A disclosed payment → what its discloser signs.
    pub const DISCLOSURE: &str = "obolus 2026 disclosure v1";
    /// Transaction body → digest.
    pub const TRANSACTION: &str = "obolus 2026 transaction v1";
    /// Digest, callee, caller, entry → a proof's context.
    pub const PROOF_CONTEXT: &str = "obolus 2026 context v1";
    /// Chain, audience, token, height → the context of a balance's proofs.
    pub const BALANCE_CONTEXT: &str = "obolus 2026 balance context v1";
    /// A balance claim without its proofs' bytes → what its holder signs.
    pub const BALANCE_CLAIM: &str = "obolus 2026 balance claim v1";
    /// Full transaction bytes → hash for the block's transaction root.
    pub const TRANSACTION_BYTES: &str = "obolus 2026 transaction bytes v1";
    /// Schnorr challenge.
    pub const SCHNORR_CHALLENGE: &str = "obolus 2026 spend signature challenge v1";
    /// Schnorr nonce.
    pub const SCHNORR_NONCE: &str = "obolus 2026 spend signature nonce v1";

    /// Circuit shape → digest that keys are named by.
    pub const R1CS_DIGEST: &str = "obolus 2026 r1cs digest v1";

    /// Every context of this crate.
    pub const ALL: &[&str] = &[
        SPENDING_KEY,
        NULLIFIER_KEY,
        INCOMING_VIEWING_KEY,
        VALUE_BASE,
        BLINDING_BASE,
        DEAL_POINT,
        DEAL_NONCE,
        DEAL_NULLIFIER_KEY,
        DEAL_RCM,
        DEAL_PARTY,
        MEMO_BINDING,
        DISCLOSURE,
        TRANSACTION,
        PROOF_CONTEXT,
        BALANCE_CONTEXT,
        BALANCE_CLAIM,
        TRANSACTION_BYTES,
        SCHNORR_CHALLENGE,
        SCHNORR_NONCE,
        R1CS_DIGEST,
    ];
}

/// Info strings of HPKE: which kind of memo a ciphertext is.
pub mod info {
    /// From sender or issuer to recipient.
    pub const RECIPIENT_MEMO: &str = "obolus 2026 recipient memo v2";
    /// From a sender to itself.
    pub const SELF_MEMO: &str = "obolus 2026 self memo v2";
    /// From the opener of a deal to a party of it.
    pub const DEAL_MEMO: &str = "obolus 2026 deal memo v1";
}

#[cfg(test)]
mod tests;

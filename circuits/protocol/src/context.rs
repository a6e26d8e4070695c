//! What binds a proof to one use: the transaction, the contract, its caller and the entry; or, for a balance, whom it is shown
//! to.
//!
//! The host computes the context of every call and the contract puts it into the public inputs, so
//! a proof copied into another transaction, handed to another token, or sent through another
//! contract is a proof of something else.

use obolus_abi::{ChainId, ContractId, FieldBytes, TxDigest};

use crate::{
    audience::Audience,
    field::{Fr, fr_from_bytes},
    tags,
    tx::{EntryName, Height},
};

/// Stands for the immediate caller when a user calls. No contract has this id.
pub const USER: ContractId = ContractId([0; 32]);

/// Bytes of a context: 31, so that every context is a canonical field element.
pub const CONTEXT_BYTES: usize = 31;

/// The public input `context` in bytes: the first 31 bytes of
/// `BLAKE3(digest ‖ callee ‖ caller ‖ len(entry) ‖ entry)`, little-endian.
///
/// `caller` is the immediate caller, or [`USER`].
pub fn context_bytes(
    digest: &TxDigest,
    callee: &ContractId,
    caller: &ContractId,
    entry: &EntryName,
) -> FieldBytes {
    let name = entry.as_str().as_bytes();
    #[expect(
        clippy::cast_possible_truncation,
        reason = "an entry name has at most 32 bytes"
    )]
    let len = name.len() as u8;
    let hash = blake3::Hasher::new_derive_key(tags::context::PROOF_CONTEXT)
        .update(digest.as_bytes())
        .update(callee.as_bytes())
        .update(caller.as_bytes())
        .update(&[len])
        .update(name)
        .finalize();
    truncated(&hash)
}

/// The public input `context` as a field element; see [`context_bytes`].
pub fn context(
    digest: &TxDigest,
    callee: &ContractId,
    caller: &ContractId,
    entry: &EntryName,
) -> Fr {
    element(&context_bytes(digest, callee, caller, entry))
}

/// The context of the proofs of a balance, which no transaction carries: the first 31 bytes of
/// `BLAKE3(chain ‖ len(verifier) (4) ‖ verifier ‖ challenge ‖ token ‖ height (8))`, little-endian.
pub fn balance_context(
    chain: &ChainId,
    audience: &Audience,
    token: &ContractId,
    height: Height,
) -> Fr {
    let verifier = audience.verifier.as_str().as_bytes();
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a verifier's name has at most 64 bytes"
    )]
    let len = verifier.len() as u32;
    let hash = blake3::Hasher::new_derive_key(tags::context::BALANCE_CONTEXT)
        .update(chain.as_bytes())
        .update(&len.to_le_bytes())
        .update(verifier)
        .update(&audience.challenge.0)
        .update(token.as_bytes())
        .update(&height.0.to_le_bytes())
        .finalize();
    element(&truncated(&hash))
}

fn truncated(hash: &blake3::Hash) -> FieldBytes {
    let mut bytes = *hash.as_bytes();
    bytes[CONTEXT_BYTES] = 0;
    FieldBytes(bytes)
}

fn element(bytes: &FieldBytes) -> Fr {
    #[expect(
        clippy::expect_used,
        reason = "31 bytes are below the modulus of 254 bits"
    )]
    fr_from_bytes(bytes).expect("a context is canonical")
}

/// Whether a field element can be a context at all: below 2^248.
pub fn is_context(value: &Fr) -> bool {
    crate::field::fr_to_bytes(value).0[CONTEXT_BYTES] == 0
}

#[cfg(test)]
mod tests;

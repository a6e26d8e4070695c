//! Memos of deals: the terms and the secret of a deal, from its opener to each of its parties, itself included.
//!
//! The associated data is the deal and its contract. Content and its encoding are the wallets'; every ciphertext has the
//! same length.

use obolus_abi::{ContractId, DealId};
use rand::{CryptoRng, RngCore};
use zeroize::Zeroizing;

use super::{MemoError, open, seal};
use crate::{address::EncryptionKey, keys::IncomingViewingKey, tags::info};

/// Longest content, in bytes.
pub const MAX_CONTENT: usize = 910;
/// Length of every ciphertext: content, its length, and what HPKE adds.
pub const CIPHERTEXT_LEN: usize = 2 + MAX_CONTENT + obolus_abi::token::MEMO_OVERHEAD;

/// Encrypts a deal's terms to a party.
///
/// # Errors
/// [`MemoError::TextTooLong`] above [`MAX_CONTENT`], [`MemoError::BadKey`].
pub fn seal_deal<R: RngCore + CryptoRng>(
    content: &[u8],
    to: &EncryptionKey,
    contract: &ContractId,
    deal: &DealId,
    rng: &mut R,
) -> Result<Vec<u8>, MemoError> {
    let length = u16::try_from(content.len()).map_err(|_| MemoError::TextTooLong)?;
    if content.len() > MAX_CONTENT {
        return Err(MemoError::TextTooLong);
    }
    let mut plaintext = Zeroizing::new(Vec::with_capacity(2 + MAX_CONTENT));
    plaintext.extend_from_slice(&length.to_le_bytes());
    plaintext.extend_from_slice(content);
    plaintext.resize(2 + MAX_CONTENT, 0);
    seal(
        to,
        info::DEAL_MEMO,
        &bound_to(contract, deal),
        &plaintext,
        rng,
    )
}

/// Decrypts a deal's terms.
///
/// # Errors
/// [`MemoError`]; [`MemoError::NotForUs`] is the common case when scanning.
pub fn open_deal(
    ivk: &IncomingViewingKey,
    contract: &ContractId,
    deal: &DealId,
    ciphertext: &[u8],
) -> Result<Zeroizing<Vec<u8>>, MemoError> {
    if ciphertext.len() != CIPHERTEXT_LEN {
        return Err(MemoError::Length);
    }
    let plaintext = open(ivk, info::DEAL_MEMO, &bound_to(contract, deal), ciphertext)?;
    let (length, rest) = plaintext
        .split_first_chunk::<2>()
        .ok_or(MemoError::Malformed)?;
    let (content, padding) = rest
        .split_at_checked(usize::from(u16::from_le_bytes(*length)))
        .ok_or(MemoError::Malformed)?;
    if padding.iter().any(|byte| *byte != 0) {
        return Err(MemoError::Malformed);
    }
    Ok(Zeroizing::new(content.to_vec()))
}

fn bound_to(contract: &ContractId, deal: &DealId) -> [u8; 64] {
    let mut bytes = [0; 64];
    bytes[..32].copy_from_slice(&deal.0);
    bytes[32..].copy_from_slice(&contract.0);
    bytes
}

#[cfg(test)]
mod tests;

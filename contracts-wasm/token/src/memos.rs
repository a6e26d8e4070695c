//! The transaction's memo ciphertexts: fixed number, order and sizes, so that they tell nothing.
//! Their content is bound to the proof through the transaction's digest, and to no other thing.

use obolus_sdk::Env;
use obolus_sdk::abi::token::{RECIPIENT_MEMO_LEN, SELF_MEMO_LEN, TokenError};

/// A recipient's memo, then the sender's own.
const PAIR: [usize; 2] = [RECIPIENT_MEMO_LEN, SELF_MEMO_LEN];

/// `issue`: the recipient's memo.
///
/// # Errors
/// [`TokenError::BadMemos`].
pub fn recipient(env: &Env) -> Result<(), TokenError> {
    exactly(env, &[RECIPIENT_MEMO_LEN])
}

/// `redeem`: the holder's own memo.
///
/// # Errors
/// [`TokenError::BadMemos`].
pub fn own(env: &Env) -> Result<(), TokenError> {
    exactly(env, &[SELF_MEMO_LEN])
}

/// `transfer`: one pair.
///
/// # Errors
/// [`TokenError::BadMemos`].
pub fn pair(env: &Env) -> Result<(), TokenError> {
    exactly(env, &PAIR)
}

/// `transfer_deal`: one pair for each leg that the transaction settles, of this token or another.
///
/// # Errors
/// [`TokenError::BadMemos`].
pub fn pairs(env: &Env) -> Result<(), TokenError> {
    let lens = env.memo_lens();
    if lens.is_empty() || !lens.chunks(PAIR.len()).all(|chunk| same(chunk, &PAIR)) {
        return Err(TokenError::BadMemos);
    }
    Ok(())
}

fn exactly(env: &Env, expected: &[usize]) -> Result<(), TokenError> {
    if same(&env.memo_lens(), expected) {
        Ok(())
    } else {
        Err(TokenError::BadMemos)
    }
}

fn same(lens: &[u32], expected: &[usize]) -> bool {
    lens.iter()
        .map(|len| *len as usize)
        .eq(expected.iter().copied())
}

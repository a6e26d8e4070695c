//! What payments and redemptions share: the notes that go in, and the memos.

use obolus_abi::registry::AuditorKeys;
use obolus_abi::token::{RECIPIENT_MEMO_LEN, SELF_MEMO_LEN, TokenError};
use obolus_abi::{FieldBytes, KeyId, PointBytes};

use super::{Call, CallFault, keys};
use crate::ledger::state::State;

/// What is spent.
pub(super) struct Spend<'a> {
    pub(super) anchor: &'a FieldBytes,
    pub(super) nullifiers: [&'a FieldBytes; 2],
    pub(super) rk: &'a PointBytes,
}

/// The two nullifiers differ.
pub(super) fn check_distinct(spend: &Spend<'_>) -> Result<(), CallFault> {
    let [first, second] = spend.nullifiers;
    if first == second {
        return Err(CallFault::contract(TokenError::NullifiersEqual));
    }
    Ok(())
}

/// Unspent, under a known anchor.
pub(super) fn check_unspent(
    state: &State,
    call: &Call<'_>,
    spend: &Spend<'_>,
) -> Result<(), CallFault> {
    let contract = &call.callee;
    for nullifier in spend.nullifiers {
        if state.contains(&keys::item(contract, keys::NULLIFIER, &[&nullifier.0]))? {
            return Err(CallFault::contract(TokenError::DoubleSpend));
        }
    }
    if !state.contains(&keys::item(contract, keys::ANCHOR, &[&spend.anchor.0]))? {
        return Err(CallFault::contract(TokenError::UnknownAnchor));
    }
    Ok(())
}

/// Marks the notes as spent.
pub(super) fn record(
    state: &mut State,
    call: &Call<'_>,
    spend: &Spend<'_>,
) -> Result<(), CallFault> {
    for nullifier in spend.nullifiers {
        let key = keys::item(&call.callee, keys::NULLIFIER, &[&nullifier.0]);
        state.put(key, &())?;
    }
    Ok(())
}

/// A proof for one of the auditor's keys.
pub(super) fn audited(
    call: &Call<'_>,
    pin: KeyId,
    auditor: &AuditorKeys,
    inputs: impl Fn(&PointBytes) -> Vec<FieldBytes>,
) -> Result<(), CallFault> {
    let mut keys = [Some(auditor.current), auditor.previous]
        .into_iter()
        .flatten();
    if keys.any(|key| {
        call.proof_holds(&pin, &inputs(&key), TokenError::BadProof)
            .is_ok()
    }) {
        return Ok(());
    }
    Err(CallFault::contract(TokenError::BadProof))
}

/// Memo ciphertexts of exactly these lengths.
pub(super) fn memos(call: &Call<'_>, expected: &[usize]) -> Result<(), CallFault> {
    if call.memo_lens() == expected {
        Ok(())
    } else {
        Err(CallFault::contract(TokenError::BadMemos))
    }
}

/// One pair for each payment of the transaction.
pub(super) fn memo_pairs(call: &Call<'_>) -> Result<(), CallFault> {
    let lens = call.memo_lens();
    let pair = [RECIPIENT_MEMO_LEN, SELF_MEMO_LEN];
    if lens.is_empty() || lens.chunks(pair.len()).any(|lens| lens != pair) {
        return Err(CallFault::contract(TokenError::BadMemos));
    }
    Ok(())
}

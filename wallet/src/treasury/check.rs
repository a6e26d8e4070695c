//! What a proposed transaction does, computed from its own bytes.
//!
//! A member believes nothing that the proposal says. The full viewing key opens the treasury's own memo; the memo's notes
//! must be the very commitments in the transaction, which the proof makes true: so amount, payee and text are what they
//! will be on the ledger, or the ledger refuses. Only what is written for the payee alone, its own memo, cannot be read.

use borsh::BorshDeserialize;
use obolus_abi::PointBytes;
use obolus_abi::registry::RegisterMsg;
use obolus_abi::token::{RedeemLimitedMsg, RedeemMsg, TransferLimitedMsg, TransferMsg};
use obolus_protocol::address::Network;
use obolus_protocol::field::scalar_from_bytes;
use obolus_protocol::memo::{MemoError, RcmSource, SelfMemo};
use obolus_protocol::note::Commitment;
use obolus_protocol::pedersen::{Blinding, ValueCommitment};
use obolus_protocol::tx::{Height, TxBody};
use obolus_protocol::{Address, Amount, FullViewingKey};

use super::TreasuryError;
use crate::committee::{Detail, Proposal};
use crate::config::TokenConfig;

/// What a transaction does with the treasury's money.
#[derive(Clone, PartialEq, Eq)]
pub enum Pays {
    /// It pays somebody.
    Payment {
        /// Whom: the owner is proved; the encryption key is the proposal's word, without which the payee cannot read it.
        to: Address,
        /// How much.
        amount: Amount,
        /// What both sides keep with it.
        text: String,
    },
    /// It merges notes: everything stays with the treasury.
    Merge,
    /// It redeems.
    Redemption {
        /// How much.
        amount: Amount,
        /// The payout instruction.
        payout: String,
    },
    /// It enters the treasury into the registry.
    Registration {
        /// Per-transfer limit; [`Amount::MAX`] for none.
        limit: Amount,
    },
}

/// What a member sees before it approves.
#[derive(Clone, PartialEq, Eq)]
pub struct Seen {
    /// What it does.
    pub pays: Pays,
    /// What stays with the treasury of the notes that it uses up; none for a registration.
    pub change: Option<Amount>,
    /// The last block that may include it.
    pub expiry: Height,
    /// The key that the group's signature must be under.
    pub key: PointBytes,
}

/// Looks at a proposal as a member with the treasury's viewing key.
///
/// # Errors
/// [`TreasuryError::Lies`], [`TreasuryError::Memo`] or [`TreasuryError::OtherTransaction`]: do not approve it.
pub fn check(
    proposal: &Proposal,
    keys: &FullViewingKey,
    token: &TokenConfig,
    network: Network,
) -> Result<Seen, TreasuryError> {
    let body = &proposal.transaction.body;
    if body.chain != token.chain {
        return Err(TreasuryError::Lies("the transaction is for another chain"));
    }
    let entry = body.entry.as_str();
    match &proposal.detail {
        Detail::Register if body.contract == token.registry && entry == "register" => {
            registration(body, keys)
        }
        Detail::Transfer { to } if body.contract == token.token => {
            let msg = match entry {
                "transfer" => decode(&body.args)?,
                "transfer_limited" => decode::<TransferLimitedMsg>(&body.args)?.transfer,
                _ => return Err(TreasuryError::OtherTransaction),
            };
            transfer(body, &msg, keys, &Address::decode(to, network)?)
        }
        Detail::Redeem { payout, blinding } if body.contract == token.token => {
            let msg = match entry {
                "redeem" => decode(&body.args)?,
                "redeem_limited" => decode::<RedeemLimitedMsg>(&body.args)?.redeem,
                _ => return Err(TreasuryError::OtherTransaction),
            };
            redemption(body, &msg, keys, payout, blinding)
        }
        _ => Err(TreasuryError::OtherTransaction),
    }
}

fn transfer(
    body: &TxBody,
    msg: &TransferMsg,
    keys: &FullViewingKey,
    to: &Address,
) -> Result<Seen, TreasuryError> {
    let [_, own] = body.memos.as_slice() else {
        return Err(TreasuryError::Lies(
            "the transaction has no memo for the treasury",
        ));
    };
    let (memo, key) = open(body, own, &msg.cm2, &msg.rk, keys)?;
    let paid = memo
        .paid_note()
        .ok_or(TreasuryError::Memo(MemoError::Malformed))?;
    if paid.commitment() != commitment(&msg.cm1)? {
        return Err(TreasuryError::Memo(MemoError::Commitment));
    }
    if to.owner != memo.recipient {
        return Err(TreasuryError::Lies(
            "the transaction pays somebody else than the address says",
        ));
    }
    let pays = if memo.paid == Amount::ZERO && memo.recipient == keys.owner() {
        Pays::Merge
    } else {
        // Free randomness would fit a memo with any text.
        if !matches!(memo.paid_rcm, Some(RcmSource::Bound(_))) {
            return Err(TreasuryError::Lies(
                "nothing binds the transaction to the text that its memo shows",
            ));
        }
        Pays::Payment {
            to: *to,
            amount: memo.paid,
            text: memo.text.as_str().to_owned(),
        }
    };
    Ok(Seen {
        pays,
        change: Some(memo.change),
        expiry: body.expiry,
        key,
    })
}

fn redemption(
    body: &TxBody,
    msg: &RedeemMsg,
    keys: &FullViewingKey,
    payout: &str,
    blinding: &[u8; 32],
) -> Result<Seen, TreasuryError> {
    let [own] = body.memos.as_slice() else {
        return Err(TreasuryError::Lies(
            "the transaction has no memo for the treasury",
        ));
    };
    let (memo, key) = open(body, own, &msg.cm2, &msg.rk, keys)?;
    let blinding = scalar_from_bytes(blinding).map(Blinding::new);
    let blinding = blinding.map_err(|_| TreasuryError::Lies("the blinding is malformed"))?;
    if ValueCommitment::commit(memo.paid, &blinding)
        .point()
        .encode()
        != msg.cv
    {
        return Err(TreasuryError::Lies(
            "the transaction redeems another amount than the memo says",
        ));
    }
    if *blake3::hash(payout.as_bytes()).as_bytes() != msg.payout_reference {
        return Err(TreasuryError::Lies(
            "the transaction is for another payout instruction",
        ));
    }
    Ok(Seen {
        pays: Pays::Redemption {
            amount: memo.paid,
            payout: payout.to_owned(),
        },
        change: Some(memo.change),
        expiry: body.expiry,
        key,
    })
}

fn registration(body: &TxBody, keys: &FullViewingKey) -> Result<Seen, TreasuryError> {
    let msg: RegisterMsg = decode(&body.args)?;
    let own = keys.owner().to_bytes() == msg.owner
        && keys.ak.point().encode() == msg.ak
        && *keys.ivk.encryption_key().as_bytes() == msg.epk;
    if !own || !body.memos.is_empty() {
        return Err(TreasuryError::Lies(
            "the transaction registers somebody else",
        ));
    }
    Ok(Seen {
        pays: Pays::Registration {
            limit: Amount::new(msg.limit),
        },
        change: None,
        expiry: body.expiry,
        key: msg.ak,
    })
}

/// The treasury's own memo, whose change note and re-randomised key are the transaction's.
fn open(
    body: &TxBody,
    memo: &[u8],
    change: &obolus_abi::FieldBytes,
    rk: &PointBytes,
    keys: &FullViewingKey,
) -> Result<(SelfMemo, PointBytes), TreasuryError> {
    let memo = SelfMemo::open(
        &keys.ivk,
        keys.owner(),
        &body.contract,
        commitment(change)?,
        memo,
    )
    .map_err(TreasuryError::Memo)?;
    if memo.payer.randomize(keys.ak.point()).encode() != *rk {
        return Err(TreasuryError::Lies(
            "the transaction is not under the treasury's key",
        ));
    }
    Ok((memo, *rk))
}

fn commitment(bytes: &obolus_abi::FieldBytes) -> Result<Commitment, TreasuryError> {
    Commitment::from_bytes(bytes).map_err(|_| TreasuryError::OtherTransaction)
}

/// borsh's `from_slice` refuses trailing bytes.
fn decode<T: BorshDeserialize>(args: &[u8]) -> Result<T, TreasuryError> {
    borsh::from_slice(args).map_err(|_| TreasuryError::OtherTransaction)
}

#[cfg(test)]
mod tests;

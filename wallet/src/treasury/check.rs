//! What a proposed transaction does, computed from its own bytes.
//!
//! A member believes nothing that the proposal says. The full viewing key opens the treasury's own memo; the memo's notes
//! must be the very commitments in the transaction, which the proof makes true: so amount, payee and text are what they
//! will be on the ledger, or the ledger refuses. Only what is written for the payee alone, its own memo, cannot be read.

use borsh::BorshDeserialize;
use obolus_abi::PointBytes;
use obolus_abi::registry::{RegisterMsg, RotateMsg};
use obolus_abi::token::{RedeemLimitedMsg, RedeemMsg, TransferLimitedMsg, TransferMsg};
use obolus_abi::{ContractId, FieldBytes};
use obolus_protocol::address::Network;
use obolus_protocol::field::scalar_from_bytes;
use obolus_protocol::memo::{MemoError, RcmSource, SelfMemo};
use obolus_protocol::note::{Commitment, Slot};
use obolus_protocol::pedersen::{Blinding, ValueCommitment};
use obolus_protocol::tx::{Height, Transaction, TxBody};
use obolus_protocol::{Address, Amount, FullViewingKey};

use super::{Known, TreasuryError, Vouched};
use crate::committee::Detail;
use crate::config::TokenConfig;

mod leaving;

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
        /// The slot whose key it takes over from, if any; that key's holder signs too.
        replaces: Option<Slot>,
    },
    /// It moves money to the treasury's own new key, as the registry lists it.
    Move {
        /// The new key.
        to: Address,
        /// How much.
        amount: Amount,
        /// What both sides keep with it.
        text: String,
        /// By what the member knows the new key.
        vouched: Vouched,
    },
    /// It lets another key take over from the treasury's in the registry.
    Rotation {
        /// The new key, which has signed already.
        to: Address,
        /// Its per-transfer limit; [`Amount::MAX`] for none.
        limit: Amount,
        /// The treasury's slot.
        slot: Slot,
    },
    /// It moves money to the token's successor, where it stays the treasury's.
    Migration {
        /// How much.
        amount: Amount,
        /// The successor.
        successor: ContractId,
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

/// Looks at a proposed transaction as a member with the treasury's viewing key.
///
/// # Errors
/// [`TreasuryError::Lies`], [`TreasuryError::Memo`] or [`TreasuryError::OtherTransaction`]: do not approve it.
pub fn check(
    (transaction, detail): (&Transaction, &Detail),
    keys: &FullViewingKey,
    (token, network): (&TokenConfig, Network),
    known: &Known,
) -> Result<Seen, TreasuryError> {
    let body = &transaction.body;
    if body.chain != token.chain {
        return Err(TreasuryError::Lies("the transaction is for another chain"));
    }
    let others = !matches!(detail, Detail::Rotation) && !transaction.spend_signatures.is_empty();
    if others || !transaction.role_signatures.is_empty() {
        return Err(TreasuryError::Lies(
            "the transaction has signatures already",
        ));
    }
    let entry = body.entry.as_str();
    match detail {
        Detail::Register if body.contract == token.registry => match entry {
            "register" => registration(body, &decode(&body.args)?, None, keys),
            "rotate" => {
                let RotateMsg { slot, register } = decode(&body.args)?;
                let slot = Slot::new(slot).map_err(|_| TreasuryError::OtherTransaction)?;
                registration(body, &register, Some(slot), keys)
            }
            _ => Err(TreasuryError::OtherTransaction),
        },
        Detail::Transfer { to } if body.contract == token.token => {
            transfer(body, keys, &Address::decode(to, network)?)
        }
        Detail::Redeem { payout, blinding } if body.contract == token.token => {
            let msg = match entry {
                "redeem" => decode(&body.args)?,
                "redeem_limited" => decode::<RedeemLimitedMsg>(&body.args)?.redeem,
                _ => return Err(TreasuryError::OtherTransaction),
            };
            redemption(body, &msg, keys, payout, blinding)
        }
        Detail::Move { to } if body.contract == token.token => {
            leaving::to_new_key(body, keys, &Address::decode(to, network)?, known)
        }
        Detail::Rotation if body.contract == token.registry && entry == "rotate" => {
            leaving::rotation(transaction, keys, known)
        }
        Detail::Migration if entry == "migrate_in" => {
            leaving::migration(body, keys, token.token, known)
        }
        _ => Err(TreasuryError::OtherTransaction),
    }
}

fn transfer(body: &TxBody, keys: &FullViewingKey, to: &Address) -> Result<Seen, TreasuryError> {
    let msg = transfer_message(body)?;
    let [_, own] = body.memos.as_slice() else {
        return Err(TreasuryError::Lies(
            "the transaction has no memo for the treasury",
        ));
    };
    let (memo, key) = open((&body.contract, own), &msg.cm2, &msg.rk, keys)?;
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

/// What a payment says, with a ticket of the holder's quota or without.
fn transfer_message(body: &TxBody) -> Result<TransferMsg, TreasuryError> {
    match body.entry.as_str() {
        "transfer" => decode(&body.args),
        "transfer_limited" => Ok(decode::<TransferLimitedMsg>(&body.args)?.transfer),
        _ => Err(TreasuryError::OtherTransaction),
    }
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
    let (memo, key) = open((&body.contract, own), &msg.cm2, &msg.rk, keys)?;
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

fn registration(
    body: &TxBody,
    msg: &RegisterMsg,
    replaces: Option<Slot>,
    keys: &FullViewingKey,
) -> Result<Seen, TreasuryError> {
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
            replaces,
        },
        change: None,
        expiry: body.expiry,
        key: msg.ak,
    })
}

/// The treasury's own memo in a token, whose change note and re-randomised key are the transaction's.
fn open(
    (token, memo): (&ContractId, &[u8]),
    change: &FieldBytes,
    rk: &PointBytes,
    keys: &FullViewingKey,
) -> Result<(SelfMemo, PointBytes), TreasuryError> {
    let change = commitment(change)?;
    let memo = SelfMemo::open(&keys.ivk, keys.owner(), token, change, memo)
        .map_err(TreasuryError::Memo)?;
    if memo.payer.randomize(keys.ak.point()).encode() != *rk {
        return Err(TreasuryError::Lies(
            "the transaction is not under the treasury's key",
        ));
    }
    Ok((memo, *rk))
}

fn commitment(bytes: &FieldBytes) -> Result<Commitment, TreasuryError> {
    Commitment::from_bytes(bytes).map_err(|_| TreasuryError::OtherTransaction)
}

/// borsh's `from_slice` refuses trailing bytes.
fn decode<T: BorshDeserialize>(args: &[u8]) -> Result<T, TreasuryError> {
    borsh::from_slice(args).map_err(|_| TreasuryError::OtherTransaction)
}

#[cfg(test)]
mod tests;

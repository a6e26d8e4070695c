//! Proposals after which money or place of the treasury is with another key, or in another token: each is held against what the
//! member knows by itself.

use obolus_abi::ContractId;
use obolus_abi::registry::RotateMsg;
use obolus_abi::token::MigrateMsg;
use obolus_protocol::address::EncryptionKey;
use obolus_protocol::memo::RecipientMemo;
use obolus_protocol::note::Slot;
use obolus_protocol::tx::{Transaction, TxBody};
use obolus_protocol::{Address, Amount, FullViewingKey, Owner};

use super::super::{Known, TreasuryError};
use super::{Pays, Seen, commitment, decode, open, transfer, transfer_message};

/// A payment that is said to be one to the treasury's own new key.
pub(super) fn to_new_key(
    body: &TxBody,
    keys: &FullViewingKey,
    to: &Address,
    known: &Known,
) -> Result<Seen, TreasuryError> {
    let seen = transfer(body, keys, to)?;
    let vouched = known.vouch(to)?;
    let Pays::Payment { to, amount, text } = seen.pays else {
        return Err(TreasuryError::Lies(
            "it says that it moves money to the treasury's new key, and moves none",
        ));
    };
    // Whoever sees for the new key sees that it will find the money.
    if let Some(held) = &known.held
        && !finds(held, body)?
    {
        return Err(TreasuryError::Lies(
            "the new key could not read the memo, and would not find the money",
        ));
    }
    Ok(Seen {
        pays: Pays::Move {
            to,
            amount,
            text,
            vouched,
        },
        ..seen
    })
}

/// Whether the payee's viewing key finds its note by the payee's memo.
fn finds(payee: &FullViewingKey, body: &TxBody) -> Result<bool, TreasuryError> {
    let paid = commitment(&transfer_message(body)?.cm1)?;
    let found = body.memos.first().map(|memo| {
        RecipientMemo::open(&payee.ivk, payee.owner(), &body.contract, paid, memo).is_ok()
    });
    Ok(found.unwrap_or(false))
}

/// The treasury's place in the registry goes to another key.
pub(super) fn rotation(
    transaction: &Transaction,
    keys: &FullViewingKey,
    known: &Known,
) -> Result<Seen, TreasuryError> {
    let body = &transaction.body;
    if !known.listed.is_empty() {
        return Err(TreasuryError::Replaced);
    }
    let RotateMsg { slot, register } = decode(&body.args)?;
    let slot = Slot::new(slot).map_err(|_| TreasuryError::OtherTransaction)?;
    if known.slot != Some(slot) || !body.memos.is_empty() {
        return Err(TreasuryError::Lies(
            "the transaction replaces the key of another slot than the treasury's",
        ));
    }
    let owner = Owner::from_bytes(&register.owner);
    let (Ok(owner), Ok(epk)) = (owner, EncryptionKey::new(register.epk)) else {
        return Err(TreasuryError::Lies("nobody could pay the new key"));
    };
    let to = Address { owner, epk };
    known.is_held(&to)?;
    // Only who holds the new key can have signed, so the treasury's place does not go to a key that nobody has.
    let digest = body.digest();
    let signed = match transaction.spend_signatures.as_slice() {
        [one] => one.key == register.ak && one.verify(&digest).is_ok(),
        _ => false,
    };
    if !signed {
        return Err(TreasuryError::Lies(
            "the new key has not signed the transaction",
        ));
    }
    Ok(Seen {
        pays: Pays::Rotation {
            to,
            limit: Amount::new(register.limit),
            slot,
        },
        change: None,
        expiry: body.expiry,
        key: keys.ak.point().encode(),
    })
}

/// Notes leave `token` for its successor, where they are the treasury's again.
pub(super) fn migration(
    body: &TxBody,
    keys: &FullViewingKey,
    token: ContractId,
    known: &Known,
) -> Result<Seen, TreasuryError> {
    let successor = body.contract;
    if known.successor != Some(successor) || successor == token {
        return Err(TreasuryError::Lies(
            "the transaction moves notes to another token than the successor that this member knows",
        ));
    }
    let msg: MigrateMsg = decode(&body.args)?;
    let [enters, own] = body.memos.as_slice() else {
        return Err(TreasuryError::Lies(
            "the transaction has no memo for the treasury",
        ));
    };
    let (memo, key) = open((&token, own), &msg.out.cm2, &msg.out.rk, keys)?;
    // Both proofs are about one value commitment, so what the new note holds is what leaves; and it is the treasury's.
    let entering = commitment(&msg.cm1)?;
    let note = RecipientMemo::open(&keys.ivk, keys.owner(), &successor, entering, enters)
        .map_err(TreasuryError::Memo)?;
    if note.value != memo.paid || msg.out.payout_reference != successor.0 {
        return Err(TreasuryError::Lies(
            "the transaction moves another amount than the memo says",
        ));
    }
    Ok(Seen {
        pays: Pays::Migration {
            amount: note.value,
            successor,
        },
        change: Some(memo.change),
        expiry: body.expiry,
        key,
    })
}

#[cfg(test)]
mod tests;

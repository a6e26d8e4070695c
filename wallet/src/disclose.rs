//! Showing one payment to one verifier, and checking what one was shown.
//!
//! Nothing is kept for it: the block has the memos, and the wallet's viewing key opens them again.

use obolus_abi::TxDigest;
use obolus_protocol::{
    Point,
    audience::Audience,
    disclosure::{Disclosed, Disclosure, DisclosureError, LedgerPayment, Opening},
    memo::{RecipientMemo, SelfMemo},
};
use obolus_runtime_api::BlockUpdate;

use crate::{
    events::{Leaf, LedgerEvent, LedgerTx, ScanError, read_block},
    view::TokenView,
    wallet::Wallet,
};

/// Why a payment could not be disclosed or checked.
#[derive(Debug, thiserror::Error)]
pub enum DiscloseError {
    /// The block does not hold the transaction, or nothing of it concerns the token.
    #[error(
        "block {0} holds no payment of this token by that transaction: check token, block and transaction"
    )]
    NotThere(u64),
    /// The wallet is no party of it.
    #[error("this wallet neither made nor received the payment: only its parties can disclose it")]
    NotOurs,
    /// The block could not be read.
    #[error(transparent)]
    Block(#[from] ScanError),
    /// It shows nothing.
    #[error(transparent)]
    Disclosure(#[from] DisclosureError),
}

/// The opening of a payment of this wallet, from the block that holds it.
///
/// # Errors
/// [`DiscloseError`].
pub fn opening(
    wallet: &Wallet,
    update: &BlockUpdate,
    tx: &TxDigest,
) -> Result<Opening, DiscloseError> {
    let transaction = transaction(wallet.view(), update, tx)?;
    transaction
        .events
        .iter()
        .filter_map(payment)
        .find_map(|(paid, change)| {
            change
                .and_then(|change| made(wallet, &transaction, paid, change))
                .or_else(|| received(wallet, &transaction, paid))
        })
        .ok_or(DiscloseError::NotOurs)
}

/// Checks a disclosure against the block that it names. `view` must have followed the chain at least so far, from a source
/// that the verifier trusts.
///
/// # Errors
/// [`DiscloseError`]: nothing was shown then.
pub fn check(
    view: &TokenView,
    update: &BlockUpdate,
    disclosure: &Disclosure,
    audience: &Audience,
) -> Result<Disclosed, DiscloseError> {
    let (tx, _) = disclosure.place();
    let transaction = transaction(view, update, &tx)?;
    let mut refused = DiscloseError::NotThere(update.height);
    // A transaction may make several payments; the disclosure is of one of them.
    for event in &transaction.events {
        let Some((paid, _)) = payment(event) else {
            continue;
        };
        let ledger = LedgerPayment {
            chain: view.config().chain,
            token: view.token(),
            tx,
            height: transaction.place.height,
            paid: paid.commitment,
            rk: spend_key(event),
        };
        let shown = disclosure.check(audience, &ledger, |ak| {
            view.directory().by_ak(ak).map(|entry| entry.owner)
        });
        match shown {
            Ok(shown) => return Ok(shown),
            Err(error) => refused = error.into(),
        }
    }
    Err(refused)
}

fn transaction<'a>(
    view: &TokenView,
    update: &'a BlockUpdate,
    tx: &TxDigest,
) -> Result<LedgerTx<'a>, DiscloseError> {
    read_block(update, view.config(), view.approved())?
        .into_iter()
        .find(|found| found.place.tx == *tx)
        .ok_or(DiscloseError::NotThere(update.height))
}

/// The note that was made for somebody, and the change if somebody paid.
fn payment(event: &LedgerEvent) -> Option<(Leaf, Option<Leaf>)> {
    match event {
        LedgerEvent::Issued { note, .. } => Some((*note, None)),
        LedgerEvent::Transferred { paid, change, .. } => Some((*paid, Some(*change))),
        _ => None,
    }
}

fn spend_key(event: &LedgerEvent) -> Option<Point> {
    match event {
        LedgerEvent::Transferred { msg, .. } => Point::decode(&msg.rk).ok(),
        _ => None,
    }
}

/// We paid: our own memo tells all.
fn made(wallet: &Wallet, tx: &LedgerTx<'_>, paid: Leaf, change: Leaf) -> Option<Opening> {
    let (keys, token) = (wallet.keys(), wallet.view().token());
    let memo = tx.memos.iter().find_map(|memo| {
        SelfMemo::open(&keys.ivk, keys.owner(), &token, change.commitment, memo).ok()
    })?;
    if memo.paid_note()?.commitment() != paid.commitment {
        return None;
    }
    Some(Opening {
        chain: wallet.view().config().chain,
        token,
        tx: tx.place.tx,
        height: tx.place.height,
        amount: memo.paid,
        payee: memo.recipient,
        rcm: memo.paid_rcm?,
        text: memo.text,
        payer: Some(memo.payer),
    })
}

/// We were paid.
fn received(wallet: &Wallet, tx: &LedgerTx<'_>, paid: Leaf) -> Option<Opening> {
    let (keys, token) = (wallet.keys(), wallet.view().token());
    let memo = tx.memos.iter().find_map(|memo| {
        RecipientMemo::open(&keys.ivk, keys.owner(), &token, paid.commitment, memo).ok()
    })?;
    Some(Opening {
        chain: wallet.view().config().chain,
        token,
        tx: tx.place.tx,
        height: tx.place.height,
        amount: memo.value,
        payee: keys.owner(),
        rcm: memo.rcm,
        text: memo.text,
        payer: memo.payer,
    })
}

#[cfg(test)]
mod tests;

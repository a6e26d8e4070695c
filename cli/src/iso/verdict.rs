//! What a payment's stage or failure means for its sender: settled, in process or rejected.
//!
//! Rejected is final: a payment that may still be in a block, or whose failure another try may mend, is in process.

use obolus_iso20022::{Max35, Reason, Rejection, Status, Timestamp};
use obolus_wallet::directory::DirectoryError;
use obolus_wallet::history::Movement;
use obolus_wallet::outbox::{Held, Record, Stage};
use obolus_wallet::payer::PayError;
use obolus_wallet::select::SelectError;
use obolus_wallet::{AssembleError, Wallet};

use super::entries::{bookings, reference};
use super::error::IsoError;

/// What became of a payment in the outbox.
///
/// # Errors
/// [`IsoError::Time`], [`IsoError::Text`] for what a block says of itself.
pub fn of_record(record: &Record, wallet: &Wallet) -> Result<Status, IsoError> {
    Ok(match &record.stage {
        Stage::Reserved(_) | Stage::Signed { .. } => Status::InProcess,
        Stage::Committed { tx, .. } => match booked(tx, wallet)? {
            Some((at, reference)) => Status::Settled {
                at,
                reference: Some(reference),
            },
            // The wallet has not read the block yet.
            None => Status::InProcess,
        },
        Stage::Refused {
            held,
            code,
            message,
        } if is_over(held, wallet) => {
            Status::Rejected(Rejection::new(of_code(code), &format!("{code}: {message}")))
        }
        Stage::Refused { .. } => Status::InProcess,
        Stage::Expired { .. } => {
            Status::Rejected(Rejection::new(Reason::ED05, "no block took it in time"))
        }
    })
}

/// When our payment's block was committed, and the reference that statements have for it.
fn booked(
    tx: &obolus_abi::TxDigest,
    wallet: &Wallet,
) -> Result<Option<(Timestamp, Max35)>, IsoError> {
    let sent = bookings(wallet)?
        .into_iter()
        .find(|booking| {
            booking.moved.place.tx == *tx && matches!(booking.moved.movement, Movement::Sent { .. })
        })
        .map(|booking| (booking.moved.time_ms, booking.reference));
    let any = wallet.history().iter().find(|entry| entry.place.tx == *tx);
    let found = match (sent, any) {
        (Some(sent), _) => Some(sent),
        (None, Some(entry)) => Some((entry.time_ms, reference(tx, 1)?)),
        (None, None) => None,
    };
    let timed = found.map(|(time_ms, reference)| {
        Ok::<_, IsoError>((Timestamp::from_unix_ms(time_ms)?, reference))
    });
    timed.transpose()
}

/// Whether no block can hold a refused transaction any more: it expired, or its notes were spent by another.
fn is_over(held: &Held, wallet: &Wallet) -> bool {
    let spent = held.positions().iter().any(|position| {
        let note = wallet.notes().get(position);
        note.is_some_and(|note| note.spent.is_some())
    });
    spent || wallet.view().tip().0 >= held.expiry
}

/// The reason for a ledger's refusal.
fn of_code(code: &str) -> Reason {
    match code {
        "velocity_used" | "velocity_needed" => Reason::AM14,
        _ => Reason::ED05,
    }
}

/// What a failure means that came before anything was signed: the rejection, or none if another try may mend it.
pub fn of_failure(error: &PayError) -> Option<Rejection> {
    let PayError::Assemble(error) = error else {
        return match error {
            PayError::OtherOrder(_) => Some(super::message::reused()),
            PayError::CannotMerge => Some(Rejection::new(Reason::NARR, &error.to_string())),
            PayError::Address(_) => Some(Rejection::new(Reason::CNOR, &error.to_string())),
            PayError::Memo(_) => Some(Rejection::new(Reason::AG03, &error.to_string())),
            _ => None,
        };
    };
    let reason = match error {
        AssembleError::Select(SelectError::Insufficient) => Reason::AM04,
        AssembleError::ZeroAmount => Reason::AM01,
        AssembleError::SelfPayment => Reason::AG01,
        AssembleError::UnknownRecipient
        | AssembleError::Superseded(_)
        | AssembleError::AddressMismatch
        | AssembleError::NoEncryptionKey => Reason::CNOR,
        AssembleError::NotRegistered => Reason::DNOR,
        AssembleError::OverLimit | AssembleError::QuotaUsed(_) => Reason::AM14,
        AssembleError::Overflow => Reason::AM12,
        AssembleError::Directory(DirectoryError::Frozen) => Reason::AC06,
        _ => return None,
    };
    Some(Rejection::new(reason, &error.to_string()))
}

#[cfg(test)]
mod tests;

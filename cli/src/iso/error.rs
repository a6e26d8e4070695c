//! Why an `iso` command failed, and with which exit status.

use std::path::PathBuf;

use obolus_http::client::ClientError;
use obolus_iso20022::{
    BookError, IdentifierError, MoneyError, ReportError, StatusError, TextError, TimeError,
};
use obolus_wallet::payer::PayError;
use obolus_wallet::store::StoreError;

use crate::wallet::WalletError;

/// Why an `iso` command failed. Carries no amounts, names, texts or secrets.
#[derive(Debug, thiserror::Error)]
pub enum IsoError {
    /// The wallet.
    #[error(transparent)]
    Wallet(#[from] WalletError),
    /// Files.
    #[error("{0}: {1}")]
    Io(PathBuf, std::io::Error),
    /// The message cannot be answered: not even its header is read.
    #[error("the message is refused, and its header is not readable enough for a report: {0}")]
    Unreadable(obolus_iso20022::MessageError),
    /// The message was refused; the report says so.
    #[error("the message is refused as a whole ({0}); nothing was paid: see the report")]
    Refused(obolus_iso20022::Reason),
    /// Not every payment of a message is settled.
    #[error(
        "{rejected} payments rejected, {in_process} in process, of {total}: see the report; the same file again pays \
         nothing twice"
    )]
    NotAll {
        /// Rejected.
        rejected: usize,
        /// In flight.
        in_process: usize,
        /// Of how many.
        total: usize,
    },
    /// Nothing of a message is known.
    #[error(
        "this wallet has paid and rejected nothing of this message: pay it with `obolus iso pay`"
    )]
    NeverPaid,
    /// The token is in no currency of ISO 4217.
    #[error("the token's unit is no currency of ISO 4217 with the token's decimal digits: {0}")]
    Currency(String),
    /// The book of participants.
    #[error(transparent)]
    Book(#[from] BookError),
    /// The wallet is not in the book.
    #[error(
        "the wallet's own address is not in the book of participants: enter it with the institution's BIC or LEI"
    )]
    NotInBook,
    /// A text that a message takes.
    #[error(transparent)]
    Text(#[from] TextError),
    /// An identifier.
    #[error(transparent)]
    Identifier(#[from] IdentifierError),
    /// A time.
    #[error(transparent)]
    Time(#[from] TimeError),
    /// An amount.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// A statement or notification.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// A status report.
    #[error(transparent)]
    Status(#[from] StatusError),
    /// An amount that messages have no room for.
    #[error("an amount has more than 18 digits: no message can tell it")]
    TooLarge,
    /// Notes and history disagree about a transaction.
    #[error(
        "notes and history disagree about transaction {0}, so no statement is made: restore the wallet from its seed in \
         another directory and compare"
    )]
    Reconcile(String),
    /// Notes and balance disagree.
    #[error(
        "the notes do not make the wallet's balance, so no statement is made: restore the wallet from its seed in \
         another directory and compare"
    )]
    ReconcileBalance,
    /// Notes were spent, and no memo says for what.
    #[error(
        "notes were spent in block {0}, and no memo tells what became of them, so no statement is made: ask the auditor \
         to deliver the openings again"
    )]
    Unexplained(u64),
    /// The period lies after the last block.
    #[error("the period begins after the last block that the wallet has read")]
    NotYet,
    /// Where events go.
    #[error("a webhook's URL is https://, or http:// on this machine: {0}")]
    Webhook(ClientError),
    /// Where events go, unencrypted.
    #[error("events go unencrypted to this machine alone: give an https:// URL")]
    PlainWebhook,
    /// What they are signed with.
    #[error(
        "{0} holds no webhook secret: write whsec_ and the base64 of 24 to 64 random bytes on its first line"
    )]
    Secret(PathBuf),
    /// A file of records. Nothing of it was changed.
    #[error(
        "{path} is damaged at byte {offset} (record {record}), or belongs to another wallet: restore it from a backup; the \
         journal of events alone can also be moved away, and its events keep their ids"
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The number of the record, from 1.
        record: usize,
        /// Where it begins.
        offset: usize,
    },
    /// The journal has no room for it.
    #[error("an event is too large for the journal")]
    Event,
    /// Encryption.
    #[error("the journal could not be encrypted")]
    Encrypt,
    /// Another watcher.
    #[error("another `obolus iso watch` works on this wallet: stop it first")]
    Watched,
    /// No such events.
    #[error("the journal has no event {0}: its last one is {1}")]
    NoSuchEvent(u64, u64),
    /// The receiver does not take an event.
    #[error("event {0} was not taken: {1}")]
    NotTaken(u64, ClientError),
}

impl From<PayError> for IsoError {
    fn from(error: PayError) -> Self {
        Self::Wallet(error.into())
    }
}

impl From<StoreError> for IsoError {
    fn from(error: StoreError) -> Self {
        Self::Wallet(error.into())
    }
}

impl IsoError {
    /// The process's exit status: that of wallet commands; 4 means in flight.
    pub fn status(&self) -> u8 {
        match self {
            Self::Wallet(error) => error.status(),
            Self::NotAll { in_process, .. } if *in_process > 0 => 4,
            Self::NotTaken(..) => 3,
            Self::Secret(_) | Self::PlainWebhook | Self::Webhook(_) | Self::NoSuchEvent(..) => 2,
            _ => 1,
        }
    }
}

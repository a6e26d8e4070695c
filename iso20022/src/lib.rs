//! ISO 20022, the messages that banks speak, as far as a confidential ledger of deposit tokens takes part.
//!
//! | message | direction | type |
//! |---|---|---|
//! | `pacs.008.001.08` customers' credit transfers | in and out | [`Batch`] of [`Kind::Customer`] |
//! | `pacs.009.001.08` banks' credit transfers | in and out | [`Batch`] of [`Kind::Bank`] |
//! | `pacs.002.001.10` payment status report | out | [`StatusReport`] |
//! | `camt.054.001.08` debit and credit notification | out | [`Notification`] |
//! | `camt.053.001.08` statement | out | [`Statement`] |
//!
//! A payment message becomes [`CreditTransfer`]s; [`Participants`] says to which address each one goes, and [`MemoText`] what
//! of it travels in the encrypted memo. Reading is strict: what the ledger cannot carry out, or this crate does not pass on,
//! is refused with its place and reason, never left out silently.
//!
//! ```
//! use obolus_iso20022::{Batch, Currency, Max35, MemoText, Participants, Rejection, Terms};
//!
//! # fn run(message: &[u8], book: &str) -> Result<(), Box<dyn std::error::Error>> {
//! let terms = Terms {
//!     currency: Currency::new("EUR")?,
//!     clearing_system: Max35::new("OBOLUS")?,
//!     business_day: None,
//! };
//! let book = Participants::read(book, |address| address.parse::<String>())?;
//! match Batch::read(message, &terms) {
//!     Ok(batch) => {
//!         for transfer in batch.transfers() {
//!             let payee = book.payee(transfer)?;
//!             let memo = MemoText::encode(transfer)?;
//!             println!("pay {} to {} with {memo}", transfer.amount.decimal(), payee.address);
//!         }
//!     }
//!     Err(refused) => {
//!         let rejection = Rejection::from(&refused);
//!         println!("RJCT {}: {refused}", rejection.reason);
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! `Debug` of these types hides names, identifiers, account numbers, texts and amounts; messages themselves are plain text and belong
//! where a bank keeps its messages.
//!
//! What must never live here: anything that knows the ledger, its transactions or its keys.

mod batch;
mod camt;
mod error;
mod identifier;
mod limits;
mod memo;
mod money;
mod participants;
mod party;
mod reason;
mod status;
mod text;
mod time;
mod transfer;
mod xml;

pub use batch::{Batch, Header, Kind, Terms};
pub use camt::{
    Details, Direction, Entry, EntryKind, HeldAccount, Notification, Period, ReportError,
    ReportHeader, Statement,
};
pub use error::{Fault, Forbidden, MessageError, Refusal};
pub use identifier::{Bic, Country, Iban, IdentifierError, Lei, Uetr};
pub use limits::{MAX_DEPTH, MAX_ELEMENTS, MAX_MESSAGE_BYTES, MAX_TRANSACTIONS};
pub use memo::{MemoError, MemoParty, MemoText};
pub use money::{Currency, MinorUnits, Money, MoneyError};
pub use participants::{BookError, LookupError, Participant, Participants};
pub use party::{
    Account, AccountId, Actor, Address, AddressLines, Agent, AgentId, ClearingMember, Identity,
    OtherId, Party,
};
pub use reason::Reason;
pub use status::{
    Original, Rejection, Status, StatusError, StatusHeader, StatusReport, TransactionStatus,
};
pub use text::{Code, Max35, Max140, Text, TextError};
pub use time::{Date, TimeError, Timestamp};
pub use transfer::{ChargeBearer, CreditTransfer, Order, PaymentType};

//! A treasury: a wallet whose spending key is a committee's. Every member sees everything with the full viewing key; nobody
//! spends alone.
//!
//! One member prepares ([`Treasurer::propose`]): notes are chosen and reserved in its outbox, the payment is proved, and a
//! [`Proposal`](crate::committee::Proposal) goes to the signers. Each of them computes what the transaction does from its
//! own bytes ([`check`]) and approves. With all approvals [`Treasurer::deliver`] submits, crash-safe as any payment.
//!
//! The notes of a proposal stay reserved until its last block: from the first approval on, whoever collects enough of them
//! can submit it.
//!
//! A new key takes over from an old one in the registry when both sign ([`Detail::Rotation`](crate::committee::Detail)); then the
//! old key's members move its notes by proposals as ever ([`Treasurer::next_move`]). Where a proposal says that money goes to the
//! treasury's own new key, or to the token's successor, each member holds that against what it knows itself ([`Known`]).

mod check;
mod coordinate;
mod error;
mod home;
mod known;
mod past;
mod sweep;
#[cfg(test)]
mod testing;

pub use check::{Pays, Seen, check};
pub use coordinate::{Prepared, Treasurer};
pub use error::TreasuryError;
pub use home::Treasury;
pub use known::{Known, Vouched};
pub use past::PastKey;
pub use sweep::{Moving, Towards};

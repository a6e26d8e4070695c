//! Committees: a key that t of n people hold together, each with a directory of its own on a machine of its own.
//!
//! ```text
//! DIR/identity.age   the member's long-term keys, under a passphrase
//! DIR/ceremony       what a key ceremony needs between its rounds; gone when it is over
//! DIR/share          the member's share of the key
//! DIR/share.next     a refreshed share that is not in use yet, with its group's file
//! DIR/group.toml     the group: key, members, how many it takes; public, the same for all members
//! DIR/nonces/<id>    nonces that were promised and not yet used
//! DIR/asked          nonces of others that this member put into a proposal
//! DIR/viewing        a treasury's viewing seed
//! DIR/past-keys      viewing keys of the keys that a treasury had before
//! DIR/agreed-keys    new keys that this member let take over from the treasury's
//! DIR/wallet/        a treasury's wallet, see `store`; it can spend nothing
//! DIR/tokens/<id>/   its wallet in another token, the successor
//! DIR/past/<n>/      what was scanned of a key that the treasury had before
//! DIR/answers/<n>    what an auditor's member answered
//! DIR/pins/<log>     how far it saw an access log
//! ```
//!
//! All but `identity.age` and `group.toml` is encrypted under a key that follows from the identity. Members exchange files:
//! round messages of a ceremony ([`begin`] or [`refresh`], [`round2`], [`finish`]), commitments to nonces ([`NonceFile`]), and letters
//! with what is to be signed ([`Proposal`]) and shares of signatures. What a member is asked to approve it checks itself,
//! from the transaction's own bytes: see [`treasury`](crate::treasury).

mod ceremony;
mod directory;
mod error;
mod group;
mod identity;
mod nonces;
mod proposal;
mod refresh;

#[cfg(test)]
pub(crate) mod testing;

pub use ceremony::{Begun, Finished, abandon, begin, finish, round2};
pub use directory::MemberDir;
pub use error::CommitteeError;
pub use group::{Fingerprint, Group, MemberName, Roster, Seat};
pub use identity::{card_text, create_identity, open_identity, parse_card};
pub use nonces::{NonceFile, choose, draw};
pub use proposal::{Detail, Proposal};
pub use refresh::{adopt, refresh};

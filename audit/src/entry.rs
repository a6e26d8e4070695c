//! One line of the auditor's journal: a movement in clear, with the notes that it made and used up.

use std::fmt;
use std::str::FromStr;

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::TxDigest;
use obolus_protocol::note::{Position, Rcm, Slot};
use obolus_protocol::{Amount, tx::Height};
use obolus_wallet::auditor::Finding;
use serde::Serialize;

/// Number of a movement in the order of the ledger, from 0. The same on every index of the same token.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    BorshSerialize,
    BorshDeserialize,
    Serialize,
)]
pub struct RecordId(pub u64);

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A block's time in milliseconds since 1970-01-01 UTC.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize,
)]
pub struct Time(pub u64);

impl Time {
    /// Milliseconds from `earlier` to here; 0 if it is not earlier.
    pub const fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// RFC 3339, in UTC, with milliseconds.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let since = std::time::Duration::from_millis(self.0);
        match std::time::UNIX_EPOCH.checked_add(since) {
            // The years that the format has end with 9999.
            Some(at) if self.0 < 253_402_300_800_000 => humantime::format_rfc3339_millis(at).fmt(f),
            _ => write!(f, "{} ms", self.0),
        }
    }
}

/// What kind of movement.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize,
)]
pub enum Kind {
    /// The issuer made a note.
    Issue,
    /// A participant paid another, or itself.
    Transfer,
    /// A participant redeemed.
    Redemption,
    /// The issuer moved a frozen participant's money.
    Seizure,
    /// A note moved in from the token's predecessor.
    MigrationIn,
    /// A note's value moved to the token's successor.
    MigrationOut,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 6] = [
        Self::Issue,
        Self::Transfer,
        Self::Redemption,
        Self::Seizure,
        Self::MigrationIn,
        Self::MigrationOut,
    ];

    /// The name that queries and exports use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Issue => "issue",
            Self::Transfer => "transfer",
            Self::Redemption => "redemption",
            Self::Seizure => "seizure",
            Self::MigrationIn => "migration_in",
            Self::MigrationOut => "migration_out",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Not a kind's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such kind: write issue, transfer, redemption, seizure, migration_in or migration_out")]
pub struct UnknownKind;

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        let mut all = Self::ALL.into_iter();
        all.find(|kind| kind.name() == text).ok_or(UnknownKind)
    }
}

/// A note that a movement made.
#[derive(Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Created {
    /// Where it is.
    pub position: Position,
    /// Whose it is.
    pub owner: Slot,
    /// What it holds.
    pub value: Amount,
    /// Its randomness.
    pub rcm: Rcm,
}

/// One movement. Its `Debug` hides amounts and parties, which are what the ledger hides.
#[derive(Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Entry {
    /// Its number.
    pub id: RecordId,
    /// Its block.
    pub height: u64,
    /// The block's time.
    pub time: Time,
    /// Its transaction.
    pub tx: TxDigest,
    /// What kind.
    pub kind: Kind,
    /// Who paid, redeemed or lost it; none for an issue.
    pub from: Option<Slot>,
    /// Who received; none for a redemption.
    pub to: Option<Slot>,
    /// How much.
    pub amount: Amount,
    /// A redemption's payout reference, or a seizure's case.
    pub reference: Option<[u8; 32]>,
    /// The notes that came into being.
    pub created: Vec<Created>,
    /// The notes that were used up, as far as their nullifiers are known.
    pub spent: Vec<Position>,
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

impl Entry {
    /// Its block.
    pub const fn height(&self) -> Height {
        Height(self.height)
    }

    /// Whether a participant moved its own money to itself: notes that are merged.
    pub fn is_internal(&self) -> bool {
        self.from.is_some() && self.from == self.to
    }

    /// Whether a participant is on either side.
    pub fn involves(&self, slot: Slot) -> bool {
        self.from == Some(slot) || self.to == Some(slot)
    }
}

/// What a segment of the index holds.
#[derive(Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Item {
    /// A movement.
    Entry(Entry),
    /// Something that could not be read.
    Gap(Gap),
}

/// Something that could not be read, or does not fit what was read before.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Gap {
    /// Its block.
    pub height: u64,
    /// Its transaction.
    pub tx: TxDigest,
    /// Why, for people.
    pub reason: String,
}

impl From<Finding> for Gap {
    fn from(finding: Finding) -> Self {
        Self {
            height: finding.place.height.0,
            tx: finding.place.tx,
            reason: finding.reason.to_string(),
        }
    }
}

//! What queries return.

use super::{Backing, CircuitPins, TokenInit};
use crate::{ContractId, PointBytes};

/// Most versions that one `versions` query returns.
pub const MAX_VERSIONS_PAGE: u32 = 32;

crate::schema_types! {
    /// Returned by the read-only `state`.
    pub struct TokenState {
        /// Settings as given at `init`, pins and velocity rule as in force.
        pub settings: TokenInit,
        /// Sum of the value commitments of all issues.
        pub issued: PointBytes,
        /// Sum of the value commitments of all redemptions.
        pub redeemed: PointBytes,
        /// The next issue's nonce.
        pub issue_nonce: u64,
        /// Whether the token is paused.
        pub paused: bool,
        /// Which circuits are switched on: transfer, issue, redeem, supply, velocity.
        pub enabled: [bool; 5],
        /// How often value left: redemptions, and notes that moved to the successor. The next one's number.
        pub redemptions: u64,
        /// Redemptions with a lower number are cleared: an attestation proved that no more had left than entered.
        pub cleared: u64,
        /// The last attestation of reserves.
        pub backing: Option<Backing>,
        /// Number of the circuits' version in force: how often a verifying key of payments, issues or redemptions was
        /// replaced.
        pub version: u32,
        /// How often a velocity rule was set; part of the numbers of its periods.
        pub velocity_serial: u32,
        /// The token into which notes may move.
        pub successor: Option<ContractId>,
    }
    /// Arguments of the read-only `versions`: a page of the circuits' versions, at most 32 ([`MAX_VERSIONS_PAGE`]).
    #[derive(Copy)]
    pub struct VersionsMsg {
        /// The first version wanted; versions are numbered from 0.
        pub from: u32,
    }
    /// A version of the circuits and what had entered and left before it. The next version's sums less these are what
    /// entered and left under it.
    #[derive(Copy)]
    pub struct Version {
        /// Its number.
        pub number: u32,
        /// Height of the block that began it.
        pub from_height: u64,
        /// Verifying keys at its beginning.
        pub pins: CircuitPins,
        /// Sum of the value commitments of all issues before it.
        pub issued: PointBytes,
        /// Sum of the value commitments of all redemptions before it.
        pub redeemed: PointBytes,
        /// Redemptions before it.
        pub redemptions: u64,
    }
}

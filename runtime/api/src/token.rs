//! Tokens, registries, directories and tree paths, as the node shows them. All of it is public state.

use obolus_abi::{CodeId, ContractId, FieldBytes};
use serde::{Deserialize, Serialize};

use crate::hex;

/// A role's public side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RoleView {
    /// Ed25519 keys in hexadecimal.
    pub keys: Vec<String>,
    /// How many must sign.
    pub threshold: u8,
}

/// One token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenView {
    /// The token contract.
    #[serde(with = "hex::fixed")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub token: ContractId,
    /// Its module.
    #[serde(with = "hex::fixed")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub code: CodeId,
    /// Whether its module can never be replaced.
    pub code_frozen: bool,
    /// Its registry.
    #[serde(with = "hex::fixed")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub registry: ContractId,
    /// Display name.
    pub name: String,
    /// Currency or instrument code.
    pub unit: String,
    /// Decimal digits of the minor unit.
    pub exponent: u8,
    /// Who issues.
    pub issuer: RoleView,
    /// Who pauses, switches and re-pins.
    pub operator: RoleView,
    /// The next issue's nonce: the number of issues so far.
    pub issue_nonce: u64,
    /// Whether the token is paused.
    pub paused: bool,
    /// Whether each circuit is on: transfer, issue, redeem.
    pub enabled: [bool; 3],
    /// Pinned verifying keys, `obolvk1…`: transfer, issue, redeem.
    pub pins: [String; 3],
    /// Commitment to the sum of all issues, `x ‖ y` in hexadecimal.
    pub issued: String,
    /// Commitment to the sum of all redemptions, likewise.
    pub redeemed: String,
    /// How often value left: redemptions, and notes that moved to the successor.
    pub redemptions: u64,
    /// Redemptions that an attestation of reserves counted.
    pub cleared: u64,
    /// Who attests the reserves and what was attested last; none for a token without attestors.
    pub reserves: Option<ReservesView>,
    /// Version of the circuits, from 0.
    pub version: u32,
    /// The token whose notes may move into this one, in hexadecimal.
    pub predecessor: Option<String>,
    /// The token into which notes may move, in hexadecimal.
    pub successor: Option<String>,
    /// Leaves in the note tree.
    pub notes: u64,
    /// Root of the note tree after the last block.
    #[serde(with = "hex::fixed")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub anchor: FieldBytes,
}

/// A token's reserves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReservesView {
    /// Who attests.
    pub attestor: RoleView,
    /// Whether an issue must fit into the reserves attested last.
    pub strict: bool,
    /// Whether the circuit `supply` is on.
    pub enabled: bool,
    /// Its pinned verifying key, `obolvk1…`.
    pub pin: Option<String>,
    /// The last attestation; none before the first.
    pub backing: Option<BackingView>,
}

/// An attestation of reserves, proved to cover what was in circulation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BackingView {
    /// Reserves in minor units, a decimal number of up to 96 bits.
    pub reserves: String,
    /// Height of the block for which they were counted.
    pub as_of_height: u64,
    /// Height of the block in which they were attested.
    pub attested_height: u64,
    /// BLAKE3 hash of the attestation's document, in hexadecimal.
    pub document: String,
    /// Redemptions that were counted as gone.
    pub redemptions: u64,
}

/// A note-tree root and when it became one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AnchorView {
    /// The root.
    #[serde(with = "hex::fixed")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub anchor: FieldBytes,
    /// The block that made it.
    pub height: u64,
    /// Leaves under it.
    pub notes: u64,
}

/// One registry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RegistryView {
    /// The registry contract.
    #[serde(with = "hex::fixed")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub registry: ContractId,
    /// The auditor's key, `x ‖ y` in hexadecimal.
    pub auditor: String,
    /// Number of its epoch, from 0.
    pub epoch: u32,
    /// The key of the epoch before, while proofs made for it are accepted.
    pub previous_auditor: Option<PreviousAuditorView>,
    /// For how many blocks a participant must have been frozen before its notes may be seized.
    pub seizure_delay: u64,
    /// Root of the ACTIVE tree.
    #[serde(with = "hex::fixed")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub active_root: FieldBytes,
    /// Root of the FROZEN tree.
    #[serde(with = "hex::fixed")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub frozen_root: FieldBytes,
    /// Slots handed out so far.
    pub slots: u32,
    /// ACTIVE roots that are still accepted, newest last.
    #[serde(with = "hex::fixed_list")]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub valid_roots: Vec<FieldBytes>,
}

/// An auditor's key that was replaced a short while ago.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PreviousAuditorView {
    /// The key, `x ‖ y` in hexadecimal.
    pub auditor: String,
    /// Last height at which proofs made for it are accepted.
    pub until: u64,
}

/// One entry of a registry's directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ParticipantView {
    /// Registry slot.
    pub slot: u32,
    /// Owner hash.
    #[serde(with = "hex::fixed")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub owner: FieldBytes,
    /// Address that payers use; none for a deal.
    pub address: Option<String>,
    /// Per-transfer limit in minor units.
    pub limit: u64,
    /// In FROZEN instead of ACTIVE.
    pub frozen: bool,
    /// Whether it is a contract's deal.
    pub deal: bool,
    /// Slot of this participant's earlier key.
    pub supersedes: Option<u32>,
    /// Slot of this participant's newer key; whoever pays it uses that one.
    pub superseded_by: Option<u32>,
}

/// A page of a directory. Pages are read in order by everybody, so that no question is about one
/// participant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DirectoryPage {
    /// Entries in slot order.
    pub participants: Vec<ParticipantView>,
    /// First slot of the next page, if there is one.
    pub next: Option<u32>,
}

/// The way from a leaf of a note tree to an anchor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PathView {
    /// Leaf index.
    pub position: u64,
    /// The leaf.
    #[serde(with = "hex::fixed")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub leaf: FieldBytes,
    /// The anchor that the path leads to.
    #[serde(with = "hex::fixed")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub anchor: FieldBytes,
    /// The block after which the anchor holds.
    pub height: u64,
    /// Three siblings a level, from the leaf upwards, in hexadecimal.
    pub siblings: Vec<[String; 3]>,
}

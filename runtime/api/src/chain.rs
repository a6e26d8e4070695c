//! Blocks, inclusion proofs, and what a node says of itself.

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::{ChainId, ContractId, KeyId, TxDigest};
use serde::{Deserialize, Serialize};

use crate::hex;
use crate::{AppHash, BlockHash, EventRecord};

/// A block's header, as the block hash covers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HeaderView {
    /// Format version.
    pub version: u16,
    /// The chain.
    #[serde(with = "hex::fixed")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub chain: ChainId,
    /// Height; the first block has 1.
    pub height: u64,
    /// Hash of the block before; the chain id for the first block.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub previous: BlockHash,
    /// Hash of the state before this block.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub app_hash: AppHash,
    /// Proposer's time in milliseconds since 1970-01-01 UTC.
    pub time_ms: u64,
    /// Merkle root over the transactions' full bytes.
    pub transactions: String,
}

/// A block in one line.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BlockSummary {
    /// Height; the first block has 1.
    pub height: u64,
    /// Hash of the block.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub block: BlockHash,
    /// Hash of the state after it.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub app_hash: AppHash,
    /// The block's time in milliseconds since 1970-01-01 UTC.
    pub time_ms: u64,
    /// Number of its transactions.
    pub transactions: u32,
}

/// A transaction in one line: everything about it that is public at a glance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TxSummary {
    /// The transaction.
    #[serde(with = "hex::fixed")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub id: TxDigest,
    /// Its place in the block, from 0.
    pub index: u32,
    /// The contract it called.
    #[serde(with = "hex::fixed")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub contract: ContractId,
    /// The entry it called.
    pub entry: String,
    /// What it emitted.
    pub events: Vec<EventRecord>,
    /// Fuel it used.
    pub fuel_used: u64,
}

/// A block with its header and transactions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BlockView {
    /// Hash of the header.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub block: BlockHash,
    /// The header.
    pub header: HeaderView,
    /// Hash of the state after the block.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub app_hash_after: AppHash,
    /// Its transactions, in order.
    pub transactions: Vec<TxSummary>,
}

/// One step of an inclusion proof, from the leaf upwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MerkleStep {
    /// The other child, in hexadecimal.
    pub sibling: String,
    /// Whether the other child is the left one.
    pub sibling_left: bool,
}

/// Shows that a transaction is in a block: hash the bytes, climb the path, compare with the header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InclusionProof {
    /// The transaction.
    #[serde(with = "hex::fixed")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub id: TxDigest,
    /// Its full bytes, as they stand in the block, in hexadecimal.
    pub transaction: String,
    /// Its place in the block, from 0.
    pub index: u32,
    /// From the transaction's leaf to the root; levels where the node moves up alone have no step.
    pub path: Vec<MerkleStep>,
    /// The header whose `transactions` is the root.
    pub header: HeaderView,
    /// Hash of the header.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub block: BlockHash,
}

/// One verifying key of the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CircuitInfo {
    /// The circuit.
    pub name: String,
    /// `obolvk1…`.
    pub key_id: String,
    /// The same id in hexadecimal.
    #[serde(with = "hex::fixed")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub key: KeyId,
    /// Number of public inputs.
    pub public_inputs: u32,
    /// Whether anybody can forge proofs under it: a development key.
    pub insecure: bool,
}

/// What a node runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Version {
    /// Name of the program.
    pub program: String,
    /// Its version.
    pub version: String,
    /// Which build of it, as whoever built it names it; `unnamed` otherwise.
    pub build: String,
    /// Version of this API.
    pub api: String,
    /// The chain.
    #[serde(with = "hex::fixed")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub chain: ChainId,
    /// The chain's name.
    pub chain_name: String,
    /// Whether it is a development chain, which accepts INSECURE keys.
    pub development: bool,
    /// Blocks ahead of the tip that a transaction may expire at most.
    pub expiry_horizon: u64,
    /// The chain's verifying keys.
    pub circuits: Vec<CircuitInfo>,
}

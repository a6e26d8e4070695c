//! Where a transaction went, and where the chain is.

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::{ChainId, ContractId, TxDigest};
use serde::{Deserialize, Serialize};

use crate::hex;
use crate::{AppHash, BlockHash, EventRecord};

/// What became of a committed transaction. Blocks hold only transactions that succeeded: a refused
/// one has no receipt.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Receipt {
    /// The transaction.
    #[serde(with = "hex::fixed")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub digest: TxDigest,
    /// Height of its block.
    pub height: u64,
    /// Its place in the block, from 0.
    pub index: u32,
    /// The contract it called.
    #[serde(with = "hex::fixed")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub contract: ContractId,
    /// The entry it called.
    pub entry: String,
    /// What its call and nested calls emitted, in order.
    pub events: Vec<EventRecord>,
    /// Fuel it used.
    pub fuel_used: u64,
}

/// The last committed block.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tip {
    /// The chain.
    #[serde(with = "hex::fixed")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub chain: ChainId,
    /// Height; 0 is the genesis.
    pub height: u64,
    /// Hash of the block.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub block: BlockHash,
    /// Hash of the state after it.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub app_hash: AppHash,
    /// The block's time in milliseconds since 1970-01-01 UTC.
    pub time_ms: u64,
}

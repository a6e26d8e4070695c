//! What a wallet reads of each block.

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::{ContractId, TxDigest};
use serde::{Deserialize, Serialize};

use crate::hex;
use crate::{AppHash, BlockHash};

/// One event: the contract that emitted it and its borsh-encoded content.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EventRecord {
    /// The emitting contract.
    #[serde(with = "hex::fixed")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub contract: ContractId,
    /// The contract's own encoding.
    #[serde(with = "hex::bytes")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub data: Vec<u8>,
}

/// One committed transaction as scanners need it: without proofs, signatures and arguments.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TxUpdate {
    /// The transaction.
    #[serde(with = "hex::fixed")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub digest: TxDigest,
    /// The contract it called.
    #[serde(with = "hex::fixed")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub contract: ContractId,
    /// The entry it called.
    pub entry: String,
    /// Memo ciphertexts in the entry's order.
    #[serde(with = "hex::list")]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub memos: Vec<Vec<u8>>,
    /// What its call and nested calls emitted, in order.
    pub events: Vec<EventRecord>,
    /// Fuel it used.
    pub fuel_used: u64,
}

/// A call that a contract had scheduled, run at the beginning of a block before its transactions.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ScheduledRun {
    /// Its number, unique on the chain.
    pub number: u64,
    /// The height it was scheduled for; the block may be a later one.
    pub due: u64,
    /// The contract, which is also the caller.
    #[serde(with = "hex::fixed")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub contract: ContractId,
    /// The entry it called.
    pub entry: String,
    /// What the call and nested calls emitted, in order; nothing if it failed.
    pub events: Vec<EventRecord>,
    /// Fuel it used.
    pub fuel_used: u64,
    /// Why it failed and was dropped; none if it succeeded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<CallFailure>,
}

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CallFailure {
    /// Stable snake-case code; a contract's own name for its refusals.
    pub code: String,
    /// What happened.
    pub message: String,
}

/// One committed block as scanners need it.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BlockUpdate {
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
    /// Its transactions, in order.
    pub txs: Vec<TxUpdate>,
    /// The scheduled calls that it ran before them, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scheduled: Vec<ScheduledRun>,
}

#[cfg(test)]
mod tests;

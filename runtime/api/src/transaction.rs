//! Submitting a transaction and following it.

use obolus_abi::TxDigest;
use serde::{Deserialize, Serialize};

use crate::Receipt;
use crate::hex;

/// Media type of a borsh-encoded body.
pub const BORSH: &str = "application/octet-stream";

/// The answer to a submission that was taken. It promises nothing yet: only a receipt does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Accepted {
    /// The transaction's id: the digest of its signed part.
    #[serde(with = "hex::fixed")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub id: TxDigest,
    /// How far this copy of it got; `pending` unless the caller waited or submitted it before.
    pub status: TxStatus,
}

/// Where a transaction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TxState {
    /// Waits for its checks or for a block.
    Pending,
    /// In a block that is on disk: final.
    Committed,
    /// Refused; it changed nothing. Another copy with the same id may still be committed.
    Refused,
}

/// The state of one transaction, with what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TxStatus {
    /// The transaction.
    #[serde(with = "hex::fixed")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub id: TxDigest,
    /// Where it is.
    pub state: TxState,
    /// Stable code of the refusal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The refusal in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The receipt, once committed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Receipt>,
}

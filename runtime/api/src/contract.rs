//! Contracts and modules, as the node shows them. All of it is public state.

use obolus_abi::{CodeId, ContractId};
use serde::{Deserialize, Serialize};

use crate::{RoleView, hex};

/// An uploaded module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CodeView {
    /// Its id: BLAKE3 of its bytes.
    #[serde(with = "hex::fixed")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub code: CodeId,
    /// Its length in bytes.
    pub size: u32,
    /// BLAKE3 of the source archive, in hexadecimal, as whoever uploaded it claims.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The key that uploaded it; none is the operator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployer: Option<String>,
}

/// Who may replace a contract's code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AdminView {
    /// Who proposes and how many of them must sign; one of them carries out.
    pub role: RoleView,
    /// How many blocks a proposal waits.
    pub delay_blocks: u64,
    /// How many milliseconds of block time it waits.
    pub delay_ms: u64,
}

/// A change of a contract that waits for its delay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PendingView {
    /// The module that it shall run; none when only the admin shall change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The next admin; none when the code shall change, or when nobody shall be admin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub admin: Option<AdminView>,
    /// First block that may carry it out.
    pub ready_height: u64,
    /// Earliest time of that block, in milliseconds since 1970-01-01 UTC.
    pub ready_time_ms: u64,
}

/// A scheduled call that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ScheduledView {
    /// Its number, unique on the chain.
    pub number: u64,
    /// First block that may run it.
    pub due: u64,
    /// The entry.
    pub entry: String,
    /// Most fuel that it may use.
    pub fuel: u64,
}

/// A contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ContractView {
    /// Its id.
    #[serde(with = "hex::fixed")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub contract: ContractId,
    /// The module it runs.
    #[serde(with = "hex::fixed")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub code: CodeId,
    /// Who may replace the module; none when nobody can, ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub admin: Option<AdminView>,
    /// What waits for its delay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending: Option<PendingView>,
    /// Bytes that it may store; none is no bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub storage_quota: Option<u64>,
    /// Bytes that it stores, as the quota counts them.
    pub storage_used: u64,
    /// The key that made it; none is the operator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployer: Option<String>,
    /// Its scheduled calls that wait.
    pub scheduled: Vec<ScheduledView>,
}

//! What the ledger keeps of modules, contracts and deployers.

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::system::{AdminPolicy, Ready};
use obolus_abi::{CodeId, RoleKey, SourceHash};

/// What the ledger knows of an uploaded module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct CodeRecord {
    /// What it was built from, as whoever uploaded it claims.
    pub source: Option<SourceHash>,
    /// Who uploaded it; none is the operator.
    pub deployer: Option<RoleKey>,
    /// Its length in bytes.
    pub size: u32,
}

/// What the ledger knows of an instantiated contract.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct ContractRecord {
    /// The module it runs.
    pub code: CodeId,
    /// Who may replace the module.
    pub admin: AdminPolicy,
    /// Bytes that it may store; none is no bound.
    pub quota: Option<u64>,
    /// Who made it; none is the operator.
    pub deployer: Option<RoleKey>,
}

impl ContractRecord {
    /// A contract of the operator's whose code is frozen, without a storage quota.
    pub const fn frozen(code: CodeId) -> Self {
        Self {
            code,
            admin: AdminPolicy::Frozen,
            quota: None,
            deployer: None,
        }
    }

    /// Whether the module can never be replaced. Nothing can wait then either: proposals need an admin, and giving up
    /// for good drops what waits.
    pub const fn code_frozen(&self) -> bool {
        matches!(self.admin, AdminPolicy::Frozen)
    }
}

/// A change of a contract that waits for its delay.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct PendingChange {
    /// What shall change.
    pub change: Change,
    /// When it may.
    pub ready: Ready,
}

/// A change that a contract's admin proposed.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Change {
    /// Other code.
    Migrate {
        /// The new module.
        code: CodeId,
        /// Arguments of its `migrate`.
        args: Vec<u8>,
    },
    /// Another admin.
    Admin(AdminPolicy),
}

/// What one deployer has deployed so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct DeployerUse {
    /// Modules.
    pub modules: u32,
    /// Contracts.
    pub contracts: u32,
    /// Bytes of its modules.
    pub code_bytes: u64,
}

//! What the system contract emits.

use alloc::vec::Vec;

use borsh::{BorshDeserialize, BorshSerialize};

use super::{AdminPolicy, Deployer};
use crate::{CodeId, ContractId, RoleKey, SourceHash};

/// From which block on a change that waits may take effect: both must be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Ready {
    /// Height of the block.
    pub height: u64,
    /// Time of the block, in milliseconds since 1970.
    pub time_ms: u64,
}

/// What the system contract emits.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum SystemEvent {
    /// A module was stored.
    Uploaded {
        /// Its id.
        code: CodeId,
        /// What it was built from, as claimed.
        source: Option<SourceHash>,
        /// Who uploaded it; none is the operator.
        deployer: Option<RoleKey>,
    },
    /// A contract was made.
    Instantiated {
        /// Its id.
        contract: ContractId,
        /// Its module.
        code: CodeId,
        /// Who may replace its code.
        admin: AdminPolicy,
        /// Bytes that it may store; none is no bound.
        quota: Option<u64>,
        /// Who made it; none is the operator.
        deployer: Option<RoleKey>,
    },
    /// A contract's code was frozen.
    CodeFrozen {
        /// The contract.
        contract: ContractId,
    },
    /// Who may deploy from now on, besides the operator.
    DeployPolicySet {
        /// All of them.
        deployers: Vec<Deployer>,
    },
    /// A contract's quota was set.
    QuotaSet {
        /// The contract.
        contract: ContractId,
        /// Bytes that it may store; none is no bound.
        quota: Option<u64>,
    },
    /// A contract's admin wants to replace its code.
    MigrationProposed {
        /// The contract.
        contract: ContractId,
        /// The new module.
        code: CodeId,
        /// BLAKE3 of the arguments of `migrate`.
        args: [u8; 32],
        /// When it may happen.
        ready: Ready,
    },
    /// A contract's code was replaced.
    Migrated {
        /// The contract.
        contract: ContractId,
        /// What it ran before.
        from: CodeId,
        /// What it runs now.
        code: CodeId,
    },
    /// A contract's admin wants to hand over, or to give up.
    AdminProposed {
        /// The contract.
        contract: ContractId,
        /// The next admin policy.
        admin: AdminPolicy,
        /// When it may happen.
        ready: Ready,
    },
    /// A contract has another admin policy.
    AdminSet {
        /// The contract.
        contract: ContractId,
        /// The policy.
        admin: AdminPolicy,
    },
    /// A contract's admin took back what waited.
    ChangeCancelled {
        /// The contract.
        contract: ContractId,
    },
}

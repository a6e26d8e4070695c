//! The system contract, which the host itself implements at [`SYSTEM`]: messages, events, errors.
//!
//! | entry | message | who signs |
//! |---|---|---|
//! | `upload` | [`UploadMsg`] | the operator role, or a listed deployer |
//! | `instantiate` | [`InstantiateMsg`] | the operator role, or a listed deployer |
//! | `set_deploy_policy` | [`DeployPolicy`] | the operator role |
//! | `set_quota` | [`SetQuotaMsg`] | the operator role |
//! | `propose_migration` | [`ProposeMigrationMsg`] | the contract's admin, n of m |
//! | `migrate` | [`MigrateMsg`] | any one holder of the contract's admin role, after the delay |
//! | `set_admin` | [`SetAdminMsg`] | the contract's admin, n of m; waits for the delay like a migration |
//! | `apply_admin` | [`ContractMsg`] | any one holder of the contract's admin role, after the delay |
//! | `cancel_migration` | [`ContractMsg`] | the contract's admin, n of m; cancels whatever waits |
//! | `freeze_code` | [`FreezeCodeMsg`] | the contract's admin, n of m; at once |
//!
//! The operator has no power over a contract that names another admin, but for its storage quota.

use alloc::vec::Vec;

use borsh::{BorshDeserialize, BorshSerialize};

use crate::role::RoleSetError;
use crate::{CodeId, ContractId, RoleKey, RoleSet, SourceHash};

mod error;
mod event;

pub use error::SystemError;
pub use event::{Ready, SystemEvent};

/// The system contract's id.
pub const SYSTEM: ContractId = ContractId([0; 32]);
/// Names of the entries.
pub mod entry {
    /// Stores a module.
    pub const UPLOAD: &str = "upload";
    /// Makes a contract of a stored module.
    pub const INSTANTIATE: &str = "instantiate";
    /// Says who may deploy besides the operator.
    pub const SET_DEPLOY_POLICY: &str = "set_deploy_policy";
    /// Sets how much a contract may store.
    pub const SET_QUOTA: &str = "set_quota";
    /// Proposes other code for a contract.
    pub const PROPOSE_MIGRATION: &str = "propose_migration";
    /// Replaces a contract's code as proposed.
    pub const MIGRATE: &str = "migrate";
    /// Proposes another admin policy for a contract.
    pub const SET_ADMIN: &str = "set_admin";
    /// Replaces a contract's admin policy as proposed.
    pub const APPLY_ADMIN: &str = "apply_admin";
    /// Takes back a proposal.
    pub const CANCEL_MIGRATION: &str = "cancel_migration";
    /// Gives up the right to change a contract's code.
    pub const FREEZE_CODE: &str = "freeze_code";
}

/// Most deployers that a policy lists.
pub const MAX_DEPLOYERS: usize = 64;
/// Longest delay of an admin policy in blocks.
pub const MAX_DELAY_BLOCKS: u64 = 100_000_000;
/// Longest delay of an admin policy in milliseconds: ten years.
pub const MAX_DELAY_MS: u64 = 10 * 365 * 24 * 3_600_000;

/// Arguments of `upload`.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct UploadMsg {
    /// The WASM module; its BLAKE3 is the code id.
    pub module: Vec<u8>,
    /// What it was built from, as whoever uploads it claims: anybody can rebuild and compare.
    pub source: Option<SourceHash>,
}

/// Arguments of `instantiate`.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct InstantiateMsg {
    /// The uploaded module.
    pub code: CodeId,
    /// Tells apart contracts of one module; the contract's id hashes chain, code and salt.
    pub salt: [u8; 32],
    /// Arguments of the contract's `init`.
    pub init: Vec<u8>,
    /// Who may replace the contract's code, and how.
    pub admin: AdminPolicy,
    /// Bytes that the contract may store; none is no bound, which only the operator can give. A deployer asks for
    /// at most what its limits say.
    pub quota: Option<u64>,
}

/// Who may replace a contract's code.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum AdminPolicy {
    /// Nobody, ever.
    Frozen,
    /// The role, after the delay.
    Admin {
        /// Who proposes, n of m.
        role: RoleSet,
        /// How long a proposal is public before it can take effect.
        delay: Delay,
    },
}

/// How long a change waits, counted from the block that proposed it: both must have passed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Delay {
    /// Blocks, at most [`MAX_DELAY_BLOCKS`].
    pub blocks: u64,
    /// Milliseconds of block time, at most [`MAX_DELAY_MS`].
    pub ms: u64,
}

/// Why an admin policy is malformed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdminPolicyError {
    /// Its role.
    Role(RoleSetError),
    /// Its delay is longer than allowed.
    Delay,
}

impl AdminPolicy {
    /// Whether role and delay are well formed.
    ///
    /// # Errors
    /// [`AdminPolicyError`].
    pub fn validate(&self) -> Result<(), AdminPolicyError> {
        let Self::Admin { role, delay } = self else {
            return Ok(());
        };
        if delay.blocks > MAX_DELAY_BLOCKS || delay.ms > MAX_DELAY_MS {
            return Err(AdminPolicyError::Delay);
        }
        role.validate().map_err(AdminPolicyError::Role)
    }
}

/// Who may deploy besides the operator role; the arguments of `set_deploy_policy`. The default is nobody.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct DeployPolicy {
    /// Strictly ascending by key, at most [`MAX_DEPLOYERS`].
    pub deployers: Vec<Deployer>,
}

/// A participant who may deploy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Deployer {
    /// The key that signs its deployments.
    pub key: RoleKey,
    /// What it may deploy in all, since the chain began: uploads are never undone.
    pub limits: DeployLimits,
}

/// What one deployer may use up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct DeployLimits {
    /// Modules.
    pub modules: u32,
    /// Contracts.
    pub contracts: u32,
    /// Bytes of all its modules together.
    pub code_bytes: u64,
    /// Bytes that each of its contracts may store.
    pub storage_quota: u64,
}

/// A deploy policy with too many deployers, or not strictly ascending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeployPolicyError;

impl DeployPolicy {
    /// Whether the list is well formed.
    ///
    /// # Errors
    /// [`DeployPolicyError`].
    pub fn validate(&self) -> Result<(), DeployPolicyError> {
        let ascending = self.deployers.windows(2).all(|pair| match pair {
            [a, b] => a.key < b.key,
            _ => false,
        });
        if self.deployers.len() > MAX_DEPLOYERS || !ascending {
            return Err(DeployPolicyError);
        }
        Ok(())
    }
}

/// Arguments of `set_quota`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct SetQuotaMsg {
    /// The contract.
    pub contract: ContractId,
    /// Bytes that it may store; none is no bound. Below what it stores already, it can only delete.
    pub quota: Option<u64>,
}

/// Arguments of `propose_migration`.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct ProposeMigrationMsg {
    /// The contract.
    pub contract: ContractId,
    /// The uploaded module that it shall run; it must have a `migrate` entry.
    pub code: CodeId,
    /// Arguments of the new code's `migrate`.
    pub args: Vec<u8>,
}

/// Arguments of `migrate`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct MigrateMsg {
    /// The contract.
    pub contract: ContractId,
    /// The module of the proposal that waits: nobody executes another one than they saw.
    pub code: CodeId,
}

/// Arguments of `set_admin`.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct SetAdminMsg {
    /// The contract.
    pub contract: ContractId,
    /// Its next admin policy.
    pub admin: AdminPolicy,
}

/// Arguments of `apply_admin` and `cancel_migration`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct ContractMsg {
    /// The contract.
    pub contract: ContractId,
}

/// Arguments of `freeze_code`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct FreezeCodeMsg {
    /// The contract whose code can never be replaced from now on.
    pub contract: ContractId,
}

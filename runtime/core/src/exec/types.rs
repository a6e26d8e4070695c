//! What a call is given and what comes of it.

use std::collections::BTreeSet;

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::{
    ChainId, ContractError, ContractId, FieldBytes, KeyId, PointBytes, RoleKey, TxDigest,
};
use obolus_chain::Timestamp;
use obolus_protocol::tx::{EntryName, Height};

use crate::state::StateError;

/// Units of metered work; one is about a nanosecond.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    BorshSerialize,
    BorshDeserialize,
)]
pub struct Fuel(pub u64);

/// The block that a call runs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockEnv {
    /// The chain.
    pub chain: ChainId,
    /// The block's height.
    pub height: Height,
    /// The block's time.
    pub time: Timestamp,
}

/// What a transaction carries, verified before execution. Contracts can only ask whether it is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorities {
    /// The transaction's digest; zeros in a query.
    pub digest: TxDigest,
    /// Points with a valid spend signature over the digest.
    pub spend_keys: BTreeSet<PointBytes>,
    /// Role keys with a valid signature over the digest.
    pub role_keys: BTreeSet<RoleKey>,
    /// Valid proofs: verifying key and public inputs.
    pub proofs: BTreeSet<(KeyId, Vec<FieldBytes>)>,
    /// Lengths of the memo ciphertexts, in order.
    pub memos: Vec<usize>,
}

impl Default for Authorities {
    fn default() -> Self {
        Self {
            digest: TxDigest([0; 32]),
            spend_keys: BTreeSet::new(),
            role_keys: BTreeSet::new(),
            proofs: BTreeSet::new(),
            memos: Vec::new(),
        }
    }
}

/// A call by the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopCall {
    /// The contract.
    pub contract: ContractId,
    /// The entry, without its prefix.
    pub entry: EntryName,
    /// The encoded message.
    pub args: Vec<u8>,
}

/// What a contract emitted.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Event {
    /// The emitter.
    pub contract: ContractId,
    /// The encoded event.
    pub data: Vec<u8>,
}

/// What came of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallOutcome {
    /// The encoded reply.
    pub result: Result<Vec<u8>, CallError>,
    /// Events in order, of frames that succeeded; none when the call failed.
    pub events: Vec<Event>,
    /// Fuel used; all that was given when the call trapped.
    pub fuel_used: Fuel,
}

impl CallOutcome {
    pub(crate) fn failed(error: CallError, fuel_used: Fuel) -> Self {
        Self {
            result: Err(error),
            events: Vec::new(),
            fuel_used,
        }
    }
}

/// Why a call failed: a verdict, the same on every node.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, BorshSerialize, BorshDeserialize)]
pub enum CallError {
    /// The contract refused.
    #[error("the contract refused: {0}")]
    Revert(ContractError),
    /// The contract broke down.
    #[error("the contract trapped: {0}; report it to the contract's author")]
    Trap(TrapKind),
    /// The fuel ran out.
    #[error("the call ran out of fuel: give it more")]
    OutOfFuel,
    /// Nothing is instantiated there.
    #[error("there is no contract with this id: check the id and the chain")]
    NoSuchContract,
    /// The contract has no such entry.
    #[error("the contract has no such entry: check its name, and whether it is read-only")]
    NoSuchEntry,
    /// The contract is already running further up.
    #[error("a contract cannot be called from within its own call: finish the outer call first")]
    Reentered,
    /// The chain of calls is too long.
    #[error("the chain of calls is deeper than allowed: call fewer contracts from one another")]
    TooDeep,
    /// The message is too long.
    #[error("the message is longer than allowed: send less in one call")]
    InputTooLong,
}

/// How a contract broke down. The whole fuel of the frame is used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, BorshSerialize, BorshDeserialize)]
pub enum TrapKind {
    /// It panicked, aborted or reached `unreachable`.
    #[error("it aborted")]
    Abort,
    /// The stack counter passed its limit.
    #[error("it recursed too deeply")]
    StackOverflow,
    /// It read or wrote outside its memory.
    #[error("it used memory that it does not have")]
    MemoryOutOfBounds,
    /// It called through a bad function pointer.
    #[error("it called a function that does not exist or has another type")]
    BadIndirectCall,
    /// It divided by zero, or a quotient overflowed.
    #[error("it divided by zero or a quotient overflowed")]
    Arithmetic,
    /// It handed the host an address or length outside its memory.
    #[error("it handed the host an address outside its memory")]
    BadPointer,
    /// It passed an argument over its limit or of a wrong size.
    #[error("it passed the host an argument over its limit or of a wrong size")]
    BadArgument,
    /// It wrote or emitted in a read-only call.
    #[error("it wrote in a read-only call")]
    ReadOnly,
    /// It returned an exit code without what belongs to it.
    #[error("it ended with an exit code that means nothing")]
    BadExit,
    /// It would have stored more than its quota.
    #[error(
        "it would store more than its quota: let it delete what it no longer needs, or ask the operator to raise the quota"
    )]
    StorageQuota,
}

/// This node cannot finish a call. Never a verdict: give up the block, fix the node, execute again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The state cannot be read.
    #[error(transparent)]
    State(#[from] StateError),
    /// The virtual machine failed.
    #[error(
        "the contract virtual machine failed: {0}; check memory and address-space limits, then restart the node"
    )]
    Vm(String),
    /// The state contradicts itself.
    #[error(
        "the contract state is damaged: {0}; delete the store directory and reopen, it is rebuilt from the block log"
    )]
    Damaged(String),
    /// The operator's watchdog stopped the call.
    #[error(
        "the watchdog stopped a call that took too long: check the machine's load, then execute the block again"
    )]
    Watchdog,
}

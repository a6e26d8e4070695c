//! Calls written down, and snapshots of everything that calls change: for tests that break one part
//! of a valid call and check the refusal and that nothing was written.

use alloc::vec::Vec;

use borsh::BorshSerialize;
use obolus_abi::ContractId;

use super::world::{Access, State};
use super::{Mock, MockError};

/// A call to a mutable entry that has not been made yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The callee.
    pub contract: ContractId,
    /// The immediate caller; none for the user.
    pub caller: Option<ContractId>,
    /// The entry, without prefix.
    pub entry: &'static str,
    /// Encoded arguments.
    pub input: Vec<u8>,
}

impl Attempt {
    /// A user's call.
    pub fn new<M: BorshSerialize>(contract: ContractId, entry: &'static str, message: &M) -> Self {
        Self {
            contract,
            caller: None,
            entry,
            input: crate::env::encode(message),
        }
    }

    /// The same call, made by a contract.
    #[must_use]
    pub fn by(self, caller: ContractId) -> Self {
        Self {
            caller: Some(caller),
            ..self
        }
    }
}

/// Storage, trees, anchors and events of a mock at some moment, to be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot(State);

impl Mock {
    /// Makes the call; returns the encoded reply.
    ///
    /// # Errors
    /// [`MockError`]; nothing was changed.
    pub fn attempt(&mut self, attempt: &Attempt) -> Result<Vec<u8>, MockError> {
        self.world.caller = attempt.caller;
        let outcome = self.run_encoded(
            Access::Write,
            attempt.contract,
            attempt.entry,
            attempt.input.clone(),
        );
        self.world.caller = None;
        outcome
    }

    /// Everything that calls can change, as it is now.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot(self.world.state.clone())
    }

    /// Declares an append tree of a contract full; nobody appends 2^34 leaves in a test.
    pub fn fill_append_tree(&mut self, contract: ContractId, tree: u32) {
        self.world.state.full.insert((contract, tree));
    }
}

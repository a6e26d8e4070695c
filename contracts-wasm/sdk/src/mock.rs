//! A native stand-in for the host, so that contract code runs in ordinary tests.
//!
//! It follows the runtime's rules on callers, read-only frames, re-entrancy, depth, rollback and
//! limits. It does not meter fuel, and its default cryptography ([`ToyMaths`]) is a cheap
//! deterministic mixer: give [`Mock::with_maths`] the real thing where values must agree with WASM.

mod attempt;
mod host;
mod maths;
mod world;

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::{
    ChainId, ContractError, ContractId, FieldBytes, KeyId, PointBytes, RoleKey, TxDigest, hostcall,
};

pub use attempt::{Attempt, Snapshot};
pub(crate) use host::{HostCalls, MockHost};
pub use maths::{Maths, ToyMaths};
pub(crate) use world::trap;
use world::{Access, Call, World};

use crate::Entry;

/// The host calls untyped, on the mock whose call is running: what an interpreter of a compiled contract is linked with.
pub mod calls {
    pub use crate::sys::*;
}

/// What the transaction of the next calls carries. The mock believes all of it.
#[derive(Clone, Debug)]
pub struct MockTx {
    /// Digest.
    pub digest: TxDigest,
    /// Points with a spend signature.
    pub spend_keys: BTreeSet<PointBytes>,
    /// Role keys with a signature.
    pub role_keys: BTreeSet<RoleKey>,
    /// Verified proofs: key and public inputs.
    pub proofs: BTreeSet<(KeyId, Vec<FieldBytes>)>,
    /// Lengths of the memo ciphertexts.
    pub memos: Vec<u32>,
}

impl Default for MockTx {
    fn default() -> Self {
        Self {
            digest: TxDigest([7; 32]),
            spend_keys: BTreeSet::new(),
            role_keys: BTreeSet::new(),
            proofs: BTreeSet::new(),
            memos: Vec::new(),
        }
    }
}

/// The block of the next calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MockBlock {
    /// The chain.
    pub chain: ChainId,
    /// Height.
    pub height: u64,
    /// Milliseconds since 1970.
    pub time_ms: u64,
}

/// Why a call into the mock failed; its writes and events are gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MockError {
    /// The contract refused.
    Reverted(ContractError),
    /// The contract trapped; the reason is for the test's reader.
    Trapped(String),
    /// No such contract or entry.
    NoSuchEntry,
    /// The reply is not of the expected type.
    BadReply,
}

impl MockError {
    /// Code of the contract's error, when it refused.
    pub fn code(&self) -> Option<u16> {
        match self {
            Self::Reverted(error) => Some(error.code),
            _ => None,
        }
    }
}

/// A little ledger with contracts, storage, trees and events.
#[derive(Debug)]
pub struct Mock {
    /// The transaction of the next calls.
    pub tx: MockTx,
    /// The block of the next calls.
    pub block: MockBlock,
    world: World,
}

impl Default for Mock {
    fn default() -> Self {
        Self::new()
    }
}

impl Mock {
    /// An empty ledger at height 1 with [`ToyMaths`].
    pub fn new() -> Self {
        Self::with_maths(Box::new(ToyMaths))
    }

    /// An empty ledger at height 1.
    pub fn with_maths(maths: Box<dyn Maths>) -> Self {
        Self {
            tx: MockTx::default(),
            block: MockBlock {
                chain: ChainId([9; 32]),
                height: 1,
                time_ms: 1_700_000_000_000,
            },
            world: World::new(maths),
        }
    }

    /// Installs a contract, its code frozen, and runs its `init`.
    ///
    /// # Errors
    /// [`MockError`]; the contract is then not installed.
    pub fn instantiate<M: BorshSerialize>(
        &mut self,
        id: ContractId,
        entries: &'static [Entry],
        message: &M,
    ) -> Result<(), MockError> {
        self.install(id, entries);
        let done = self
            .run(Access::Init, id, hostcall::INIT_ENTRY, message)
            .map(drop);
        if done.is_err() {
            self.world.contracts.remove(&id);
        }
        done
    }

    /// Installs a contract without running `init`.
    pub fn install(&mut self, id: ContractId, entries: &'static [Entry]) {
        self.world.contracts.insert(id, (entries, true));
    }

    /// Says whether a contract's code counts as frozen.
    pub fn set_code_frozen(&mut self, id: ContractId, frozen: bool) {
        if let Some((_, flag)) = self.world.contracts.get_mut(&id) {
            *flag = frozen;
        }
    }

    /// Calls a mutable entry as the user.
    ///
    /// # Errors
    /// [`MockError`]; nothing was changed.
    pub fn call<M: BorshSerialize, R: BorshDeserialize>(
        &mut self,
        contract: ContractId,
        entry: &str,
        message: &M,
    ) -> Result<R, MockError> {
        decode(self.run(Access::Write, contract, entry, message)?)
    }

    /// Calls a mutable entry as if `caller` did, without running any of its code.
    ///
    /// # Errors
    /// [`MockError`]; nothing was changed.
    pub fn call_as<M: BorshSerialize, R: BorshDeserialize>(
        &mut self,
        caller: ContractId,
        contract: ContractId,
        entry: &str,
        message: &M,
    ) -> Result<R, MockError> {
        self.world.caller = Some(caller);
        let outcome = self.run(Access::Write, contract, entry, message);
        self.world.caller = None;
        decode(outcome?)
    }

    /// Calls a read-only entry.
    ///
    /// # Errors
    /// [`MockError`].
    pub fn query<M: BorshSerialize, R: BorshDeserialize>(
        &mut self,
        contract: ContractId,
        entry: &str,
        message: &M,
    ) -> Result<R, MockError> {
        decode(self.run(Access::Read, contract, entry, message)?)
    }

    /// Replaces a contract's code and runs the new code's `migrate` on its storage.
    ///
    /// # Errors
    /// [`MockError`]; the contract then runs its old code on its old storage.
    pub fn migrate<M: BorshSerialize>(
        &mut self,
        id: ContractId,
        entries: &'static [Entry],
        message: &M,
    ) -> Result<(), MockError> {
        let before = self.world.contracts.insert(id, (entries, false));
        let done = self
            .run(Access::Init, id, hostcall::MIGRATE_ENTRY, message)
            .map(drop);
        if let (Err(_), Some(before)) = (&done, before) {
            self.world.contracts.insert(id, before);
        }
        done
    }

    /// Ends the block: appended leaves become part of their tree's root, which becomes an anchor;
    /// the height grows by one. Then runs what is scheduled for the new block; the number of each call and what came
    /// of it.
    pub fn end_block(&mut self) -> Vec<(u64, Result<(), MockError>)> {
        self.world.end_block();
        self.block.height += 1;
        self.block.time_ms += 1000;
        let mut outcomes = Vec::new();
        for (number, call) in self.world.take_due(self.block.height) {
            self.world.caller = Some(call.contract);
            let outcome = self.run_encoded(Access::Write, call.contract, &call.entry, call.args);
            self.world.caller = None;
            outcomes.push((number, outcome.map(drop)));
        }
        outcomes
    }

    /// The field element that a proof for this call is bound to.
    pub fn context(
        &self,
        contract: &ContractId,
        caller: Option<&ContractId>,
        entry: &str,
    ) -> FieldBytes {
        self.world
            .maths
            .context(&self.tx.digest, contract, caller, entry)
    }

    /// The maths in use.
    pub fn maths(&self) -> &dyn Maths {
        &*self.world.maths
    }

    /// A contract's storage.
    pub fn storage(&self, contract: ContractId) -> BTreeMap<Vec<u8>, Vec<u8>> {
        self.world.storage_of(contract)
    }

    /// Events of all successful calls so far.
    pub fn events(&self) -> &[(ContractId, Vec<u8>)] {
        &self.world.state.events
    }

    /// Events of one contract, decoded.
    ///
    /// # Errors
    /// [`MockError::BadReply`] when one is not of this type.
    pub fn events_of<E: BorshDeserialize>(
        &self,
        contract: ContractId,
    ) -> Result<Vec<E>, MockError> {
        self.events()
            .iter()
            .filter(|(emitter, _)| *emitter == contract)
            .map(|(_, data)| borsh::from_slice(data).map_err(|_| MockError::BadReply))
            .collect()
    }

    fn run<M: BorshSerialize>(
        &mut self,
        access: Access,
        contract: ContractId,
        entry: &str,
        message: &M,
    ) -> Result<Vec<u8>, MockError> {
        self.run_encoded(access, contract, entry, crate::env::encode(message))
    }

    fn run_encoded(
        &mut self,
        access: Access,
        contract: ContractId,
        entry: &str,
        input: Vec<u8>,
    ) -> Result<Vec<u8>, MockError> {
        self.world.tx = self.tx.clone();
        self.world.block = self.block;
        let call = Call {
            access,
            contract,
            entry: entry.into(),
            input,
        };
        world::run_top(&mut self.world, call)
    }
}

fn decode<R: BorshDeserialize>(bytes: Vec<u8>) -> Result<R, MockError> {
    borsh::from_slice(&bytes).map_err(|_| MockError::BadReply)
}

#[cfg(test)]
mod tests;

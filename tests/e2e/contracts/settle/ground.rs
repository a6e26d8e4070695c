//! What a stage stands on: the mock alone, fast and with toy cryptography, or the twin, where every call also runs as
//! WASM on the runtime.

use borsh::{BorshDeserialize, BorshSerialize};
use ed25519_dalek::{Signer, SigningKey};
use obolus_abi::deal::conditional::attestation;
use obolus_abi::{ContractId, DealId, FieldBytes, PointBytes, RoleKey, TxDigest};
use obolus_contract_hostile::messages::Raw;
use obolus_sdk::Entry;
use obolus_sdk::mock::{Maths, Mock, MockError, MockTx, Snapshot, ToyMaths};

use super::super::stage::key;
use super::super::twin::{self, Refusal, Twin};

pub enum Ground {
    Alone(Box<Mock>),
    Twin(Box<Twin>),
}

/// Everything that calls can change; on the twin, of both sides.
#[derive(Debug, PartialEq, Eq)]
pub enum Mark {
    Alone(Snapshot),
    Twin(twin::Mark),
}

impl Ground {
    pub fn alone() -> Self {
        Self::Alone(Box::default())
    }

    pub fn twin() -> Self {
        Self::Twin(Box::new(Twin::new()))
    }

    /// Installs a contract without running its `init`.
    pub fn install(
        &mut self,
        id: ContractId,
        (entries, module): (&'static [Entry], &'static [u8]),
    ) {
        match self {
            Self::Alone(mock) => mock.install(id, entries),
            Self::Twin(twin) => twin.install(id, entries, module),
        }
    }

    /// Installs a contract and runs its `init`, which must succeed.
    pub fn instantiate<M: BorshSerialize>(
        &mut self,
        id: ContractId,
        code: (&'static [Entry], &'static [u8]),
        message: &M,
        tx: &MockTx,
    ) {
        self.try_instantiate(id, code, message, tx)
            .expect("a contract");
    }

    /// Installs a contract and runs its `init`.
    pub fn try_instantiate<M: BorshSerialize>(
        &mut self,
        id: ContractId,
        (entries, module): (&'static [Entry], &'static [u8]),
        message: &M,
        tx: &MockTx,
    ) -> Result<(), Refusal> {
        match self {
            Self::Alone(mock) => {
                mock.tx = tx.clone();
                mock.instantiate(id, entries, message).map_err(refusal)
            }
            Self::Twin(twin) => {
                twin.tx = tx.clone();
                twin.instantiate(id, entries, module, message)
            }
        }
    }

    /// Calls a mutable entry with encoded arguments.
    pub fn call(
        &mut self,
        contract: ContractId,
        entry: &str,
        args: &[u8],
        tx: &MockTx,
    ) -> Result<Vec<u8>, Refusal> {
        let args = Raw(args.to_vec());
        let reply: Raw = match self {
            Self::Alone(mock) => {
                mock.tx = tx.clone();
                mock.call(contract, entry, &args).map_err(refusal)
            }
            Self::Twin(twin) => {
                twin.tx = tx.clone();
                twin.call(contract, entry, &args)
            }
        }?;
        Ok(reply.0)
    }

    pub fn query<M: BorshSerialize, R: BorshDeserialize>(
        &mut self,
        contract: ContractId,
        entry: &str,
        message: &M,
    ) -> Result<R, Refusal> {
        match self {
            Self::Alone(mock) => mock.query(contract, entry, message).map_err(refusal),
            Self::Twin(twin) => twin.query(contract, entry, message),
        }
    }

    pub fn end_block(&mut self) {
        match self {
            Self::Alone(mock) => {
                mock.end_block();
            }
            Self::Twin(twin) => twin.end_block(),
        }
    }

    pub const fn now(&self) -> u64 {
        match self {
            Self::Alone(mock) => mock.block.time_ms,
            Self::Twin(twin) => twin.now(),
        }
    }

    pub const fn set_time(&mut self, time_ms: u64) {
        match self {
            Self::Alone(mock) => mock.block.time_ms = time_ms,
            Self::Twin(twin) => twin.set_time(time_ms),
        }
    }

    pub fn maths(&self) -> &dyn Maths {
        match self {
            Self::Alone(mock) => mock.maths(),
            Self::Twin(twin) => twin.maths(),
        }
    }

    pub fn context(
        &self,
        digest: &TxDigest,
        contract: &ContractId,
        caller: Option<&ContractId>,
        entry: &str,
    ) -> FieldBytes {
        self.maths().context(digest, contract, caller, entry)
    }

    pub fn deal_id(&self, preimage: &[u8]) -> DealId {
        DealId(self.maths().blake3(preimage))
    }

    /// A point of its own for each number but zero.
    pub fn point(&self, number: u64) -> PointBytes {
        match self {
            Self::Alone(_) => ToyMaths::point(number),
            Self::Twin(_) => key(number),
        }
    }

    /// The key of oracle number `seed`.
    pub fn oracle(&self, seed: u8) -> RoleKey {
        match self {
            Self::Alone(_) => RoleKey([seed; 32]),
            Self::Twin(_) => RoleKey(signer(seed).verifying_key().to_bytes()),
        }
    }

    /// What oracle number `seed` signs when it says so.
    pub fn attest(&self, seed: u8, statement: &[u8; 32], outcome: bool) -> [u8; 64] {
        let text = attestation(statement, outcome);
        match self {
            Self::Alone(_) => {
                let mut signature = [0; 64];
                let half = ToyMaths::mix("ed25519", &[&self.oracle(seed).0, &text]);
                signature[..32].copy_from_slice(&half.0);
                signature
            }
            Self::Twin(_) => signer(seed).sign(&text).to_bytes(),
        }
    }

    pub fn mark(&self) -> Mark {
        match self {
            Self::Alone(mock) => Mark::Alone(mock.snapshot()),
            Self::Twin(twin) => Mark::Twin(twin.mark()),
        }
    }

    /// Events of all successful calls so far.
    pub fn events(&self) -> &[(ContractId, Vec<u8>)] {
        match self {
            Self::Alone(mock) => mock.events(),
            Self::Twin(twin) => twin.events(),
        }
    }
}

fn signer(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn refusal(error: MockError) -> Refusal {
    match error {
        MockError::Reverted(error) => Refusal::Reverted(error),
        MockError::Trapped(_) | MockError::BadReply => Refusal::Trapped,
        MockError::NoSuchEntry => Refusal::NoSuchEntry,
    }
}

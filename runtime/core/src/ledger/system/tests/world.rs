//! A ledger with one operator, and small modules to deploy on it.

use ed25519_dalek::SigningKey;
use obolus_abi::system::{AdminPolicy, Delay, SYSTEM, SystemEvent};
use obolus_abi::{CodeId, ContractId, RoleKey, RoleSet};
use obolus_chain::{Timestamp, contract_id};
use obolus_protocol::tx::{Height, RoleSignature, SYSTEM_CONTRACT, Transaction};
use tempfile::TempDir;

use super::super::super::kit::{
    self, START, body, genesis, instantiate_message, operator, plain, upload_message,
};
use crate::ledger::{Execution, Proposal, encode};
use crate::state::{ContractRecord, keys};

pub struct World {
    pub ledger: Execution,
    /// Tells one transaction from the next.
    pub nonce: u64,
    /// Milliseconds between blocks.
    pub pace: u64,
    _directory: TempDir,
}

pub fn key(number: u8) -> SigningKey {
    SigningKey::from_bytes(&[number; 32])
}

pub fn role_key(number: u8) -> RoleKey {
    RoleKey(key(number).verifying_key().to_bytes())
}

/// A role of these keys.
pub fn role(numbers: &[u8], threshold: u8) -> RoleSet {
    let mut keys: Vec<_> = numbers.iter().map(|number| role_key(*number)).collect();
    keys.sort();
    RoleSet { keys, threshold }
}

pub fn admin(numbers: &[u8], threshold: u8, blocks: u64, ms: u64) -> AdminPolicy {
    AdminPolicy::Admin {
        role: role(numbers, threshold),
        delay: Delay { blocks, ms },
    }
}

/// A module whose `init` succeeds; `text` adds to it. Another `number` is another module.
pub fn module(number: u32, text: &str) -> Vec<u8> {
    wat::parse_str(format!(
        r#"(module
             (import "obolus" "set" (func $set (param i64 i64) (result i64)))
             (import "obolus" "del" (func $del (param i64) (result i64)))
             (import "obolus" "get" (func $get (param i64) (result i64)))
             (import "obolus" "tree_append" (func $tree_append (param i32 i32) (result i64)))
             (import "obolus" "tree_set" (func $tree_set (param i32 i64 i32) (result i64)))
             (memory (export "memory") 1)
             (func $bytes (param $address i64) (param $len i64) (result i64)
               (i64.or (local.get $address) (i64.shl (local.get $len) (i64.const 32))))
             (func (export "x_init") (result i32) (drop (i32.const {number})) (i32.const 0))
             {text})"#
    ))
    .unwrap()
}

pub fn code_of(module: &[u8]) -> CodeId {
    CodeId(*blake3::hash(module).as_bytes())
}

impl World {
    pub fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        Self {
            ledger: Execution::open(directory.path(), &genesis()).unwrap(),
            nonce: 0,
            pace: 1000,
            _directory: directory,
        }
    }

    /// A call of the system contract signed by these keys.
    pub fn call(&mut self, entry: &str, args: Vec<u8>, signers: &[SigningKey]) -> Transaction {
        self.call_to(SYSTEM_CONTRACT, entry, args, signers)
    }

    pub fn call_to(
        &mut self,
        contract: ContractId,
        entry: &str,
        args: Vec<u8>,
        signers: &[SigningKey],
    ) -> Transaction {
        self.nonce += 1;
        let mut body = body(contract, entry, args, self.ledger.next_height().0 + 5);
        // A memo that nobody reads, so that no two transactions are the same.
        body.memos = vec![self.nonce.to_be_bytes().to_vec()];
        let mut tx = plain(body);
        let digest = tx.id();
        tx.role_signatures = signers
            .iter()
            .map(|key| RoleSignature::create(key, &digest))
            .collect();
        tx.role_signatures.sort_by_key(|signature| signature.key);
        tx
    }

    pub fn build(&self, tx: &Transaction) -> Proposal {
        let admitted = self.ledger.admit(tx.encode()).unwrap();
        let time = Timestamp(START.max(self.ledger.tip().time_ms) + self.pace);
        self.ledger.build(vec![admitted], time).unwrap()
    }

    /// Has a call of the system contract committed; what the system contract emitted.
    pub fn done(&mut self, entry: &str, args: Vec<u8>, signers: &[SigningKey]) -> Vec<SystemEvent> {
        let tx = self.call(entry, args, signers);
        self.commit(&tx)
    }

    pub fn commit(&mut self, tx: &Transaction) -> Vec<SystemEvent> {
        let proposal = self.build(tx);
        assert_eq!(proposal.refused, []);
        let receipts = self.ledger.commit(&proposal.executed).unwrap();
        let events = receipts.iter().flat_map(|receipt| &receipt.events);
        events
            .filter(|event| event.contract == SYSTEM)
            .map(|event| borsh::from_slice(&event.data).unwrap())
            .collect()
    }

    /// Why a call of the system contract is refused, after checking that it leaves nothing behind.
    pub fn refused(&mut self, entry: &str, args: Vec<u8>, signers: &[SigningKey]) -> String {
        let tx = self.call(entry, args, signers);
        self.refusal(&tx)
    }

    pub fn refusal(&self, tx: &Transaction) -> String {
        let proposal = self.build(tx);
        assert!(proposal.executed.is_empty(), "it was not refused");
        let time = Timestamp(START.max(self.ledger.tip().time_ms) + self.pace);
        let untouched = self.ledger.build(vec![], time).unwrap().executed;
        assert_eq!(proposal.executed.writes(), untouched.writes());
        proposal.refused[0].reason.code().to_owned()
    }

    /// Lets blocks pass.
    pub fn wait(&mut self, blocks: u64) {
        for _ in 0..blocks {
            let time = Timestamp(START.max(self.ledger.tip().time_ms) + self.pace);
            let empty = self.ledger.build(vec![], time).unwrap();
            self.ledger.commit(&empty.executed).unwrap();
        }
    }

    /// The operator uploads a module.
    pub fn upload(&mut self, module: &[u8]) -> CodeId {
        let args = encode(&upload_message(module.to_vec()));
        self.done("upload", args, &[operator()]);
        code_of(module)
    }

    /// The operator makes a contract with this admin and quota.
    pub fn instantiate(
        &mut self,
        code: CodeId,
        admin: AdminPolicy,
        quota: Option<u64>,
    ) -> ContractId {
        let mut message = instantiate_message(code, [0; 32], Vec::new());
        message.admin = admin;
        message.quota = quota;
        self.done("instantiate", encode(&message), &[operator()]);
        contract_id(&kit::genesis().chain_id(), &code, &[0; 32])
    }

    pub fn record(&self, contract: &ContractId) -> ContractRecord {
        let bytes = self.ledger.state().get(&keys::contract(contract)).unwrap();
        borsh::from_slice(&bytes.unwrap()).unwrap()
    }

    /// When the next block's height and time are.
    pub fn next(&self) -> (u64, u64) {
        let Height(height) = self.ledger.next_height();
        (height, START.max(self.ledger.tip().time_ms) + self.pace)
    }
}

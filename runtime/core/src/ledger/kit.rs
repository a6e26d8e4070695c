//! What the ledger's tests are made of: a chain with one operator, one contract that stores what it
//! is given, and a circuit whose trapdoor is known, so that proofs cost nothing.

#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "fixtures of tests: a failed expectation is a failed test"
)]

use std::path::Path;

use obolus_abi::system::{AdminPolicy, Delay, InstantiateMsg, UploadMsg};
use obolus_abi::{CodeId, ContractId};
pub use obolus_chain::fixtures::*;
use obolus_chain::{Timestamp, contract_id};
use obolus_protocol::tx::{EntryName, Height, SYSTEM_CONTRACT, Transaction, TxBody};
use obolus_runtime_api::Receipt;

use super::*;

const SALT: [u8; 32] = [5; 32];

/// The contract's module.
pub fn module() -> Vec<u8> {
    wat::parse_str(include_str!("../../testdata/store.wat")).unwrap()
}

/// The contract's id.
pub fn store_contract() -> ContractId {
    let code = CodeId(*blake3::hash(&module()).as_bytes());
    contract_id(&genesis().chain_id(), &code, &SALT)
}

/// A call that nobody signed.
pub fn body(contract: ContractId, entry: &str, args: Vec<u8>, expiry: u64) -> TxBody {
    TxBody {
        chain: genesis().chain_id(),
        expiry: Height(expiry),
        contract,
        entry: EntryName::new(entry).unwrap(),
        args,
        memos: Vec::new(),
    }
}

/// A user's transaction that stores `value` under `key`.
pub fn put(key: u64, value: &[u8], expiry: u64) -> Transaction {
    let args = [key.to_be_bytes().as_slice(), value].concat();
    plain(body(store_contract(), "put", args, expiry))
}

/// A user's transaction that uses most of its fuel and succeeds; `number` tells it from others.
pub fn burn(number: u64) -> Transaction {
    let args = number.to_be_bytes().to_vec();
    plain(body(store_contract(), "burn", args, 10))
}

/// Arguments of `upload` that claim no source.
pub fn upload_message(module: Vec<u8>) -> UploadMsg {
    UploadMsg {
        module,
        source: None,
    }
}

/// Arguments of `instantiate` for a contract of the operator's: its admin, without a delay or a quota.
pub fn instantiate_message(code: CodeId, salt: [u8; 32], init: Vec<u8>) -> InstantiateMsg {
    InstantiateMsg {
        code,
        salt,
        init,
        admin: AdminPolicy::Admin {
            role: genesis().operator,
            delay: Delay::default(),
        },
        quota: None,
    }
}

/// Stores the contract's module.
pub fn upload() -> Transaction {
    let args = encode(&upload_message(module()));
    signed_by(&operator(), body(SYSTEM_CONTRACT, "upload", args, 10))
}

/// Makes the contract.
pub fn instantiate() -> Transaction {
    let code = CodeId(*blake3::hash(&module()).as_bytes());
    let args = encode(&instantiate_message(code, SALT, Vec::new()));
    signed_by(&operator(), body(SYSTEM_CONTRACT, "instantiate", args, 10))
}

/// Opens the ledger; a new one gets the contract in its first block.
pub fn open(directory: &Path) -> Execution {
    let mut ledger = Execution::open(directory, &genesis()).unwrap();
    if ledger.tip().height == 0 {
        assert_eq!(commit(&mut ledger, &[upload(), instantiate()]).len(), 2);
    }
    ledger
}

/// Admits, builds and commits; panics if any transaction is refused.
pub fn commit(ledger: &mut Execution, txs: &[Transaction]) -> Vec<Receipt> {
    let proposal = propose(ledger, txs);
    assert_eq!(proposal.refused, []);
    ledger.commit(&proposal.executed).unwrap()
}

/// Admits and builds; panics if any transaction is not admitted.
pub fn propose(ledger: &Execution, txs: &[Transaction]) -> Proposal {
    let admitted = ledger
        .admit_batch(txs.iter().map(Transaction::encode).collect())
        .into_iter()
        .map(Result::unwrap)
        .collect();
    let time = Timestamp(START + ledger.next_height().0 * 1000);
    ledger.build(admitted, time).unwrap()
}

/// Everything in the state.
pub fn contents(ledger: &Execution) -> Vec<(Vec<u8>, Vec<u8>)> {
    ledger.state().scan(b"", None, usize::MAX).unwrap()
}

/// Reads a value through the contract.
pub fn stored(ledger: &Execution, key: u64) -> Vec<u8> {
    ledger
        .query(store_contract(), "get", key.to_be_bytes().to_vec())
        .unwrap()
}

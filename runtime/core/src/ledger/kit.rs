//! What the ledger's tests are made of: a chain with one operator, one contract that stores what it
//! is given, and a circuit whose trapdoor is known, so that proofs cost nothing.

#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "fixtures of tests: a failed expectation is a failed test"
)]

use std::path::Path;

use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::Field;
use ed25519_dalek::SigningKey;
use obolus_abi::system::InstantiateMsg;
use obolus_abi::{CodeId, ContractId, FieldBytes, KeyId, RoleKey, RoleSet};
use obolus_protocol::address::Network;
use obolus_protocol::field::fr_to_bytes;
use obolus_protocol::tx::{
    EntryName, Height, ProofBytes, ProofEnvelope, RoleSignature, SYSTEM_CONTRACT, Transaction,
    TxBody,
};
use obolus_runtime_api::Receipt;
use obolus_verifier::{CircuitName, KeyOrigin, KeyPoints, Proof, VerifyingKey};

use super::*;

/// Time of the genesis.
pub const START: u64 = 1_700_000_000_000;
const SALT: [u8; 32] = [5; 32];

/// The operator's key.
pub fn operator() -> SigningKey {
    SigningKey::from_bytes(&[1; 32])
}

/// The beginning of the chain.
pub fn genesis() -> Genesis {
    Genesis {
        name: ChainName::new("ledger-test").unwrap(),
        network: Network::Test,
        mode: ChainMode::Development,
        time: Timestamp(START),
        operator: RoleSet {
            keys: vec![RoleKey(operator().verifying_key().to_bytes())],
            threshold: 1,
        },
        verifying_keys: vec![circuit_key().encode().unwrap()],
        expiry_horizon: Height(20),
    }
}

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

/// Without proofs and signatures.
pub fn plain(body: TxBody) -> Transaction {
    Transaction {
        body,
        proofs: Vec::new(),
        spend_signatures: Vec::new(),
        role_signatures: Vec::new(),
    }
}

/// With one role signature.
pub fn signed_by(key: &SigningKey, body: TxBody) -> Transaction {
    let signature = RoleSignature::create(key, &body.digest());
    Transaction {
        role_signatures: vec![signature],
        ..plain(body)
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

/// Stores the contract's module.
pub fn upload() -> Transaction {
    signed_by(&operator(), body(SYSTEM_CONTRACT, "upload", module(), 10))
}

/// Makes the contract.
pub fn instantiate() -> Transaction {
    let msg = InstantiateMsg {
        code: CodeId(*blake3::hash(&module()).as_bytes()),
        salt: SALT,
        init: Vec::new(),
    };
    let args = encode(&msg);
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

const ALPHA: u64 = 3;
const BETA: u64 = 5;
const GAMMA: u64 = 7;
const DELTA: u64 = 11;
const IC: [u64; 3] = [13, 17, 19];

fn g1(scalar: Fr) -> G1Affine {
    (G1Affine::generator() * scalar).into_affine()
}

fn g2(scalar: Fr) -> G2Affine {
    (G2Affine::generator() * scalar).into_affine()
}

/// A circuit with two public inputs.
pub fn circuit_key() -> VerifyingKey {
    circuit_key_of(KeyOrigin::InsecureDevelopment)
}

/// The same, with another label.
pub fn circuit_key_of(origin: KeyOrigin) -> VerifyingKey {
    let points = KeyPoints {
        alpha_g1: g1(ALPHA.into()),
        beta_g2: g2(BETA.into()),
        gamma_g2: g2(GAMMA.into()),
        delta_g2: g2(DELTA.into()),
        ic: IC.map(|scalar| g1(scalar.into())).to_vec(),
    };
    VerifyingKey::new(CircuitName::new("kit").unwrap(), origin, 2, points).unwrap()
}

/// A proof that holds, made from the trapdoor: A and B are free, C solves the equation. Another
/// `randomness` gives another proof of the same statement.
pub fn prove(inputs: [u64; 2], randomness: u64) -> ProofEnvelope {
    let [a, b] = [Fr::from(randomness + 2), Fr::from(randomness + 3)];
    let inputs = inputs.map(Fr::from);
    let public = Fr::from(IC[0]) + Fr::from(IC[1]) * inputs[0] + Fr::from(IC[2]) * inputs[1];
    let c = (a * b - Fr::from(ALPHA * BETA) - public * Fr::from(GAMMA))
        * Fr::from(DELTA).inverse().unwrap();
    let proof = Proof::new(g1(a), g2(b), g1(c)).unwrap();
    ProofEnvelope {
        key: circuit_key().id(),
        inputs: inputs.iter().map(fr_to_bytes).collect::<Vec<FieldBytes>>(),
        proof: ProofBytes(proof.encode().unwrap()),
    }
}

/// A verifying key that the chain does not know.
pub const UNKNOWN_KEY: KeyId = KeyId([0xee; 32]);

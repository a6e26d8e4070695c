//! What tests of this crate and of those above are made of: a genesis with one operator, and a circuit
//! whose trapdoor is known, so that proofs cost nothing.

#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "fixtures of tests: a failed expectation is a failed test"
)]

use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::Field;
use ed25519_dalek::SigningKey;
use obolus_abi::{FieldBytes, KeyId, RoleKey, RoleSet};
use obolus_protocol::address::Network;
use obolus_protocol::field::fr_to_bytes;
use obolus_protocol::tx::{Height, ProofBytes, ProofEnvelope, RoleSignature, Transaction, TxBody};
use obolus_verifier::{CircuitName, KeyOrigin, KeyPoints, Proof, VerifyingKey};

use crate::{ChainMode, ChainName, Genesis, Timestamp};

/// Time of the genesis.
pub const START: u64 = 1_700_000_000_000;
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

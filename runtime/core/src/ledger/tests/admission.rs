//! Every reason to refuse a transaction before it runs, and that none spoils another one.

use ed25519_dalek::SigningKey;
use obolus_chain::TxFault;
use obolus_protocol::keys::{Seed, SpendingKey};
use obolus_protocol::schnorr::Randomizer;
use obolus_protocol::tx::{MAX_TX_BYTES, SpendSignature, Transaction};
use rand::rngs::OsRng;

use super::super::kit::*;
use super::super::*;

fn refusal(ledger: &Execution, tx: &Transaction) -> AdmitError {
    ledger.admit(tx.encode()).unwrap_err()
}

/// A user's transaction with a proof and a spend signature.
fn proved(key: u64) -> Transaction {
    let mut tx = put(key, b"proved", 10);
    tx.proofs.push(prove([1, 2], key));
    let ask = SpendingKey::from_seed(&Seed::new([9; 32]));
    let signature = SpendSignature::create(&ask, &Randomizer::zero(), &tx.id(), &mut OsRng);
    tx.spend_signatures.push(signature);
    tx
}

#[test]
fn honest_transactions_pass() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = open(dir.path());
    for tx in [put(1, b"x", 10), proved(1)] {
        let admitted = ledger.admit(tx.encode()).unwrap();
        assert_eq!(admitted.digest(), tx.id());
        assert_eq!(admitted.bytes_hash(), tx.bytes_hash());
        assert_eq!(admitted.transaction(), &tx);
    }
}

#[test]
fn each_fault_has_its_own_code() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = open(dir.path());
    let committed = put(1, b"x", 10);
    commit(&mut ledger, std::slice::from_ref(&committed));
    let change = |change: &dyn Fn(&mut Transaction)| {
        let mut tx = proved(3);
        change(&mut tx);
        tx
    };
    let cases: Vec<(&str, Transaction)> = vec![
        ("already_committed", committed),
        ("expired", put(1, b"x", ledger.next_height().0 - 1)),
        ("expiry_too_far", put(1, b"x", ledger.next_height().0 + 21)),
        ("wrong_chain", change(&|tx| tx.body.chain.0[0] ^= 1)),
        (
            "bad_spend_signature",
            change(&|tx| tx.spend_signatures[0].signature[70] ^= 1),
        ),
        ("bad_spend_signature", change(&|tx| tx.body.args.push(0))),
        ("unknown_key", change(&|tx| tx.proofs[0].key = UNKNOWN_KEY)),
        (
            "proof_malformed",
            change(&|tx| tx.proofs[0].proof.0[..32].fill(0xff)),
        ),
        ("input_count", change(&|tx| tx.proofs[0].inputs.truncate(1))),
        (
            "proof_invalid",
            change(&|tx| tx.proofs[0].inputs[1].0[0] ^= 1),
        ),
        (
            "proof_invalid",
            change(&|tx| tx.proofs[0].proof = prove([1, 3], 0).proof),
        ),
        (
            "non_canonical",
            change(&|tx| tx.proofs[0].inputs[0].0 = [0xff; 32]),
        ),
        ("transaction_too_large", put(1, &[0; MAX_TX_BYTES - 20], 10)),
    ];
    let before = ledger.tip();
    for (code, tx) in cases {
        assert_eq!(refusal(&ledger, &tx).code(), code);
    }
    let mut role = signed_by(&operator(), put(5, b"x", 10).body);
    role.role_signatures[0].signature[3] ^= 1;
    assert_eq!(refusal(&ledger, &role).code(), "bad_role_signature");
    let mut bytes = proved(4).encode();
    bytes.push(0);
    assert_eq!(
        ledger.admit(bytes.clone()).unwrap_err().code(),
        "malformed_transaction"
    );
    bytes.truncate(bytes.len() - 2);
    assert_eq!(
        ledger.admit(bytes).unwrap_err().code(),
        "malformed_transaction"
    );
    assert_eq!(ledger.tip(), before);
}

#[test]
fn expiry_borders() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = open(dir.path());
    let next = ledger.next_height().0;
    for expiry in [next, next + 20] {
        ledger.admit(put(1, b"x", expiry).encode()).unwrap();
    }
}

#[test]
fn bad_proofs_of_a_batch_are_named_and_spoil_no_other() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = open(dir.path());
    let mut txs: Vec<_> = (0..9).map(proved).collect();
    txs[2].proofs[0].inputs[0].0[0] ^= 1;
    txs[5].spend_signatures[0].signature[0] ^= 1;
    txs[7].proofs[0].proof = prove([2, 1], 7).proof;
    let results = ledger.admit_batch(txs.iter().map(Transaction::encode).collect());
    for (n, result) in results.iter().enumerate() {
        match n {
            2 | 7 => assert_eq!(result.as_ref().unwrap_err().code(), "proof_invalid"),
            5 => assert_eq!(result.as_ref().unwrap_err().code(), "bad_spend_signature"),
            _ => assert_eq!(result.as_ref().unwrap().digest(), txs[n].id()),
        }
    }
}

#[test]
fn the_first_bad_proof_is_the_one_that_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = open(dir.path());
    let mut tx = put(1, b"x", 10);
    tx.proofs = (0..4).map(|n| prove([1, 2], n)).collect();
    for bad in [3, 1] {
        tx.proofs[bad].inputs[0].0[1] ^= 1;
        assert_eq!(
            refusal(&ledger, &tx),
            AdmitError::Transaction(TxFault::ProofInvalid { index: bad })
        );
    }
}

/// Anybody can take a pending transaction and break its proof or signature, keeping the digest.
#[test]
fn a_spoiled_copy_does_not_poison_the_honest_one() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = open(dir.path());
    let honest = proved(1);
    let mut spoiled_proof = honest.clone();
    spoiled_proof.proofs[0] = prove([1, 3], 1);
    spoiled_proof.proofs[0].inputs = honest.proofs[0].inputs.clone();
    let mut spoiled_signature = honest.clone();
    spoiled_signature.spend_signatures[0].signature[70] ^= 1;
    for spoiled in [&spoiled_proof, &spoiled_signature] {
        assert_eq!(spoiled.id(), honest.id());
        assert_ne!(spoiled.bytes_hash(), honest.bytes_hash());
        refusal(&ledger, spoiled);
        // In one batch with the honest one, too.
        let results = ledger.admit_batch(vec![spoiled.encode(), honest.encode()]);
        assert!(results[0].is_err() && results[1].is_ok());
    }
    assert_eq!(commit(&mut ledger, &[honest]).len(), 1);
}

/// A re-randomised proof makes a second valid copy of a pending transaction.
#[test]
fn of_two_valid_copies_one_runs() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = open(dir.path());
    let one = proved(1);
    let mut other = one.clone();
    other.proofs[0] = prove([1, 2], 99);
    assert_eq!(one.id(), other.id());
    let proposal = propose(&ledger, &[other.clone(), one.clone()]);
    assert_eq!(proposal.executed.block().txs, [other.encode()]);
    assert_eq!(proposal.refused.len(), 1);
    assert_eq!(proposal.refused[0].bytes_hash, one.bytes_hash());
    assert_eq!(proposal.refused[0].reason.code(), "already_committed");
    ledger.commit(&proposal.executed).unwrap();
    assert_eq!(refusal(&ledger, &one).code(), "already_committed");
}

#[test]
fn a_stranger_may_sign_as_a_role_but_is_no_operator() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = open(dir.path());
    let stranger = SigningKey::from_bytes(&[2; 32]);
    let mut upload = upload().body;
    upload.expiry.0 += 1;
    let tx = signed_by(&stranger, upload);
    let proposal = propose(&ledger, &[tx]);
    assert_eq!(proposal.refused[0].reason.code(), "not_deployer");
    assert!(proposal.executed.is_empty());
}

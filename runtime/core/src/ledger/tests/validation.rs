//! Somebody else's block: taken when it keeps every rule, refused for each one it breaks.

use obolus_chain::{Block, BlockError, BlockFault, Header, transaction_hash, transaction_root};
use obolus_protocol::tx::Transaction;

use super::super::kit::*;
use super::super::*;
use crate::exec::CallError;

/// Two ledgers of one chain at the same height, and an honest next block.
fn pair() -> (tempfile::TempDir, Execution, Execution, Block) {
    let dir = tempfile::tempdir().unwrap();
    let proposer = open(&dir.path().join("a"));
    let validator = open(&dir.path().join("b"));
    assert_eq!(proposer.tip(), validator.tip());
    let administration = signed_by(&operator(), put(3, b"c", 10).body);
    let mut proved = put(1, b"a", 10);
    proved.proofs.push(prove([1, 2], 0));
    let proposal = propose(&proposer, &[proved, put(2, b"b", 10), administration]);
    let block = proposal.executed.block().clone();
    (dir, proposer, validator, block)
}

/// Makes the header fit changed transactions.
fn reseal(mut block: Block) -> Block {
    let hashes: Vec<_> = block.txs.iter().map(|tx| transaction_hash(tx)).collect();
    block.header.transactions = transaction_root(&hashes);
    block
}

fn with_txs(block: &Block, txs: Vec<Vec<u8>>) -> Block {
    reseal(Block {
        header: block.header,
        txs,
    })
}

#[test]
fn both_sides_compute_the_same_state() {
    let (_dir, mut proposer, mut validator, block) = pair();
    let txs: Vec<_> = block.txs.clone();
    let admitted = proposer
        .admit_batch(txs)
        .into_iter()
        .map(Result::unwrap)
        .collect();
    let built = proposer
        .build(admitted, block.header.time)
        .unwrap()
        .executed;
    let validated = validator
        .validate(Block::decode(&block.encode()).unwrap())
        .unwrap();
    assert_eq!(built.block(), validated.block());
    assert_eq!(built.app_hash(), validated.app_hash());
    assert_eq!(built.writes(), validated.writes());
    let receipts = proposer.commit(&built).unwrap();
    assert_eq!(validator.commit(&validated).unwrap(), receipts);
    assert_eq!(proposer.tip(), validator.tip());
    assert_eq!(contents(&proposer), contents(&validator));
}

#[test]
fn each_wrong_header_field_is_named() {
    let (_dir, _, validator, good) = pair();
    let refused = |change: &dyn Fn(&mut Header)| {
        let mut block = good.clone();
        change(&mut block.header);
        match validator.validate(block).unwrap_err() {
            ValidateError::Block(BlockFault::Block(error)) => error,
            other => panic!("{other}"),
        }
    };
    assert!(matches!(
        refused(&|h| h.version = 9),
        BlockError::Version { found: 9 }
    ));
    assert!(matches!(
        refused(&|h| h.chain.0[0] ^= 1),
        BlockError::WrongChain { .. }
    ));
    assert!(matches!(
        refused(&|h| h.height.0 += 1),
        BlockError::Height { .. }
    ));
    assert_eq!(refused(&|h| h.previous.0[0] ^= 1), BlockError::Previous);
    assert_eq!(refused(&|h| h.app_hash.0[0] ^= 1), BlockError::AppHash);
    assert_eq!(refused(&|h| h.time.0 = START), BlockError::Time);
    assert_eq!(
        refused(&|h| h.transactions[0] ^= 1),
        BlockError::TransactionRoot
    );
}

#[test]
fn role_transactions_must_come_first() {
    let (_dir, _, validator, good) = pair();
    for (from, to, late) in [(0, 1, 1), (0, 2, 2)] {
        let mut txs = good.txs.clone();
        txs.swap(from, to);
        let expected = ValidateError::Block(BlockFault::Order { index: late });
        // With the role transaction last, the one in the middle is in order.
        assert_eq!(
            validator.validate(with_txs(&good, txs)).unwrap_err(),
            expected
        );
    }
}

#[test]
fn inadmissible_and_failing_transactions_make_a_block_invalid() {
    let (_dir, _, validator, good) = pair();
    let decoded = |n: usize| Transaction::decode(&good.txs[n]).unwrap();
    let mut bad_proof = decoded(1);
    bad_proof.proofs[0].inputs[0].0[0] ^= 1;
    let mut bad_signature = decoded(0);
    bad_signature.role_signatures[0].signature[0] ^= 1;
    for (index, tx, code) in [
        (1, bad_proof, "proof_invalid"),
        (0, bad_signature, "bad_role_signature"),
    ] {
        let mut txs = good.txs.clone();
        txs[index] = tx.encode();
        match validator.validate(with_txs(&good, txs)).unwrap_err() {
            ValidateError::Block(BlockFault::Transaction { index: at, reason }) => {
                assert_eq!((at, reason.code()), (index, code));
            }
            other => panic!("{other}"),
        }
    }
    let mut txs = good.txs.clone();
    txs[2] = put(2, b"b", 1).encode();
    match validator.validate(with_txs(&good, txs)).unwrap_err() {
        ValidateError::Refused { index: 2, reason } => assert_eq!(reason.code(), "expired"),
        other => panic!("{other}"),
    }
    let missing = plain(body(obolus_abi::ContractId([8; 32]), "put", vec![], 10));
    let mut txs = good.txs.clone();
    txs.push(missing.encode());
    assert_eq!(
        validator.validate(with_txs(&good, txs)).unwrap_err(),
        ValidateError::Refused {
            index: 3,
            reason: Refusal::Call(CallError::NoSuchContract)
        }
    );
    let mut txs = good.txs.clone();
    txs.push(txs[2].clone());
    match validator.validate(with_txs(&good, txs)).unwrap_err() {
        ValidateError::Refused { index: 3, reason } => {
            assert_eq!(reason.code(), "already_committed");
        }
        other => panic!("{other}"),
    }
}

#[test]
fn a_block_of_too_much_work_is_refused() {
    let (_dir, _, validator, block) = pair();
    let burns = |count| (0..count).map(|n| burn(n).encode()).collect();
    let full = validator.validate(with_txs(&block, burns(10)));
    assert_eq!(full.unwrap().block().txs.len(), 10);
    assert_eq!(
        validator.validate(with_txs(&block, burns(11))).err(),
        Some(ValidateError::TooMuchFuel)
    );
}

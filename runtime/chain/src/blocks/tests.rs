//! Whole blocks: each fault is found in its own block and place.

use obolus_abi::ContractId;
use obolus_protocol::tx::{EntryName, Height, Transaction, TxBody};
use obolus_runtime_api::{AppHash, BlockHash};

use super::*;
use crate::fixtures::{genesis, operator, plain, prove, signed_by};
use crate::{BLOCK_VERSION, Timestamp, transaction_hash, transaction_root};

fn body(number: u8) -> TxBody {
    TxBody {
        chain: genesis().chain_id(),
        expiry: Height(10),
        contract: ContractId([7; 32]),
        entry: EntryName::new("put").unwrap(),
        args: vec![number],
        memos: Vec::new(),
    }
}

fn proved(number: u8) -> Transaction {
    let mut tx = plain(body(number));
    tx.proofs.push(prove([number.into(), 2], 0));
    tx
}

fn block(txs: &[Transaction]) -> Block {
    let txs: Vec<_> = txs.iter().map(Transaction::encode).collect();
    let hashes: Vec<_> = txs.iter().map(|tx| transaction_hash(tx)).collect();
    Block {
        header: Header {
            version: BLOCK_VERSION,
            chain: genesis().chain_id(),
            height: Height(1),
            previous: BlockHash([2; 32]),
            app_hash: AppHash([3; 32]),
            time: Timestamp(4),
            transactions: transaction_root(&hashes),
        },
        txs,
    }
}

#[test]
fn faults_stay_in_their_block() {
    let mut false_proof = proved(3);
    false_proof.proofs[0].inputs[0].0[0] ^= 1;
    let mut other_root = block(&[proved(6)]);
    other_root.header.transactions[0] ^= 1;
    let mut other_chain = block(&[]);
    other_chain.header.chain.0[0] ^= 1;
    let late = [proved(1), signed_by(&operator(), body(2))];
    let mut found = check_blocks(
        &genesis().check().unwrap(),
        &genesis().chain_id(),
        vec![
            block(&[signed_by(&operator(), body(1)), proved(2)]),
            block(&[proved(1), proved(2), false_proof]),
            other_root,
            other_chain,
            block(&late),
            block(&[proved(9)]),
        ],
    )
    .into_iter();
    let good = found.next().unwrap().unwrap();
    assert_eq!(good.transactions().len(), 2);
    assert_eq!(good.header().time, Timestamp(4));
    assert_eq!(
        found.next().unwrap(),
        Err(BlockFault::Transaction {
            index: 2,
            reason: TxFault::ProofInvalid { index: 0 }
        })
    );
    assert_eq!(
        found.next().unwrap(),
        Err(BlockError::TransactionRoot.into())
    );
    assert!(matches!(
        found.next().unwrap(),
        Err(BlockFault::Block(BlockError::WrongChain { .. }))
    ));
    assert_eq!(found.next().unwrap(), Err(BlockFault::Order { index: 1 }));
    // The block after the bad ones got its own verdicts, not theirs.
    let last = found.next().unwrap().unwrap();
    assert_eq!(last.transactions()[0].received().transaction(), &proved(9));
    assert!(found.next().is_none());
}

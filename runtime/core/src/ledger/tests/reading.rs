//! What other threads read while blocks are committed.

use std::sync::atomic::{AtomicBool, Ordering};

use obolus_protocol::tx::Height;

use super::super::kit::*;

#[test]
fn a_transaction_is_shown_to_be_in_its_block() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = open(dir.path());
    let txs: Vec<_> = (0..5).map(|n| put(n, b"x", 10)).collect();
    commit(&mut ledger, &txs);
    let header = ledger.block(Height(2)).unwrap().header;
    for (place, tx) in txs.iter().enumerate() {
        let proof = ledger.inclusion(&tx.id()).unwrap().unwrap();
        assert_eq!(proof.index as usize, place);
        assert_eq!(
            proof.transaction,
            obolus_runtime_api::hex::encode(&tx.encode())
        );
        assert_eq!(proof.header, header.view());
        assert_eq!(proof.block, header.hash());
    }
    assert_eq!(
        ledger.inclusion(&obolus_abi::TxDigest([9; 32])).unwrap(),
        None
    );
}

#[test]
fn pages_of_updates_end_by_bytes_and_never_in_the_middle_of_a_block() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = open(dir.path());
    for n in 0..4 {
        commit(
            &mut ledger,
            &[put(2 * n, &[7; 100], 10), put(2 * n + 1, &[7; 100], 10)],
        );
    }
    let heights = |from, bytes| -> Vec<u64> {
        let page = ledger
            .updates_within(Height(from), usize::MAX, bytes)
            .unwrap();
        assert!(
            page.iter()
                .all(|update| update.height == 1 || update.txs.len() == 2)
        );
        page.iter().map(|update| update.height).collect()
    };
    assert_eq!(heights(2, 1), [2]);
    assert_eq!(heights(2, 217), [2, 3]);
    assert_eq!(heights(0, usize::MAX), [1, 2, 3, 4, 5]);
    assert_eq!(heights(6, usize::MAX), [0_u64; 0]);
}

#[test]
fn a_query_sees_one_block_while_others_are_committed() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = open(dir.path());
    commit(&mut ledger, &[put(0, &[0; 8], 10)]);
    let reader = ledger.reader();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let watcher = scope.spawn(|| {
            let mut last = 0;
            loop {
                // However late it begins, it looks once, and at the end.
                let over = done.load(Ordering::SeqCst);
                let value = reader
                    .query(store_contract(), "get", 0_u64.to_be_bytes().to_vec())
                    .unwrap();
                let height = u64::from_le_bytes(value.try_into().unwrap());
                assert!(height >= last, "the state went back");
                // The tip may have moved on since, but the state is never ahead of it.
                assert!(height <= reader.tip().height);
                last = height;
                if over {
                    return last;
                }
            }
        });
        for _ in 0..30 {
            let next = ledger.next_height().0;
            commit(&mut ledger, &[put(0, &next.to_le_bytes(), next + 5)]);
        }
        done.store(true, Ordering::SeqCst);
        assert_eq!(watcher.join().unwrap(), ledger.tip().height);
    });
}

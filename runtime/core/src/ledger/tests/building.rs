//! What gets into a block, in which order, and what is left behind by what does not.

use obolus_chain::{MAX_BLOCK_BYTES, Timestamp};
use obolus_protocol::tx::{Height, Transaction};
use obolus_runtime_api::EventRecord;

use super::super::kit::*;
use super::super::*;

fn order(proposal: &Proposal) -> Vec<obolus_abi::TxDigest> {
    proposal
        .executed
        .update()
        .txs
        .iter()
        .map(|tx| tx.digest)
        .collect()
}

#[test]
fn committed_values_are_read_and_receipts_say_where() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = open(dir.path());
    let mut tx = put(7, b"hello", 10);
    tx.body.memos = vec![b"sealed".to_vec()];
    let receipts = commit(&mut ledger, &[put(6, b"first", 10), tx.clone()]);
    let receipt = &receipts[1];
    assert_eq!((receipt.height, receipt.index), (2, 1));
    assert_eq!(receipt.digest, tx.id());
    assert!(receipt.fuel_used > 0);
    let event = EventRecord {
        contract: store_contract(),
        data: tx.body.args.clone(),
    };
    assert_eq!(receipt.events, [event]);
    assert_eq!(stored(&ledger, 7), b"hello");
    assert_eq!(ledger.receipt(&tx.id()).unwrap().as_ref(), Some(receipt));
    assert_eq!(
        ledger.receipt(&obolus_abi::TxDigest([0; 32])).unwrap(),
        None
    );
    let updates = ledger.updates(Height(2), 10).unwrap();
    assert_eq!(updates.len(), 1);
    assert_eq!(updates[0].txs[1].memos, [b"sealed".to_vec()]);
    assert_eq!(updates[0].app_hash, ledger.tip().app_hash);
    assert_eq!(updates[0].block, ledger.tip().block);
    let block = ledger.block(Height(2)).unwrap();
    assert_eq!(block.header.hash(), ledger.tip().block);
    assert_eq!(block.txs[1], tx.encode());
}

#[test]
fn updates_come_in_order_and_pages() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = open(dir.path());
    for n in 0..9 {
        commit(&mut ledger, &[put(n, b"x", 10)]);
    }
    let heights = |from, limit| -> Vec<u64> {
        let updates = ledger.updates(Height(from), limit).unwrap();
        updates.iter().map(|update| update.height).collect()
    };
    assert_eq!(heights(0, 100), (1..=10).collect::<Vec<_>>());
    assert_eq!(heights(1, 2), [1, 2]);
    assert_eq!(heights(9, 100), [9, 10]);
    assert_eq!(heights(11, 100), [0; 0]);
}

#[test]
fn a_transaction_that_fails_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = open(dir.path());
    let good = [put(1, b"a", 10), put(2, b"b", 10)];
    let mut trap = put(1, b"evil", 10);
    trap.body.entry = obolus_protocol::tx::EntryName::new("put_and_trap").unwrap();
    let missing = plain(body(obolus_abi::ContractId([8; 32]), "put", vec![], 10));
    let init = plain(body(store_contract(), "init", vec![], 10));
    let with_bad = [&good[0], &trap, &missing, &init, &good[1]].map(Transaction::clone);
    let attacked = propose(&ledger, &with_bad);
    let honest = propose(&ledger, &good);
    let codes: Vec<_> = attacked.refused.iter().map(|r| r.reason.code()).collect();
    assert_eq!(
        codes,
        ["contract_trapped", "no_such_contract", "no_such_entry"]
    );
    assert_eq!(attacked.executed.writes(), honest.executed.writes());
    assert_eq!(attacked.executed.app_hash(), honest.executed.app_hash());
    assert_eq!(attacked.executed.block(), honest.executed.block());
}

#[test]
fn role_transactions_come_first_and_proofs_do_not_overtake() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = open(dir.path());
    let user = [put(1, b"a", 10), put(2, b"b", 10)];
    // A user that signs as a role of their own, with a proof as every transfer has.
    let pushy = Transaction {
        proofs: vec![prove([1, 2], 0)],
        ..signed_by(&operator(), put(3, b"c", 10).body)
    };
    let administration = signed_by(&operator(), put(4, b"d", 10).body);
    let offered = [&user[0], &pushy, &user[1], &administration].map(Transaction::clone);
    let proposal = propose(&ledger, &offered);
    assert_eq!(
        order(&proposal),
        [administration.id(), pushy.id(), user[0].id(), user[1].id()]
    );
}

#[test]
fn a_transaction_runs_once() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = open(dir.path());
    let tx = put(1, b"x", 5);
    let admitted = ledger.admit(tx.encode()).unwrap();
    let twice = propose(&ledger, &[tx.clone(), tx.clone()]);
    assert_eq!(order(&twice), [tx.id()]);
    assert_eq!(twice.refused[0].reason.code(), "already_committed");
    ledger.commit(&twice.executed).unwrap();
    // Admitted before it was committed, offered after; across reopening, until its expiry.
    while ledger.next_height() <= Height(5) {
        let time = Timestamp(ledger.tip().time_ms);
        let again = ledger.build(vec![admitted.clone()], time).unwrap();
        assert_eq!(again.refused[0].reason.code(), "already_committed");
        ledger.commit(&again.executed).unwrap();
        drop(ledger);
        ledger = open(dir.path());
    }
    let time = Timestamp(ledger.tip().time_ms);
    let late = ledger.build(vec![admitted], time).unwrap();
    assert_eq!(late.refused[0].reason.code(), "expired");
    ledger.commit(&late.executed).unwrap();
    // Forgotten, since its expiry alone refuses it now; the receipt stays.
    let key = crate::state::keys::seen(&tx.id());
    assert_eq!(ledger.state().get(&key).unwrap(), None);
    assert!(ledger.receipt(&tx.id()).unwrap().is_some());
}

#[test]
fn what_does_not_fit_is_deferred() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = open(dir.path());
    let txs: Vec<_> = (0..150).map(|n| put(n, &[1; 60_000], 10)).collect();
    let proposal = propose(&ledger, &txs);
    let bytes: usize = proposal.executed.block().txs.iter().map(Vec::len).sum();
    assert!(bytes <= MAX_BLOCK_BYTES && bytes + 61_000 > MAX_BLOCK_BYTES);
    assert_eq!(
        proposal.executed.block().txs.len() + proposal.deferred.len(),
        txs.len()
    );
    assert_eq!(proposal.refused, []);
    let next = ledger
        .build(proposal.deferred, Timestamp(START + 9000))
        .unwrap();
    assert!(next.deferred.is_empty() && !next.executed.is_empty());
}

#[test]
fn a_block_is_full_when_its_fuel_is() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = open(dir.path());
    let burns: Vec<_> = (0..12).map(burn).collect();
    let proposal = propose(&ledger, &burns);
    let used: u64 = proposal
        .executed
        .update()
        .txs
        .iter()
        .map(|tx| tx.fuel_used)
        .sum();
    assert!(used <= BLOCK_FUEL.0 && used + TX_FUEL.0 > BLOCK_FUEL.0);
    assert_eq!(proposal.executed.block().txs.len(), 10);
    assert_eq!(proposal.deferred.len(), 2);
}

#[test]
fn a_flood_of_failing_transactions_ends_with_the_fuel() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = open(dir.path());
    // Each trap takes the whole fuel of a transaction.
    let mut flood: Vec<_> = (0..15).map(|n| put(n, b"x", 10)).collect();
    for tx in &mut flood {
        tx.body.entry = obolus_protocol::tx::EntryName::new("put_and_trap").unwrap();
    }
    let proposal = propose(&ledger, &flood);
    assert_eq!(proposal.refused.len(), 10);
    assert_eq!(proposal.deferred.len(), 5);
}

#[test]
fn time_does_not_run_backwards() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = open(dir.path());
    let now = ledger.tip().time_ms;
    assert_eq!(
        ledger.build(vec![], Timestamp(now - 1)).err(),
        Some(BuildError::Time)
    );
    assert!(ledger.build(vec![], Timestamp(now)).is_ok());
}

#[test]
fn a_block_on_an_old_tip_is_stale() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = open(dir.path());
    let one = propose(&ledger, &[put(1, b"x", 10)]);
    let other = propose(&ledger, &[put(2, b"x", 10)]);
    ledger.commit(&one.executed).unwrap();
    let before = contents(&ledger);
    for late in [&one.executed, &other.executed] {
        assert!(matches!(
            ledger.commit(late),
            Err(CommitError::Stale { .. })
        ));
    }
    assert_eq!(contents(&ledger), before);
    commit(&mut ledger, &[put(2, b"x", 10)]);
}

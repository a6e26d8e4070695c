use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use obolus_protocol::tx::{Height, Transaction};
use obolus_runtime::ledger::kit;
use obolus_runtime::log::Disk;
use obolus_runtime_api::{Receipt, TxState};

use super::*;
use crate::handle::{Outcome, SubmitError, Ticket};
use obolus_http::server::ClientName;

fn settings() -> SequencingSettings {
    SequencingSettings {
        block_interval_ms: 5,
        idle_block_ms: 0,
        ..SequencingSettings::default()
    }
}

fn start(dir: &Path, settings: &SequencingSettings) -> Node {
    Node::start(kit::open(dir), settings).unwrap()
}

fn client() -> ClientName {
    ClientName::new("desk").unwrap()
}

fn submit(handle: &NodeHandle, tx: &Transaction) -> Ticket {
    handle.submit(&client(), tx.encode()).unwrap()
}

async fn committed(handle: &NodeHandle, ticket: &Ticket) -> Receipt {
    match handle.settled(ticket).await.unwrap() {
        Outcome::Committed(receipt) => *receipt,
        other => panic!("not committed: {other:?}"),
    }
}

fn refused_code(outcome: Outcome) -> String {
    match outcome {
        Outcome::Refused { code, .. } => code,
        other => panic!("not refused: {other:?}"),
    }
}

/// With a proof under the kit's circuit. Of 21 none expires, even if each has a block of its own.
fn proven(number: u64, good: bool) -> Transaction {
    let mut tx = kit::put(number, b"p", 22);
    let mut envelope = kit::prove([number, 2], number);
    if !good {
        envelope = obolus_protocol::tx::ProofEnvelope {
            inputs: kit::prove([number + 1, 2], 0).inputs,
            ..envelope
        };
    }
    tx.proofs.push(envelope);
    tx
}

#[tokio::test]
async fn a_transaction_is_committed_and_the_same_bytes_get_the_same_answer() {
    let dir = tempfile::tempdir().unwrap();
    let node = start(dir.path(), &settings());
    let handle = node.handle();
    let tx = kit::put(1, b"one", 10);
    let ticket = submit(&handle, &tx);
    assert_eq!(ticket.id, tx.id());
    assert_eq!(submit(&handle, &tx), ticket);
    let receipt = committed(&handle, &ticket).await;
    assert_eq!(receipt.digest, tx.id());
    assert_eq!(
        handle.outcome(&submit(&handle, &tx)).unwrap(),
        Some(Outcome::Committed(Box::new(receipt.clone())))
    );
    let status = handle.status(&tx.id()).unwrap().unwrap();
    assert_eq!(
        (status.state, status.receipt),
        (TxState::Committed, Some(receipt.clone()))
    );
    assert_eq!(handle.status(&obolus_abi::TxDigest([3; 32])).unwrap(), None);
    node.stop().unwrap();
    drop(handle);

    // After a restart nothing is in the book, but the ledger knows.
    let node = start(dir.path(), &settings());
    let handle = node.handle();
    let again = submit(&handle, &tx);
    assert_eq!(committed(&handle, &again).await, receipt);
    node.stop().unwrap();
}

#[tokio::test]
async fn a_committed_transaction_is_still_answered_for_after_its_expiry() {
    let dir = tempfile::tempdir().unwrap();
    let node = start(dir.path(), &settings());
    let handle = node.handle();
    let tx = kit::put(1, b"one", 2);
    let receipt = committed(&handle, &submit(&handle, &tx)).await;
    for number in 2..6 {
        committed(&handle, &submit(&handle, &kit::put(number, b"x", 10))).await;
    }
    node.stop().unwrap();
    drop(handle);
    let node = start(dir.path(), &settings());
    assert_eq!(
        committed(&node.handle(), &submit(&node.handle(), &tx)).await,
        receipt
    );
    // The same content with an expiry that has passed, never committed:
    let late = node
        .handle()
        .submit(&client(), kit::put(9, b"late", 3).encode());
    assert!(matches!(late, Err(SubmitError::Refused(error)) if error.code() == "expired"));
    node.stop().unwrap();
}

#[tokio::test]
async fn false_proofs_are_refused_by_name_and_spoil_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let unhurried = SequencingSettings {
        block_interval_ms: 100,
        ..settings()
    };
    let node = start(dir.path(), &unhurried);
    let handle = node.handle();
    let bad = submit(&handle, &proven(7, false));
    let good: Vec<_> = (20..40)
        .map(|n| submit(&handle, &proven(n, true)))
        .collect();
    // The spoiled copy has the honest one's id.
    let honest = submit(&handle, &proven(7, true));
    assert_eq!(honest.id, bad.id);
    assert_eq!(refused_code_or_commit(&handle, &bad).await, "proof_invalid");
    for ticket in &good {
        committed(&handle, ticket).await;
    }
    committed(&handle, &honest).await;
    assert_eq!(
        handle.status(&honest.id).unwrap().unwrap().state,
        TxState::Committed
    );
    assert!(
        handle
            .mempool()
            .clients
            .iter()
            .all(|(_, count, _)| *count == 0)
    );
    assert!(
        handle
            .metrics_text()
            .contains("obolus_transactions_committed_total 21")
    );
    node.stop().unwrap();
}

/// The spoiled copy's own end, unless the honest copy was committed first.
async fn refused_code_or_commit(handle: &NodeHandle, ticket: &Ticket) -> String {
    match handle.settled(ticket).await.unwrap() {
        Outcome::Committed(_) => "proof_invalid".into(),
        outcome => refused_code(outcome),
    }
}

#[tokio::test]
async fn a_contracts_refusal_keeps_its_code() {
    let dir = tempfile::tempdir().unwrap();
    let node = start(dir.path(), &settings());
    let handle = node.handle();
    let mut tx = kit::put(1, b"x", 10);
    tx.body.entry = obolus_protocol::tx::EntryName::new("nothing").unwrap();
    let outcome = handle.settled(&submit(&handle, &tx)).await.unwrap();
    assert_eq!(refused_code(outcome), "no_such_entry");
    let status = handle.status(&tx.id()).unwrap().unwrap();
    assert_eq!(
        (status.state, status.code.as_deref()),
        (TxState::Refused, Some("no_such_entry"))
    );
    assert_eq!(handle.ledger().tip().height, 1, "no block for nothing");
    node.stop().unwrap();
}

#[tokio::test]
async fn stopping_commits_what_was_accepted_and_takes_nothing_more() {
    let dir = tempfile::tempdir().unwrap();
    let slow = SequencingSettings {
        block_interval_ms: 60_000,
        ..settings()
    };
    let node = start(dir.path(), &slow);
    let handle = node.handle();
    let tickets: Vec<_> = (0..50)
        .map(|n| submit(&handle, &kit::put(n, b"x", 10)))
        .collect();
    tokio::task::spawn_blocking(|| node.stop())
        .await
        .unwrap()
        .unwrap();
    for ticket in &tickets {
        committed(&handle, ticket).await;
    }
    assert_eq!(handle.health(), Health::Draining);
    let late = handle.submit(&client(), kit::put(99, b"x", 10).encode());
    assert!(matches!(late, Err(SubmitError::Draining)));
    drop(handle);
    let ledger = kit::open(dir.path());
    assert!(
        tickets
            .iter()
            .all(|t| ledger.receipt(&t.id).unwrap().is_some())
    );
}

#[tokio::test]
async fn a_full_block_does_not_wait_and_a_long_queue_makes_many() {
    let dir = tempfile::tempdir().unwrap();
    let node = start(
        dir.path(),
        &SequencingSettings {
            block_interval_ms: 60_000,
            block_transactions: 4,
            ..settings()
        },
    );
    let handle = node.handle();
    let tickets: Vec<_> = (0..12)
        .map(|n| submit(&handle, &kit::put(n, b"x", 10)))
        .collect();
    for ticket in &tickets {
        committed(&handle, ticket).await;
    }
    assert_eq!(handle.ledger().tip().height, 4);
    let sizes: Vec<_> = (2..=4)
        .map(|height| {
            handle
                .ledger()
                .summary(Height(height))
                .unwrap()
                .unwrap()
                .transactions
        })
        .collect();
    assert_eq!(sizes, [4, 4, 4]);
    node.stop().unwrap();
}

#[tokio::test]
async fn an_idle_node_makes_empty_blocks_so_that_things_can_expire() {
    let dir = tempfile::tempdir().unwrap();
    let node = start(
        dir.path(),
        &SequencingSettings {
            idle_block_ms: 20,
            ..settings()
        },
    );
    let mut tip = node.handle().tip();
    while tip.borrow_and_update().height < 4 {
        tip.changed().await.unwrap();
    }
    node.stop().unwrap();
}

#[tokio::test]
async fn pausing_turns_new_ones_away_and_keeps_the_old() {
    let dir = tempfile::tempdir().unwrap();
    let node = start(dir.path(), &settings());
    let handle = node.handle();
    let ticket = submit(&handle, &kit::put(1, b"x", 10));
    handle.pause();
    committed(&handle, &ticket).await;
    let refused = handle.submit(&client(), kit::put(2, b"x", 10).encode());
    assert!(matches!(refused, Err(SubmitError::Paused)));
    // What is known is answered all the same.
    assert_eq!(submit(&handle, &kit::put(1, b"x", 10)), ticket);
    handle.resume();
    committed(&handle, &submit(&handle, &kit::put(2, b"x", 10))).await;
    node.stop().unwrap();
}

/// Fails every sync while its switch is on.
#[derive(Clone, Default)]
struct Failing(Arc<AtomicBool>);

impl Disk for Failing {
    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        file.write_all(bytes)
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        if self.0.load(Ordering::SeqCst) {
            return Err(io::Error::other("planted sync failure"));
        }
        file.sync_data()
    }
}

#[tokio::test]
async fn after_a_failed_sync_nothing_is_promised_and_nothing_is_taken() {
    let dir = tempfile::tempdir().unwrap();
    drop(kit::open(dir.path()));
    let disk = Failing::default();
    let ledger = Execution::open_on(dir.path(), &kit::genesis(), Box::new(disk.clone())).unwrap();
    let node = Node::start(ledger, &settings()).unwrap();
    let handle = node.handle();
    let safe = submit(&handle, &kit::put(1, b"x", 10));
    committed(&handle, &safe).await;
    disk.0.store(true, Ordering::SeqCst);
    let lost = submit(&handle, &kit::put(2, b"x", 10));
    assert_eq!(handle.settled(&lost).await.unwrap(), Outcome::Unknown);
    assert!(matches!(handle.health(), Health::Failed(_)));
    let refused = handle.submit(&client(), kit::put(3, b"x", 10).encode());
    assert!(matches!(refused, Err(SubmitError::Failed)));
    // A failed node stays failed.
    handle.resume();
    assert!(matches!(handle.health(), Health::Failed(_)));
    let failure = node.stop().unwrap_err();
    assert!(
        failure.to_string().contains("planted sync failure"),
        "{failure}"
    );
    drop(handle);
    let ledger = kit::open(dir.path());
    assert!(ledger.receipt(&safe.id).unwrap().is_some());
}

#[test]
fn settings_out_of_range_are_named() {
    let dir = tempfile::tempdir().unwrap();
    let bad = SequencingSettings {
        batch_transactions: 0,
        ..settings()
    };
    let error = Node::start(kit::open(dir.path()), &bad).err().unwrap();
    assert!(error.to_string().contains("batch_transactions"), "{error}");
}

//! What is special about the queue in a file: one owner, durability, erasure.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::*;

const CANARY: &[u8] = b"canary that nobody may find again";

async fn open(path: &Path) -> SqliteQueue {
    SqliteQueue::open(path).await.unwrap()
}

fn canary(n: u128, size: usize) -> NewJob {
    let mut bytes = vec![1];
    while bytes.len() < size {
        bytes.extend_from_slice(CANARY);
    }
    NewJob {
        witness: SealedWitness::new(bytes).unwrap(),
        ..new_job(n, "a")
    }
}

/// The files that hold the canary.
fn found_in(directory: &Path) -> Vec<String> {
    fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            let bytes = fs::read(path).unwrap();
            bytes.windows(CANARY.len()).any(|window| window == CANARY)
        })
        .map(|path| path.display().to_string())
        .collect()
}

#[tokio::test]
async fn erased_witnesses_are_in_no_file() {
    let directory = tempfile::tempdir().unwrap();
    let queue = open(&directory.path().join("queue.db")).await;
    // Within a page, over a few, over many.
    for (n, size) in (1..).zip([100, 5_000, 100_000, 1_000, 300_000]) {
        submit(&queue, canary(n, size)).await;
    }
    assert!(!found_in(directory.path()).is_empty());
    for _ in 0..2 {
        let claim = claim_one(&queue, 2).await;
        prove(&queue, claim, 3).await;
    }
    let claim = claim_one(&queue, 2).await;
    let outcome = Outcome::Failed(failure("bad_witness"));
    queue.finish(claim, outcome, at(3)).await.unwrap();
    queue.cancel(&tenant("a"), id(4), at(3)).await.unwrap();
    for lost in 1..=u64::from(MAX_ATTEMPTS) {
        claim_one(&queue, lost * 100_000).await;
        queue
            .sweep(KEPT, at(lost * 100_000 + 50_000))
            .await
            .unwrap();
    }
    assert_eq!(view(&queue, "a", 5).await.state, State::Failed);
    assert_eq!(found_in(directory.path()), [""; 0]);
}

#[tokio::test]
async fn everything_is_there_after_reopening() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("queue.db");
    let queue = open(&path).await;
    for n in 1..=4 {
        submit(&queue, new_job(n, "a")).await;
    }
    prove(&queue, claim_one(&queue, 2).await, 3).await;
    let running = claim_one(&queue, 4).await;
    queue.cancel(&tenant("a"), id(3), at(5)).await.unwrap();
    let mut before = Vec::new();
    for n in 1..=4 {
        before.push(view(&queue, "a", n).await);
    }

    // As after a crash: what lies on the disk while it is open.
    let crashed = directory.path().join("crashed.db");
    for end in ["", "-wal"] {
        let of = |path: &Path| format!("{}{end}", path.display());
        fs::copy(of(&path), of(&crashed)).unwrap();
    }
    drop(queue);
    for path in [path, crashed] {
        let queue = open(&path).await;
        for (n, before) in (1..).zip(&before) {
            assert_eq!(view(&queue, "a", n).await, *before);
        }
        assert_eq!(prove(&queue, running, 6).await, Reported::Counted);
        assert_eq!(claim(&queue, 7).await.unwrap().witness, sealed(100, 7));
    }
}

#[tokio::test]
async fn there_is_one_owner() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("queue.db");
    let queue = open(&path).await;
    let refused = SqliteQueue::open(&path).await.unwrap_err().to_string();
    assert!(refused.contains("in use by another process"), "{refused}");
    drop(queue);
    open(&path).await;
}

#[tokio::test]
async fn only_the_owner_of_the_files_reads_them() {
    let directory = tempfile::tempdir().unwrap();
    let queue = open(&directory.path().join("queue.db")).await;
    submit(&queue, new_job(1, "a")).await;
    let mut files = 0;
    for entry in fs::read_dir(directory.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{entry:?}");
        files += 1;
    }
    assert_eq!(files, 4);
}

#[tokio::test]
async fn the_connections_are_durable_and_forgetful() {
    let directory = tempfile::tempdir().unwrap();
    let queue = open(&directory.path().join("queue.db")).await;
    for (pragma, wanted) in [
        ("SELECT journal_mode FROM pragma_journal_mode", "wal"),
        (
            "SELECT CAST(synchronous AS TEXT) FROM pragma_synchronous",
            "2",
        ),
        (
            "SELECT CAST(secure_delete AS TEXT) FROM pragma_secure_delete",
            "1",
        ),
        (
            "SELECT CAST(foreign_keys AS TEXT) FROM pragma_foreign_keys",
            "1",
        ),
    ] {
        let mut tx = queue.database().write().await.unwrap();
        let row = tx.row(&Sql::same(pragma), &[]).await.unwrap().unwrap();
        assert_eq!(row.get::<&str>(0).unwrap(), wanted, "{pragma}");
    }
}

#[tokio::test]
async fn other_files_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("queue.db");
    let queue = open(&path).await;
    let mut tx = queue.database().write().await.unwrap();
    let newer = Sql::same("UPDATE prover_queue SET version = 2");
    tx.run(&newer, &[]).await.unwrap();
    tx.commit().await.unwrap();
    drop(queue);
    let refused = SqliteQueue::open(&path).await.unwrap_err();
    assert!(
        refused
            .to_string()
            .contains("use the version that wrote it"),
        "{refused}"
    );

    let path = directory.path().join("text");
    fs::write(&path, "this is a text and no database ".repeat(100)).unwrap();
    let refused = SqliteQueue::open(&path).await.unwrap_err();
    assert!(refused.to_string().contains("not a database"), "{refused}");
    let path = directory.path().join("none").join("queue.db");
    let refused = SqliteQueue::open(&path).await.unwrap_err();
    assert!(
        refused.to_string().contains("check its directory"),
        "{refused}"
    );
}

#[tokio::test]
async fn a_full_disk_is_got_over() {
    let directory = tempfile::tempdir().unwrap();
    let queue = open(&directory.path().join("queue.db")).await;
    submit(&queue, canary(1, 100)).await;
    // Of this connection only, as a disk is that is cleaned up meanwhile.
    let mut tx = queue.database().write().await.unwrap();
    let full = Sql::same("PRAGMA max_page_count = 40");
    tx.row(&full, &[]).await.unwrap();
    tx.commit().await.unwrap();
    let refused = queue.submit(canary(2, 1_000_000), &WIDE, at(1)).await;
    let refused = refused.unwrap_err().to_string();
    assert!(refused.contains("full"), "{refused}");
    assert!(queue.job(&tenant("a"), id(2)).await.unwrap().is_none());
    // SQLite has ended that transaction by itself; the next one begins all the same.
    submit(&queue, canary(3, 100)).await;
    let claim = claim_one(&queue, 2).await;
    prove(&queue, claim, 3).await;
}

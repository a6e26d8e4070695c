use std::time::{Duration, Instant};

use obolus_runtime::ledger::Execution;
use obolus_runtime::ledger::kit;

use super::*;

/// A ledger that screens and authenticates for the tests.
struct World {
    ledger: Execution,
    _dir: tempfile::TempDir,
}

fn world() -> World {
    let dir = tempfile::tempdir().unwrap();
    World {
        ledger: kit::open(dir.path()),
        _dir: dir,
    }
}

impl World {
    fn screened(&self, number: u64) -> Screened {
        let tx = kit::put(number, b"x", 10);
        self.ledger.screen(tx.encode()).unwrap()
    }

    fn admitted(&self, client: &ClientName, number: u64) -> Sent<Admitted> {
        let item = self.ledger.admit(kit::put(number, b"x", 10).encode());
        Sent {
            client: client.clone(),
            item: item.unwrap(),
        }
    }
}

fn client(name: &str) -> ClientName {
    ClientName::new(name).unwrap()
}

fn pool(settings: SequencingSettings) -> Pool {
    Pool::new(settings)
}

fn senders<T>(batch: &[Sent<T>]) -> Vec<&str> {
    batch.iter().map(|sent| sent.client.as_str()).collect()
}

#[test]
fn clients_take_turns_however_much_one_sends() {
    let (world, pool) = (world(), pool(SequencingSettings::default()));
    for number in 0..6 {
        pool.push(&client("loud"), world.screened(number)).unwrap();
    }
    pool.push(&client("quiet"), world.screened(6)).unwrap();
    pool.push(&client("third"), world.screened(7)).unwrap();
    let batch = pool.next_batch().unwrap();
    let mut first: Vec<_> = senders(&batch[..3]);
    first.sort_unstable();
    assert_eq!(first, ["loud", "quiet", "third"]);
    assert_eq!(batch.len(), 8);
}

#[test]
fn quotas_are_per_client_and_come_free_when_settled() {
    let world = world();
    let pool = pool(SequencingSettings {
        client_transactions: 2,
        mempool_transactions: 3,
        ..SequencingSettings::default()
    });
    let (a, b) = (client("a"), client("b"));
    pool.push(&a, world.screened(0)).unwrap();
    pool.push(&a, world.screened(1)).unwrap();
    assert_eq!(pool.push(&a, world.screened(2)), Err(NoPlace::Quota));
    pool.push(&b, world.screened(3)).unwrap();
    assert_eq!(pool.push(&b, world.screened(4)), Err(NoPlace::Full));
    // Handing out for checking frees nothing: the place is kept until the end.
    let batch = pool.next_batch().unwrap();
    assert_eq!(batch.len(), 3);
    assert_eq!(pool.push(&a, world.screened(2)), Err(NoPlace::Full));
    let size = batch[0].item.size();
    pool.settle([(a.clone(), size)]);
    pool.push(&a, world.screened(2)).unwrap();
    assert_eq!(pool.len(), 3);
}

#[test]
fn a_client_with_a_false_proof_is_checked_alone_for_a_while() {
    let world = world();
    let pool = pool(SequencingSettings {
        isolation_ms: 3_600_000,
        ..SequencingSettings::default()
    });
    let (bad, good) = (client("bad"), client("good"));
    pool.push(&bad, world.screened(0)).unwrap();
    pool.isolate(&bad);
    for number in 1..4 {
        pool.push(&bad, world.screened(number)).unwrap();
        pool.push(&good, world.screened(number + 10)).unwrap();
    }
    let mut batches = [pool.next_batch().unwrap(), pool.next_batch().unwrap()];
    batches.sort_by_key(|batch| batch[0].client.clone());
    assert_eq!(senders(&batches[0]), ["bad"; 4]);
    assert_eq!(senders(&batches[1]), ["good"; 3]);

    pool.push(&bad, world.screened(20)).unwrap();
    pool.push(&good, world.screened(21)).unwrap();
    let later = Instant::now() + Duration::from_secs(3_601);
    assert_eq!(pool.lock().batch(9, later).len(), 2, "mixed again");
}

#[test]
fn blocks_take_the_oldest_and_what_was_deferred_comes_first() {
    let (world, pool) = (world(), pool(SequencingSettings::default()));
    let a = client("a");
    pool.admit((0..5).map(|n| world.admitted(&a, n)).collect());
    let mut first = pool.take(3, usize::MAX);
    assert_eq!(first.len(), 3);
    let order: Vec<_> = first.iter().map(|sent| sent.item.digest()).collect();
    let later = first.split_off(1);
    pool.defer(later);
    let next: Vec<_> = pool
        .take(2, usize::MAX)
        .iter()
        .map(|sent| sent.item.digest())
        .collect();
    assert_eq!(next, order[1..]);
    // One that is larger than the bytes left still goes when it is the first.
    assert_eq!(pool.take(9, 1).len(), 1);
    assert_eq!(pool.take(9, 1).len(), 1);
    assert_eq!(pool.take(9, 1).len(), 0);
}

#[test]
fn waiting_ends_at_the_deadline_and_when_the_pool_is_drained() {
    let (world, pool) = (world(), pool(SequencingSettings::default()));
    let soon = || Some(Instant::now() + Duration::from_millis(5));
    assert_eq!(pool.wait(soon()), Waited::Nothing);
    pool.push(&client("a"), world.screened(0)).unwrap();
    pool.close();
    assert_eq!(
        pool.push(&client("a"), world.screened(1)),
        Err(NoPlace::Closed)
    );
    // Closed, but something is still being checked: not finished.
    assert_eq!(pool.wait(soon()), Waited::Nothing);
    let sent = pool.next_batch().unwrap();
    assert!(pool.next_batch().is_none());
    pool.admit(vec![world.admitted(&sent[0].client, 0)]);
    pool.finish_checking();
    assert_eq!(pool.wait(None), Waited::Some);
    assert_eq!(pool.take(9, usize::MAX).len(), 1);
    assert_eq!(pool.wait(None), Waited::Finished);
}

//! What time does to jobs.

use super::*;

fn with_deadline(n: u128, deadline: u64) -> NewJob {
    NewJob {
        deadline: Some(at(deadline)),
        ..new_job(n, "a")
    }
}

pub(super) async fn deadlines_expire_queued_jobs(queue: Shared) {
    let queue = &*queue;
    submit(queue, with_deadline(1, 100)).await;
    submit(queue, with_deadline(2, 101)).await;
    submit(queue, new_job(3, "a")).await;
    // Not handed out any more, swept or not.
    assert_eq!(claim_one(queue, 100).await.id, id(2));
    let swept = queue.sweep(KEPT, at(100)).await.unwrap();
    assert_eq!(swept.ended, [Ended::Expired]);
    let expired = view(queue, "a", 1).await;
    assert_eq!(
        (expired.state, expired.finished_ms),
        (State::Expired, Some(100))
    );
    assert_eq!(view(queue, "a", 3).await.state, State::Queued);
    // Its bytes are free again.
    assert_eq!(queue.depth().await.unwrap().bytes, 200);
}

pub(super) async fn a_lost_worker_is_replaced_until_the_third(queue: Shared) {
    let queue = &*queue;
    submit(queue, new_job(1, "a")).await;
    // Given back: does not count.
    let claim = claim_one(queue, 0).await;
    queue.give_back(claim).await.unwrap();
    for lost in 1..=MAX_ATTEMPTS {
        let now = u64::from(lost) * 100_000;
        assert_eq!(claim_one(queue, now).await.attempt, lost + 1);
        assert_eq!(
            queue.sweep(KEPT, at(now + 9_999)).await.unwrap(),
            Swept::default()
        );
        let swept = queue.sweep(KEPT, at(now + 10_000)).await.unwrap();
        if lost < MAX_ATTEMPTS {
            assert_eq!((swept.requeued, swept.ended), (1, vec![]));
        } else {
            assert_eq!((swept.requeued, swept.ended), (0, vec![Ended::WorkerLost]));
        }
        assert_eq!(view(queue, "a", 1).await.attempts, lost);
    }
    let failed = view(queue, "a", 1).await;
    assert_eq!(failed.state, State::Failed);
    let failure = failed.failure.unwrap();
    assert_eq!(failure.code, "worker_lost");
    assert!(failure.detail.contains("send it once more"), "{failure:?}");
    assert_eq!(queue.depth().await.unwrap(), Depth::default());
}

pub(super) async fn an_expired_running_job_is_not_queued_again(queue: Shared) {
    let queue = &*queue;
    submit(queue, with_deadline(1, 5_000)).await;
    let claim = claim_one(queue, 2).await;
    let swept = queue.sweep(KEPT, at(20_000)).await.unwrap();
    assert_eq!((swept.ended, swept.requeued), (vec![Ended::Expired], 0));
    assert_eq!(view(queue, "a", 1).await.state, State::Expired);
    assert_eq!(prove(queue, claim, 20_001).await, Reported::Ignored);
}

pub(super) async fn old_records_are_forgotten(queue: Shared) {
    let queue = &*queue;
    for n in 1..=3 {
        submit(queue, new_job(n, "a")).await;
    }
    prove(queue, claim_one(queue, 2).await, 1_000).await;
    prove(queue, claim_one(queue, 2).await, 1_001).await;
    assert_eq!(
        queue.sweep(KEPT, at(1_001_000)).await.unwrap(),
        Swept::default()
    );
    assert_eq!(queue.sweep(KEPT, at(1_001_001)).await.unwrap().forgotten, 1);
    assert_eq!(queue.job(&tenant("a"), id(1)).await.unwrap(), None);
    view(queue, "a", 2).await;
    // What waits is never forgotten.
    assert_eq!(queue.sweep(KEPT, at(9_000_000)).await.unwrap().forgotten, 1);
    assert_eq!(view(queue, "a", 3).await.state, State::Queued);
}

pub(super) async fn a_sweep_with_nothing_to_do_does_nothing(queue: Shared) {
    for retention in [Duration::ZERO, Duration::MAX] {
        assert_eq!(
            queue.sweep(retention, at(5)).await.unwrap(),
            Swept::default()
        );
    }
}

pub(super) async fn impossible_times_are_refused(queue: Shared) {
    let refused = queue.submit(new_job(1, "a"), &WIDE, at(u64::MAX)).await;
    assert!(
        matches!(refused, Err(QueueError::Unreadable("a time"))),
        "{refused:?}"
    );
    let refused = queue.submit(with_deadline(1, u64::MAX), &WIDE, at(1)).await;
    assert!(
        matches!(refused, Err(QueueError::Unreadable("a time"))),
        "{refused:?}"
    );
    submit(&*queue, new_job(1, "a")).await;
    let worker = WorkerName("w".into());
    let keys = ["obolvk1a".to_owned()];
    let refused = queue.claim(&worker, &keys, Duration::MAX, at(1)).await;
    assert!(
        matches!(refused, Err(QueueError::Unreadable(_))),
        "{refused:?}"
    );
    assert_eq!(view(&*queue, "a", 1).await.state, State::Queued);
}

//! What tenants do with their jobs, and cannot do with others'.

use super::*;

async fn cancel(queue: &dyn Queue, n: u128, now: u64) -> Option<Cancelled> {
    queue.cancel(&tenant("a"), id(n), at(now)).await.unwrap()
}

pub(super) async fn cancelling_in_every_state(queue: Shared) {
    let queue = &*queue;
    assert_eq!(cancel(queue, 1, 2).await, None);

    // Waiting, and again.
    let queued = submit(queue, new_job(1, "a")).await;
    let cancelled = JobView {
        state: State::Cancelled,
        finished_ms: Some(2),
        ..queued
    };
    for now in [2, 3] {
        let done = cancel(queue, 1, now).await;
        assert_eq!(done, Some(Cancelled::Done(cancelled.clone())));
    }
    assert_eq!(view(queue, "a", 1).await, cancelled);
    assert!(claim(queue, 3).await.is_none());

    // Running: its worker hears of it and its proof comes too late.
    submit(queue, new_job(2, "a")).await;
    let claim = claim_one(queue, 4).await;
    let done = cancel(queue, 2, 5).await;
    assert_eq!(done, Some(Cancelled::Done(view(queue, "a", 2).await)));
    assert_eq!(view(queue, "a", 2).await.attempts, 1);
    let alive = queue.heartbeat(claim, Stage::Proving, LEASE, at(6)).await;
    assert_eq!(alive.unwrap(), Alive::Stop);
    assert_eq!(prove(queue, claim, 6).await, Reported::Ignored);
    assert_eq!(view(queue, "a", 2).await.state, State::Cancelled);

    // Ended otherwise: succeeded, failed, expired.
    for n in 3..=4 {
        submit(queue, new_job(n, "a")).await;
    }
    prove(queue, claim_one(queue, 7).await, 8).await;
    let outcome = Outcome::Failed(failure("bad_seal"));
    let claim = claim_one(queue, 7).await;
    queue.finish(claim, outcome, at(8)).await.unwrap();
    let late = NewJob {
        deadline: Some(at(9)),
        ..new_job(5, "a")
    };
    submit(queue, late).await;
    queue.sweep(KEPT, at(9)).await.unwrap();
    for (n, state) in [
        (3, State::Succeeded),
        (4, State::Failed),
        (5, State::Expired),
    ] {
        let before = view(queue, "a", n).await;
        assert_eq!(before.state, state);
        let late = cancel(queue, n, 10).await;
        assert_eq!(late, Some(Cancelled::TooLate(before.clone())));
        assert_eq!(view(queue, "a", n).await, before);
    }
}

pub(super) async fn nobody_sees_anothers_job(queue: Shared) {
    let queue = &*queue;
    submit(queue, new_job(1, "a")).await;
    let other = tenant("b");
    assert_eq!(queue.job(&other, id(1)).await.unwrap(), None);
    assert_eq!(queue.cancel(&other, id(1), at(2)).await.unwrap(), None);
    assert_eq!(queue.usage(&other, &WIDE).await.unwrap().queued, 0);
    assert_eq!(view(queue, "a", 1).await.state, State::Queued);
}

pub(super) async fn usage_and_depth_are_counted(queue: Shared) {
    let queue = &*queue;
    for n in 1..=4 {
        submit(queue, new_job(n, "a")).await;
    }
    submit(queue, new_job(5, "b")).await;
    prove(queue, claim_one(queue, 2).await, 3).await;
    claim_one(queue, 4).await;
    cancel(queue, 4, 5).await.unwrap();
    let usage = queue.usage(&tenant("a"), &WIDE).await.unwrap();
    assert_eq!(
        (usage.tenant.as_str(), usage.queued, usage.running),
        ("a", 2, 0)
    );
    assert_eq!(
        (usage.bytes, usage.max_jobs, usage.max_bytes),
        (200, WIDE.tenant_jobs, WIDE.tenant_bytes)
    );
    let usage = queue.usage(&tenant("b"), &WIDE).await.unwrap();
    assert_eq!((usage.queued, usage.running, usage.bytes), (0, 1, 100));
    let depth = Depth {
        queued: 2,
        running: 1,
        bytes: 300,
    };
    assert_eq!(queue.depth().await.unwrap(), depth);
}

//! What workers say of their jobs, in time and too late.

use super::*;

async fn beat(queue: &dyn Queue, claim: Claim, now: u64) -> Alive {
    queue
        .heartbeat(claim, Stage::Proving, LEASE, at(now))
        .await
        .unwrap()
}

pub(super) async fn a_proof_ends_the_job_once(queue: Shared) {
    let queue = &*queue;
    submit(queue, new_job(1, "a")).await;
    let claim = claim_one(queue, 2).await;
    assert_eq!(beat(queue, claim, 3).await, Alive::Go);
    assert_eq!(view(queue, "a", 1).await.stage, Some(Stage::Proving));
    assert_eq!(prove(queue, claim, 4).await, Reported::Counted);

    let done = view(queue, "a", 1).await;
    assert_eq!((done.state, done.stage), (State::Succeeded, None));
    assert_eq!((done.started_ms, done.finished_ms), (Some(2), Some(4)));
    assert_eq!(done.proved, Some(proved(1)));
    assert_eq!(done.failure, None);

    // Nothing changes it any more.
    assert_eq!(prove(queue, claim, 5).await, Reported::Ignored);
    assert_eq!(beat(queue, claim, 5).await, Alive::Stop);
    assert_eq!(queue.give_back(claim).await.unwrap(), Reported::Ignored);
    queue.sweep(KEPT, at(100_000)).await.unwrap();
    assert_eq!(view(queue, "a", 1).await, done);
    assert!(super::claim(queue, 6).await.is_none());
}

pub(super) async fn a_failure_is_kept(queue: Shared) {
    let queue = &*queue;
    submit(queue, new_job(1, "a")).await;
    let claim = claim_one(queue, 2).await;
    let outcome = Outcome::Failed(failure("rule_broken"));
    let reported = queue.finish(claim, outcome, at(3)).await.unwrap();
    assert_eq!(reported, Reported::Counted);
    let done = view(queue, "a", 1).await;
    assert_eq!(done.state, State::Failed);
    assert_eq!(
        (done.failure, done.proved),
        (Some(failure("rule_broken")), None)
    );
}

pub(super) async fn an_earlier_attempt_counts_for_nothing(queue: Shared) {
    let queue = &*queue;
    submit(queue, new_job(1, "a")).await;
    let stale = claim_one(queue, 2).await;
    // Its lease ran out, nobody swept: it is still the one that has the job.
    assert_eq!(beat(queue, stale, 20_000).await, Alive::Go);
    assert_eq!(queue.sweep(KEPT, at(40_000)).await.unwrap().requeued, 1);
    let queued = view(queue, "a", 1).await;
    assert_eq!(
        (queued.state, queued.stage, queued.attempts),
        (State::Queued, None, 1)
    );
    for _ in 0..2 {
        // Once while the job waits and once while another attempt has it.
        assert_eq!(beat(queue, stale, 40_001).await, Alive::Stop);
        assert_eq!(prove(queue, stale, 40_001).await, Reported::Ignored);
        assert_eq!(queue.give_back(stale).await.unwrap(), Reported::Ignored);
        super::claim(queue, 40_002).await;
    }
    assert_eq!(view(queue, "a", 1).await.state, State::Running);
    let current = Claim {
        attempt: 2,
        ..stale
    };
    assert_eq!(prove(queue, current, 40_003).await, Reported::Counted);
    // One that nobody ever had.
    let unknown = Claim {
        id: id(9),
        attempt: 1,
    };
    assert_eq!(prove(queue, unknown, 40_003).await, Reported::Ignored);
}

pub(super) async fn a_given_back_attempt_does_not_count(queue: Shared) {
    let queue = &*queue;
    submit(queue, new_job(1, "a")).await;
    submit(queue, new_job(2, "a")).await;
    for attempt in 1..=5 {
        // It has its old place.
        let claim = claim_one(queue, 2).await;
        assert_eq!(claim, Claim { id: id(1), attempt });
        assert_eq!(view(queue, "a", 1).await.attempts, 1);
        assert_eq!(queue.give_back(claim).await.unwrap(), Reported::Counted);
        let back = view(queue, "a", 1).await;
        assert_eq!((back.state, back.attempts), (State::Queued, 0));
        assert_eq!((back.stage, back.started_ms), (None, None));
        assert_eq!(queue.give_back(claim).await.unwrap(), Reported::Ignored);
    }
    let claim = claim_one(queue, 2).await;
    assert_eq!(claim.attempt, 6);
    assert_eq!(prove(queue, claim, 3).await, Reported::Counted);
}

pub(super) async fn heartbeats_keep_the_lease(queue: Shared) {
    let queue = &*queue;
    submit(queue, new_job(1, "a")).await;
    let claim = claim_one(queue, 0).await;
    for now in [9_000, 18_000, 27_000] {
        assert_eq!(beat(queue, claim, now).await, Alive::Go);
        assert_eq!(
            queue.sweep(KEPT, at(now + 1000)).await.unwrap(),
            Swept::default()
        );
    }
    assert_eq!(queue.sweep(KEPT, at(37_000)).await.unwrap().requeued, 1);
    assert_eq!(beat(queue, claim, 37_000).await, Alive::Stop);
}

pub(super) async fn a_late_proof_counts_while_running(queue: Shared) {
    let queue = &*queue;
    let job = NewJob {
        deadline: Some(at(100)),
        ..new_job(1, "a")
    };
    submit(queue, job).await;
    let claim = claim_one(queue, 2).await;
    // Past the deadline, with and without a lease.
    assert_eq!(queue.sweep(KEPT, at(200)).await.unwrap(), Swept::default());
    assert_eq!(beat(queue, claim, 300).await, Alive::Go);
    assert_eq!(prove(queue, claim, 90_000).await, Reported::Counted);
    assert_eq!(view(queue, "a", 1).await.state, State::Succeeded);
}

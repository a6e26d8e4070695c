//! Who gets the next job, and which it is.

use super::*;

fn tenant_of(claimed: &Claimed) -> &str {
    claimed.tenant.as_str()
}

pub(super) async fn one_tenant_cannot_starve_the_others(queue: Shared) {
    let queue = &*queue;
    for n in 0..900 {
        submit(queue, new_job(n, "abuser")).await;
    }
    let small: Vec<_> = (1..10).map(|n| format!("small{n}")).collect();
    for (n, whose) in (1000..).zip(small.iter().chain(&small)) {
        submit(queue, new_job(n, whose)).await;
    }
    // Two rounds of ten; whether jobs end at once or all are still running.
    for round in 0..2 {
        let mut served = HashMap::<String, u32>::new();
        for _ in 0..10 {
            let claimed = claim(queue, 2).await.unwrap();
            *served.entry(tenant_of(&claimed).to_owned()).or_default() += 1;
            if round == 0 {
                prove(queue, claimed.claim, 3).await;
            }
        }
        assert_eq!(served.len(), 10, "{served:?}");
    }
    assert_eq!(tenant_of(&claim(queue, 4).await.unwrap()), "abuser");
    // Whoever comes now is served now.
    submit(queue, new_job(2000, "small1")).await;
    submit(queue, new_job(2001, "newcomer")).await;
    assert_eq!(tenant_of(&claim(queue, 5).await.unwrap()), "newcomer");
    assert_eq!(tenant_of(&claim(queue, 5).await.unwrap()), "small1");
    assert_eq!(tenant_of(&claim(queue, 5).await.unwrap()), "abuser");
}

pub(super) async fn fewest_running_comes_first_then_least_recently_served(queue: Shared) {
    let queue = &*queue;
    for n in 0..3 {
        submit(queue, new_job(n, "a")).await;
        submit(queue, new_job(10 + n, "b")).await;
    }
    let first = claim(queue, 2).await.unwrap();
    let second = claim(queue, 2).await.unwrap();
    assert_eq!((tenant_of(&first), tenant_of(&second)), ("a", "b"));
    // b has none running, though it was served last.
    prove(queue, second.claim, 3).await;
    let third = claim(queue, 3).await.unwrap();
    assert_eq!(tenant_of(&third), "b");
    // One each: a waits longer.
    assert_eq!(tenant_of(&claim(queue, 3).await.unwrap()), "a");
    assert_eq!(tenant_of(&claim(queue, 3).await.unwrap()), "b");
    assert_eq!(tenant_of(&claim(queue, 3).await.unwrap()), "a");
    assert!(claim(queue, 3).await.is_none());
}

pub(super) async fn priority_then_age_within_a_tenant(queue: Shared) {
    let queue = &*queue;
    for (n, priority, key) in [
        (1, 4, "obolvk1a"),
        (2, 9, "obolvk1a"),
        (3, 4, "obolvk1b"),
        (4, 9, "obolvk1b"),
        (5, 0, "obolvk1b"),
        (6, 4, "obolvk1a"),
    ] {
        let job = NewJob {
            priority: Priority::try_from(priority).unwrap(),
            key_id: key.into(),
            ..new_job(n, "a")
        };
        submit(queue, job).await;
    }
    for n in [2, 4, 1, 3, 6, 5] {
        assert_eq!(claim_one(queue, 2).await.id, id(n));
    }
}

pub(super) async fn only_jobs_with_the_workers_keys(queue: Shared) {
    let other = NewJob {
        key_id: "obolvk1c".into(),
        ..new_job(1, "a")
    };
    submit(&*queue, other).await;
    assert!(claim(&*queue, 2).await.is_none());
    let worker = WorkerName("w".into());
    let claimed = queue.claim(&worker, &[], LEASE, at(2)).await.unwrap();
    assert!(claimed.is_none());
    let keys = ["obolvk1x".to_owned(), "obolvk1c".to_owned()];
    let claimed = queue.claim(&worker, &keys, LEASE, at(2)).await.unwrap();
    assert_eq!(claimed.unwrap().claim.id, id(1));
}

pub(super) async fn a_claim_shows_the_whole_job(queue: Shared) {
    let queue = &*queue;
    let job = NewJob {
        witness: sealed(100_000, 9),
        deadline: Some(at(500)),
        ..new_job(1, "a")
    };
    let submitted = submit(queue, job).await;
    assert_eq!(submitted, view(queue, "a", 1).await);
    assert_eq!((submitted.state, submitted.attempts), (State::Queued, 0));

    let claimed = claim(queue, 20).await.unwrap();
    assert_eq!(
        claimed.claim,
        Claim {
            id: id(1),
            attempt: 1
        }
    );
    assert_eq!(claimed.tenant, tenant("a"));
    assert_eq!(claimed.request, submitted.request);
    assert_eq!(claimed.circuit, "transfer");
    assert_eq!(claimed.key_id, "obolvk1a");
    assert_eq!(claimed.witness, sealed(100_000, 9));
    assert_eq!((claimed.created, claimed.deadline), (at(1), Some(at(500))));
    let running = JobView {
        state: State::Running,
        stage: Some(Stage::Opening),
        attempts: 1,
        started_ms: Some(20),
        ..submitted
    };
    assert_eq!(view(queue, "a", 1).await, running);
}

pub(super) async fn alone_is_alone(queue: Shared) {
    let queue = &*queue;
    submit(queue, new_job(1, "a")).await;
    let first = claim(queue, 2).await.unwrap();
    assert!(first.alone);
    submit(queue, new_job(2, "b")).await;
    // One is running.
    assert!(!claim(queue, 2).await.unwrap().alone);
    prove(queue, first.claim, 3).await;
    queue.cancel(&tenant("b"), id(2), at(3)).await.unwrap();
    submit(queue, new_job(3, "a")).await;
    submit(queue, new_job(4, "a")).await;
    // One waits.
    let third = claim(queue, 4).await.unwrap();
    assert!(!third.alone);
    prove(queue, third.claim, 5).await;
    assert!(claim(queue, 6).await.unwrap().alone);
}

pub(super) async fn many_workers_never_share_a_job(queue: Shared) {
    const JOBS: u128 = 120;
    for n in 0..JOBS {
        submit(&*queue, new_job(n, ["a", "b", "c"][n as usize % 3])).await;
    }
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let queue = queue.clone();
        workers.spawn(async move {
            let mut mine = Vec::new();
            while let Some(claimed) = claim(&*queue, 2).await {
                assert_eq!(claimed.claim.attempt, 1);
                assert_eq!(prove(&*queue, claimed.claim, 3).await, Reported::Counted);
                mine.push(claimed.claim.id);
            }
            mine
        });
    }
    let mut all: Vec<_> = workers.join_all().await.concat();
    all.sort();
    assert_eq!(all, (0..JOBS).map(id).collect::<Vec<_>>());
    assert_eq!(queue.depth().await.unwrap(), Depth::default());
}

pub(super) async fn a_waiting_worker_misses_no_change(queue: Shared) {
    const LONG: Duration = Duration::from_secs(60);
    // Asked before looking: the change between looking and waiting is not missed.
    let change = queue.changed(LONG);
    assert!(claim(&*queue, 2).await.is_none());
    submit(&*queue, new_job(1, "a")).await;
    tokio::time::timeout(LONG / 2, change).await.unwrap();

    let waiting = tokio::spawn({
        let queue = queue.clone();
        async move { queue.changed(LONG).await }
    });
    while !waiting.is_finished() {
        // Cancelling again changes nothing, but wakes: whoever waits looks once more.
        queue.cancel(&tenant("a"), id(1), at(3)).await.unwrap();
    }
    // Nothing happens: it returns all the same.
    queue.changed(Duration::from_millis(1)).await;
}

//! How much may wait, and what the same order sent twice is.

use super::*;

const NARROW: Limits = Limits {
    jobs: 5,
    bytes: 1000,
    tenant_jobs: 3,
    tenant_bytes: 500,
};

fn keyed(n: u128, whose: &str, key: &str) -> NewJob {
    NewJob {
        idempotency: Some(key.parse().unwrap()),
        request: Digest::of(b"one order"),
        ..new_job(n, whose)
    }
}

fn sized(n: u128, whose: &str, size: usize) -> NewJob {
    NewJob {
        witness: sealed(size, 7),
        ..new_job(n, whose)
    }
}

async fn try_submit(queue: &dyn Queue, job: NewJob) -> Result<Submitted, QueueError> {
    queue.submit(job, &NARROW, at(1)).await
}

pub(super) async fn jobs_and_bytes_are_bounded_exactly(queue: Shared) {
    let queue = &*queue;
    for n in 1..=3 {
        try_submit(queue, new_job(n, "a")).await.unwrap();
    }
    let full = try_submit(queue, new_job(4, "a")).await;
    assert!(matches!(full, Err(QueueError::TenantFull)), "{full:?}");
    try_submit(queue, sized(5, "b", 200)).await.unwrap();
    // 500 of this client, 800 of all: to the byte.
    let full = try_submit(queue, sized(6, "b", 301)).await;
    assert!(matches!(full, Err(QueueError::TenantFull)), "{full:?}");
    try_submit(queue, sized(7, "b", 300)).await.unwrap();
    let full = try_submit(queue, new_job(8, "c")).await;
    assert!(matches!(full, Err(QueueError::Full)), "{full:?}");

    // A running job still counts, a final one does not.
    let claim = claim_one(queue, 2).await;
    let full = try_submit(queue, new_job(8, "c")).await;
    assert!(matches!(full, Err(QueueError::Full)), "{full:?}");
    prove(queue, claim, 3).await;
    let full = try_submit(queue, sized(9, "c", 301)).await;
    assert!(matches!(full, Err(QueueError::Full)), "{full:?}");
    try_submit(queue, sized(8, "c", 300)).await.unwrap();
    // What was refused left nothing.
    assert_eq!(queue.job(&tenant("b"), id(6)).await.unwrap(), None);
    assert_eq!(queue.depth().await.unwrap().bytes, 1000);
}

pub(super) async fn an_empty_tenant_may_send_one_of_any_size(queue: Shared) {
    let queue = &*queue;
    try_submit(queue, sized(1, "a", 900)).await.unwrap();
    let full = try_submit(queue, new_job(2, "a")).await;
    assert!(matches!(full, Err(QueueError::TenantFull)), "{full:?}");
    let full = try_submit(queue, sized(3, "b", 101)).await;
    assert!(matches!(full, Err(QueueError::Full)), "{full:?}");
}

pub(super) async fn submitting_at_once_does_not_overshoot(queue: Shared) {
    let limits = Limits {
        jobs: 20,
        tenant_jobs: 8,
        ..WIDE
    };
    let mut tasks = tokio::task::JoinSet::new();
    // Few enough to get the database in turn within its patience on a slow machine.
    for n in 0..30 {
        let queue = queue.clone();
        tasks.spawn(async move {
            let whose = ["a", "b", "c"][n as usize % 3];
            queue.submit(new_job(n, whose), &limits, at(1)).await
        });
    }
    let mut accepted = 0;
    for result in tasks.join_all().await {
        match result {
            Ok(_) => accepted += 1,
            Err(QueueError::Full | QueueError::TenantFull) => {}
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(accepted, 20);
    assert_eq!(queue.depth().await.unwrap().queued, 20);
    for whose in ["a", "b", "c"] {
        assert!(queue.usage(&tenant(whose), &limits).await.unwrap().queued <= 8);
    }
}

pub(super) async fn the_same_order_is_the_same_job(queue: Shared) {
    let queue = &*queue;
    let first = submit(queue, keyed(1, "a", "k")).await;
    let again = try_submit(queue, keyed(2, "a", "k")).await.unwrap();
    assert_eq!(again, Submitted::Same(first));
    let other = NewJob {
        request: Digest::of(b"another"),
        ..keyed(3, "a", "k")
    };
    let refused = try_submit(queue, other).await;
    assert!(
        matches!(refused, Err(QueueError::OtherRequest)),
        "{refused:?}"
    );
    // Another client's key is another key.
    submit(queue, keyed(4, "b", "k")).await;

    // The current view, also of a final job; then the key is forgotten with the record.
    let claim = claim_one(queue, 2).await;
    assert_eq!(claim.id, id(1));
    prove(queue, claim, 3).await;
    let Submitted::Same(done) = try_submit(queue, keyed(5, "a", "k")).await.unwrap() else {
        panic!("it is there");
    };
    assert_eq!(done, view(queue, "a", 1).await);
    assert_eq!(done.state, State::Succeeded);
    let swept = queue.sweep(Duration::ZERO, at(4)).await.unwrap();
    assert_eq!(swept.forgotten, 1);
    submit(queue, keyed(6, "a", "k")).await;
}

pub(super) async fn the_same_order_sent_at_once_is_one_job(queue: Shared) {
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..8 {
        let queue = queue.clone();
        tasks.spawn(async move { queue.submit(keyed(n, "a", "k"), &WIDE, at(1)).await });
    }
    let mut ids: Vec<_> = tasks
        .join_all()
        .await
        .into_iter()
        .map(|result| match result.unwrap() {
            Submitted::New(view) | Submitted::Same(view) => view.id,
        })
        .collect();
    ids.dedup();
    assert_eq!(ids.len(), 1);
}

pub(super) async fn a_repeat_is_never_refused_for_quota(queue: Shared) {
    let queue = &*queue;
    try_submit(queue, keyed(1, "a", "k")).await.unwrap();
    for n in 2..=3 {
        try_submit(queue, new_job(n, "a")).await.unwrap();
    }
    for n in 4..=5 {
        try_submit(queue, new_job(n, "b")).await.unwrap();
    }
    let again = try_submit(queue, keyed(6, "a", "k")).await.unwrap();
    assert!(matches!(again, Submitted::Same(view) if view.id == id(1)));
}

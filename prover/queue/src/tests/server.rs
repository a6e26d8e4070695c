//! What is special about the queue in a server: several processes, lost connections, passwords.

use super::*;

/// A server, unless there is none on this machine.
fn server() -> Option<Postgres> {
    Postgres::start().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_is_survived() {
    let Some(mut server) = server() else { return };
    let queue = PostgresQueue::connect(&server.url()).await.unwrap();
    for n in 1..=2 {
        submit(&queue, new_job(n, "a")).await;
    }
    let claim = claim_one(&queue, 2).await;
    server.kill9().unwrap();
    let outcome = Outcome::Proved(Box::new(proved(1)));
    let lost = queue.finish(claim, outcome, at(3)).await;
    assert!(matches!(lost, Err(QueueError::Database(_))), "{lost:?}");
    let lost = queue.job(&tenant("a"), id(1)).await;
    assert!(matches!(lost, Err(QueueError::Database(_))), "{lost:?}");

    server.restart().unwrap();
    assert_eq!(prove(&queue, claim, 4).await, Reported::Counted);
    assert_eq!(view(&queue, "a", 1).await.state, State::Succeeded);
    assert_eq!(claim_one(&queue, 5).await.id, id(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_share_one_queue() {
    const JOBS: u128 = 200;
    let Some(server) = server() else { return };
    // All at once on an empty database: one of them makes the tables.
    let mut connecting = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let url = server.url();
        connecting.spawn(async move { PostgresQueue::connect(&url).await.unwrap() });
    }
    let queues = connecting.join_all().await;
    for n in 0..JOBS {
        let queue = &queues[n as usize % queues.len()];
        submit(queue, new_job(n, ["a", "b", "c"][n as usize % 3])).await;
    }
    let mut workers = tokio::task::JoinSet::new();
    for queue in queues {
        workers.spawn(async move {
            let mut mine = Vec::new();
            while let Some(claimed) = claim(&queue, 2).await {
                mine.push(claimed.claim.id);
                // As a lost worker and a sweeper would meet.
                queue.sweep(KEPT, at(3)).await.unwrap();
                assert_eq!(prove(&queue, claimed.claim, 3).await, Reported::Counted);
            }
            mine
        });
    }
    let mut all: Vec<_> = workers.join_all().await.concat();
    all.sort();
    assert_eq!(all, (0..JOBS).map(id).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_in_progress_hinders_nobody() {
    let Some(server) = server() else { return };
    let queue = PostgresQueue::connect(&server.url()).await.unwrap();
    for (n, whose) in (1..).zip(["a", "a", "b"]) {
        submit(&queue, new_job(n, whose)).await;
    }
    let mut slow = queue.database().write().await.unwrap();
    let hold = Sql::same("UPDATE prover_tenants SET served = 1 WHERE name = 'a'");
    slow.run(&hold, &[]).await.unwrap();
    // It would have been a's turn; a may still submit and cancel.
    assert_eq!(claim_one(&queue, 2).await.id, id(3));
    submit(&queue, new_job(4, "a")).await;
    queue.cancel(&tenant("a"), id(1), at(2)).await.unwrap();
    // No other tenant is left: this one waits for the slow claim instead of finding nothing.
    let mut waiting = Box::pin(claim(&queue, 2));
    let early = tokio::time::timeout(Duration::from_millis(200), &mut waiting).await;
    assert!(early.is_err());
    slow.commit().await.unwrap();
    assert_eq!(waiting.await.unwrap().claim.id, id(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_durable_and_end() {
    let Some(server) = server() else { return };
    // A URL cannot ask for anything else.
    let url = format!("{}&options[synchronous_commit]=off", server.url());
    let refused = PostgresQueue::connect(&url).await.unwrap_err();
    assert!(refused.to_string().contains("as parameters"), "{refused}");
    let queue = PostgresQueue::connect(&server.url()).await.unwrap();
    for (setting, wanted) in [
        ("SELECT current_setting('synchronous_commit')", "on"),
        ("SELECT current_setting('statement_timeout')", "10s"),
        ("SELECT current_setting('lock_timeout')", "5s"),
        (
            "SELECT current_setting('idle_in_transaction_session_timeout')",
            "10s",
        ),
    ] {
        let mut tx = queue.database().read().await.unwrap();
        let row = tx.row(&Sql::same(setting), &[]).await.unwrap().unwrap();
        assert_eq!(row.get::<&str>(0).unwrap(), wanted, "{setting}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_versions_tables_are_refused() {
    let Some(server) = server() else { return };
    let queue = PostgresQueue::connect(&server.url()).await.unwrap();
    let mut tx = queue.database().write().await.unwrap();
    let newer = Sql::same("UPDATE prover_queue SET version = 2");
    tx.run(&newer, &[]).await.unwrap();
    tx.commit().await.unwrap();
    let refused = PostgresQueue::connect(&server.url()).await.unwrap_err();
    assert!(
        refused
            .to_string()
            .contains("use the version that wrote it"),
        "{refused}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn no_error_contains_the_password() {
    let mut urls: Vec<String> = [
        "postgres://user:sesame@127.0.0.1:1/db",
        "postgres://user:sesame@no.such.host.invalid/db",
        "postgres://user:sesame@127.0.0.1:port/db",
        "postgres://user:sesame@127.0.0.1/db?sslmode=sesame",
        "postgres://user@127.0.0.1/db?pasword=sesame",
        "postgres://user:12?sesame@127.0.0.1/db",
        "postgres://user:ses/sesame@127.0.0.1/db",
        "sesame",
        "",
    ]
    .map(str::to_owned)
    .into();
    if let Some(server) = server() {
        let with_password = "postgres://nobody:sesame@";
        urls.push(server.url().replace("postgres://postgres@", with_password));
        let queue = PostgresQueue::connect(&server.url().replace("postgres@", "postgres:sesame@"))
            .await
            .unwrap();
        assert!(!format!("{queue:?}").contains("sesame"));
    }
    for url in urls {
        let error = PostgresQueue::connect(&url).await.unwrap_err();
        assert!(
            !format!("{error} {error:?}").contains("sesame"),
            "{url}: {error}"
        );
    }
}

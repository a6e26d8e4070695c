use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use obolus_prover_api::{
    Digest, JobFailure, JobId, JobView, Priority, ProofJson, Proved, Receipt, SealedWitness,
    ServiceSecret, Stage, State, Subject,
};
use uuid::Uuid;

use crate::sql::Database;
use crate::sql::tx::Sql;
use crate::testing::Postgres;
use crate::*;

mod claims;
mod files;
mod model;
mod owners;
mod quotas;
mod reports;
mod server;
mod sweeps;

type Shared = Arc<dyn Queue>;

const LEASE: Duration = Duration::from_secs(10);
const KEPT: Duration = Duration::from_secs(1000);
const WIDE: Limits = Limits {
    jobs: 100_000,
    bytes: 1 << 40,
    tenant_jobs: 100_000,
    tenant_bytes: 1 << 40,
};

/// Runs each behaviour on both databases.
macro_rules! behaviours {
    ($($module:ident: $($name:ident),+;)+) => {
        mod on_sqlite {
            $($(
                #[tokio::test(flavor = "multi_thread")]
                async fn $name() {
                    let directory = tempfile::tempdir().unwrap();
                    let path = directory.path().join("queue.db");
                    let queue = crate::SqliteQueue::open(&path).await.unwrap();
                    super::$module::$name(std::sync::Arc::new(queue)).await;
                }
            )+)+
        }

        /// One test, because it starts one server.
        #[tokio::test(flavor = "multi_thread")]
        async fn on_postgres() {
            let Some(server) = Postgres::start().unwrap() else { return };
            $($(
                println!(concat!(stringify!($module), "::", stringify!($name)));
                let queue = PostgresQueue::connect(&server.fresh().unwrap()).await.unwrap();
                $module::$name(Arc::new(queue)).await;
            )+)+
        }
    };
}

behaviours! {
    quotas: jobs_and_bytes_are_bounded_exactly, an_empty_tenant_may_send_one_of_any_size, submitting_at_once_does_not_overshoot,
        the_same_order_is_the_same_job, the_same_order_sent_at_once_is_one_job, a_repeat_is_never_refused_for_quota;
    claims: one_tenant_cannot_starve_the_others, fewest_running_comes_first_then_least_recently_served,
        priority_then_age_within_a_tenant, only_jobs_with_the_workers_keys, a_claim_shows_the_whole_job,
        alone_is_alone, many_workers_never_share_a_job, a_waiting_worker_misses_no_change;
    reports: a_proof_ends_the_job_once, a_failure_is_kept, an_earlier_attempt_counts_for_nothing,
        a_given_back_attempt_does_not_count, heartbeats_keep_the_lease, a_late_proof_counts_while_running;
    owners: cancelling_in_every_state, nobody_sees_anothers_job, usage_and_depth_are_counted;
    sweeps: deadlines_expire_queued_jobs, a_lost_worker_is_replaced_until_the_third, old_records_are_forgotten,
        an_expired_running_job_is_not_queued_again, a_sweep_with_nothing_to_do_does_nothing, impossible_times_are_refused;
    model: it_does_what_the_model_does;
}

fn tenant(name: &str) -> Tenant {
    Tenant::new(name).unwrap()
}

fn id(n: u128) -> JobId {
    JobId::new(Uuid::from_u128(n))
}

fn at(time: u64) -> TimeMs {
    TimeMs(time)
}

/// A sealed witness of so many bytes.
fn sealed(size: usize, fill: u8) -> SealedWitness {
    let mut bytes = vec![fill; size];
    bytes[0] = 1;
    SealedWitness::new(bytes).unwrap()
}

fn new_job(n: u128, whose: &str) -> NewJob {
    NewJob {
        id: id(n),
        tenant: tenant(whose),
        idempotency: None,
        request: Digest::of(&n.to_be_bytes()),
        circuit: "transfer".into(),
        key_id: "obolvk1a".into(),
        witness: sealed(100, 7),
        priority: Priority::default(),
        deadline: None,
    }
}

async fn submit(queue: &dyn Queue, job: NewJob) -> JobView {
    match queue.submit(job, &WIDE, at(1)).await.unwrap() {
        Submitted::New(view) => view,
        same => panic!("{same:?}"),
    }
}

async fn claim(queue: &dyn Queue, now: u64) -> Option<Claimed> {
    let keys = ["obolvk1a".to_owned(), "obolvk1b".to_owned()];
    let worker = WorkerName("worker".into());
    queue.claim(&worker, &keys, LEASE, at(now)).await.unwrap()
}

/// Claims a job that must be there.
async fn claim_one(queue: &dyn Queue, now: u64) -> Claim {
    claim(queue, now).await.unwrap().claim
}

async fn view(queue: &dyn Queue, whose: &str, n: u128) -> JobView {
    queue.job(&tenant(whose), id(n)).await.unwrap().unwrap()
}

fn proved(n: u128) -> Proved {
    let pair = |a: &str, b: &str| [a.to_owned(), b.to_owned()];
    let proof = ProofJson {
        pi_a: ["1", "2", "1"].map(str::to_owned),
        pi_b: [pair("3", "4"), pair("5", "6"), pair("1", "0")],
        pi_c: ["7", "8", "1"].map(str::to_owned),
        protocol: "groth16".into(),
        curve: "bn128".into(),
    };
    let inputs = vec!["10".to_owned(), "20".to_owned()];
    let subject = Subject {
        job: id(n),
        request: Digest::of(&n.to_be_bytes()),
        circuit: "transfer",
        key_id: "obolvk1a",
    };
    let signer = ServiceSecret::from_file_text(&"07".repeat(32))
        .unwrap()
        .receipt_signer();
    Proved {
        receipt: Receipt::sign(&signer, subject, &inputs, &proof, 5),
        proof,
        inputs,
    }
}

async fn prove(queue: &dyn Queue, claim: Claim, now: u64) -> Reported {
    let outcome = Outcome::Proved(Box::new(proved(claim.id.uuid().as_u128())));
    queue.finish(claim, outcome, at(now)).await.unwrap()
}

fn failure(code: &str) -> JobFailure {
    JobFailure {
        code: code.into(),
        detail: "in \"words\"\n".into(),
    }
}

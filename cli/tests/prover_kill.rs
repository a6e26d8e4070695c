//! The proving service, its workers and its database are killed in the middle of work: every accepted job ends exactly once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed expectation is a failed test"
)]

mod common;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use common::prover::{Service, Site};
use obolus_prover_queue::testing::Postgres;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// How often the service is killed.
const KILLS: u32 = 6;
/// Leases of a tenth of what they are in production, so that lost jobs are noticed soon.
const WORK: &str = "[work]\nlease_ms = 2000\npoll_ms = 50\ngrace_ms = 20000";

/// Jobs that were accepted, by id, with their tenant.
type Accepted = Arc<Mutex<BTreeMap<String, u32>>>;

/// Orders until told to stop, one tenant a thread; notes what was accepted, and nothing else.
fn order_on(
    url: String,
    body: Arc<Vec<u8>>,
    accepted: Accepted,
    stop: Arc<AtomicBool>,
) -> Vec<thread::JoinHandle<()>> {
    (0..3)
        .map(|tenant| {
            let (url, body) = (url.clone(), Arc::clone(&body));
            let (accepted, stop) = (Arc::clone(&accepted), Arc::clone(&stop));
            thread::spawn(move || {
                let agent = common::node::agent();
                while !stop.load(Ordering::Relaxed) {
                    let answer = agent
                        .post(format!("{url}/v1/proofs"))
                        .header("authorization", format!("Bearer token-t{tenant}"))
                        .header("content-type", "application/json")
                        .send(&body[..]);
                    let job: Option<Value> = answer
                        .ok()
                        .filter(|answer| answer.status() == 202)
                        .and_then(|mut answer| answer.body_mut().read_json().ok());
                    match job {
                        Some(job) => {
                            let id = job["id"].as_str().unwrap().to_owned();
                            accepted.lock().unwrap().insert(id, tenant);
                        }
                        None => thread::sleep(Duration::from_millis(20)),
                    }
                }
            })
        })
        .collect()
}

/// Every accepted job has a proof, and keeps the very answer it has.
fn all_end_once(service: &Service, accepted: &Accepted) {
    let accepted = accepted.lock().unwrap().clone();
    assert!(accepted.len() > 20, "only {} jobs", accepted.len());
    let ended: Vec<(u32, Value)> = accepted
        .iter()
        .map(|(id, tenant)| (*tenant, service.ended(*tenant, id)))
        .collect();
    for (tenant, job) in &ended {
        assert_eq!(job["state"], "succeeded", "{job}");
        assert_eq!(job["proved"]["receipt"]["job"], job["id"]);
        let again = service.get(
            &format!("/v1/proofs/{}", job["id"].as_str().unwrap()),
            *tenant,
        );
        assert_eq!(again.json, *job, "an end is final");
    }
    for tenant in 0..3 {
        let quota = service.get("/v1/quota", tenant).json;
        assert_eq!(
            quota["queued"].as_u64().unwrap() + quota["running"].as_u64().unwrap(),
            0
        );
    }
    let attempts = ended
        .iter()
        .map(|(_, job)| job["attempts"].as_u64().unwrap());
    eprintln!("{} jobs, most attempts {:?}", ended.len(), attempts.max());
}

#[test]
fn a_service_killed_again_and_again_loses_nothing() {
    let site = Site::embedded(WORK);
    let body = Arc::new(site.cubic());
    let accepted = Accepted::default();
    for kill in 0..KILLS {
        let mut service = site.serve("prover.toml");
        let stop = Arc::new(AtomicBool::new(false));
        let orders = order_on(
            service.node.url.clone(),
            Arc::clone(&body),
            Arc::clone(&accepted),
            Arc::clone(&stop),
        );
        thread::sleep(Duration::from_millis(100 + u64::from(kill) * 70));
        service.node.kill();
        stop.store(true, Ordering::Relaxed);
        for thread in orders {
            thread.join().unwrap();
        }
    }
    all_end_once(&site.serve("prover.toml"), &accepted);
}

#[test]
fn sigterm_ends_what_is_being_proved_and_keeps_the_rest() {
    let site = Site::embedded(WORK);
    let body = site.cubic();
    let service = site.serve("prover.toml");
    let accepted = Accepted::default();
    for _ in 0..60 {
        let id = service.accepted(0, &body);
        accepted.lock().unwrap().insert(id, 0);
    }
    assert!(service.node.stop().success());
    let service = site.serve("prover.toml");
    all_end_once(&service, &accepted);
    // Nothing was begun twice.
    for id in accepted.lock().unwrap().keys() {
        assert_eq!(service.ended(0, id)["attempts"], 1);
    }
}

#[test]
fn a_pool_survives_its_workers_and_its_database() {
    let Some(mut postgres) = Postgres::start().unwrap() else {
        return;
    };
    let shared = "kind = \"postgres\"\nurl_file = \"database.url\"";
    let site = Site::new(shared, &format!("{WORK}\nenabled = false"));
    site.configure("worker.toml", shared, WORK);
    site.database(&postgres.fresh().unwrap());
    let body = Arc::new(site.cubic());
    let service = site.serve("prover.toml");
    let (accepted, stop) = (Accepted::default(), Arc::new(AtomicBool::new(false)));
    let orders = order_on(
        service.node.url.clone(),
        body,
        Arc::clone(&accepted),
        Arc::clone(&stop),
    );
    let mut workers: Vec<_> = (0..2).map(|_| site.worker("worker.toml")).collect();
    for _ in 0..3 {
        thread::sleep(Duration::from_millis(300));
        // The older one dies as by a power cut; another takes its place.
        drop(workers.remove(0));
        workers.push(site.worker("worker.toml"));
    }
    postgres.kill9().unwrap();
    thread::sleep(Duration::from_millis(500));
    postgres.restart().unwrap();
    thread::sleep(Duration::from_millis(500));
    stop.store(true, Ordering::Relaxed);
    for thread in orders {
        thread.join().unwrap();
    }
    all_end_once(&service, &accepted);

    // SIGTERM: a worker claims no more and ends by itself.
    for worker in &mut workers {
        let pid = Pid::from_raw(i32::try_from(worker.child.id()).unwrap()).unwrap();
        kill_process(pid, Signal::TERM).unwrap();
        let until = Instant::now() + Duration::from_secs(30);
        while worker.child.try_wait().unwrap().is_none() {
            assert!(Instant::now() < until, "the worker does not end");
            thread::sleep(Duration::from_millis(20));
        }
        assert!(worker.child.wait().unwrap().success());
    }
}

/// One tenant has 910 jobs waiting when nine others come with ten each.
#[test]
fn an_abusive_tenant_waits_for_itself() {
    let site = Site::embedded("");
    let body = site.cubic();
    let service = site.serve("prover.toml");
    let mut jobs: Vec<(u32, String)> = (0..910).map(|_| (0, service.accepted(0, &body))).collect();
    for _ in 0..10 {
        for tenant in 1..10 {
            jobs.push((tenant, service.accepted(tenant, &body)));
        }
    }
    let mut waits: Vec<Vec<(u64, u64)>> = vec![Vec::new(); 10];
    for (tenant, id) in &jobs {
        let job = service.ended(*tenant, id);
        assert_eq!(job["state"], "succeeded");
        let ms = |field: &str| job[field].as_u64().unwrap();
        waits[*tenant as usize].push((ms("created_ms"), ms("started_ms")));
    }
    let p99 = |waits: &[(u64, u64)]| {
        let mut waits: Vec<u64> = waits.iter().map(|(from, to)| to - from).collect();
        waits.sort_unstable();
        waits[(waits.len() * 99).div_ceil(100) - 1]
    };
    let (abusive, others) = waits.split_first().unwrap();
    let most = others.iter().map(|waits| p99(waits)).max().unwrap();
    eprintln!(
        "p99 wait: {} ms of the abusive tenant, at most {most} ms of the others",
        p99(abusive)
    );
    // Taking turns: a job has at most nine of its own tenant before it, so at most ten turns pass, each with one job of the
    // abusive tenant, or two where two run at once.
    for (created, started) in others.iter().flatten() {
        let before = abusive
            .iter()
            .filter(|(_, at)| created < at && at < started)
            .count();
        assert!(
            before <= 22,
            "{before} jobs of the abusive tenant went before one of another's"
        );
    }
}

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

use common::prover::{PATIENCE, POOL, Service, Site, front_end};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// How often the service is killed.
const KILLS: u32 = 6;
/// Leases of a tenth of what they are in production, so that lost jobs are noticed soon.
const WORK: &str = "[work]\nlease_ms = 3000\npoll_ms = 50";
/// Three tenants have at most 24 jobs that have not ended.
const LIMITS: &str = "[limits]\ntenant_jobs = 8";
/// When so many more are accepted, what was there before has ended. A job is given up when it was lost three times, so
/// nothing is killed before that.
const PROGRESS: usize = 60;

/// Jobs that were accepted, by id, with their tenant.
type Accepted = Arc<Mutex<BTreeMap<String, u32>>>;

/// Three tenants, a thread each, that order until told to stop.
struct Orders {
    accepted: Accepted,
    stop: Arc<AtomicBool>,
    threads: Vec<thread::JoinHandle<()>>,
}

impl Orders {
    /// Notes what was accepted, and nothing else.
    fn begin(service: &Service, body: &Arc<Vec<u8>>, accepted: &Accepted) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let threads = (0..3).map(|tenant| {
            let (url, body) = (service.node.url.clone(), Arc::clone(body));
            let (accepted, stop) = (Arc::clone(accepted), Arc::clone(&stop));
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
        });
        Self {
            threads: threads.collect(),
            accepted: Arc::clone(accepted),
            stop,
        }
    }

    /// Waits until [`PROGRESS`] more are accepted.
    fn go_on(&self) {
        let count = || self.accepted.lock().unwrap().len();
        let (enough, until) = (count() + PROGRESS, Instant::now() + PATIENCE);
        while count() < enough {
            assert!(Instant::now() < until, "{} of {enough} jobs", count());
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn end(self) {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads {
            thread.join().unwrap();
        }
    }
}

/// Every accepted job has a proof, and keeps the very answer it has.
fn all_end_once(service: &Service, accepted: &Accepted) {
    let accepted = accepted.lock().unwrap().clone();
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
    // Others were accepted, too, whose answers were lost.
    let until = Instant::now() + PATIENCE;
    for tenant in 0..3 {
        loop {
            let quota = service.get("/v1/quota", tenant).json;
            if quota["queued"] == 0 && quota["running"] == 0 {
                break;
            }
            assert!(Instant::now() < until, "{quota}");
            thread::sleep(Duration::from_millis(20));
        }
    }
    let attempts = ended
        .iter()
        .map(|(_, job)| job["attempts"].as_u64().unwrap());
    eprintln!("{} jobs, most attempts {:?}", ended.len(), attempts.max());
}

#[test]
fn a_service_killed_again_and_again_loses_nothing() {
    let site = Site::embedded(&format!("{LIMITS}\n{WORK}"));
    let body = Arc::new(site.cubic());
    let accepted = Accepted::default();
    for kill in 0..KILLS {
        let mut service = site.serve("prover.toml");
        let orders = Orders::begin(&service, &body, &accepted);
        orders.go_on();
        // At other instants of its work.
        thread::sleep(Duration::from_millis(u64::from(kill) * 3));
        service.node.kill();
        orders.end();
    }
    all_end_once(&site.serve("prover.toml"), &accepted);
}

#[test]
fn sigterm_ends_what_is_being_proved_and_keeps_the_rest() {
    // Leases that no load lets run out: what is begun twice was lost.
    let site = Site::embedded(LIMITS);
    let body = Arc::new(site.cubic());
    let service = site.serve("prover.toml");
    let accepted = Accepted::default();
    // Until it ends, so that there is work at any instant.
    let orders = Orders::begin(&service, &body, &accepted);
    orders.go_on();
    assert!(service.node.stop().success());
    orders.end();
    let service = site.serve("prover.toml");
    all_end_once(&service, &accepted);
    // Nothing was begun twice.
    for (id, tenant) in accepted.lock().unwrap().iter() {
        assert_eq!(service.ended(*tenant, id)["attempts"], 1);
    }
}

#[test]
fn a_pool_survives_its_workers_and_its_database() {
    let Some((mut postgres, site)) = front_end(LIMITS) else {
        return;
    };
    site.configure("worker.toml", POOL, WORK);
    let body = Arc::new(site.cubic());
    let service = site.serve("prover.toml");
    let accepted = Accepted::default();
    let orders = Orders::begin(&service, &body, &accepted);
    let mut workers: Vec<_> = (0..2).map(|_| site.worker("worker.toml")).collect();
    for _ in 0..3 {
        orders.go_on();
        // The older one dies as by a power cut; another takes its place.
        drop(workers.remove(0));
        workers.push(site.worker("worker.toml"));
    }
    orders.go_on();
    postgres.kill9().unwrap();
    // It is missed for a while.
    thread::sleep(Duration::from_millis(500));
    postgres.restart().unwrap();
    orders.go_on();
    orders.end();
    all_end_once(&service, &accepted);

    // SIGTERM: a worker claims no more and ends by itself.
    for worker in &mut workers {
        let pid = Pid::from_raw(i32::try_from(worker.child.id()).unwrap()).unwrap();
        kill_process(pid, Signal::TERM).unwrap();
        let until = Instant::now() + PATIENCE;
        while worker.child.try_wait().unwrap().is_none() {
            assert!(Instant::now() < until, "the worker does not end");
            thread::sleep(Duration::from_millis(20));
        }
        assert!(worker.child.wait().unwrap().success());
    }
}

/// One tenant has 910 jobs waiting when nine others come with ten each; only then a worker comes.
#[test]
fn an_abusive_tenant_waits_for_itself() {
    let Some((_postgres, site)) = front_end("") else {
        return;
    };
    site.configure("worker.toml", POOL, "[work]\nslots = 1");
    let body = site.cubic();
    let service = site.serve("prover.toml");
    let mut jobs: Vec<(u32, String)> = (0..910).map(|_| (0, service.accepted(0, &body))).collect();
    for _ in 0..10 {
        for tenant in 1..10 {
            jobs.push((tenant, service.accepted(tenant, &body)));
        }
    }
    let _worker = site.worker("worker.toml");
    let mut started: Vec<Vec<u64>> = vec![Vec::new(); 10];
    for (tenant, id) in &jobs {
        let job = service.ended(*tenant, id);
        assert_eq!(job["state"], "succeeded");
        started[*tenant as usize].push(job["started_ms"].as_u64().unwrap());
    }
    let first = *started.iter().flatten().min().unwrap();
    let p99 = |started: &[u64]| {
        let mut started = started.to_vec();
        started.sort_unstable();
        started[(started.len() * 99).div_ceil(100) - 1] - first
    };
    let (abusive, others) = started.split_first().unwrap();
    let most = others.iter().map(|started| p99(started)).max().unwrap();
    eprintln!(
        "p99 wait: {} ms of the abusive tenant, at most {most} ms of the others",
        p99(abusive)
    );
    // Taking turns: a job has at most nine of its own tenant before it, so at most ten turns pass, each with one job of the
    // abusive tenant, or two: a tenant is passed over while the end of its last job is written down.
    for at in others.iter().flatten() {
        let before = abusive.iter().filter(|start| *start < at).count();
        assert!(
            before <= 20,
            "{before} jobs of the abusive tenant went before one of another's"
        );
    }
}

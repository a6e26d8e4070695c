//! The three ways to have proofs made, measured alike.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use obolus_prover::{KeyStore, Prover, Transfer};
use obolus_prover_api::client::{Order, ProverClient};
use obolus_prover_api::{JobId, Priority, State};
use obolus_prover_service::secrets;
use obolus_wallet::client::Endpoint;
use obolus_wallet::remote::payload;
use rayon::ThreadPoolBuilder;
use serde::Serialize;

use super::sample::Sample;
use crate::bench::BenchError;
use crate::bench::child::Child;
use crate::dev;
use crate::progress::Stage;

/// Between two looks at a job that is not done.
const LOOK: Duration = Duration::from_millis(20);
/// How long everything may take.
const PATIENCE: Duration = Duration::from_secs(24 * 3600);

/// Median and 99th percentile, in milliseconds.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Percentiles {
    pub p50: f64,
    pub p99: f64,
}

/// What one mode took.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Mode {
    pub proofs_per_s: f64,
    /// From order to verified proof.
    pub ms: Percentiles,
    /// Of that, before a worker began.
    pub wait_ms: Percentiles,
    /// Resident memory of all proving processes at its highest.
    pub peak_mib: u64,
    #[serde(skip)]
    pub failed: u32,
}

impl Mode {
    fn new(jobs: u32, elapsed: Duration, ms: Vec<f64>, wait: Vec<f64>, peak_mib: u64) -> Self {
        let failed = jobs.saturating_sub(u32::try_from(ms.len()).unwrap_or(u32::MAX));
        Self {
            proofs_per_s: ms.len() as f64 / elapsed.as_secs_f64(),
            ms: percentiles(ms),
            wait_ms: percentiles(wait),
            peak_mib,
            failed,
        }
    }
}

fn percentiles(mut values: Vec<f64>) -> Percentiles {
    values.sort_by(f64::total_cmp);
    let at = |percent: usize| {
        let rank = (values.len() * percent).div_ceil(100).max(1) - 1;
        values.get(rank).copied().unwrap_or_default()
    };
    Percentiles {
        p50: at(50),
        p99: at(99),
    }
}

/// One thread a core, no queue. All jobs are there from the start, as for a service.
pub fn in_process(sample: &Sample, jobs: u32, stage: &Stage) -> Result<Mode, BenchError> {
    let store = KeyStore::open(dev::default_directory(&std::env::temp_dir()))
        .map_err(obolus_prover::PrepareError::from)?;
    let prover = Prover::<Transfer>::development(&store, &())?;
    let next = AtomicU32::new(0);
    let times = Mutex::new((Vec::new(), Vec::new()));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                let Ok(pool) = ThreadPoolBuilder::new().num_threads(1).build() else {
                    return;
                };
                while next.fetch_add(1, Ordering::Relaxed) < jobs {
                    let wait = start.elapsed();
                    let proved = pool.install(|| prover.prove(&sample.witness, sample.context));
                    if proved.is_ok() {
                        let mut times = times.lock().unwrap_or_else(PoisonError::into_inner);
                        times.0.push(start.elapsed().as_secs_f64() * 1e3);
                        times.1.push(wait.as_secs_f64() * 1e3);
                    }
                    stage.step();
                }
            });
        }
    });
    let elapsed = start.elapsed();
    let (ms, wait) = times.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(Mode::new(jobs, elapsed, ms, wait, peak_mib("self")))
}

/// A service with an embedded queue in a process of its own.
pub fn service(sample: &Sample, jobs: u32, stage: &Stage) -> Result<Mode, BenchError> {
    let folder = tempfile::tempdir().map_err(BenchError::io("a temporary folder"))?;
    let site = Site::new(folder.path())?;
    site.configure(
        "serve.toml",
        "kind = \"embedded\"\npath = \"queue.sqlite\"",
        "",
    )?;
    let service = Child::prover("serve", &folder.path().join("serve.toml"))?;
    let (elapsed, ms, wait) = site.order(service.url(), sample, jobs, stage)?;
    let peak = peak_mib(&service.id().to_string());
    service.stop()?;
    Ok(Mode::new(jobs, elapsed, ms, wait, peak))
}

/// A front end and two workers with half of the cores each, around a PostgreSQL queue.
pub fn pool(sample: &Sample, jobs: u32, url: &str, stage: &Stage) -> Result<Mode, BenchError> {
    let folder = tempfile::tempdir().map_err(BenchError::io("a temporary folder"))?;
    let site = Site::new(folder.path())?;
    let database = folder.path().join("database.url");
    fs::write(&database, url).map_err(BenchError::io("a temporary file"))?;
    let private = fs::Permissions::from_mode(0o600);
    fs::set_permissions(&database, private).map_err(BenchError::io("a temporary file"))?;
    let queue = "kind = \"postgres\"\nurl_file = \"database.url\"";
    site.configure("serve.toml", queue, "enabled = false")?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let slots = format!("slots = {}\npoll_ms = 20", (cores / 2).max(1));
    site.configure("worker.toml", queue, &slots)?;
    let service = Child::prover("serve", &folder.path().join("serve.toml"))?;
    let worker = || Child::prover("worker", &folder.path().join("worker.toml"));
    let workers = [worker()?, worker()?];
    let (elapsed, ms, wait) = site.order(service.url(), sample, jobs, stage)?;
    let peak = workers
        .iter()
        .map(|worker| peak_mib(&worker.id().to_string()));
    let peak = peak.sum();
    for worker in workers {
        worker.stop()?;
    }
    service.stop()?;
    Ok(Mode::new(jobs, elapsed, ms, wait, peak))
}

/// Where a measured service keeps its things.
struct Site<'a> {
    folder: &'a Path,
    keys: obolus_prover_api::ServiceKeys,
}

/// Elapsed time, and by job: from order to proof, and to the first attempt, in milliseconds.
type Times = (Duration, Vec<f64>, Vec<f64>);

impl<'a> Site<'a> {
    fn new(folder: &'a Path) -> Result<Self, BenchError> {
        let secret = secrets::create(&folder.join("service.secret"))?;
        Ok(Self {
            folder,
            keys: secret.public(),
        })
    }

    fn configure(&self, name: &str, queue: &str, work: &str) -> Result<(), BenchError> {
        let keys = dev::default_directory(&std::env::temp_dir());
        let keys = toml::Value::String(keys.display().to_string());
        let text = format!(
            "listen = \"127.0.0.1:0\"\nsecret = \"service.secret\"\n[access]\nopen = true\n[queue]\n{queue}\n[circuits]\ndevelopment = true\nkey_dir = {keys}\n[work]\n{work}\n[limits]\ntenant_jobs = 20000\njobs = 20000\n"
        );
        fs::write(self.folder.join(name), text).map_err(BenchError::io("a temporary file"))
    }

    /// Orders all proofs at once and waits for them.
    fn order(
        &self,
        url: &str,
        sample: &Sample,
        jobs: u32,
        stage: &Stage,
    ) -> Result<Times, BenchError> {
        let endpoint = Endpoint {
            url: url.to_owned(),
            ..Endpoint::default()
        };
        let client = ProverClient::connect(&endpoint, Some(self.keys.clone()))?;
        let circuits = wait_for(|| client.circuits())?;
        let circuit = circuits
            .circuits
            .iter()
            .find(|circuit| circuit.name == "transfer");
        let key_id = circuit.map(|circuit| circuit.key_id.clone());
        let key_id = key_id.ok_or(BenchError::NothingToProve)?;
        let order = Order {
            circuit: "transfer",
            key_id: &key_id,
            priority: Priority::default(),
            patience: PATIENCE,
        };
        let payload = payload(&sample.witness, sample.context);
        let start = Instant::now();
        let mut ids: Vec<JobId> = Vec::new();
        for _ in 0..jobs {
            ids.push(client.submit(order, &payload)?.0.id);
        }
        let (mut ms, mut wait) = (Vec::new(), Vec::new());
        for id in ids {
            let job = loop {
                let job = client.job(id)?;
                if job.state.is_final() {
                    break job;
                }
                std::thread::sleep(LOOK);
            };
            let since = |at: Option<u64>| at.map(|at| at.saturating_sub(job.created_ms) as f64);
            if job.state == State::Succeeded {
                ms.extend(since(job.finished_ms));
                wait.extend(since(job.started_ms));
            }
            stage.step();
        }
        Ok((start.elapsed(), ms, wait))
    }
}

/// Asks until a service has loaded its keys.
fn wait_for<T, E>(ask: impl Fn() -> Result<T, E>) -> Result<T, E> {
    let until = Instant::now() + super::super::CHILD;
    loop {
        match ask() {
            Err(_) if Instant::now() < until => std::thread::sleep(LOOK),
            answer => return answer,
        }
    }
}

/// A process's resident memory at its highest, in MiB.
fn peak_mib(process: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    kib.unwrap_or_default() / 1024
}

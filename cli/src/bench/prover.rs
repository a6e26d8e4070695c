//! `obolus bench prover`: the same proofs made in this process, by a service, and by a pool of two workers.

mod modes;
pub(super) mod sample;

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::BenchError;
use crate::progress::Progress;
use modes::Mode;

/// Arguments of `obolus bench prover`.
#[derive(Args)]
pub struct ProverBench {
    /// What is proved.
    #[arg(long, value_enum, default_value_t = BenchCircuit::Transfer)]
    circuit: BenchCircuit,
    /// How many proofs in each mode.
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    jobs: u32,
    /// An empty PostgreSQL database for the pool; without it there is no pool.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Print one JSON object: proofs per second, times in milliseconds, memory in MiB.
    #[arg(long)]
    json: bool,
}

/// Circuits that can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum BenchCircuit {
    /// A payment.
    Transfer,
}

/// What is printed.
#[derive(Serialize)]
struct Report {
    circuit: &'static str,
    jobs: u32,
    modes: Modes,
    failed: u32,
}

#[derive(Serialize)]
struct Modes {
    in_process: Mode,
    service: Mode,
    pool: Option<Mode>,
}

/// Runs all modes one after the other.
///
/// # Errors
/// [`BenchError`], also when a job failed.
pub fn run(args: &ProverBench) -> Result<(), BenchError> {
    let mut progress = Progress::new(args.json);
    let stage = progress.start("a payment", 1);
    let sample = sample::payment()?;
    progress.finish(stage);
    let jobs = u64::from(args.jobs);
    let stage = progress.start("in this process", jobs);
    let in_process = modes::in_process(&sample, args.jobs, &stage)?;
    progress.finish(stage);
    let stage = progress.start("by a service", jobs);
    let service = modes::service(&sample, args.jobs, &stage)?;
    progress.finish(stage);
    let pool = match &args.database {
        None => None,
        Some(url) => {
            let stage = progress.start("by a pool of two", jobs);
            let pool = modes::pool(&sample, args.jobs, url, &stage)?;
            progress.finish(stage);
            Some(pool)
        }
    };
    let failed = in_process.failed + service.failed + pool.as_ref().map_or(0, |mode| mode.failed);
    let report = Report {
        circuit: "transfer",
        jobs: args.jobs,
        modes: Modes {
            in_process,
            service,
            pool,
        },
        failed,
    };
    report.print(args.json)?;
    if failed > 0 {
        return Err(BenchError::NotProved(failed));
    }
    Ok(())
}

impl Report {
    #[expect(clippy::print_stdout, reason = "the result of the command")]
    fn print(&self, json: bool) -> Result<(), BenchError> {
        if json {
            println!("{}", serde_json::to_string(self)?);
            return Ok(());
        }
        println!("{} proofs of {} in each mode", self.jobs, self.circuit);
        let modes = [
            ("in process", Some(&self.modes.in_process)),
            ("service", Some(&self.modes.service)),
            ("pool of two", self.modes.pool.as_ref()),
        ];
        for (name, mode) in modes {
            let Some(mode) = mode else { continue };
            println!(
                "{name:<12} {:>6.2} proofs/s   p50 {:>7.0} ms   p99 {:>7.0} ms   wait p50 {:>7.0} ms   peak {:>6} MiB",
                mode.proofs_per_s, mode.ms.p50, mode.ms.p99, mode.wait_ms.p50, mode.peak_mib
            );
        }
        Ok(())
    }
}

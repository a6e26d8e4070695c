//! `obolus bench ledger`: what it takes to verify a whole chain from its export, and how much memory.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use clap::Args;
use obolus_protocol::{Amount, FullViewingKey, Seed, SpendingKey};
use obolus_prover::DevSimulator;
use obolus_wallet::{ChainSource, CircuitKeys, Follower, TokenView};
use serde::Serialize;

use super::BenchError;
use super::fixture::{Fixture, Place, default_cache};
use super::notes::{mib, peak};
use super::report::{print_json, rounded};
use crate::dev::{self, Bank};
use crate::progress::Progress;

/// Of the only holder: a chain that is only measured needs no secrets.
const HOLDER: [u8; 32] = [3; 32];
/// Between two looks at a process's memory.
const LOOK: Duration = Duration::from_millis(5);

/// Arguments of `obolus bench ledger`.
#[derive(Args)]
pub struct LedgerBench {
    /// How many blocks, each with one issue.
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    blocks: u32,
    /// The small binary: it is measured, too.
    #[arg(long, value_name = "FILE")]
    verifier: Option<PathBuf>,
    /// Keep the chain here; without it as for `bench node`.
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

/// The figures.
#[derive(Serialize)]
struct LedgerReport {
    blocks: u64,
    export_mib: f64,
    /// `obolus verify ledger`, which executes the contracts.
    executing: Replay,
    /// `obolus-verify ledger`.
    small: Option<Replay>,
}

/// One verification from the genesis.
#[derive(Serialize)]
struct Replay {
    seconds: f64,
    blocks_per_s: f64,
    /// Largest resident memory; none where the system does not tell.
    peak_mib: Option<f64>,
}

/// Runs the command.
///
/// # Errors
/// [`BenchError`], also if the chain is not accepted.
pub fn run(args: &LedgerBench) -> Result<(), BenchError> {
    let mut progress = Progress::new(args.json);
    let fixture = prepare(args, &mut progress)?;
    let copy = fixture.copy()?;
    let export = copy.path().join("ledger.obx");
    let own = std::env::current_exe().map_err(BenchError::io("this executable"))?;
    let stage = progress.start("export", 0);
    let mut command = Command::new(&own);
    command
        .args(["node", "export", "--data-dir"])
        .arg(copy.path());
    finish(command.arg("--out").arg(&export))?;
    progress.finish(stage);
    let tip = dev::Desk::of(
        obolus_runtime::ledger::Execution::recover(&copy.path().join("ledger"))?,
        copy.path(),
    );
    let tip = tip.execution().tip();
    let chain = tip.chain.to_string();
    let verify = |program: &Path, words: &[&str]| -> Result<Replay, BenchError> {
        let mut command = Command::new(program);
        command.args(words).arg(&export);
        command.args(["--allow-insecure", "--chain", &chain]);
        let (elapsed, peak) = finish(&mut command)?;
        Ok(Replay {
            seconds: rounded(elapsed.as_secs_f64()),
            blocks_per_s: rounded(tip.height as f64 / elapsed.as_secs_f64()),
            peak_mib: peak.map(mib),
        })
    };
    let stage = progress.start("replay", 0);
    let report = LedgerReport {
        blocks: tip.height,
        export_mib: mib(std::fs::metadata(&export)
            .map_err(BenchError::io(&export))?
            .len()),
        executing: verify(&own, &["verify", "ledger"])?,
        small: match &args.verifier {
            Some(program) => Some(verify(program, &["ledger"])?),
            None => None,
        },
    };
    progress.finish(stage);
    print_json(&report, args.json)
}

/// The chain, from the cache if it is there.
fn prepare(args: &LedgerBench, progress: &mut Progress) -> Result<Fixture, BenchError> {
    let simulator = DevSimulator::new()?;
    let keys = CircuitKeys::from(&simulator);
    let cache = args.cache.clone().unwrap_or_else(default_cache);
    let place = Place::new(&cache, &keys, &format!("{}-blocks", args.blocks));
    if let Some(fixture) = place.load()? {
        return Ok(fixture);
    }
    let (fresh, mut desk) = place.begin()?;
    let seed = Seed::new(HOLDER);
    let holder = FullViewingKey::from_seed(&seed);
    let stage = progress.start("blocks", u64::from(args.blocks) + 1);
    let done = |_| stage.step();
    let bank = Bank {
        authorities: &dev::read_authorities(&fresh.dev)?,
        prover: &simulator,
        keys: &keys,
        done: &done,
    };
    let mut view = TokenView::new(fresh.token.config);
    view.sync(&desk)?;
    bank.register(
        &mut desk,
        &view,
        &[(&holder, &SpendingKey::from_seed(&seed))],
    )?;
    while desk.tip().map_err(obolus_wallet::ScanError::Source)?.0 < u64::from(args.blocks) {
        view.sync(&desk)?;
        bank.issue(&mut desk, &view, &[(holder.address(), Amount::new(100))])?;
    }
    progress.finish(stage);
    drop(desk);
    place.finish(fresh, Vec::new())
}

/// Runs a program to its end: how long it took and its largest resident memory in bytes.
fn finish(command: &mut Command) -> Result<(Duration, Option<u64>), BenchError> {
    let program = command.get_program().to_os_string();
    let failed = || BenchError::io(PathBuf::from(&program));
    let start = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(failed())?;
    let mut most = None;
    loop {
        // What was seen last before the end is the peak, but for what came in the last milliseconds.
        most = peak(child.id()).or(most);
        if let Some(status) = child.try_wait().map_err(failed())? {
            let elapsed = start.elapsed();
            return if status.success() {
                Ok((elapsed, most))
            } else {
                Err(BenchError::Child(format!(
                    "{} ended with {status}",
                    program.display()
                )))
            };
        }
        std::thread::sleep(LOOK);
    }
}

//! `obolus bench prove`: the median time of a proof, and with `--compare` that of `ark-groth16` and snarkjs for the same circuit and
//! witness in the same run.
//!
//! A build with `--features rivals` compares on all cores as on one, and has keys in the files of snarkjs; without it there is
//! `ark-groth16` on one thread.

mod arkworks;
mod circuit;
#[cfg(any(test, feature = "rivals"))]
mod foreign;
mod plot;
mod report;
#[cfg(any(test, feature = "rivals"))]
mod snarkjs;
mod tables;
#[cfg(test)]
mod tests;
mod turns;

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use obolus_prover::{KernelPath, KeyStore, ProvingKey};
use obolus_verifier::verify;
use rand::rngs::OsRng;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::BenchError;
use crate::dev;
use crate::progress::{Progress, Stage};
use circuit::Circuit;
use report::{Line, Report, mib};
use turns::{Medians, Turn, Who};

/// Arguments of `obolus bench prove`.
#[derive(Args)]
pub struct ProveBench {
    /// How many proofs for each median; one more before does not count.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    runs: u32,
    /// Measure `ark-groth16`, tables of other sizes, and verification as well; a build with `--features rivals` measures it on all
    /// cores, too, and imported keys. Takes minutes, since every prover needs its keys.
    #[arg(long)]
    compare: bool,
    /// A folder in which `npm install snarkjs` was run: measure snarkjs, too. For a build with `--features rivals`.
    #[arg(long, value_name = "DIR", requires = "compare")]
    snarkjs: Option<PathBuf>,
    /// Draw what was measured into this file, as SVG.
    #[arg(long, value_name = "FILE")]
    plot: Option<PathBuf>,
    /// Keep the development key of `transfer` here; without it as for `obolus demo`.
    #[arg(long, value_name = "DIR")]
    keys_dir: Option<PathBuf>,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

/// Runs the command.
///
/// # Errors
/// [`BenchError`] if a key cannot be made or a proof does not verify.
pub fn run(args: &ProveBench) -> Result<(), BenchError> {
    if args.snarkjs.is_some() && cfg!(not(feature = "rivals")) {
        return Err(BenchError::Rivals);
    }
    let mut progress = Progress::new(args.json);
    let directory = args
        .keys_dir
        .clone()
        .unwrap_or_else(|| dev::default_directory(&std::env::temp_dir()));
    let store = KeyStore::open(directory).map_err(obolus_prover::PrepareError::from)?;
    let circuits = [
        circuit::transfer()?,
        circuit::chain(4_000)?,
        circuit::chain(16_000)?,
        circuit::chain(64_000)?,
    ];
    let mut report = Report {
        kernels: KernelPath::best().name(),
        circuits: Vec::new(),
        verify: None,
        tables: Vec::new(),
    };
    for circuit in &circuits {
        let stage = progress.start("proofs and their keys", u64::from(args.runs) + 1);
        report
            .circuits
            .extend(measure(args, &store, circuit, &stage)?);
        progress.finish(stage);
    }
    if args.compare {
        let [transfer, ..] = &circuits;
        let stage = progress.start("tables", tables::STEPS);
        report.tables = tables::measure(transfer, args.runs, &stage)?;
        progress.finish(stage);
        report.verify = Some(super::verify::one_batch(&mut progress)?);
    }
    if let Some(path) = &args.plot {
        fs::write(path, plot::svg(&report)).map_err(BenchError::io(path))?;
    }
    report.print(args.json)
}

/// Pools of one thread and of all, if these are more.
fn pools() -> Result<Vec<ThreadPool>, BenchError> {
    let all = std::thread::available_parallelism().map_or(1, usize::from);
    let mut counts = vec![1, all];
    counts.dedup();
    let pools = counts.into_iter().map(|threads| {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build();
        pool.map_err(|error| BenchError::Threads(error.to_string()))
    });
    pools.collect()
}

/// Milliseconds of a call.
fn timed(call: impl FnOnce() -> Result<(), BenchError>) -> Result<f64, BenchError> {
    let start = Instant::now();
    call()?;
    Ok(start.elapsed().as_secs_f64() * 1e3)
}

/// Ours: proof and verification.
fn ours<'a>(key: &'a ProvingKey, circuit: &'a Circuit, pool: &'a ThreadPool) -> Turn<'a> {
    let prove = move || {
        let proof = obolus_prover::prove(key, &circuit.relation, &circuit.z, &mut OsRng)
            .map_err(|error| BenchError::Prove(error.to_string()))?;
        verify(key.verifying_key(), circuit.inputs(), &proof)
            .map_err(|error| BenchError::Prove(error.to_string()))
    };
    Turn {
        who: Who::Ours,
        threads: pool.current_num_threads(),
        prove: Box::new(move || timed(|| pool.install(prove))),
    }
}

fn measure(
    args: &ProveBench,
    store: &KeyStore,
    circuit: &Circuit,
    stage: &Stage,
) -> Result<Vec<Line>, BenchError> {
    let key = circuit.key(store)?;
    let pools = pools()?;
    let ark = args.compare.then(|| arkworks::Prover::new(circuit));
    let ark = ark.transpose()?;
    let mut turns: Vec<Turn<'_>> = pools.iter().map(|pool| ours(&key, circuit, pool)).collect();
    if let Some(ark) = &ark {
        turns.extend(arkworks::turns(ark, &pools));
    }
    let mut seen = Rivals::default();
    let medians = with_rivals(args, circuit, &pools, turns, stage, &mut seen)?;
    let line = |pool: &ThreadPool| {
        let threads = pool.current_num_threads();
        Line {
            name: circuit.name.clone(),
            constraints: circuit.relation.rows(),
            threads,
            ours_ms: medians.get(Who::Ours, threads).unwrap_or_default(),
            ark_ms: medians.get(Who::Ark, threads),
            snarkjs_ms: medians.get(Who::Snarkjs, threads),
            table_mb: mib(key.table_bytes()),
            proof_mb: mib(key.bytes_of_a_proof(&circuit.relation, threads)),
            zkey_ms: medians.get(Who::Imported, threads),
            zkey_no_tables_ms: medians.get(Who::ImportedPlain, threads),
            zkey_no_tables_mb: seen.plain_mb,
            ark_key_mb: ark.as_ref().map(|ark| mib(ark.key_bytes())),
            snarkjs_mb: seen
                .snarkjs_mb
                .iter()
                .find(|(on, _)| *on == threads)
                .map(|(_, mb)| *mb),
        }
    };
    Ok(pools.iter().map(line).collect())
}

/// What is learnt of other provers besides their times.
#[derive(Default)]
struct Rivals {
    /// An imported key without tables.
    plain_mb: Option<f64>,
    /// Most memory of snarkjs, by threads.
    snarkjs_mb: Vec<(usize, f64)>,
}

#[cfg(not(any(test, feature = "rivals")))]
fn with_rivals(
    args: &ProveBench,
    _: &Circuit,
    _: &[ThreadPool],
    mut turns: Vec<Turn<'_>>,
    stage: &Stage,
    _: &mut Rivals,
) -> Result<Medians, BenchError> {
    Medians::of(&mut turns, args.runs, stage)
}

/// Lets those join in that need files of snarkjs.
#[cfg(any(test, feature = "rivals"))]
fn with_rivals(
    args: &ProveBench,
    circuit: &Circuit,
    pools: &[ThreadPool],
    turns: Vec<Turn<'_>>,
    stage: &Stage,
    seen: &mut Rivals,
) -> Result<Medians, BenchError> {
    if !args.compare {
        let mut turns = turns;
        return Medians::of(&mut turns, args.runs, stage);
    }
    let foreign = foreign::Foreign::new(circuit)?;
    seen.plain_mb = Some(mib(foreign.plain.memory_bytes()));
    let processes = match &args.snarkjs {
        Some(packages) => snarkjs::Snarkjs::all(packages, &foreign, pools)?,
        None => Vec::new(),
    };
    // Gone before what they borrow.
    let mut turns: Vec<Turn<'_>> = turns;
    turns.extend(foreign.turns(pools));
    for (threads, process) in &processes {
        turns.push(snarkjs::Snarkjs::turn(process, *threads));
    }
    let medians = Medians::of(&mut turns, args.runs, stage)?;
    drop(turns);
    let peaks = processes.iter();
    seen.snarkjs_mb = peaks
        .map(|(threads, process)| (*threads, process.borrow().peak_mb()))
        .collect();
    Ok(medians)
}

//! `obolus bench prove`: one proof after the other, ours and, with `--compare`, those of `ark-groth16` for the same circuit and
//! witness in the same run.

mod arkworks;
mod circuit;

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use obolus_prover::KeyStore;
use obolus_verifier::verify;
use rand::rngs::OsRng;
use rayon::ThreadPoolBuilder;
use serde::Serialize;

use super::BenchError;
use crate::dev;
use crate::progress::Progress;
use circuit::Circuit;

/// Arguments of `obolus bench prove`.
#[derive(Args)]
pub struct ProveBench {
    /// How many proofs for each median.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    runs: u32,
    /// Measure `ark-groth16` as well, on one thread; its keys take a minute to make.
    #[arg(long)]
    compare: bool,
    /// Keep the development key of `transfer` here; without it as for `obolus demo`.
    #[arg(long, value_name = "DIR")]
    keys_dir: Option<PathBuf>,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report {
    circuits: Vec<Line>,
}

/// Medians of a circuit on so many threads.
#[derive(Serialize)]
struct Line {
    name: String,
    constraints: usize,
    threads: usize,
    /// Proof and its verification.
    ours_ms: f64,
    /// Proof alone; only on one thread, which is how the library is built here.
    ark_ms: Option<f64>,
    /// Not measured by this command.
    snarkjs_ms: Option<f64>,
    table_mb: f64,
    /// Most memory that one proof takes besides the tables.
    proof_mb: f64,
}

/// Runs the command.
///
/// # Errors
/// [`BenchError`] if a key cannot be made or a proof does not verify.
pub fn run(args: &ProveBench) -> Result<(), BenchError> {
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
        circuits: Vec::new(),
    };
    for circuit in &circuits {
        let stage = progress.start("proofs and their keys", u64::from(args.runs));
        report.circuits.extend(measure(args, &store, circuit)?);
        progress.finish(stage);
    }
    report.print(args.json)
}

fn measure(
    args: &ProveBench,
    store: &KeyStore,
    circuit: &Circuit,
) -> Result<Vec<Line>, BenchError> {
    let key = circuit.key(store)?;
    let ark_ms = if args.compare {
        let ark = arkworks::Prover::new(circuit)?;
        Some(median(args.runs, || ark.prove())?)
    } else {
        None
    };
    let all = std::thread::available_parallelism().map_or(1, usize::from);
    let mut lines = Vec::new();
    for threads in if all > 1 { vec![1, all] } else { vec![1] } {
        let pool = ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .map_err(|error| BenchError::Threads(error.to_string()))?;
        let ours_ms = median(args.runs, || {
            pool.install(|| {
                let proof = obolus_prover::prove(&key, &circuit.relation, &circuit.z, &mut OsRng)
                    .map_err(|error| BenchError::Prove(error.to_string()))?;
                verify(key.verifying_key(), circuit.inputs(), &proof)
                    .map_err(|error| BenchError::Prove(error.to_string()))
            })
        })?;
        let mib = |bytes: usize| bytes as f64 / f64::from(1 << 20);
        lines.push(Line {
            name: circuit.name.clone(),
            constraints: circuit.relation.rows(),
            threads,
            ours_ms,
            ark_ms: ark_ms.filter(|_| threads == 1),
            snarkjs_ms: None,
            table_mb: mib(key.table_bytes()),
            proof_mb: mib(key.bytes_of_a_proof(&circuit.relation, threads)),
        });
    }
    Ok(lines)
}

/// The median time of a call in milliseconds, after one that does not count.
fn median(runs: u32, mut call: impl FnMut() -> Result<(), BenchError>) -> Result<f64, BenchError> {
    call()?;
    let mut times = Vec::new();
    for _ in 0..runs {
        let start = Instant::now();
        call()?;
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    Ok(times.get(times.len() / 2).copied().unwrap_or_default())
}

impl Report {
    #[expect(clippy::print_stdout, reason = "the result of the command")]
    fn print(&self, json: bool) -> Result<(), BenchError> {
        if json {
            println!("{}", serde_json::to_string(self)?);
            return Ok(());
        }
        for line in &self.circuits {
            let ark = line.ark_ms.map_or(String::new(), |ark| {
                format!(
                    "   ark-groth16 {ark:>7.0} ms ({:.1} times)",
                    ark / line.ours_ms
                )
            });
            println!(
                "{:<12} {:>6} constraints   {} threads   {:>7.0} ms   tables {:>4.0} MiB   a proof {:>4.0} MiB{ark}",
                line.name,
                line.constraints,
                line.threads,
                line.ours_ms,
                line.table_mb,
                line.proof_mb
            );
        }
        Ok(())
    }
}

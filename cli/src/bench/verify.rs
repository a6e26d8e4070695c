//! `obolus bench verify`: proofs from memory and from folders, by all cores and by one, beside other verifiers.

mod measure;
mod rivals;
mod sample;

use std::path::PathBuf;

use clap::Args;
use obolus_verifier::{Item, UncheckedProof, verify_batch};
use obolus_verify::batch::verify_found;
use obolus_verify::keyring::Keyring;
use obolus_verify::policy::{Policy, Rules};
use obolus_verify::source::Sources;
use rayon::ThreadPoolBuilder;
use rayon::prelude::*;
use serde::Serialize;

use super::BenchError;
use crate::progress::{Progress, Stage};
use measure::{Cost, median};
use sample::Sample;

/// Arguments of `obolus bench verify`.
#[derive(Args)]
pub struct VerifyBench {
    /// How many proofs; each is simulated under the INSECURE development key and verified like any other.
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=200_000))]
    bundles: u32,
    /// Verify some of them with ark-groth16, too, one by one.
    #[arg(long)]
    compare: bool,
    /// A folder in which `npm install snarkjs` was run: verify some of them with snarkjs, too, one by one.
    #[arg(long, value_name = "DIR")]
    snarkjs: Option<PathBuf>,
    /// Print one JSON object; times in microseconds a proof.
    #[arg(long)]
    json: bool,
}

/// Proofs that are verified at once, as `verify proof` does.
const GROUP: usize = 1024;

/// What is printed.
#[derive(Serialize)]
struct Report {
    circuit: &'static str,
    bundles: usize,
    runs: Vec<Run>,
    /// One batch on one thread, decoding and all checks included, beside ark-groth16 with the same.
    verify: Option<Batch>,
    /// snarkjs, one by one.
    snarkjs_us: Option<f64>,
}

/// All bundles with so many threads.
#[derive(Serialize)]
struct Run {
    threads: usize,
    /// Points in memory; whether they are in their subgroups is checked.
    memory: Cost,
    /// 128 bytes a proof in memory.
    encoded: Cost,
    /// A folder of bundles in the compact form.
    compact_folder: Cost,
    /// A folder of bundles in JSON.
    json_folder: Cost,
}

/// Microseconds a proof.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Batch {
    /// Proofs that are verified at once.
    pub batch: usize,
    /// Threads.
    pub threads: usize,
    /// Ours, decoding and subgroup tests included.
    pub ours_us: f64,
    /// ark-groth16 with the same, one by one on one thread.
    pub ark_us: Option<f64>,
}

/// One batch on one thread, beside ark-groth16.
///
/// # Errors
/// [`BenchError`], also if a proof is not accepted.
pub fn one_batch(progress: &mut Progress) -> Result<Batch, BenchError> {
    let stage = progress.start("verification", GROUP as u64);
    let sample = Sample::new(GROUP, &stage)?;
    let pool = ThreadPoolBuilder::new().num_threads(1).build();
    let pool = pool.map_err(|error| BenchError::Threads(error.to_string()))?;
    let ours = median(GROUP, || pool.install(|| from_bytes(&sample)))?;
    let ark = pool.install(|| rivals::ark(&sample))?;
    progress.finish(stage);
    Ok(Batch {
        batch: GROUP,
        threads: 1,
        ours_us: ours.us,
        ark_us: Some(ark),
    })
}

/// Runs everything one after the other.
///
/// # Errors
/// [`BenchError`], also if a proof is not accepted.
pub fn run(args: &VerifyBench) -> Result<(), BenchError> {
    let mut progress = Progress::new(args.json);
    let count = args.bundles as usize;
    let stage = progress.start("bundles", count as u64);
    let sample = Sample::new(count, &stage)?;
    progress.finish(stage);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut counts = vec![1, cores];
    counts.dedup();
    let stage = progress.start("verification", counts.len() as u64 * 4);
    let runs = counts
        .iter()
        .map(|&threads| with_threads(&sample, threads, &stage))
        .collect::<Result<Vec<_>, _>>()?;
    progress.finish(stage);
    let stage = progress.start("other verifiers", 2);
    let ark_us = match args.compare {
        true => Some(rivals::ark(&sample)?),
        false => None,
    };
    stage.step();
    let snarkjs_us = match &args.snarkjs {
        Some(folder) => Some(rivals::snarkjs(&sample, folder)?),
        None => None,
    };
    progress.finish(stage);
    let batch = |run: &Run| Batch {
        batch: GROUP.min(count),
        threads: run.threads,
        ours_us: run.encoded.us,
        ark_us,
    };
    let report = Report {
        circuit: "transfer",
        bundles: count,
        verify: runs.first().map(batch),
        runs,
        snarkjs_us,
    };
    report.print(args.json)
}

fn with_threads(sample: &Sample, threads: usize, stage: &Stage) -> Result<Run, BenchError> {
    let pool = ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|error| BenchError::Threads(error.to_string()))?;
    let count = sample.bundles.len();
    let cost = |what: &(dyn Fn() -> Result<(), BenchError> + Sync)| {
        let cost = median(count, || pool.install(what));
        stage.step();
        cost
    };
    Ok(Run {
        threads,
        memory: cost(&|| from_memory(sample))?,
        encoded: cost(&|| from_bytes(sample))?,
        compact_folder: cost(&|| from_folder(sample, sample::COMPACT))?,
        json_folder: cost(&|| from_folder(sample, sample::JSON))?,
    })
}

fn from_memory(sample: &Sample) -> Result<(), BenchError> {
    for group in sample.bundles.chunks(GROUP) {
        let proofs: Vec<UncheckedProof> = group.iter().map(|bundle| bundle.proof).collect();
        batch(sample, group, &proofs)?;
    }
    Ok(())
}

fn from_bytes(sample: &Sample) -> Result<(), BenchError> {
    let groups = sample.bundles.chunks(GROUP);
    for (group, encoded) in groups.zip(sample.encoded.chunks(GROUP)) {
        let proofs: Result<Vec<_>, _> = encoded.par_iter().map(UncheckedProof::decode).collect();
        batch(sample, group, &proofs.map_err(|_| BenchError::NotAccepted)?)?;
    }
    Ok(())
}

fn batch(
    sample: &Sample,
    bundles: &[obolus_verify::bundle::Bundle],
    proofs: &[UncheckedProof],
) -> Result<(), BenchError> {
    let items: Vec<Item<'_>> = bundles
        .iter()
        .zip(proofs)
        .map(|(bundle, proof)| Item {
            key: &sample.key,
            inputs: &bundle.inputs,
            proof,
        })
        .collect();
    match verify_batch(&items).iter().all(Result::is_ok) {
        true => Ok(()),
        false => Err(BenchError::NotAccepted),
    }
}

fn from_folder(sample: &Sample, name: &str) -> Result<(), BenchError> {
    let rules = Rules::new(vec![Policy {
        key_ids: [sample.key.id()].into(),
        allow_insecure: true,
        ..Policy::default()
    }]);
    let mut sources = Sources::new(&[sample.folder.path().join(name)]);
    let items = verify_found(&mut sources, &rules, &Keyring::default(), &mut |_| ());
    let valid = items.iter().filter(|item| item.outcome.is_ok()).count();
    match valid == sample.bundles.len() && items.len() == valid {
        true => Ok(()),
        false => Err(BenchError::NotAccepted),
    }
}

impl Report {
    #[expect(clippy::print_stdout, reason = "the result of the command")]
    fn print(&self, json: bool) -> Result<(), BenchError> {
        if json {
            println!("{}", serde_json::to_string(self)?);
            return Ok(());
        }
        println!("{} proofs of {}; µs each", self.bundles, self.circuit);
        for run in &self.runs {
            println!("threads: {}", run.threads);
            for (name, cost) in [
                ("points in memory", run.memory),
                ("128 bytes in memory", run.encoded),
                ("folder, compact", run.compact_folder),
                ("folder, JSON", run.json_folder),
            ] {
                println!(
                    "  {name:<20} {:>8.1}   {:>5.2} of memory   {:.2} cores busy",
                    cost.us,
                    cost.us / run.memory.us,
                    cost.cores
                );
            }
        }
        let rivals = [
            ("ark-groth16", self.verify.and_then(|b| b.ark_us)),
            ("snarkjs", self.snarkjs_us),
        ];
        for (name, us) in rivals {
            if let Some(us) = us {
                println!("{name}, one by one     {us:>8.1}");
            }
        }
        Ok(())
    }
}

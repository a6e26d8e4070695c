//! Our prover beside `ark-groth16` and snarkjs, for `transfer`, with the same circuit and witness in the same run.
//!
//! The provers take turns, so that whatever else the machine does falls on all of them. Printed are medians, as one line of JSON.
//! arkworks gets matrices and assignment ready-made; ours includes native check, assignment and verification; an imported key
//! is a `.zkey`, proved with and without tables, verification included; snarkjs takes the threads that it wants.
//! With `--features ark-parallel` arkworks is measured on all threads as well. Needs node and npm; see `node/mod.rs`.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test binary")]

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use ark_bn254::{Bn254, Fr};
use ark_ff::UniformRand;
use ark_groth16::r1cs_to_qap::LibsnarkReduction;
use ark_groth16::{Groth16, ProvingKey};
use ark_relations::gr1cs::Matrix;
use obolus_ceremony::fixtures::Fixture;
use obolus_kernels::Multiples;
use obolus_protocol::statement::sample;
use obolus_prover::snarkjs::{ImportedProver, Witness, write_r1cs};
use obolus_prover::{KeyStore, Provable, Prover, Transfer, relation};
use obolus_r1cs::{R1csShape, Replay, assign, shape};
use obolus_verifier::{CircuitName, verify};
use rand::rngs::OsRng;
use rayon::{ThreadPool, ThreadPoolBuilder};

use self::node::{installed, modules, succeed, target};

mod node;

type Ark = Groth16<Bn254, LibsnarkReduction>;

/// Proofs of each prover.
const RUNS: usize = 5;

/// Proves until it is told otherwise and prints the times in milliseconds; the first proof, in which snarkjs compiles its own
/// code, is not counted.
const SCRIPT: &str = r#"
const fs = require("fs");
const snarkjs = require("snarkjs");
(async () => {
  const [zkey, witness] = process.argv.slice(2, 4).map((path) => new Uint8Array(fs.readFileSync(path)));
  const times = [];
  for (let i = 0; i <= Number(process.argv[4]); i++) {
    const start = process.hrtime.bigint();
    await snarkjs.groth16.prove(zkey, witness);
    times.push(Number(process.hrtime.bigint() - start) / 1e6);
  }
  console.log(JSON.stringify(times.slice(1)));
  process.exit(0);
})();
"#;

struct Arkworks<'a> {
    shape: &'a R1csShape,
    matrices: [Matrix<Fr>; 3],
    key: ProvingKey<Bn254>,
}

impl<'a> Arkworks<'a> {
    fn new(shape: &'a R1csShape) -> Self {
        let key = Ark::generate_random_parameters_with_reduction(Replay::shape(shape), &mut OsRng);
        Self {
            shape,
            matrices: [shape.a().clone(), shape.b().clone(), shape.c().clone()],
            key: key.unwrap(),
        }
    }

    fn prove(&self, z: &[Fr]) {
        Ark::create_proof_with_reduction_and_matrices(
            &self.key,
            Fr::rand(&mut OsRng),
            Fr::rand(&mut OsRng),
            &self.matrices,
            self.shape.num_public() + 1,
            self.shape.num_constraints(),
            z,
        )
        .unwrap();
    }
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn milliseconds(call: impl FnOnce()) -> f64 {
    let start = Instant::now();
    call();
    start.elapsed().as_secs_f64() * 1e3
}

/// What is measured on each number of threads.
type Contender<'a> = (&'static str, Box<dyn Fn() + Sync + 'a>);

fn snarkjs(zkey: &[u8], witness: &[u8], runs: usize) -> Vec<f64> {
    let directory = tempfile::tempdir_in(target()).unwrap();
    let path = |file: &str| directory.path().join(file);
    fs::write(path("key.zkey"), zkey).unwrap();
    fs::write(path("witness.wtns"), witness).unwrap();
    // A script sees the packages of the folder that it is in.
    let script = modules("snarkjs").parent().unwrap().join("prove.cjs");
    fs::write(&script, SCRIPT).unwrap();
    let runs = runs.to_string();
    let script = script.to_str().unwrap();
    let output = succeed(
        directory.path(),
        "node",
        &[script, "key.zkey", "witness.wtns", &runs],
    );
    serde_json::from_slice(&output).unwrap()
}

fn pool(threads: usize) -> ThreadPool {
    let pool = ThreadPoolBuilder::new().num_threads(threads);
    pool.build().unwrap()
}

#[test]
#[ignore = "minutes: cargo test -p obolus-prover --release --features ark-parallel --test compare -- --ignored --nocapture"]
fn provers_side_by_side() {
    if !installed() {
        return;
    }
    let store = KeyStore::open(PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("../obolus-keys"));
    let prover = Prover::<Transfer>::development(&store.unwrap(), &()).unwrap();
    let witness = sample::transfer(1);
    let context = sample::context(1);
    let shape = shape::<Transfer>();
    let inputs = Transfer::public_inputs(&witness, context);
    let assignment = assign::<Transfer>(&witness, &inputs);
    let ark = Arkworks::new(&shape);
    let r1cs = write_r1cs(&relation(&shape).unwrap()).unwrap();
    let zkey = Fixture::of(&r1cs, 1).zkey;
    let values = Witness::new(assignment.z().to_vec()).unwrap();
    let name = CircuitName::new("imported").unwrap();
    let imported = [Multiples::ALL, Multiples::NONE]
        .map(|most| ImportedProver::read_with(&name, &zkey, most, &()).unwrap());
    let prove_imported = |prover: &ImportedProver| {
        let (inputs, proof) = prover.prove(&values).unwrap();
        verify(prover.verifying_key(), &inputs, &proof).unwrap();
    };
    let contenders: Vec<Contender<'_>> = vec![
        (
            "ours_ms",
            Box::new(|| drop(prover.prove(&witness, context).unwrap())),
        ),
        ("zkey_ms", Box::new(|| prove_imported(&imported[0]))),
        (
            "zkey_no_tables_ms",
            Box::new(|| prove_imported(&imported[1])),
        ),
        ("ark_ms", Box::new(|| ark.prove(assignment.z()))),
    ];
    let mut snarkjs_times = Vec::new();
    let pools = [1, std::thread::available_parallelism().unwrap().get()].map(|n| (n, pool(n)));
    let mut times = vec![vec![Vec::new(); contenders.len()]; pools.len()];
    for run in 0..=RUNS {
        for ((threads, pool), times) in pools.iter().zip(&mut times) {
            for ((name, prove), times) in contenders.iter().zip(times) {
                if *name == "ark_ms" && *threads > 1 && cfg!(not(feature = "ark-parallel")) {
                    continue;
                }
                let time = pool.install(|| milliseconds(prove));
                // The first turn warms caches up.
                if run > 0 {
                    times.push(time);
                }
            }
        }
        if run % 2 == 0 && run > 0 {
            snarkjs_times.extend(snarkjs(&zkey, &values.encode(), 3));
        }
    }
    let snarkjs_ms = median(snarkjs_times);
    let mut circuits = Vec::new();
    for ((threads, _), times) in pools.iter().zip(times) {
        let mut line = serde_json::json!({
            "name": "transfer",
            "constraints": shape.num_constraints(),
            "threads": threads,
            "snarkjs_ms": snarkjs_ms,
        });
        for ((name, _), times) in contenders.iter().zip(times) {
            let least = times.iter().copied().fold(f64::INFINITY, f64::min);
            eprintln!(
                "{name}, {threads} threads: least {least:.0} ms of {} runs",
                times.len()
            );
            if !times.is_empty() {
                line[*name] = median(times).into();
            }
        }
        circuits.push(line);
    }
    println!("{}", serde_json::json!({ "circuits": circuits }));
}

//! Proving, beside what arkworks needs for the same circuit and witness.
//!
//! The arkworks keys are made with its own reduction; its prover gets matrices and assignment
//! ready-made, so that only the proving itself is compared.
#![allow(missing_docs, clippy::unwrap_used, reason = "a benchmark binary")]

use std::path::PathBuf;

use ark_bn254::{Bn254, Fr};
use ark_ff::UniformRand;
use ark_groth16::Groth16;
use ark_groth16::r1cs_to_qap::LibsnarkReduction;
use ark_relations::gr1cs::Matrix;
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use obolus_protocol::statement::sample;
use obolus_prover::{Provable, Prover, Provers};
use obolus_r1cs::{Replay, assign, shape};
use rand::SeedableRng;
use rand::rngs::{OsRng, StdRng};

type Ark = Groth16<Bn254, LibsnarkReduction>;

fn provers() -> Provers {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("obolus-keys");
    Provers::development(directory, &()).unwrap()
}

fn prove_one<S: Provable>(c: &mut Criterion, prover: &Prover<S>, witness: &S::Witness) {
    let mut group = c.benchmark_group(format!("prove/{}", S::CIRCUIT));
    group.sample_size(10);
    let context = sample::context(1);
    let inputs = S::public_inputs(witness, context);
    group.bench_function("assign", |b| b.iter(|| assign::<S>(witness, &inputs)));
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        group.bench_function(BenchmarkId::new("ours", threads), |b| {
            b.iter(|| pool.install(|| prover.prove(witness, context).unwrap()));
        });
    }
    let shape = shape::<S>();
    let assignment = assign::<S>(witness, &inputs);
    let mut rng = StdRng::seed_from_u64(1);
    let key = Ark::generate_random_parameters_with_reduction(Replay::shape(&shape), &mut rng);
    let key = key.unwrap();
    let matrices: [Matrix<Fr>; 3] = [shape.a().clone(), shape.b().clone(), shape.c().clone()];
    group.bench_function("arkworks", |b| {
        b.iter(|| {
            Ark::create_proof_with_reduction_and_matrices(
                &key,
                Fr::rand(&mut OsRng),
                Fr::rand(&mut OsRng),
                &matrices,
                shape.num_public() + 1,
                shape.num_constraints(),
                assignment.z(),
            )
            .unwrap()
        });
    });
    group.finish();
}

fn prove(c: &mut Criterion) {
    let provers = provers();
    prove_one(c, &provers.transfer, &sample::transfer(1));
    prove_one(c, &provers.issue, &sample::issue(1));
    prove_one(c, &provers.redeem, &sample::redeem(1));
    prove_one(c, &provers.register, &sample::register(1));
    let ratio = provers.ratio.as_ref().unwrap();
    prove_one(c, ratio, &sample::ratio(1));
    let balance = provers.balance.as_ref().unwrap();
    prove_one(c, balance, &sample::balance(1));
    let supply = provers.supply.as_ref().unwrap();
    prove_one(c, supply, &sample::supply(1));
    let velocity = provers.velocity.as_ref().unwrap();
    prove_one(c, velocity, &sample::velocity(1));
}

criterion_group!(benches, prove);
criterion_main!(benches);

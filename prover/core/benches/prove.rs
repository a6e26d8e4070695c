//! Proving and verifying, beside what arkworks needs for the same circuit and witness.
//!
//! The arkworks keys are made with its own reduction; its prover gets matrices and assignment
//! ready-made, so that only the proving itself is compared.
#![allow(missing_docs, clippy::unwrap_used, reason = "a benchmark binary")]

use std::hint::black_box;
use std::path::PathBuf;

use ark_bn254::{Bn254, Fr};
use ark_ff::UniformRand;
use ark_groth16::r1cs_to_qap::LibsnarkReduction;
use ark_groth16::{Groth16, prepare_verifying_key};
use ark_relations::gr1cs::Matrix;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use obolus_protocol::statement::sample;
use obolus_prover::{DevProvers, Provable, Prover};
use obolus_r1cs::{Replay, assign, shape};
use obolus_verifier::{Item, Proof, verify, verify_batch};
use rand::SeedableRng;
use rand::rngs::{OsRng, StdRng};

type Ark = Groth16<Bn254, LibsnarkReduction>;

fn provers() -> DevProvers {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("obolus-keys");
    DevProvers::prepare(directory, &()).unwrap()
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
}

fn verification(c: &mut Criterion) {
    let prover = provers().transfer;
    let proven = prover
        .prove(&sample::transfer(1), sample::context(1))
        .unwrap();
    let inputs = proven.inputs.to_array();
    let proof = Proof::decode(&proven.envelope.proof.0).unwrap();
    let key = prover.verifying_key();

    let mut group = c.benchmark_group("verify");
    group.bench_function("decode", |b| {
        b.iter(|| Proof::decode(black_box(&proven.envelope.proof.0)).unwrap());
    });
    group.bench_function("single", |b| {
        b.iter(|| verify(key, black_box(&inputs), &proof).unwrap());
    });
    let points = key.points();
    let ark_key = prepare_verifying_key(&ark_groth16::VerifyingKey::<Bn254> {
        alpha_g1: points.alpha_g1,
        beta_g2: points.beta_g2,
        gamma_g2: points.gamma_g2,
        delta_g2: points.delta_g2,
        gamma_abc_g1: points.ic.clone(),
    });
    let ark_proof = ark_groth16::Proof {
        a: *proof.a(),
        b: *proof.b(),
        c: *proof.c(),
    };
    group.bench_function("single/arkworks", |b| {
        b.iter(|| assert!(Ark::verify_proof(&ark_key, &ark_proof, black_box(&inputs)).unwrap()));
    });
    let item = Item {
        key,
        inputs: &inputs,
        proof: &proof,
    };
    for size in [1_usize, 16, 128] {
        group.throughput(Throughput::Elements(size as u64));
        let items = vec![item; size];
        for threads in [1, 2] {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            let name = BenchmarkId::new(format!("batch/{size}"), threads);
            group.bench_function(name, |b| {
                b.iter(|| pool.install(|| assert!(verify_batch(&items).iter().all(Result::is_ok))));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, verification, prove);
criterion_main!(benches);

//! Decoding and verification of proofs, one by one and in batches, beside ark-groth16.
//!
//! The key has as many public inputs as `transfer`; what a verifier does depends on nothing else of a circuit.
#![allow(missing_docs, clippy::unwrap_used, reason = "a benchmark binary")]

use std::hint::black_box;

use ark_bn254::{Bn254, Fr};
use ark_groth16::r1cs_to_qap::LibsnarkReduction;
use ark_groth16::{Groth16, prepare_verifying_key};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use obolus_verifier::trapdoor::Trapdoor;
use obolus_verifier::{Item, Proof, UncheckedProof, verify, verify_batch};
use rayon::prelude::*;

type Ark = Groth16<Bn254, LibsnarkReduction>;

/// Public inputs of `transfer`.
const INPUTS: usize = 16;
const MOST: usize = 1024;

fn verification(c: &mut Criterion) {
    let mut trapdoor = Trapdoor::new(INPUTS, 1);
    let key = trapdoor.key();
    let proved: Vec<(Vec<Fr>, Proof)> = (0..MOST)
        .map(|_| {
            let inputs = trapdoor.inputs();
            let proof = trapdoor.prove(&inputs);
            (inputs, proof)
        })
        .collect();
    let (inputs, proof) = &proved[0];
    let bytes = proof.encode().unwrap();

    let mut group = c.benchmark_group("verify");
    group.bench_function("decode", |b| {
        b.iter(|| Proof::decode(black_box(&bytes)).unwrap());
    });
    group.bench_function("decode for a batch", |b| {
        b.iter(|| UncheckedProof::decode(black_box(&bytes)).unwrap());
    });
    group.bench_function("single", |b| {
        b.iter(|| verify(&key, black_box(inputs), proof).unwrap());
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
        b.iter(|| assert!(Ark::verify_proof(&ark_key, &ark_proof, black_box(inputs)).unwrap()));
    });
    let items: Vec<Item<'_>> = proved
        .iter()
        .map(|(inputs, proof)| Item {
            key: &key,
            inputs,
            proof: proof.unchecked(),
        })
        .collect();
    let encoded: Vec<_> = proved.iter().map(|(_, p)| p.encode().unwrap()).collect();
    for size in [1_usize, 2, 16, 128, MOST] {
        group.throughput(Throughput::Elements(size as u64));
        for threads in [1, 2] {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            let items = &items[..size];
            let name = BenchmarkId::new(format!("batch/{size}"), threads);
            group.bench_function(name, |b| {
                b.iter(|| pool.install(|| assert!(verify_batch(items).iter().all(Result::is_ok))));
            });
            let name = BenchmarkId::new(format!("decode and batch/{size}"), threads);
            group.bench_function(name, |b| {
                b.iter(|| {
                    pool.install(|| {
                        let proofs: Vec<_> = encoded[..size]
                            .par_iter()
                            .map(|bytes| UncheckedProof::decode(bytes).unwrap())
                            .collect();
                        let items: Vec<_> = items
                            .iter()
                            .zip(&proofs)
                            .map(|(item, proof)| Item { proof, ..*item })
                            .collect();
                        assert!(verify_batch(&items).iter().all(Result::is_ok));
                    });
                });
            });
        }
    }
    group.finish();
}

criterion_group!(benches, verification);
criterion_main!(benches);

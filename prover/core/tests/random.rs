//! Random statements under the library's verifier: what we prove is what `ark-groth16` accepts.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test binary")]

use std::path::PathBuf;

use ark_bn254::Bn254;
use ark_groth16::{Groth16, PreparedVerifyingKey, prepare_verifying_key};
use obolus_protocol::Fr;
use obolus_protocol::statement::sample;
use obolus_prover::{Provable, Prover, Provers};
use obolus_verifier::{Proof, VerifyingKey};

fn prepared(key: &VerifyingKey) -> PreparedVerifyingKey<Bn254> {
    let points = key.points();
    prepare_verifying_key(&ark_groth16::VerifyingKey::<Bn254> {
        alpha_g1: points.alpha_g1,
        beta_g2: points.beta_g2,
        gamma_g2: points.gamma_g2,
        delta_g2: points.delta_g2,
        gamma_abc_g1: points.ic.clone(),
    })
}

/// Proves the sample with that seed; the library accepts it, and not with another input.
fn check<S: Provable>(
    prover: &Prover<S>,
    key: &PreparedVerifyingKey<Bn254>,
    witness: &S::Witness,
    seed: u64,
) {
    let proven = prover.prove(witness, sample::context(seed)).unwrap();
    let proof = Proof::decode(&proven.envelope.proof.0).unwrap();
    let proof = ark_groth16::Proof {
        a: *proof.a(),
        b: *proof.b(),
        c: *proof.c(),
    };
    let mut inputs = S::in_order(&proven.inputs);
    assert!(Groth16::<Bn254>::verify_proof(key, &proof, &inputs).unwrap());
    let changed = seed as usize % inputs.len();
    inputs[changed] += Fr::from(1);
    assert!(!Groth16::<Bn254>::verify_proof(key, &proof, &inputs).unwrap());
}

fn run(seeds: std::ops::Range<u64>) {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("../obolus-keys");
    let provers = Provers::development(directory, &()).unwrap();
    let keys: Vec<_> = provers.verifying_keys().into_iter().map(prepared).collect();
    let [
        transfer,
        issue,
        redeem,
        register,
        ratio,
        balance,
        supply,
        velocity,
    ] = &keys[..]
    else {
        panic!("eight statements");
    };
    for seed in seeds {
        match seed % 8 {
            0 => check(&provers.transfer, transfer, &sample::transfer(seed), seed),
            1 => check(&provers.issue, issue, &sample::issue(seed), seed),
            2 => check(&provers.redeem, redeem, &sample::redeem(seed), seed),
            3 => {
                let prover = provers.ratio.as_ref().unwrap();
                check(prover, ratio, &sample::ratio(seed), seed);
            }
            4 => {
                let prover = provers.balance.as_ref().unwrap();
                check(prover, balance, &sample::balance(seed), seed);
            }
            5 => {
                let prover = provers.supply.as_ref().unwrap();
                check(prover, supply, &sample::supply(seed), seed);
            }
            6 => {
                let prover = provers.velocity.as_ref().unwrap();
                check(prover, velocity, &sample::velocity(seed), seed);
            }
            _ => check(&provers.register, register, &sample::register(seed), seed),
        }
    }
}

#[test]
fn twenty_four_random_statements() {
    run(1..25);
}

#[test]
#[ignore = "half an hour: cargo test -p obolus-prover --test random --release -- --ignored"]
fn ten_thousand_random_statements() {
    run(1_000..11_000);
}

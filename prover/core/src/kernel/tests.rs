use ark_ff::One;
use obolus_verifier::{VerifyError, verify};
use rand::rngs::OsRng;

use super::*;
use crate::relation::tests::cubes;
use crate::setup::tests::shared_key;

#[test]
fn proofs_hold_for_their_inputs_only() {
    let (relation, z) = cubes(20);
    let key = shared_key();
    let proof = prove(key, &relation, &z, &mut OsRng).unwrap();
    let inputs = &z[1..=20];
    assert_eq!(verify(key.verifying_key(), inputs, &proof), Ok(()));
    for i in 0..inputs.len() {
        let mut changed = inputs.to_vec();
        changed[i] += Fr::one();
        assert_eq!(
            verify(key.verifying_key(), &changed, &proof),
            Err(VerifyError::Refused)
        );
    }
}

#[test]
fn proofs_of_one_statement_differ_in_every_point() {
    let (relation, z) = cubes(20);
    let first = prove(shared_key(), &relation, &z, &mut OsRng).unwrap();
    let second = prove(shared_key(), &relation, &z, &mut OsRng).unwrap();
    assert_ne!(first.a(), second.a());
    assert_ne!(first.b(), second.b());
    assert_ne!(first.c(), second.c());
}

#[test]
fn one_thread_is_enough() {
    let (relation, z) = cubes(20);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .unwrap();
    let proof = pool
        .install(|| prove(shared_key(), &relation, &z, &mut OsRng))
        .unwrap();
    let key = shared_key().verifying_key();
    assert_eq!(verify(key, &z[1..=20], &proof), Ok(()));
}

#[test]
fn a_false_statement_has_no_proof() {
    let (relation, mut z) = cubes(20);
    z[3] += Fr::one();
    let error = prove(shared_key(), &relation, &z, &mut OsRng).unwrap_err();
    assert!(matches!(
        error,
        KernelError::Qap(QapError::Unsatisfied { row: 7 })
    ));
}

#[test]
fn the_key_must_be_the_circuits() {
    let (other, z) = cubes(19);
    let error = prove(shared_key(), &other, &z, &mut OsRng).unwrap_err();
    assert!(matches!(error, KernelError::Key));
}

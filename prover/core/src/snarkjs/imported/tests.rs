use ark_ff::One;
use obolus_verifier::KeyOrigin;

use super::*;
use crate::qap::QapError;
use crate::relation::tests::cubes;
use crate::setup::tests::name;
use crate::snarkjs::zkey::sample::Sample;

fn prover() -> ImportedProver {
    let zkey = Sample::of(&cubes(6).0).bytes();
    ImportedProver::read(&name(), &zkey, &()).unwrap()
}

#[test]
fn proofs_hold_for_their_inputs_only() {
    let prover = prover();
    let (relation, z) = cubes(6);
    let (inputs, proof) = prover.prove(&Witness::new(z.clone()).unwrap()).unwrap();
    assert_eq!(inputs, z[1..=6]);
    assert_eq!(prover.verifying_key().origin(), KeyOrigin::Imported);
    assert_eq!(verify(prover.verifying_key(), &inputs, &proof), Ok(()));
    for i in 0..inputs.len() {
        let mut changed = inputs.clone();
        changed[i] += Fr::one();
        let verdict = verify(prover.verifying_key(), &changed, &proof);
        assert_eq!(verdict, Err(VerifyError::Refused));
    }
    assert_eq!(prover.public_inputs(), relation.public_inputs());
    assert_eq!(prover.variables(), relation.variables());
    assert_eq!(prover.constraints(), relation.rows());
    // Four multiples of every base: 32 for h alone.
    assert!(prover.memory_bytes() > 4 * 32 * 64);
}

#[test]
fn a_wrong_witness_makes_no_proof() {
    let prover = prover();
    for i in 1..cubes(6).1.len() {
        let (_, mut z) = cubes(6);
        z[i] += Fr::one();
        let error = prover.prove(&Witness::new(z).unwrap()).unwrap_err();
        assert!(matches!(error, ImportedProveError::Refused(_)), "{error}");
    }
}

#[test]
fn the_witness_must_have_the_circuits_length() {
    let error = prover()
        .prove(&Witness::new(cubes(5).1).unwrap())
        .unwrap_err();
    assert!(matches!(
        error,
        ImportedProveError::Kernel(KernelError::Qap(QapError::Assignment {
            expected: 19,
            given: 16
        }))
    ));
}

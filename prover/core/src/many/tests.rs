use obolus_protocol::statement::sample;
use obolus_r1cs::Register;

use super::*;
use crate::store::KeyStore;

/// Results are in order, and a statement that does not hold fails alone.
#[test]
fn results_are_in_order_and_independent() {
    let directory = tempfile::tempdir().unwrap();
    let store = KeyStore::open(directory.path()).unwrap();
    let prover = Prover::<Register>::development(&store, &()).unwrap();
    let statements: Vec<_> = (1..=5)
        .map(|number| (sample::register(number), sample::context(number)))
        .collect();
    for threads in [0, 1, 3, 100] {
        let proven = prover.prove_many(&statements, threads).unwrap();
        assert_eq!(proven.len(), statements.len());
        for (proven, (witness, context)) in proven.into_iter().zip(&statements) {
            let expected = <Register as Provable>::public_inputs(witness, *context);
            assert_eq!(proven.unwrap().inputs.to_array(), expected.to_array());
        }
    }
    assert!(prover.prove_many(&[], 2).unwrap().is_empty());
}

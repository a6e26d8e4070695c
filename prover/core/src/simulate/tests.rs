use obolus_protocol::Amount;
use obolus_protocol::statement::sample;
use obolus_verifier::{VerifyError, inputs_from_bytes, verify};

use super::*;

/// What the real prover's keys are known by.
const GOLDEN: &str = include_str!("../../golden/development-keys.txt");

fn check<S: Provable>(simulator: &Simulator<S>, witness: &S::Witness) {
    let id = simulator.verifying_key().id();
    assert!(GOLDEN.contains(&obolus_verifier::KeyIdText(id).to_string()));
    let proven = simulator.prove(witness, sample::context(1)).unwrap();
    assert_eq!(proven.envelope.key, id);
    let inputs = inputs_from_bytes(&proven.envelope.inputs).unwrap();
    let proof = Proof::decode(&proven.envelope.proof.0).unwrap();
    assert_eq!(verify(simulator.verifying_key(), &inputs, &proof), Ok(()));
    for changed in 0..inputs.len() {
        let mut inputs = inputs.clone();
        inputs[changed] += Fr::from(1);
        let verdict = verify(simulator.verifying_key(), &inputs, &proof);
        assert_eq!(verdict, Err(VerifyError::Refused), "input {changed}");
    }
}

#[test]
fn simulated_proofs_verify_for_their_inputs_only() {
    let simulator = DevSimulator::new().unwrap();
    check(&simulator.transfer, &sample::transfer(1));
    check(&simulator.issue, &sample::issue(1));
    check(&simulator.redeem, &sample::redeem(1));
    check(&simulator.register, &sample::register(1));
    check(&simulator.ratio, &sample::ratio(1));
    check(&simulator.balance, &sample::balance(1));
    check(&simulator.supply, &sample::supply(1));
    check(&simulator.velocity, &sample::velocity(1));
}

#[test]
fn no_two_are_alike() {
    let simulator = Simulator::<Register>::development().unwrap();
    let prove = || {
        let proven = simulator.prove(&sample::register(1), sample::context(1));
        proven.unwrap().envelope.proof.0
    };
    assert_ne!(prove(), prove());
}

#[test]
fn a_false_statement_is_not_simulated_by_mistake() {
    let simulator = Simulator::<Transfer>::development().unwrap();
    let mut witness = sample::transfer(1);
    witness.pay = Amount::new(witness.pay.get() + 1);
    let refusal = simulator.prove(&witness, sample::context(1)).err();
    assert!(matches!(refusal, Some(ProveError::Rule(_))));
}

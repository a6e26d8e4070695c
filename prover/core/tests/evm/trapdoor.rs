//! Under keys whose discrete logarithms are known: proofs of anything, and proofs that no prover makes, with an identity
//! point in an equation that holds.

use ark_bn254::Fr;
use ark_ff::{Field, Zero};
use obolus_verifier::trapdoor::{Trapdoor, g1, g2};
use obolus_verifier::{CircuitName, KeyOrigin};

use crate::vectors::{Subject, Words, words};

/// Random inputs with a valid proof, under the key of a circuit that is named after their number.
pub fn subject(trapdoor: &mut Trapdoor) -> Subject {
    let inputs = trapdoor.inputs();
    let proof = trapdoor.prove(&inputs);
    let name = CircuitName::new(&format!("trapdoor_{}", inputs.len())).unwrap();
    let key = trapdoor.key_of(name, KeyOrigin::Imported);
    Subject::new(key, inputs, &proof)
}

/// Proofs of these inputs whose equation holds and whose A, B or C is the identity.
pub fn with_identities(trapdoor: &Trapdoor, inputs: &[Fr]) -> [(char, Words); 3] {
    let terms = trapdoor.ic[1..].iter().zip(inputs).map(|(ic, x)| *ic * x);
    let public = trapdoor.ic[0] + terms.sum::<Fr>();
    // What a·b − c·δ must be.
    let rest = trapdoor.alpha * trapdoor.beta + public * trapdoor.gamma;
    let (a, zero) = (Fr::from(5), Fr::zero());
    let b = rest * a.inverse().unwrap();
    [('A', zero, a), ('B', a, zero), ('C', a, b)].map(|(point, a, b)| {
        let c = (a * b - rest) * trapdoor.delta.inverse().unwrap();
        (point, words(&g1(a), &g2(b), &g1(c)))
    })
}

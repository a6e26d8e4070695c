use ark_bn254::Fr;
use ark_ff::UniformRand;
use rand::rngs::OsRng;

use super::*;
use crate::hash::CeremonyHash;

/// Contributions of participants who know these factors.
fn contributions(factors: &[Fr]) -> Contributions {
    let circuit_hash = CeremonyHash([7; 64]);
    let mut hasher = Hasher::default();
    hasher.bytes(&circuit_hash.0);
    let mut delta = G1Affine::generator();
    let mut list = Vec::new();
    for factor in factors {
        let s = G1Affine::rand(&mut OsRng);
        let sx = (s * factor).into();
        delta = (delta * factor).into();
        let mut transcript = hasher.clone();
        transcript.g1(&s);
        transcript.g1(&sx);
        let transcript = transcript.finish();
        let contribution = DeltaContribution {
            delta_after: delta,
            s,
            sx,
            spx: (challenge_point(&transcript) * factor).into(),
            transcript,
            contributor: Contributor::Participant { name: None },
        };
        contribution.put(&mut hasher);
        list.push(contribution);
    }
    Contributions { circuit_hash, list }
}

#[test]
fn delta_is_the_product_of_all_factors() {
    let delta = check(&contributions(&[Fr::from(3), Fr::from(5)])).unwrap();
    assert_eq!(delta, G1Affine::generator() * Fr::from(15));
    assert_eq!(check(&contributions(&[])), Ok(G1Affine::generator()));
}

#[test]
fn a_contribution_must_change_delta() {
    let idle = contributions(&[Fr::from(3), Fr::from(1), Fr::from(5)]);
    assert_eq!(check(&idle), Err((1, Phase2Fault::Unchanged)));
    // Nor may it end everything: the identity has every ratio.
    let zero = contributions(&[Fr::from(3), Fr::from(0)]);
    assert_eq!(check(&zero), Err((1, Phase2Fault::Knowledge)));
}

#[test]
fn proofs_are_not_good_for_another_circuit() {
    let mut list = contributions(&[Fr::from(3)]);
    list.circuit_hash.0[0] ^= 1;
    assert_eq!(check(&list), Err((0, Phase2Fault::Transcript)));
}

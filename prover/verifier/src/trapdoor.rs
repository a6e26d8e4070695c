//! Keys whose discrete logarithms are known, and the proofs that this allows: whoever knows them
//! proves anything, which is all that tests of a verifier need.

#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "fixtures of tests: a failed expectation is a failed test"
)]

use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{Field, One, UniformRand};
use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::circuit::CircuitName;
use crate::key::{KeyOrigin, KeyPoints, VerifyingKey};
use crate::proof::Proof;

/// Discrete logarithms of a key's points.
#[derive(Debug)]
pub struct Trapdoor {
    /// Of α.
    pub alpha: Fr,
    /// Of β.
    pub beta: Fr,
    /// Of γ.
    pub gamma: Fr,
    /// Of δ.
    pub delta: Fr,
    /// Of the IC points.
    pub ic: Vec<Fr>,
    rng: StdRng,
}

impl Trapdoor {
    /// Random, with γ = 1 as snarkjs has it.
    pub fn new(public_inputs: usize, seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        Self {
            alpha: Fr::rand(&mut rng),
            beta: Fr::rand(&mut rng),
            gamma: Fr::one(),
            delta: Fr::rand(&mut rng),
            ic: (0..=public_inputs).map(|_| Fr::rand(&mut rng)).collect(),
            rng,
        }
    }

    /// The key's points, not linted.
    pub fn points(&self) -> KeyPoints {
        KeyPoints {
            alpha_g1: g1(self.alpha),
            beta_g2: g2(self.beta),
            gamma_g2: g2(self.gamma),
            delta_g2: g2(self.delta),
            ic: self.ic.iter().copied().map(g1).collect(),
        }
    }

    /// The key of a circuit for unit tests.
    pub fn key(&self) -> VerifyingKey {
        self.key_of(name(), KeyOrigin::Ceremony)
    }

    /// The key of a circuit.
    pub fn key_of(&self, circuit: CircuitName, origin: KeyOrigin) -> VerifyingKey {
        VerifyingKey::new(circuit, origin, self.ic.len() - 1, self.points()).unwrap()
    }

    /// Random public inputs.
    pub fn inputs(&mut self) -> Vec<Fr> {
        (1..self.ic.len())
            .map(|_| Fr::rand(&mut self.rng))
            .collect()
    }

    /// A proof that holds: a and b random, c solves the equation.
    pub fn prove(&mut self, inputs: &[Fr]) -> Proof {
        let a = Fr::rand(&mut self.rng);
        let b = Fr::rand(&mut self.rng);
        let public: Fr = self.ic[0]
            + self.ic[1..]
                .iter()
                .zip(inputs)
                .map(|(ic, x)| *ic * x)
                .sum::<Fr>();
        let c =
            (a * b - self.alpha * self.beta - public * self.gamma) * self.delta.inverse().unwrap();
        Proof::new(g1(a), g2(b), g1(c)).unwrap()
    }
}

/// Name of the circuit for unit tests.
pub fn name() -> CircuitName {
    CircuitName::new("unit_test").unwrap()
}

/// A multiple of the generator.
pub fn g1(scalar: Fr) -> G1Affine {
    (G1Affine::generator() * scalar).into_affine()
}

/// A multiple of the generator.
pub fn g2(scalar: Fr) -> G2Affine {
    (G2Affine::generator() * scalar).into_affine()
}

/// A point on the G2 curve's equation but outside the prime-order subgroup.
pub fn g2_outside_subgroup() -> G2Affine {
    let mut x = ark_bn254::Fq2::one();
    loop {
        if let Some(point) = G2Affine::get_point_from_x_unchecked(x, false)
            && !point.is_in_correct_subgroup_assuming_on_curve()
        {
            return point;
        }
        x += ark_bn254::Fq2::one();
    }
}

//! Keys whose discrete logarithms are known, and the proofs that this allows: whoever knows them
//! proves anything, which is all that tests of a verifier need.

use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{Field, One, UniformRand};
use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::circuit::CircuitName;
use crate::key::{KeyOrigin, KeyPoints, VerifyingKey};
use crate::proof::Proof;

pub(crate) struct Trapdoor {
    pub(crate) alpha: Fr,
    pub(crate) beta: Fr,
    pub(crate) gamma: Fr,
    pub(crate) delta: Fr,
    pub(crate) ic: Vec<Fr>,
    rng: StdRng,
}

impl Trapdoor {
    /// Random, with γ = 1 as snarkjs has it.
    pub(crate) fn new(public_inputs: usize, seed: u64) -> Self {
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

    pub(crate) fn points(&self) -> KeyPoints {
        KeyPoints {
            alpha_g1: g1(self.alpha),
            beta_g2: g2(self.beta),
            gamma_g2: g2(self.gamma),
            delta_g2: g2(self.delta),
            ic: self.ic.iter().copied().map(g1).collect(),
        }
    }

    pub(crate) fn key(&self) -> VerifyingKey {
        VerifyingKey::new(
            name(),
            KeyOrigin::Ceremony,
            self.ic.len() - 1,
            self.points(),
        )
        .unwrap()
    }

    pub(crate) fn inputs(&mut self) -> Vec<Fr> {
        (1..self.ic.len())
            .map(|_| Fr::rand(&mut self.rng))
            .collect()
    }

    /// A proof that holds: a and b random, c solves the equation.
    pub(crate) fn prove(&mut self, inputs: &[Fr]) -> Proof {
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

pub(crate) fn name() -> CircuitName {
    CircuitName::new("unit_test").unwrap()
}

pub(crate) fn g1(scalar: Fr) -> G1Affine {
    (G1Affine::generator() * scalar).into_affine()
}

pub(crate) fn g2(scalar: Fr) -> G2Affine {
    (G2Affine::generator() * scalar).into_affine()
}

/// A point on the G2 curve's equation but outside the prime-order subgroup.
pub(crate) fn g2_outside_subgroup() -> G2Affine {
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

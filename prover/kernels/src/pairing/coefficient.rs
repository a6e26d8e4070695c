//! Random coefficients of 128 bits whose multiples cost 64 doublings.

use ark_bn254::{Fr, G1Affine, g1};
use ark_ec::scalar_mul::glv::GLVConfig;

/// A coefficient low + λ·high, where λ is the eigenvalue of the curve's endomorphism φ, and each half is Σ ±2^i over 64
/// signs.
///
/// The 2^128 choices of signs give 2^128 different coefficients: two that were equal would differ by a vector of the lattice
/// {(a, b) : a + λ·b = 0} shorter than 2^66, and its shortest is longer than 2^126. Since no digit is zero, all points
/// take the same steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coefficient {
    /// Signs of the lower half: a set bit is a plus.
    pub low: u64,
    /// Signs of the half that counts λ times.
    pub high: u64,
}

impl Coefficient {
    /// As an element of the scalar field.
    pub fn to_fr(self) -> Fr {
        // Σ (2·bit − 1)·2^i.
        let half = |signs: u64| Fr::from(2 * u128::from(signs)) - Fr::from(u64::MAX);
        half(self.low) + <g1::Config as GLVConfig>::LAMBDA * half(self.high)
    }
}

/// φ(P) = λ·P.
pub fn endomorphism(p: &G1Affine) -> G1Affine {
    g1::Config::endomorphism_affine(p)
}

//! From an assignment to a proof.
//!
//! The proof is first made with Groth16's blinding r = s = 0:
//!
//! A = α + Σ zⱼ·A_j, B = β + Σ zⱼ·B_j (in G2 only), C = Σ zⱼ·L_j + Σ hᵢ·H_i,
//!
//! and then re-randomised with fresh u ≠ 0 and t:
//!
//! A' = u⁻¹·A, B' = u·B + u·t·δ, C' = C + t·A.
//!
//! The equation still holds, since e(A', B') = e(A, B)·e(t·A, δ). For A ≠ 0 the pair (A', B') is
//! uniform over (G1 ∖ 0) × G2 and C' is the one point that fits, which is how an honest Groth16
//! proof is distributed, up to the case A' = 0 (Baghery, Kohlweiss, Siim, Volkhov, "Another look at
//! extraction and randomization of Groth's zk-SNARK", eprint 2020/811, theorem 3). So the proof
//! hides as much as one with blinded r and s, and the sum over B in G1 that those need is saved.
//! The unblinded proof never leaves this module.

use ark_bn254::{Fr, G1Affine, G1Projective, G2Projective};
use ark_ec::CurveGroup;
use ark_ec::short_weierstrass::Projective;
use ark_ff::{AdditiveGroup, BigInt, Field, PrimeField};
use obolus_kernels::Curve;
use obolus_verifier::{Proof, ProofError};
use rand::RngCore;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::key::{ProvingKey, Query};
use crate::qap::{Domains, Evaluations, QapError};
use crate::relation::{Factors, Relation};

#[cfg(test)]
mod tests;

/// Why no proof was made.
#[derive(Debug, Error)]
pub enum KernelError {
    /// The assignment does not satisfy the circuit.
    #[error(transparent)]
    Qap(#[from] QapError),
    /// The key belongs to another circuit.
    #[error("the proving key does not belong to this circuit; make or import the right key")]
    Key,
    /// The operating system gave no randomness.
    #[error("no randomness from the operating system: {0}")]
    Randomness(#[from] rand::Error),
    /// A point came out as the identity or outside its group: the key is damaged.
    #[error(
        "the proof came out malformed, so the proving key is damaged; delete it and make it again: {0}"
    )]
    Malformed(#[from] ProofError),
}

type Scalars = Zeroizing<Vec<BigInt<4>>>;

/// Proves that `assignment` satisfies `relation`.
///
/// Uses rayon's current pool for independent parts; on one thread it does the same work in order.
///
/// # Errors
/// [`KernelError::Qap`] if it does not, [`KernelError::Key`] if the key is another circuit's.
pub fn prove(
    key: &ProvingKey,
    relation: &Relation,
    assignment: &[Fr],
    rng: &mut impl RngCore,
) -> Result<Proof, KernelError> {
    let factors = relation.factors();
    let rows = Domains::new(factors)?.evaluate(factors, Some(relation.c()), assignment)?;
    prove_evaluated(key, factors, assignment, rows, rng)
}

/// [`prove`] for circuits whose C is not known. The proof must be verified: nothing else tells a wrong assignment.
pub(crate) fn prove_factors(
    key: &ProvingKey,
    factors: &Factors,
    assignment: &[Fr],
    rng: &mut impl RngCore,
) -> Result<Proof, KernelError> {
    let rows = Domains::new(factors)?.evaluate(factors, None, assignment)?;
    prove_evaluated(key, factors, assignment, rows, rng)
}

/// [`prove`] with what the rows of A and B are for an assignment that satisfies the circuit. The proof must be verified, too.
pub(crate) fn prove_evaluated(
    key: &ProvingKey,
    factors: &Factors,
    assignment: &[Fr],
    rows: Evaluations,
    rng: &mut impl RngCore,
) -> Result<Proof, KernelError> {
    let domains = Domains::new(factors)?;
    if !key.fits(factors, domains.size()) {
        return Err(KernelError::Key);
    }
    let h = domains.h_values(factors, rows, assignment)?;
    let z = integers(assignment.iter());
    let private = z.iter().skip(factors.public_inputs() + 1);
    let mut c_scalars: Scalars = Zeroizing::new(Vec::with_capacity(key.c.len()));
    c_scalars.extend(private.copied());
    c_scalars.extend(h.iter().copied());
    drop(h);
    let (b, (a, c)) = rayon::join(
        || sum(&key.b, &z),
        || rayon::join(|| sum(&key.a, &z), || key.c.sum(&c_scalars)),
    );
    let points = key.verifying_key.points();
    randomise(a + points.alpha_g1, b + points.beta_g2, c, key, rng)
}

fn randomise(
    a: G1Projective,
    b: G2Projective,
    c: G1Projective,
    key: &ProvingKey,
    rng: &mut impl RngCore,
) -> Result<Proof, KernelError> {
    let (u, inverse) = loop {
        let u = random(rng)?;
        if let Some(inverse) = u.inverse() {
            break (u, inverse);
        }
    };
    let t = random(rng)?;
    let a_affine: G1Affine = a.into_affine();
    let (new_b, (new_a, new_c)) = rayon::join(
        || b * *u + key.verifying_key.points().delta_g2 * (*u * *t),
        || (a_affine * inverse, c + a_affine * *t),
    );
    let proof = Proof::new(
        new_a.into_affine(),
        new_b.into_affine(),
        new_c.into_affine(),
    )?;
    Ok(proof)
}

/// Uniform up to a bias of 2⁻²⁵⁰.
fn random(rng: &mut impl RngCore) -> Result<Zeroizing<Fr>, rand::Error> {
    let mut wide = Zeroizing::new([0; 64]);
    rng.try_fill_bytes(&mut *wide)?;
    Ok(Zeroizing::new(Fr::from_le_bytes_mod_order(&*wide)))
}

fn integers<'a>(values: impl ExactSizeIterator<Item = &'a Fr>) -> Scalars {
    Zeroizing::new(values.map(|x| x.into_bigint()).collect())
}

/// Σ z_j · point_j over the variables of the query.
fn sum<P: Curve>(query: &Query<P>, z: &Scalars) -> Projective<P> {
    let zero = Fr::ZERO.into_bigint();
    let scalars: Scalars = Zeroizing::new(
        query
            .variables
            .iter()
            .map(|variable| z.get(*variable as usize).copied().unwrap_or(zero))
            .collect(),
    );
    query.bases.sum(&scalars)
}

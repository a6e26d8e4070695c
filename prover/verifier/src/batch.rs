//! Verification of many proofs with one final exponentiation.
//!
//! Item i gets a random 128-bit coefficient ρᵢ, and the product over all items of their pairing
//! equations raised to ρᵢ is checked at once:
//!
//! Π e(ρᵢ·Aᵢ, Bᵢ) · Π_keys e(−Σρᵢ·α, β) · e(−Σρᵢ·ICᵢ, γ) · e(−Σρᵢ·Cᵢ, δ) = 1.
//!
//! All points are in groups of prime order ([`Proof`] guarantees it), so a product with a wrong
//! item passes with probability at most 2⁻¹²⁸ over the coefficients. They must be unpredictable to
//! whoever made the proofs: they come from the operating system, after the items are fixed. If the
//! product fails, the batch is split in halves, with fresh coefficients, until the bad items are
//! named.

use std::collections::BTreeMap;

use ark_bn254::{Bn254, Fq12, Fr, G1Affine, G1Projective};
use ark_ec::pairing::{MillerLoopOutput, Pairing, prepare_g1, prepare_g2};
use ark_ec::{CurveGroup, VariableBaseMSM};
use ark_ff::{AdditiveGroup, One, PrimeField};
use rand::RngCore;
use rand::rngs::OsRng;
use rayon::prelude::*;

use crate::key::VerifyingKey;
use crate::proof::Proof;
use crate::verify::{VerifyError, check_count, verify};

#[cfg(test)]
mod tests;

/// Proofs per Miller loop: the library shares squarings among four pairs.
const CHUNK: usize = 4;

/// One proof to check.
#[derive(Clone, Copy, Debug)]
pub struct Item<'a> {
    /// Key of the circuit.
    pub key: &'a VerifyingKey,
    /// Public inputs in the order of the statement.
    pub inputs: &'a [Fr],
    /// The proof.
    pub proof: &'a Proof,
}

/// Checks many proofs, of any mix of keys; returns one verdict per item, in order.
///
/// Runs on rayon's current thread pool.
pub fn verify_batch(items: &[Item<'_>]) -> Vec<Result<(), VerifyError>> {
    let mut verdicts: Vec<_> = items
        .iter()
        .map(|item| check_count(item.key, item.inputs))
        .collect();
    let candidates: Vec<usize> = (0..items.len())
        .filter(|&i| verdicts.get(i).is_some_and(Result::is_ok))
        .collect();
    let mut refused = Vec::new();
    find_refused(items, &candidates, Suspicion::Unknown, &mut refused);
    for index in refused {
        if let Some(verdict) = verdicts.get_mut(index) {
            *verdict = Err(VerifyError::Refused);
        }
    }
    verdicts
}

/// What is known about a part of a batch before it is checked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Suspicion {
    Unknown,
    /// The whole failed and its other half passed.
    HasRefused,
}

/// Appends the indices of the bad items; tells whether there were any.
fn find_refused(
    items: &[Item<'_>],
    part: &[usize],
    suspicion: Suspicion,
    refused: &mut Vec<usize>,
) -> bool {
    let selected: Vec<Item<'_>> = part.iter().filter_map(|&i| items.get(i)).copied().collect();
    if let ([item], [index]) = (selected.as_slice(), part) {
        let bad = verify(item.key, item.inputs, item.proof).is_err();
        if bad {
            refused.push(*index);
        }
        return bad;
    }
    if part.is_empty() || (suspicion == Suspicion::Unknown && holds(&selected)) {
        return false;
    }
    let (left, right) = part.split_at(part.len() / 2);
    let left_bad = find_refused(items, left, Suspicion::Unknown, refused);
    let right_suspicion = if left_bad {
        Suspicion::Unknown
    } else {
        Suspicion::HasRefused
    };
    let right_bad = find_refused(items, right, right_suspicion, refused);
    left_bad || right_bad
}

/// What the items of one key contribute besides their e(A, B).
struct KeySum<'a> {
    key: &'a VerifyingKey,
    /// Σρᵢ, then Σρᵢ·xᵢⱼ for each public input j.
    scalars: Vec<Fr>,
    c_points: Vec<G1Affine>,
    coefficients: Vec<Fr>,
}

/// The random linear combination of all items holds. False also if no randomness could be had:
/// the caller then ends at single checks, which need none.
fn holds(items: &[Item<'_>]) -> bool {
    let Some(coefficients) = random_coefficients(items.len()) else {
        return false;
    };
    let mut sums: BTreeMap<_, KeySum<'_>> = BTreeMap::new();
    for (item, rho) in items.iter().zip(&coefficients) {
        let sum = sums.entry(item.key.id()).or_insert_with(|| KeySum {
            key: item.key,
            scalars: vec![Fr::ZERO; item.inputs.len() + 1],
            c_points: Vec::new(),
            coefficients: Vec::new(),
        });
        let inputs = std::iter::once(Fr::one()).chain(item.inputs.iter().copied());
        for (scalar, input) in sum.scalars.iter_mut().zip(inputs) {
            *scalar += *rho * input;
        }
        sum.c_points.push(*item.proof.c());
        sum.coefficients.push(*rho);
    }
    let sums: Vec<_> = sums.into_values().collect();
    let (proofs, keys) = rayon::join(
        || {
            items
                .par_chunks(CHUNK)
                .zip(coefficients.par_chunks(CHUNK))
                .map(|(items, rhos)| proof_product(items, rhos))
                .reduce(Fq12::one, |x, y| x * y)
        },
        || {
            sums.par_iter()
                .map(key_product)
                .reduce(Fq12::one, |x, y| x * y)
        },
    );
    Bn254::final_exponentiation(MillerLoopOutput(proofs * keys))
        .is_some_and(|output| output.0.is_one())
}

/// Miller loop of e(ρ·A, B) over some items.
fn proof_product(items: &[Item<'_>], rhos: &[Fr]) -> Fq12 {
    let scaled: Vec<G1Projective> = items
        .iter()
        .zip(rhos)
        .map(|(item, rho)| *item.proof.a() * rho)
        .collect();
    let a = G1Projective::normalize_batch(&scaled);
    Bn254::multi_miller_loop(
        a.into_iter().map(prepare_g1::<Bn254>),
        items
            .iter()
            .map(|item| prepare_g2::<Bn254>(*item.proof.b())),
    )
    .0
}

/// Miller loop of the three fixed-G2 pairs of one key.
fn key_product(sum: &KeySum<'_>) -> Fq12 {
    let msm = |bases: &[G1Affine], scalars: &[Fr]| {
        let scalars: Vec<_> = scalars.iter().map(|s| s.into_bigint()).collect();
        G1Projective::msm_bigint(bases, &scalars)
    };
    let total = sum.scalars.first().copied().unwrap_or(Fr::ZERO);
    let g1 = G1Projective::normalize_batch(&[
        -(sum.key.points().alpha_g1 * total),
        -msm(&sum.key.points().ic, &sum.scalars),
        -msm(&sum.c_points, &sum.coefficients),
    ]);
    let prepared = sum.key.prepared();
    let g2 = [
        prepared.beta.clone(),
        prepared.gamma.clone(),
        prepared.delta.clone(),
    ];
    Bn254::multi_miller_loop(g1.into_iter().map(prepare_g1::<Bn254>), g2).0
}

/// `count` coefficients of 128 bits from the operating system.
fn random_coefficients(count: usize) -> Option<Vec<Fr>> {
    let mut bytes = vec![0; 16 * count];
    OsRng.try_fill_bytes(&mut bytes).ok()?;
    let (chunks, _) = bytes.as_chunks::<16>();
    Some(
        chunks
            .iter()
            .map(|chunk| Fr::from(u128::from_le_bytes(*chunk)))
            .collect(),
    )
}

//! Verification of many proofs with one final exponentiation.
//!
//! Item i gets a random coefficient ρᵢ out of 2^128, and the product over all items of their pairing
//! equations raised to ρᵢ is checked at once:
//!
//! Π e(ρᵢ·Aᵢ, Bᵢ) · Π_keys e(−Σρᵢ·α, β) · e(−Σρᵢ·ICᵢ, γ) · e(−Σρᵢ·Cᵢ, δ) = 1.
//!
//! The Miller loop of Bᵢ tells for certain whether Bᵢ is in its subgroup of prime order; items where it is not are
//! refused and taken out. Then all points are in groups of prime order, so a product with a wrong
//! item passes with probability at most 2⁻¹²⁸ over the coefficients. They must be unpredictable to
//! whoever made the proofs: they come from the operating system, after the items are fixed. If the
//! product fails, the batch is split in halves, with fresh coefficients, until the bad items are
//! among a few, which are checked one by one.

use std::collections::{BTreeMap, BTreeSet};

use ark_bn254::{Bn254, Fq12, Fr, G1Affine, G1Projective};
use ark_ec::pairing::{MillerLoopOutput, Pairing, prepare_g1};
use ark_ec::{CurveGroup, PrimeGroup, VariableBaseMSM};
use ark_ff::{AdditiveGroup, One, PrimeField};
use rand::RngCore;
use rand::rngs::OsRng;
use rayon::prelude::*;

use obolus_abi::KeyId;
use obolus_kernels::Path;
use obolus_kernels::pairing::{Coefficient, Outside, endomorphism, miller_loop, multiples};

use crate::key::VerifyingKey;
use crate::proof::UncheckedProof;
use crate::verify::{VerifyError, check_count, equation};

#[cfg(test)]
mod tests;

/// Most proofs of one Miller loop: enough to share its inversions and squarings, few enough for a processor's cache.
const CHUNK: usize = 256;

/// One proof to check.
#[derive(Clone, Copy, Debug)]
pub struct Item<'a> {
    /// Key of the circuit.
    pub key: &'a VerifyingKey,
    /// Public inputs in the order of the statement.
    pub inputs: &'a [Fr],
    /// The proof.
    pub proof: &'a UncheckedProof,
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
    for (index, error) in find_refused(items, &candidates) {
        if let Some(verdict) = verdicts.get_mut(index) {
            *verdict = Err(error);
        }
    }
    verdicts
}

/// Items that are checked one by one rather than halved again: a combination of a few costs as much as each of them.
const FEW: usize = 8;

/// The bad items of a part, by their indices.
fn find_refused(items: &[Item<'_>], part: &[usize]) -> Vec<(usize, VerifyError)> {
    let selected: Vec<Item<'_>> = part.iter().filter_map(|&i| items.get(i)).copied().collect();
    if selected.len() > 1 {
        match holds(&selected) {
            Ok(()) => return Vec::new(),
            Err(Failure::Equations) => {}
            Err(Failure::Outside(positions)) => {
                let outside: BTreeSet<usize> = positions.into_iter().collect();
                let (bad, rest): (Vec<_>, Vec<_>) = part
                    .iter()
                    .enumerate()
                    .partition(|(position, _)| outside.contains(position));
                let rest: Vec<usize> = rest.into_iter().map(|(_, &index)| index).collect();
                let mut refused = find_refused(items, &rest);
                let error =
                    |(_, &index): (usize, &usize)| (index, UncheckedProof::outside().into());
                refused.extend(bad.into_iter().map(error));
                return refused;
            }
        }
    }
    if selected.len() <= FEW {
        return selected
            .par_iter()
            .zip(part)
            .filter_map(|(item, &index)| Some((index, single(item).err()?)))
            .collect();
    }
    let (left, right) = part.split_at(part.len() / 2);
    let (mut left, right) =
        rayon::join(|| find_refused(items, left), || find_refused(items, right));
    left.extend(right);
    left
}

fn single(item: &Item<'_>) -> Result<(), VerifyError> {
    item.proof.check()?;
    equation(item.key, item.inputs, item.proof)
}

/// Why a combination does not hold.
enum Failure {
    /// B of the items at these positions is outside its subgroup.
    Outside(Vec<usize>),
    /// The product is not one, or no randomness could be had: the caller then ends at single checks, which need none.
    Equations,
}

/// What the items of one key contribute besides their e(A, B).
struct KeySum<'a> {
    key: &'a VerifyingKey,
    /// Σρᵢ, then Σρᵢ·xᵢⱼ for each public input j.
    scalars: Vec<Fr>,
    /// C and φ(C) of each item.
    c_points: Vec<G1Affine>,
    /// The signs of each coefficient's halves.
    c_signs: Vec<u64>,
}

/// The random linear combination of all items holds.
fn holds(items: &[Item<'_>]) -> Result<(), Failure> {
    let coefficients = random_coefficients(items.len()).ok_or(Failure::Equations)?;
    let (proofs, keys) = rayon::join(
        || proofs_product(items, &coefficients),
        || {
            let sums: Vec<_> = key_sums(items, &coefficients).into_values().collect();
            sums.par_iter()
                .map(key_product)
                .reduce(Fq12::one, |x, y| x * y)
        },
    );
    let product = Bn254::final_exponentiation(MillerLoopOutput(proofs? * keys));
    match product {
        Some(output) if output.0.is_one() => Ok(()),
        _ => Err(Failure::Equations),
    }
}

/// Miller loops of all e(ρ·A, B).
fn proofs_product(items: &[Item<'_>], coefficients: &[Coefficient]) -> Result<Fq12, Failure> {
    let size = items.len().div_ceil(rayon::current_num_threads());
    let size = size.clamp(1, CHUNK);
    let products: Vec<_> = items
        .par_chunks(size)
        .zip(coefficients.par_chunks(size))
        .map(|(items, coefficients)| {
            let points: Vec<G1Affine> = items.iter().map(|item| *item.proof.a()).collect();
            let scaled = multiples(&points, coefficients, Path::best());
            let pairs: Vec<_> = scaled
                .into_iter()
                .zip(items)
                .map(|(p, item)| (p, *item.proof.b()))
                .collect();
            miller_loop(&pairs, Path::best())
        })
        .collect();
    let mut product = Fq12::one();
    let mut outside = Vec::new();
    for (chunk, outcome) in products.into_iter().enumerate() {
        match outcome {
            Ok(factor) => product *= factor,
            Err(Outside(positions)) => outside.extend(positions.iter().map(|p| chunk * size + p)),
        }
    }
    if outside.is_empty() {
        Ok(product)
    } else {
        Err(Failure::Outside(outside))
    }
}

fn key_sums<'a>(items: &[Item<'a>], coefficients: &[Coefficient]) -> BTreeMap<KeyId, KeySum<'a>> {
    let mut sums: BTreeMap<_, KeySum<'_>> = BTreeMap::new();
    for (item, coefficient) in items.iter().zip(coefficients) {
        let sum = sums.entry(item.key.id()).or_insert_with(|| KeySum {
            key: item.key,
            scalars: vec![Fr::ZERO; item.inputs.len() + 1],
            c_points: Vec::new(),
            c_signs: Vec::new(),
        });
        let rho = coefficient.to_fr();
        let inputs = std::iter::once(Fr::one()).chain(item.inputs.iter().copied());
        for (scalar, input) in sum.scalars.iter_mut().zip(inputs) {
            *scalar += rho * input;
        }
        let c = item.proof.c();
        sum.c_points.extend([*c, endomorphism(c)]);
        sum.c_signs.extend([coefficient.low, coefficient.high]);
    }
    sums
}

/// Miller loop of the three fixed-G2 pairs of one key.
fn key_product(sum: &KeySum<'_>) -> Fq12 {
    let scalars: Vec<_> = sum.scalars.iter().map(|s| s.into_bigint()).collect();
    let public = G1Projective::msm_bigint(&sum.key.points().ic, &scalars);
    // Half a coefficient is Σ ±2^i = 2·signs − (2^64 − 1).
    let plain: G1Projective = sum.c_points.iter().sum();
    let c =
        G1Projective::msm_u64(&sum.c_points, &sum.c_signs).double() - plain.mul_bigint([u64::MAX]);
    let total = sum.scalars.first().copied().unwrap_or(Fr::ZERO);
    let g1 = G1Projective::normalize_batch(&[-(sum.key.points().alpha_g1 * total), -public, -c]);
    let prepared = sum.key.prepared();
    let g2 = [
        prepared.beta.clone(),
        prepared.gamma.clone(),
        prepared.delta.clone(),
    ];
    Bn254::multi_miller_loop(g1.into_iter().map(prepare_g1::<Bn254>), g2).0
}

/// Coefficients from the operating system.
fn random_coefficients(count: usize) -> Option<Vec<Coefficient>> {
    let mut bytes = vec![0; 16 * count];
    OsRng.try_fill_bytes(&mut bytes).ok()?;
    let (halves, _) = bytes.as_chunks::<8>();
    let (pairs, _) = halves.as_chunks::<2>();
    let coefficient = |[low, high]: &[[u8; 8]; 2]| Coefficient {
        low: u64::from_le_bytes(*low),
        high: u64::from_le_bytes(*high),
    };
    Some(pairs.iter().map(coefficient).collect())
}

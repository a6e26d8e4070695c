//! The key that a circuit has before the first contribution, and what the final key must share with it.
//!
//! Row r sits at the r-th point of the domain; after the constraints come the rows ⟨A, z⟩ = z_j of the
//! constant and the public inputs. With that
//!
//! A_j(τ) = Σᵣ A_rj·Lᵣ(τ), B_j(τ) = Σᵣ B_rj·Lᵣ(τ), K_j = β·A_j(τ) + α·B_j(τ) + C_j(τ).
//!
//! Sections 5 to 7 hold A_j(τ) and B_j(τ), section 3 K_j of the constant and the public inputs, section 8
//! K_j/δ of the others. The first are compared by random combinations, Σⱼ sⱼ·A_j(τ) = Σᵣ (Σⱼ A_rj·sⱼ)·Lᵣ(τ),
//! which take one multiplication per term in the field instead of one in the group. K_j of the private
//! variables is computed point by point, because the hash of the initial key runs over these points.

use ark_bn254::{Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::{AffineRepr, CurveGroup, VariableBaseMSM};
use ark_ff::{AdditiveGroup, One};
use rayon::prelude::*;

use crate::algebra::{NoRandomness, coefficients, sum};
use crate::error::{CeremonyError, KeyPart};
use crate::hash::{CeremonyHash, Hasher};
use crate::phase1::{Lagrange, Powers};
use crate::r1cs::{R1cs, Term};
use crate::zkey::{Coefficient, Side, Zkey, ZkeyFileError};

/// Points per read of snarkjs when it hashes the powers that vanish on the domain. With more points than
/// this in the domain it hashes one too many.
const HASH_CHUNK: usize = 1 << 14;

/// A, B and C applied to a value for every variable: one number for each row.
struct Weights {
    a: Vec<Fr>,
    b: Vec<Fr>,
    c: Vec<Fr>,
}

impl Weights {
    fn of(r1cs: &R1cs, values: &[Fr]) -> Self {
        let dot = |terms: &[Term]| -> Fr {
            let value = |term: &Term| values.get(term.variable as usize).copied();
            let product = |term: &Term| term.coefficient * value(term).unwrap_or(Fr::ZERO);
            terms.iter().map(product).sum()
        };
        let mut weights = Self {
            a: Vec::with_capacity(r1cs.constraints() + r1cs.public_inputs() + 1),
            b: Vec::with_capacity(r1cs.constraints()),
            c: Vec::with_capacity(r1cs.constraints()),
        };
        for [a, b, c] in r1cs.rows() {
            weights.a.push(dot(a));
            weights.b.push(dot(b));
            weights.c.push(dot(c));
        }
        let inputs = values.iter().take(r1cs.public_inputs() + 1);
        weights.a.extend(inputs);
        weights
    }
}

/// The sections of points that no contribution changes.
pub(crate) struct Fixed {
    pub(crate) ic: Vec<G1Affine>,
    a: Vec<G1Affine>,
    b1: Vec<G1Affine>,
    b2: Vec<G2Affine>,
}

impl Fixed {
    pub(crate) fn read(zkey: &Zkey<'_>) -> Result<Self, ZkeyFileError> {
        Ok(Self {
            ic: zkey.ic()?,
            a: zkey.a()?,
            b1: zkey.b1()?,
            b2: zkey.b2()?,
        })
    }
}

/// The fixed sections are those of circuit and powers.
pub(crate) fn check_fixed(
    r1cs: &R1cs,
    lagrange: &Lagrange,
    fixed: &Fixed,
) -> Result<(), CeremonyError> {
    let mut values = coefficients(r1cs.variables())?;
    let weights = Weights::of(r1cs, &values);
    let b_g1 = sum(&lagrange.tau_g1, &weights.b);
    require(
        sum(&fixed.a, &values) == sum(&lagrange.tau_g1, &weights.a),
        KeyPart::A,
    )?;
    require(sum(&fixed.b1, &values) == b_g1, KeyPart::B1)?;
    require(
        sum(&fixed.b2, &values) == sum(&lagrange.tau_g2, &weights.b),
        KeyPart::B2,
    )?;
    // The same for the public variables alone.
    values.truncate(r1cs.public_inputs() + 1);
    let weights = Weights::of(r1cs, &values);
    let expected = sum(&lagrange.beta_g1, &weights.a)
        + sum(&lagrange.alpha_g1, &weights.b)
        + sum(&lagrange.tau_g1, &weights.c);
    require(sum(&fixed.ic, &values) == expected, KeyPart::Ic)
}

/// Section 4 lists the terms of A and B row by row, then the rows of the public inputs.
pub(crate) fn check_coefficients(r1cs: &R1cs, zkey: &Zkey<'_>) -> Result<(), CeremonyError> {
    let terms = r1cs.rows().zip(0_u32..).flat_map(|([a, b, _], row)| {
        let place = move |side| {
            move |term: &Term| Coefficient {
                side,
                row,
                variable: term.variable,
                value: term.coefficient,
            }
        };
        a.iter()
            .map(place(Side::A))
            .chain(b.iter().map(place(Side::B)))
    });
    let first = r1cs.constraints() as u32;
    let inputs = (0..=r1cs.public_inputs() as u32).map(|variable| Coefficient {
        side: Side::A,
        row: first + variable,
        variable,
        value: Fr::one(),
    });
    let mut expected = terms.chain(inputs);
    let given = zkey.coefficients()?;
    for (index, coefficient) in given.iter().enumerate() {
        if expected.next() != Some(*coefficient) {
            return Err(CeremonyError::Coefficient(index));
        }
    }
    match expected.next() {
        None => Ok(()),
        Some(_) => Err(CeremonyError::Coefficient(given.len())),
    }
}

/// K_j of every private variable: section 8 before the first contribution.
pub(crate) fn private_points(r1cs: &R1cs, lagrange: &Lagrange) -> Vec<G1Affine> {
    let public = r1cs.public_inputs() + 1;
    let mut columns: Vec<Vec<(&G1Affine, &Fr)>> = vec![Vec::new(); r1cs.variables() - public];
    let lists = lagrange
        .beta_g1
        .iter()
        .zip(&lagrange.alpha_g1)
        .zip(&lagrange.tau_g1);
    for (sums, ((beta, alpha), tau)) in r1cs.rows().zip(lists) {
        for (terms, point) in sums.into_iter().zip([beta, alpha, tau]) {
            for term in terms {
                let place = (term.variable as usize).checked_sub(public);
                if let Some(column) = place.and_then(|place| columns.get_mut(place)) {
                    column.push((point, &term.coefficient));
                }
            }
        }
    }
    let points: Vec<G1Projective> = columns
        .into_par_iter()
        .map(|column| {
            let (points, scalars): (Vec<_>, Vec<_>) =
                column.into_iter().map(|(p, s)| (*p, *s)).unzip();
            G1Projective::msm_unchecked(&points, &scalars)
        })
        .collect();
    G1Projective::normalize_batch(&points)
}

/// snarkjs's hash of the key before the first contribution. The caller has verified the fixed sections.
pub(crate) fn circuit_hash(
    powers: &Powers<'_>,
    power: u32,
    private: &[G1Affine],
    fixed: &Fixed,
) -> CeremonyHash {
    let mut hasher = Hasher::default();
    let (alpha_g1, beta_g1, beta_g2) = powers.alpha_beta();
    let (g1, g2) = (G1Affine::generator(), G2Affine::generator());
    hasher.g1(&alpha_g1);
    hasher.g1(&beta_g1);
    hasher.g2(&beta_g2);
    // γ, and δ in both groups.
    hasher.g2(&g2);
    hasher.g1(&g1);
    hasher.g2(&g2);
    put(&mut hasher, &fixed.ic);
    let vanishing = G1Projective::normalize_batch(&powers.vanishing(power));
    let size = 1_usize << power;
    let hashed = if size > HASH_CHUNK { size } else { size - 1 };
    hasher.count(size - 1);
    vanishing.iter().take(hashed).for_each(|p| hasher.g1(p));
    put(&mut hasher, private);
    put(&mut hasher, &fixed.a);
    put(&mut hasher, &fixed.b1);
    hasher.count(fixed.b2.len());
    fixed.b2.iter().for_each(|point| hasher.g2(point));
    hasher.finish()
}

fn put(hasher: &mut Hasher, points: &[G1Affine]) {
    hasher.count(points.len());
    points.iter().for_each(|point| hasher.g1(point));
}

/// Σ sᵢ·pᵢ of the final and of the initial points, with the same random sᵢ.
pub(crate) fn combined(
    last: &[G1Affine],
    first: &[G1Affine],
) -> Result<[G1Projective; 2], NoRandomness> {
    let scalars = coefficients(last.len())?;
    Ok([sum(last, &scalars), sum(first, &scalars)])
}

fn require(holds: bool, part: KeyPart) -> Result<(), CeremonyError> {
    if holds {
        Ok(())
    } else {
        Err(CeremonyError::Part(part))
    }
}

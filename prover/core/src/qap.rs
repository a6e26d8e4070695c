//! From constraints to polynomials, in the convention of circom and snarkjs.
//!
//! With m rows and l public inputs the domain H has n = 2^k ≥ m + l + 1 points ωⁱ, ω = ω₂ₙ². Row r
//! sits at ωʳ. After the constraints come l + 1 rows ⟨A, z⟩ = z₀, z₁, …, z_l (and 0 on the B side),
//! which make the polynomials of the public inputs independent.
//!
//! P = A·B − C vanishes on H, that is on the even 2n-th roots of unity, and has degree below 2n.
//! Interpolating over all 2n-th roots leaves only the odd ones:
//!
//! h(τ)·Z(τ) = P(τ) = Σᵢ P(ω₂ₙ^(2i+1)) · L⁽²ⁿ⁾₂ᵢ₊₁(τ).
//!
//! So the bases for h are L⁽²ⁿ⁾₂ᵢ₊₁(τ)/δ in G1 and its scalars are the values of P on the odd coset:
//! no division by Z and no inverse transform. This is section 9 of a zkey file.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, BigInt};
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use obolus_kernels::{Path, Transform};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::relation::{Factors, Matrix, Relation};

#[cfg(test)]
mod tests;

/// Why the polynomials could not be built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum QapError {
    /// The field has too few roots of unity.
    #[error("the circuit is too large for the field; split the statement")]
    Size,
    /// A row is not satisfied.
    #[error("constraint {row} of the circuit is not satisfied by this witness")]
    Unsatisfied {
        /// Number of the row, from 0.
        row: usize,
    },
    /// Too few or too many values.
    #[error("the circuit has {expected} variables but {given} values were given")]
    Assignment {
        /// Variables of the circuit.
        expected: usize,
        /// Values given.
        given: usize,
    },
    /// Too few values of A·z or B·z.
    #[error("the circuit has {expected} rows but values of {given} were given")]
    Rows {
        /// Rows of the circuit.
        expected: usize,
        /// Rows given.
        given: usize,
    },
}

/// A value for each variable.
fn whole(factors: &Factors, assignment: &[Fr]) -> Result<(), QapError> {
    let (expected, given) = (factors.variables(), assignment.len());
    match given == expected {
        true => Ok(()),
        false => Err(QapError::Assignment { expected, given }),
    }
}

type Domain = Radix2EvaluationDomain<Fr>;

/// A·z and B·z for every row, and maybe zeros after them. There is room for all points of the domain, or the values, which are
/// secrets, get moved.
pub(crate) struct Evaluations {
    pub(crate) a: Zeroizing<Vec<Fr>>,
    pub(crate) b: Zeroizing<Vec<Fr>>,
}

/// The domain H and the one of twice its size.
pub(crate) struct Domains {
    even: Domain,
    double: Domain,
}

impl Domains {
    pub(crate) fn new(factors: &Factors) -> Result<Self, QapError> {
        let points = factors.rows() + factors.public_inputs() + 1;
        let even = Domain::new(points).ok_or(QapError::Size)?;
        let double = Domain::new(2 * even.size()).ok_or(QapError::Size)?;
        Ok(Self { even, double })
    }

    /// Number of points of H, and of bases for h.
    pub(crate) fn size(&self) -> usize {
        self.even.size()
    }

    /// A_j(τ), B_j(τ), C_j(τ) for every variable j.
    pub(crate) fn columns_at(&self, relation: &Relation, tau: Fr) -> Columns {
        let lagrange = self.even.evaluate_all_lagrange_coefficients(tau);
        let columns = |m: &Matrix| m.weighted_columns(&lagrange, relation.variables());
        let mut a = columns(relation.a());
        let inputs = lagrange.iter().skip(relation.rows());
        for (column, weight) in a.iter_mut().take(relation.public_inputs() + 1).zip(inputs) {
            *column += weight;
        }
        Columns {
            a,
            b: columns(relation.b()),
            c: columns(relation.c()),
        }
    }

    /// L⁽²ⁿ⁾₂ᵢ₊₁(τ) for every i.
    pub(crate) fn odd_lagrange_at(&self, tau: Fr) -> Vec<Fr> {
        self.double
            .evaluate_all_lagrange_coefficients(tau)
            .into_iter()
            .skip(1)
            .step_by(2)
            .collect()
    }

    /// A·z and B·z, after checking every row against `c`. Without it C·z is taken to be A·z ∘ B·z, as snarkjs does, and a wrong
    /// assignment shows only in a proof that fails.
    pub(crate) fn evaluate(
        &self,
        factors: &Factors,
        c: Option<&Matrix>,
        assignment: &[Fr],
    ) -> Result<Evaluations, QapError> {
        whole(factors, assignment)?;
        let (a, (b, c)) = rayon::join(
            || self.on_domain(factors.a().times(assignment)),
            || {
                rayon::join(
                    || self.on_domain(factors.b().times(assignment)),
                    || c.map(|c| self.on_domain(c.times(assignment))),
                )
            },
        );
        if let Some(c) = c {
            let mut rows = a.iter().zip(b.iter()).zip(c.iter());
            if let Some(row) = rows.position(|((a, b), c)| *a * b != *c) {
                return Err(QapError::Unsatisfied { row });
            }
        }
        Ok(Evaluations { a, b })
    }

    /// P on the odd coset as integers, for rows that all hold.
    ///
    /// # Errors
    /// [`QapError::Assignment`] or [`QapError::Rows`] if the values are not of this circuit.
    pub(crate) fn h_values(
        &self,
        factors: &Factors,
        rows: Evaluations,
        assignment: &[Fr],
    ) -> Result<Zeroizing<Vec<BigInt<4>>>, QapError> {
        whole(factors, assignment)?;
        let Evaluations { mut a, mut b } = rows;
        let given = a.len().min(b.len());
        if given < factors.rows() {
            return Err(QapError::Rows {
                expected: factors.rows(),
                given,
            });
        }
        let c = self.on_domain(a.iter().zip(b.iter()).map(|(a, b)| *a * b));
        b.resize(self.size(), Fr::ZERO);
        a.truncate(factors.rows());
        a.extend(assignment.iter().take(factors.public_inputs() + 1));
        a.resize(self.size(), Fr::ZERO);
        let transform = transform(self.size()).ok_or(QapError::Size)?;
        Ok(transform.odd_values([a, b, c]))
    }

    /// Values at the points of H, zero after the last row. Allocated at full size, so that the
    /// transforms never move secrets to a new place.
    fn on_domain(&self, values: impl Iterator<Item = Fr>) -> Zeroizing<Vec<Fr>> {
        let mut out = Zeroizing::new(Vec::with_capacity(self.size()));
        out.extend(values);
        out.resize(self.size(), Fr::ZERO);
        out
    }
}

/// The transform of a domain, made once a process: circuits of one size share it.
fn transform(size: usize) -> Option<Arc<Transform>> {
    static MADE: Mutex<BTreeMap<usize, Arc<Transform>>> = Mutex::new(BTreeMap::new());
    // Every change is complete before anything can panic.
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(transform) = made.get(&size) {
        return Some(Arc::clone(transform));
    }
    let transform = Arc::new(Transform::new(size, Path::best())?);
    made.insert(size, Arc::clone(&transform));
    Some(transform)
}

/// The polynomials of all variables at τ.
pub(crate) struct Columns {
    pub(crate) a: Vec<Fr>,
    pub(crate) b: Vec<Fr>,
    pub(crate) c: Vec<Fr>,
}

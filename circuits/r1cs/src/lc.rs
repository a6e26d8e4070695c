//! Linear combinations: what constraints are made of.
//!
//! A combination always carries its value. Its terms exist only while a circuit's shape is being
//! recorded; a pass that only computes values keeps them empty, so one text of a circuit serves
//! both passes and arithmetic on values allocates nothing.

use std::ops::{Add, Mul, Neg, Sub};

use ark_ff::{One, Zero};
use obolus_protocol::Fr;

/// Index of a variable in `z = (1, public inputs, witness variables)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Var(pub(crate) u32);

/// A linear combination of variables, with its value.
#[derive(Clone)]
pub(crate) struct Lc {
    constant: Fr,
    /// Sorted by variable, no zero coefficient.
    terms: Vec<(Var, Fr)>,
    value: Fr,
}

impl Lc {
    /// A constant.
    pub(crate) fn constant(value: Fr) -> Self {
        Self {
            constant: value,
            terms: Vec::new(),
            value,
        }
    }

    /// The constant 1.
    pub(crate) fn one() -> Self {
        Self::constant(Fr::one())
    }

    /// The constant 0.
    pub(crate) fn zero() -> Self {
        Self::constant(Fr::zero())
    }

    /// One variable, or only its value when nothing is recorded.
    pub(crate) fn variable(var: Option<Var>, value: Fr) -> Self {
        Self {
            constant: Fr::zero(),
            terms: var.map(|var| (var, Fr::one())).into_iter().collect(),
            value,
        }
    }

    /// The value.
    pub(crate) const fn value(&self) -> Fr {
        self.value
    }

    /// A multiple.
    pub(crate) fn scale(&self, factor: Fr) -> Self {
        if factor.is_zero() {
            return Self::zero();
        }
        Self {
            constant: self.constant * factor,
            terms: self.terms.iter().map(|(v, c)| (*v, *c * factor)).collect(),
            value: self.value * factor,
        }
    }

    /// A multiple by a small integer.
    pub(crate) fn times(&self, factor: u64) -> Self {
        self.scale(Fr::from(factor))
    }

    /// Sum with a constant.
    pub(crate) fn plus_constant(mut self, constant: Fr) -> Self {
        self.constant += constant;
        self.value += constant;
        self
    }

    /// `Σ weights[i] · parts[i]`.
    pub(crate) fn weighted<'a>(parts: impl IntoIterator<Item = (&'a Self, Fr)>) -> Self {
        let mut sum = Self::zero();
        for (part, weight) in parts {
            sum.constant += part.constant * weight;
            sum.value += part.value * weight;
            sum.terms
                .extend(part.terms.iter().map(|(v, c)| (*v, *c * weight)));
        }
        sum.normalise();
        sum
    }

    /// `Σ 2^i · bits[i]`.
    pub(crate) fn from_bits(bits: &[Self]) -> Self {
        let mut weight = Fr::one();
        Self::weighted(bits.iter().map(|bit| {
            let current = weight;
            weight += current;
            (bit, current)
        }))
    }

    /// The row of a constraint matrix: (coefficient, index in z), sorted, without zeros.
    pub(crate) fn into_row(self) -> Vec<(Fr, usize)> {
        let mut row = Vec::with_capacity(self.terms.len() + 1);
        if !self.constant.is_zero() {
            row.push((self.constant, 0));
        }
        row.extend(self.terms.into_iter().map(|(v, c)| (c, v.0 as usize)));
        row
    }

    fn normalise(&mut self) {
        // The stable sort merges the sorted runs it is given.
        self.terms.sort_by_key(|(var, _)| *var);
        self.terms.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 += next.1;
            }
            same
        });
        self.terms.retain(|(_, coefficient)| !coefficient.is_zero());
    }

    fn join(&self, other: Self) -> Self {
        let mut sum = other;
        sum.constant += self.constant;
        sum.value += self.value;
        if !self.terms.is_empty() {
            sum.terms.extend_from_slice(&self.terms);
            sum.normalise();
        }
        sum
    }
}

impl Add for &Lc {
    type Output = Lc;

    fn add(self, other: Self) -> Lc {
        self.join(other.clone())
    }
}

impl Sub for &Lc {
    type Output = Lc;

    fn sub(self, other: Self) -> Lc {
        self.join(-other)
    }
}

impl Neg for &Lc {
    type Output = Lc;

    fn neg(self) -> Lc {
        Lc {
            constant: -self.constant,
            terms: self.terms.iter().map(|(v, c)| (*v, -*c)).collect(),
            value: -self.value,
        }
    }
}

impl Mul<Fr> for &Lc {
    type Output = Lc;

    fn mul(self, factor: Fr) -> Lc {
        self.scale(factor)
    }
}

//! Linear combinations: what constraints are made of.
//!
//! A combination always carries its value. Its terms exist only while a circuit's shape is being
//! recorded; a pass that only computes values keeps them empty, so one text of a circuit serves
//! both passes and arithmetic on values allocates nothing.

use std::ops::{Add, Mul, Neg, Sub};

use ark_ff::{AdditiveGroup, Field, Zero};
use obolus_protocol::Fr;

/// Index of a variable in `z = (1, public inputs, witness variables)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Var(pub(crate) u32);

/// The constant 1, at the head of z.
const ONE: Var = Var(0);

/// A linear combination of variables, with its value.
#[derive(Clone)]
pub(crate) struct Lc {
    value: Fr,
    /// Sorted by variable, no zero coefficient. Empty for a constant, which is its value; otherwise a constant part is
    /// a multiple of [`ONE`], and there is another variable.
    terms: Vec<(Var, Fr)>,
}

impl Lc {
    /// A constant.
    pub(crate) const fn constant(value: Fr) -> Self {
        Self {
            value,
            terms: Vec::new(),
        }
    }

    /// The constant 1.
    pub(crate) const fn one() -> Self {
        Self::constant(Fr::ONE)
    }

    /// The constant 0.
    pub(crate) const fn zero() -> Self {
        Self::constant(Fr::ZERO)
    }

    /// One variable, or only its value when nothing is recorded.
    pub(crate) fn variable(var: Option<Var>, value: Fr) -> Self {
        let mut variable = Self::constant(value);
        variable.terms.extend(var.map(|var| (var, Fr::ONE)));
        variable
    }

    /// The value.
    pub(crate) const fn value(&self) -> Fr {
        self.value
    }

    /// A multiple.
    pub(crate) fn scale(&self, factor: Fr) -> Self {
        let mut multiple = Self::constant(self.value * factor);
        if !self.terms.is_empty() {
            multiple.gather(self.terms.iter().map(|(v, c)| (*v, *c * factor)));
        }
        multiple
    }

    /// Twice the combination.
    pub(crate) fn double(&self) -> Self {
        self + self
    }

    /// Sum with a constant.
    pub(crate) fn plus_constant(self, constant: Fr) -> Self {
        &self + &Self::constant(constant)
    }

    /// `Σ weights[i] · parts[i]`.
    pub(crate) fn weighted<'a>(parts: impl IntoIterator<Item = (&'a Self, Fr)>) -> Self {
        let mut sum = Self::zero();
        let mut constants = Fr::ZERO;
        for (part, weight) in parts {
            let value = part.value * weight;
            sum.value += value;
            if part.terms.is_empty() {
                constants += value;
            } else {
                sum.terms
                    .extend(part.terms.iter().map(|(v, c)| (*v, *c * weight)));
            }
        }
        if !sum.terms.is_empty() {
            sum.gather(std::iter::once((ONE, constants)));
        }
        sum
    }

    /// `Σ 2^i · bits[i]`.
    pub(crate) fn from_bits(bits: &[Self]) -> Self {
        let mut weight = Fr::ONE;
        Self::weighted(bits.iter().map(|bit| {
            let current = weight;
            weight += current;
            (bit, current)
        }))
    }

    /// The row of a constraint matrix: (coefficient, index in z), sorted, without zeros.
    pub(crate) fn into_row(self) -> Vec<(Fr, usize)> {
        self.parts()
            .filter(|(_, coefficient)| !coefficient.is_zero())
            .map(|(var, coefficient)| (coefficient, var.0 as usize))
            .collect()
    }

    /// The terms; for a constant, the one that it is.
    fn parts(&self) -> impl Iterator<Item = (Var, Fr)> {
        let constant = self.terms.is_empty().then_some((ONE, self.value));
        constant.into_iter().chain(self.terms.iter().copied())
    }

    /// Adds terms, not their values. Recording does; a pass over values never gets here.
    #[cold]
    fn gather(&mut self, terms: impl Iterator<Item = (Var, Fr)>) {
        self.terms.extend(terms);
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
        if let [(ONE, _)] = *self.terms {
            self.terms.clear();
        }
    }
}

impl Add for &Lc {
    type Output = Lc;

    fn add(self, other: Self) -> Lc {
        let mut sum = Lc::constant(self.value + other.value);
        if !(self.terms.is_empty() && other.terms.is_empty()) {
            sum.gather(self.parts().chain(other.parts()));
        }
        sum
    }
}

impl Sub for &Lc {
    type Output = Lc;

    fn sub(self, other: Self) -> Lc {
        self + &-other
    }
}

impl Neg for &Lc {
    type Output = Lc;

    fn neg(self) -> Lc {
        let mut opposite = Lc::constant(-self.value);
        if !self.terms.is_empty() {
            opposite.gather(self.terms.iter().map(|(v, c)| (*v, -*c)));
        }
        opposite
    }
}

impl Mul<Fr> for &Lc {
    type Output = Lc;

    fn mul(self, factor: Fr) -> Lc {
        self.scale(factor)
    }
}

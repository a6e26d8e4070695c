//! The inverses that a chain of incomplete additions needs, all of them by one inversion.
//!
//! A slope needs the sum so far in affine coordinates, so each addition of a chain waits for the inversion of the one before.
//! Here the chain is walked beforehand in projective Edwards coordinates, whose addition is complete and divides by nothing;
//! then all denominators are known and are inverted together.
//!
//! What comes out are proposals: [`Builder::quotient_by`](crate::builder::Builder::quotient_by) takes one only if it is the inverse. A chain
//! of points that are on no curve, or of digits that are none, gets the same values as without.

use ark_ec::AffineRepr;
use ark_ff::{AdditiveGroup, Field};
use obolus_protocol::Fr;
use taceo_ark_babyjubjub::{EdwardsAffine, EdwardsProjective};
use zeroize::{Zeroize, Zeroizing};

/// Proposals in the order in which they are needed.
pub(crate) struct Inverses {
    /// The next one last.
    values: Zeroizing<Vec<Fr>>,
}

impl Inverses {
    /// No proposals.
    pub(crate) fn none() -> Self {
        Self {
            values: Zeroizing::new(Vec::new()),
        }
    }

    /// The next one.
    pub(crate) fn take(&mut self) -> Option<Fr> {
        self.values.pop()
    }

    /// For points that are added up one after the other: of the differences of u between each, from the second on, and the
    /// sum of those before it.
    pub(crate) fn of_sum(mut points: impl Iterator<Item = EdwardsAffine>) -> Self {
        let mut differences = Differences::room(points.size_hint().0);
        if let Some(first) = points.next() {
            let mut sum = first.into_group();
            for point in points {
                differences.push(&point.into_group(), &sum);
                sum += point;
            }
        }
        differences.invert()
    }

    /// For `Q ← 2Q + e·P` from `Q = 2P` on, with e = ±1 said by its sign: of the differences of u between P and Q, and
    /// between Q + e·P and Q.
    pub(crate) fn of_ladder(base: EdwardsAffine, positive: impl Iterator<Item = bool>) -> Self {
        let mut differences = Differences::room(2 * positive.size_hint().0);
        let group = base.into_group();
        let mut multiple = group.double();
        for positive in positive {
            let sum = multiple + if positive { base } else { -base };
            differences.push(&group, &multiple);
            differences.push(&sum, &multiple);
            multiple += sum;
        }
        differences.invert()
    }
}

/// Differences of Montgomery coordinates u as fractions.
struct Differences {
    numerators: Zeroizing<Vec<Fr>>,
    denominators: Zeroizing<Vec<Fr>>,
}

impl Differences {
    /// None yet. With room for all, they are never moved: they are secrets.
    fn room(count: usize) -> Self {
        let list = || Zeroizing::new(Vec::with_capacity(count));
        Self {
            numerators: list(),
            denominators: list(),
        }
    }

    /// u(p) − u(q), with u = (1 + y)/(1 − y).
    fn push(&mut self, p: &EdwardsProjective, q: &EdwardsProjective) {
        let (p_above, p_below) = (p.z + p.y, p.z - p.y);
        let (q_above, q_below) = (q.z + q.y, q.z - q.y);
        self.numerators.push(p_above * q_below - q_above * p_below);
        self.denominators.push(p_below * q_below);
    }

    /// The reciprocals; none if one of the differences is zero.
    fn invert(mut self) -> Inverses {
        let mut product = Fr::ONE;
        // Each denominator is multiplied by all numerators before it, and then by the inverse of these and its own.
        for (numerator, denominator) in self.numerators.iter().zip(self.denominators.iter_mut()) {
            *denominator *= product;
            product *= numerator;
        }
        let Some(mut rest) = product.inverse() else {
            return Inverses::none();
        };
        let values = self.denominators.iter();
        for (numerator, value) in self.numerators.iter_mut().zip(values).rev() {
            let reciprocal = rest * value;
            rest *= *numerator;
            *numerator = reciprocal;
        }
        rest.zeroize();
        self.numerators.reverse();
        Inverses {
            values: std::mem::take(&mut self.numerators),
        }
    }
}

#[cfg(test)]
mod tests;

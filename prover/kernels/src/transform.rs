//! From the values of polynomials on a domain of 2^k roots of unity to those on the odd coset beside it.
//!
//! An inverse transform by halving in frequency leaves the coefficients in bit-reversed order, they are
//! weighed with powers of the 2n-th root, and a transform by halving in time takes them in that order:
//! nothing is ever permuted. Both go depth first, so that all but the first levels stay in a cache, and
//! their halves may run on two threads.

use std::sync::OnceLock;

use ark_bn254::Fr;
use ark_ff::{BigInt, FftField, Field, PrimeField};
use zeroize::Zeroizing;

use crate::path::Path;

#[cfg(test)]
mod tests;
#[cfg(target_arch = "x86_64")]
mod vector;

/// Elements below which a part is not split between threads.
const PARALLEL: usize = 1 << 12;

/// Roots of unity for one size of domain.
pub struct Transform {
    size: usize,
    path: Path,
    roots: Roots,
    #[cfg(target_arch = "x86_64")]
    vector: OnceLock<Option<vector::Vector>>,
}

/// Powers of the roots, made when they are first needed.
struct Roots {
    /// ω⁻ʲ for the n/2 values of j.
    inverse: Vec<Fr>,
    /// ωʲ.
    forward: Vec<Fr>,
    /// ω₂ₙⁱ/n at the bit-reversed place of i.
    weights: Vec<Fr>,
}

impl Transform {
    /// For a domain of `size` points, a power of two; `None` if the field has no such roots.
    pub fn new(size: usize, path: Path) -> Option<Self> {
        if !size.is_power_of_two() {
            return None;
        }
        let double = Fr::get_root_of_unity(2 * size as u64)?;
        let root = double.square();
        let bits = size.trailing_zeros();
        let scale = Fr::from(size as u64).inverse()?;
        let mut weights = vec![scale; size];
        for (i, weight) in powers(double, size).into_iter().enumerate() {
            let place = i.reverse_bits() >> (usize::BITS - bits).min(usize::BITS - 1);
            if let Some(at) = weights.get_mut(if bits == 0 { 0 } else { place }) {
                *at *= weight;
            }
        }
        Some(Self {
            size,
            path,
            roots: Roots {
                inverse: powers(root.inverse()?, size / 2),
                forward: powers(root, size / 2),
                weights,
            },
            #[cfg(target_arch = "x86_64")]
            vector: OnceLock::new(),
        })
    }

    /// Points of the domain.
    pub fn size(&self) -> usize {
        self.size
    }

    /// a·b − c on the odd coset, as integers, for polynomials given by their values on the domain. All three
    /// have as many values as the domain has points, or nothing is returned but zeros.
    pub fn odd_values(
        &self,
        mut polynomials: [Zeroizing<Vec<Fr>>; 3],
    ) -> Zeroizing<Vec<BigInt<4>>> {
        let mut out = Zeroizing::new(vec![BigInt::zero(); self.size]);
        if polynomials.iter().any(|values| values.len() != self.size) {
            return out;
        }
        #[cfg(target_arch = "x86_64")]
        if let Some(vector) = self
            .vector
            .get_or_init(|| vector::Vector::new(self.path, &self.roots))
        {
            vector.odd_values(&polynomials, &mut out);
            return out;
        }
        let [a, b, c] = &mut polynomials;
        rayon::join(
            || self.to_odd(a),
            || rayon::join(|| self.to_odd(b), || self.to_odd(c)),
        );
        for (((a, b), c), out) in a.iter().zip(b.iter()).zip(c.iter()).zip(out.iter_mut()) {
            *out = (*a * b - c).into_bigint();
        }
        out
    }

    fn to_odd(&self, values: &mut [Fr]) {
        let Roots {
            inverse,
            forward,
            weights,
        } = &self.roots;
        frequency(values, inverse, 1);
        for (value, weight) in values.iter_mut().zip(weights) {
            *value *= weight;
        }
        time(values, forward, 1);
    }
}

/// 1, x, x², …
fn powers(x: Fr, count: usize) -> Vec<Fr> {
    std::iter::successors(Some(Fr::ONE), |power| Some(*power * x))
        .take(count)
        .collect()
}

/// Calls on both halves, on two threads if they are large.
fn both<T: Send>(a: &mut [T], b: &mut [T], limit: usize, call: impl Fn(&mut [T]) + Sync) {
    if a.len() < limit {
        call(a);
        call(b);
    } else {
        rayon::join(|| call(a), || call(b));
    }
}

/// The inverse transform, from natural to bit-reversed order. Every `step`-th root is this level's.
fn frequency(values: &mut [Fr], roots: &[Fr], step: usize) {
    if values.len() < 2 {
        return;
    }
    let (left, right) = values.split_at_mut(values.len() / 2);
    let roots_here = roots.iter().step_by(step);
    for ((a, b), root) in left.iter_mut().zip(right.iter_mut()).zip(roots_here) {
        let difference = *a - *b;
        *a += *b;
        *b = difference * root;
    }
    both(left, right, PARALLEL, |half| {
        frequency(half, roots, 2 * step)
    });
}

/// The transform, from bit-reversed to natural order.
fn time(values: &mut [Fr], roots: &[Fr], step: usize) {
    if values.len() < 2 {
        return;
    }
    let (left, right) = values.split_at_mut(values.len() / 2);
    both(left, right, PARALLEL, |half| time(half, roots, 2 * step));
    let roots_here = roots.iter().step_by(step);
    for ((a, b), root) in left.iter_mut().zip(right.iter_mut()).zip(roots_here) {
        let product = *b * root;
        *b = *a - product;
        *a += product;
    }
}

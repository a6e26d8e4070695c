//! Fixed bases with precomputed multiples, and sums over them.
//!
//! A proving key's bases never change, so each is stored with three multiples of itself, which
//! leaves a quarter of the doublings and of the bucket sets of an ordinary Pippenger sum. Scalars
//! are cut into signed digits of `window` bits; digit number `s + k·spread` of scalar j says into
//! which bucket of set s multiple k of base j goes:
//!
//! Σⱼ zⱼ·Pⱼ = Σ_s 2^(window·s) · Σ_b b · (bucket b of set s).
//!
//! Buckets are summed as affine points in a tree of pairs: all additions of a level share their
//! inversions, which makes one cost six multiplications instead of ten. Equal and opposite points
//! and the identity do meet in real assignments and are handled.
//!
//! Not constant time: running time depends on the scalars, as in every prover known to us. Provers
//! must not run where an attacker can time them closely.

use std::fmt;

use ark_bn254::{Fq, Fr};
use ark_ec::short_weierstrass::{Affine, Projective, SWCurveConfig};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{AdditiveGroup, BigInt, Field, Zero};
use rayon::prelude::*;
use zeroize::{Zeroize, Zeroizing};

use crate::progress::Progress;

mod buckets;
mod digits;
#[cfg(test)]
mod tests;

/// Multiples stored for every base, itself included. More cost more in cache misses than they save.
const MULTIPLES: usize = 4;
/// Bases per unit of work when a table is made.
const CHUNK: usize = 512;

/// A curve over (an extension of) BN254's base field with the scalar field of our circuits.
pub(crate) trait Curve:
    SWCurveConfig<ScalarField = Fr, BaseField: Field<BasePrimeField = Fq> + Zeroize>
{
}

impl<P> Curve for P where
    P: SWCurveConfig<ScalarField = Fr, BaseField: Field<BasePrimeField = Fq> + Zeroize>
{
}

/// An affine point without a flag; (0, 0), on neither curve, is the identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Zeroize)]
pub(crate) struct Xy<F> {
    pub(crate) x: F,
    pub(crate) y: F,
}

impl<F: Field> Xy<F> {
    pub(crate) const IDENTITY: Self = Self {
        x: F::ZERO,
        y: F::ZERO,
    };

    fn of<P: SWCurveConfig<BaseField = F>>(point: &Affine<P>) -> Self {
        point.xy().map_or(Self::IDENTITY, |(x, y)| Self { x, y })
    }

    fn is_identity(&self) -> bool {
        self.x.is_zero() && self.y.is_zero()
    }

    fn affine<P: SWCurveConfig<BaseField = F>>(&self) -> Affine<P> {
        if self.is_identity() {
            Affine::identity()
        } else {
            Affine::new_unchecked(self.x, self.y)
        }
    }
}

/// Bases with their multiples.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Table<P: Curve> {
    /// Bits of a digit.
    window: u32,
    /// Number of bases.
    count: usize,
    /// 2^(window·spread·k)·Pⱼ at k·count + j.
    points: Vec<Xy<P::BaseField>>,
}

impl<P: Curve> Table<P> {
    /// Computes the multiples. Reports one step per base.
    pub(crate) fn new(bases: &[Affine<P>], progress: &dyn Progress) -> Self {
        let window = digits::best_window(bases.len());
        let doublings = window as usize * digits::spread(window);
        let mut levels = vec![Vec::new(); MULTIPLES];
        let chunks: Vec<Vec<Vec<Xy<P::BaseField>>>> = bases
            .par_chunks(CHUNK)
            .map(|chunk| {
                let multiples = multiples(chunk, doublings);
                progress.advance(chunk.len() as u64);
                multiples
            })
            .collect();
        for chunk in chunks {
            for (level, part) in levels.iter_mut().zip(chunk) {
                level.extend(part);
            }
        }
        Self {
            window,
            count: bases.len(),
            points: levels.concat(),
        }
    }

    /// Puts a table together again; `None` if the parts do not fit.
    pub(crate) fn from_parts(
        window: u32,
        count: usize,
        points: Vec<Xy<P::BaseField>>,
    ) -> Option<Self> {
        let fits =
            digits::WINDOWS.contains(&window) && count.checked_mul(MULTIPLES) == Some(points.len());
        fits.then_some(Self {
            window,
            count,
            points,
        })
    }

    /// Bits of a digit.
    pub(crate) fn window(&self) -> u32 {
        self.window
    }

    /// Number of bases.
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// Bytes that the points take in memory.
    pub(crate) fn memory_bytes(&self) -> usize {
        self.points.len() * size_of::<Xy<P::BaseField>>()
    }

    /// Most bytes that one sum over all bases takes besides its scalars, on so many threads.
    pub(crate) fn sum_bytes(&self, threads: usize) -> usize {
        let spread = digits::spread(self.window);
        let digits = spread * MULTIPLES * self.count * size_of::<i32>();
        let carries = self.count * size_of::<i32>();
        let buckets =
            buckets::bytes::<P::BaseField>(1 << (self.window - 1), MULTIPLES * self.count);
        digits + carries + buckets * threads.clamp(1, spread)
    }

    /// All points, as [`Self::from_parts`] takes them.
    pub(crate) fn points(&self) -> &[Xy<P::BaseField>] {
        &self.points
    }

    /// Σ zⱼ·Pⱼ over as many scalars as there are.
    pub(crate) fn sum(&self, scalars: &[BigInt<4>]) -> Projective<P> {
        let digits = Zeroizing::new(digits::signed(scalars, self.window));
        let sets: Vec<Projective<P>> = (0..digits::spread(self.window))
            .into_par_iter()
            .map(|set| self.set_sum(&digits, scalars.len(), set))
            .collect();
        sets.iter().rev().fold(Projective::zero(), |sum, set| {
            let mut shifted = sum;
            for _ in 0..self.window {
                shifted.double_in_place();
            }
            shifted + set
        })
    }

    /// Σ_b b · (bucket b) of one set.
    fn set_sum(&self, digits: &[i32], scalars: usize, set: usize) -> Projective<P> {
        let spread = digits::spread(self.window);
        let entries = || {
            (0..MULTIPLES).flat_map(move |k| {
                let row = (set + k * spread) * scalars;
                let digits = digits.get(row..row + scalars).unwrap_or_default();
                let points = self.points.get(k * self.count..).unwrap_or_default();
                digits.iter().zip(points)
            })
        };
        let mut buckets = buckets::Buckets::gather(1 << (self.window - 1), entries);
        buckets.reduce();
        let mut running = Projective::<P>::zero();
        let mut sum = Projective::<P>::zero();
        for bucket in buckets.sums().rev() {
            if let Some(point) = bucket {
                running += point.affine::<P>();
            }
            sum += running;
        }
        sum
    }
}

impl<P: Curve> fmt::Debug for Table<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Table({} bases, window {})", self.count, self.window)
    }
}

/// The bases and their multiples by 2^doublings, 2^(2·doublings), …
fn multiples<P: Curve>(bases: &[Affine<P>], doublings: usize) -> Vec<Vec<Xy<P::BaseField>>> {
    let mut current: Vec<Projective<P>> = bases.iter().map(|base| (*base).into()).collect();
    let mut levels = vec![bases.iter().map(Xy::of).collect()];
    while levels.len() < MULTIPLES {
        for point in &mut current {
            for _ in 0..doublings {
                point.double_in_place();
            }
        }
        let affine = Projective::normalize_batch(&current);
        levels.push(affine.iter().map(Xy::of).collect());
        current = affine.into_iter().map(Into::into).collect();
    }
    levels
}

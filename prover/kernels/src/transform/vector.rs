//! Transforms several elements at a time.
//!
//! A block is as many neighbouring elements as there are lanes. All levels but the last combine blocks; the last ones, with
//! halves smaller than a block, are done on as many blocks at once, transposed. Elements are the library's words x·2^256, which a
//! transform does not notice: it is linear. Sums are tidied as soon as they are made.

use ark_bn254::Fr;
use ark_ff::BigInt;
use zeroize::Zeroizing;

use super::{PARALLEL, Roots, both};
use crate::adder::wipe;
use crate::lanes::adx::Single;
use crate::lanes::avx2::Four;
use crate::lanes::avx512::Eight;
use crate::lanes::{Isa, Lanes, gather};
use crate::path::Path;
use crate::prime::{Modulus, Scalar};

/// The roots in the form of a path.
pub(super) enum Vector {
    Adx(Levels<Single<Scalar, 4>, 4>),
    Avx2(Levels<Four<Scalar>, 4>),
    Avx512(Levels<Eight<Scalar>, 8>),
}

impl Vector {
    /// `None` if the path is not one of these, the processor lacks the instructions or the domain is too small.
    pub(super) fn new(path: Path, roots: &Roots) -> Option<Self> {
        match path {
            Path::Portable => None,
            Path::Adx => Levels::new(roots).map(Self::Adx),
            Path::Avx2 => Levels::new(roots).map(Self::Avx2),
            Path::Avx512 => Levels::new(roots).map(Self::Avx512),
        }
    }

    /// a·b − c on the odd coset, as integers.
    pub(super) fn odd_values(&self, polynomials: &[Zeroizing<Vec<Fr>>; 3], out: &mut [BigInt<4>]) {
        match self {
            Self::Adx(levels) => levels.odd_values(polynomials, out),
            Self::Avx2(levels) => levels.odd_values(polynomials, out),
            Self::Avx512(levels) => levels.odd_values(polynomials, out),
        }
    }
}

/// The roots as blocks.
pub(super) struct Levels<L: Lanes<N>, const N: usize> {
    isa: L::Isa,
    /// Those of every level, the first level's first: n/2 roots, n/4, …, N.
    inverse: Vec<Vec<L>>,
    forward: Vec<Vec<L>>,
    weights: Vec<L>,
    /// The first half of the N-th roots, each in every lane.
    last_inverse: Vec<L>,
    last_forward: Vec<L>,
}

/// Blocks of a polynomial; they are secrets.
struct Blocks<L: Copy + 'static>(Vec<L>);

impl<L: Copy + 'static> Drop for Blocks<L> {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

impl<const N: usize, L: Lanes<N, Modulus = Scalar>> Levels<L, N> {
    fn new(roots: &Roots) -> Option<Self> {
        let isa = L::Isa::detect().filter(|_| roots.weights.len() >= N * N)?;
        let last = |list: &[Fr]| {
            let step = (list.len() / (N / 2)).max(1);
            let roots = list.iter().step_by(step).take(N / 2);
            roots
                .map(|root| gather::<L, N>(isa, &[*root; N]).tidy())
                .collect()
        };
        Some(Self {
            isa,
            inverse: levels(isa, &roots.inverse),
            forward: levels(isa, &roots.forward),
            weights: root_blocks(isa, &roots.weights),
            last_inverse: last(&roots.inverse),
            last_forward: last(&roots.forward),
        })
    }

    fn odd_values(&self, polynomials: &[Zeroizing<Vec<Fr>>; 3], out: &mut [BigInt<4>]) {
        let [a, b, c] = polynomials;
        let (a, (b, c)) = rayon::join(
            || self.to_odd(a),
            || rayon::join(|| self.to_odd(b), || self.to_odd(c)),
        );
        self.isa.run(
            #[inline(always)]
            || combine(self.isa, [&a.0, &b.0, &c.0], out),
        );
    }

    fn to_odd(&self, values: &[Fr]) -> Blocks<L> {
        let mut blocks = Blocks(value_blocks(self.isa, values));
        self.frequency(&mut blocks.0, 0);
        self.isa.run(
            #[inline(always)]
            || weigh(&mut blocks.0, &self.weights),
        );
        self.time(&mut blocks.0, 0);
        blocks
    }

    fn frequency(&self, values: &mut [L], level: usize) {
        if let Ok(blocks) = <&mut [L; N]>::try_from(&mut *values) {
            let levels = self.inverse.get(level..).unwrap_or_default();
            self.isa.run(
                #[inline(always)]
                || frequency_end(blocks, levels, &self.last_inverse),
            );
            return;
        }
        let (left, right) = values.split_at_mut(values.len() / 2);
        let roots = self.inverse.get(level).map_or(&[][..], |level| level);
        Butterflies(left, right, roots).each(PARALLEL / N, &|part| {
            let Butterflies(left, right, roots) = part;
            self.isa.run(
                #[inline(always)]
                || frequency_level(left, right, roots),
            );
        });
        both(left, right, PARALLEL / N, |half| {
            self.frequency(half, level + 1);
        });
    }

    fn time(&self, values: &mut [L], level: usize) {
        if let Ok(blocks) = <&mut [L; N]>::try_from(&mut *values) {
            let levels = self.forward.get(level..).unwrap_or_default();
            self.isa.run(
                #[inline(always)]
                || time_end(blocks, levels, &self.last_forward),
            );
            return;
        }
        let (left, right) = values.split_at_mut(values.len() / 2);
        both(left, right, PARALLEL / N, |half| self.time(half, level + 1));
        let roots = self.forward.get(level).map_or(&[][..], |level| level);
        Butterflies(left, right, roots).each(PARALLEL / N, &|part| {
            let Butterflies(left, right, roots) = part;
            self.isa.run(
                #[inline(always)]
                || time_level(left, right, roots),
            );
        });
    }
}

/// Both halves of a level and its roots.
struct Butterflies<'a, L>(&'a mut [L], &'a mut [L], &'a [L]);

impl<L: Send + Sync> Butterflies<'_, L> {
    /// Calls once, or on two threads if the halves have so many blocks.
    fn each(self, limit: usize, call: &(impl Fn(Butterflies<'_, L>) + Sync)) {
        let Self(left, right, roots) = self;
        if left.len() < limit {
            call(Butterflies(left, right, roots));
            return;
        }
        let half = left.len() / 2;
        let (left, more_left) = left.split_at_mut(half);
        let (right, more_right) = right.split_at_mut(half);
        let (roots, more_roots) = roots.split_at(roots.len() / 2);
        rayon::join(
            || call(Butterflies(left, right, roots)),
            || call(Butterflies(more_left, more_right, more_roots)),
        );
    }
}

/// Elements as blocks, in the library's form, and tidy.
fn value_blocks<L: Lanes<N, Modulus = Scalar>, const N: usize>(
    isa: L::Isa,
    values: &[Fr],
) -> Vec<L> {
    let (groups, _) = values.as_chunks::<N>();
    let mut out = Vec::with_capacity(groups.len());
    isa.run(
        #[inline(always)]
        || {
            for group in groups {
                let words = group.each_ref().map(Scalar::raw);
                // SAFETY: arrays of four words.
                let block: L =
                    unsafe { L::load(isa, words.each_ref().map(|words| words.as_ptr())) };
                out.push(block.tidy());
            }
        },
    );
    out
}

/// Roots as blocks, in the lanes' form.
fn root_blocks<L: Lanes<N, Modulus = Scalar>, const N: usize>(isa: L::Isa, roots: &[Fr]) -> Vec<L> {
    let (groups, _) = roots.as_chunks::<N>();
    groups
        .iter()
        .map(|group| gather::<L, N>(isa, group).tidy())
        .collect()
}

/// The roots of all levels that combine blocks.
fn levels<L: Lanes<N, Modulus = Scalar>, const N: usize>(isa: L::Isa, roots: &[Fr]) -> Vec<Vec<L>> {
    let mut out = Vec::new();
    let mut step = 1;
    while roots.len() / step >= N {
        let level: Vec<Fr> = roots.iter().step_by(step).copied().collect();
        out.push(root_blocks(isa, &level));
        step *= 2;
    }
    out
}

#[inline(always)]
fn frequency_level<L: Lanes<N>, const N: usize>(left: &mut [L], right: &mut [L], roots: &[L]) {
    let (twice_left, left) = left.as_chunks_mut::<2>();
    let (twice_right, right) = right.as_chunks_mut::<2>();
    let (twice_roots, roots) = roots.as_chunks::<2>();
    for (([a, c], [b, d]), [r, s]) in twice_left.iter_mut().zip(twice_right).zip(twice_roots) {
        let [x, y] = L::mul_two([&a.sub(b).ready(), r], [&c.sub(d).ready(), s]);
        (*a, *c) = (a.add(b).tidy(), c.add(d).tidy());
        (*b, *d) = (x, y);
    }
    for ((a, b), root) in left.iter_mut().zip(right).zip(roots) {
        let difference = a.sub(b).ready();
        *a = a.add(b).tidy();
        *b = difference.mul(root);
    }
}

#[inline(always)]
fn time_level<L: Lanes<N>, const N: usize>(left: &mut [L], right: &mut [L], roots: &[L]) {
    let (twice_left, left) = left.as_chunks_mut::<2>();
    let (twice_right, right) = right.as_chunks_mut::<2>();
    let (twice_roots, roots) = roots.as_chunks::<2>();
    for (([a, c], [b, d]), [r, s]) in twice_left.iter_mut().zip(twice_right).zip(twice_roots) {
        let [x, y] = L::mul_two([b, r], [d, s]);
        (*b, *d) = (a.sub(&x).tidy(), c.sub(&y).tidy());
        (*a, *c) = (a.add(&x).tidy(), c.add(&y).tidy());
    }
    for ((a, b), root) in left.iter_mut().zip(right).zip(roots) {
        let product = b.mul(root);
        *b = a.sub(&product).tidy();
        *a = a.add(&product).tidy();
    }
}

/// What is left of the inverse transform on N blocks: levels that combine them, then, transposed, those inside a block.
#[inline(always)]
fn frequency_end<L: Lanes<N>, const N: usize>(blocks: &mut [L; N], levels: &[Vec<L>], last: &[L]) {
    let mut size = N;
    for roots in levels {
        for part in blocks.chunks_exact_mut(size) {
            let (left, right) = part.split_at_mut(size / 2);
            frequency_level(left, right, roots);
        }
        size /= 2;
    }
    L::turn(blocks);
    size = N;
    while size > 1 {
        let step = N / size;
        for part in blocks.chunks_exact_mut(size) {
            let (left, right) = part.split_at_mut(size / 2);
            let both = left.iter_mut().zip(right);
            for (number, ((a, b), root)) in both.zip(last.iter().step_by(step)).enumerate() {
                let difference = a.sub(b);
                *a = a.add(b).tidy();
                *b = if number == 0 {
                    difference.tidy()
                } else {
                    difference.ready().mul(root)
                };
            }
        }
        size /= 2;
    }
    L::turn(blocks);
}

/// The first levels of the transform on N blocks.
#[inline(always)]
fn time_end<L: Lanes<N>, const N: usize>(blocks: &mut [L; N], levels: &[Vec<L>], last: &[L]) {
    L::turn(blocks);
    let mut size = 2;
    while size <= N {
        let step = N / size;
        for part in blocks.chunks_exact_mut(size) {
            let (left, right) = part.split_at_mut(size / 2);
            let both = left.iter_mut().zip(right);
            for (number, ((a, b), root)) in both.zip(last.iter().step_by(step)).enumerate() {
                let product = if number == 0 { *b } else { b.mul(root) };
                *b = a.sub(&product).tidy();
                *a = a.add(&product).tidy();
            }
        }
        size *= 2;
    }
    L::turn(blocks);
    size = 2;
    for roots in levels.iter().rev() {
        for part in blocks.chunks_exact_mut(size) {
            let (left, right) = part.split_at_mut(size / 2);
            time_level(left, right, roots);
        }
        size *= 2;
    }
}

#[inline(always)]
fn weigh<L: Lanes<N>, const N: usize>(values: &mut [L], weights: &[L]) {
    // There are four or more.
    let (values, _) = values.as_chunks_mut::<2>();
    let (weights, _) = weights.as_chunks::<2>();
    for ([a, b], [v, w]) in values.iter_mut().zip(weights) {
        [*a, *b] = L::mul_two([a, v], [b, w]);
    }
}

/// From x·2^256 to the integers a·b − c.
#[inline(always)]
fn combine<L: Lanes<N>, const N: usize>(isa: L::Isa, [a, b, c]: [&[L]; 3], out: &mut [BigInt<4>]) {
    let integer = L::splat(isa, &L::INTEGER).tidy();
    for (((a, b), c), out) in a.iter().zip(b).zip(c).zip(out.chunks_mut(N)) {
        let value = a.mul(b).sub(&c.rescaled()).ready().mul(&integer);
        for (out, words) in out.iter_mut().zip(value.words()) {
            *out = BigInt(words);
        }
    }
}

#[cfg(test)]
mod tests;

//! Walk, lines and multiples on lanes: each of `N` lanes has every N-th pair and its own accumulator, and these are
//! multiplied in the end.

use ark_bn254::{Fq, Fq2, Fq12, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ff::{AdditiveGroup, Field, Zero};

use super::{At, Coefficient, FROBENIUS, Outside, digits, places};
use crate::field::{LaneField, Two};
use crate::inverse::invert_all;
use crate::lanes::adx::Single;
use crate::lanes::avx2::Four;
use crate::lanes::avx512::Eight;
use crate::lanes::{Isa, Lanes, gather};
use crate::path::Path;
use crate::prime::Base;

mod accumulator;
mod scale;

use accumulator::Accumulator;

/// [`super::miller_loop`]; `None` if the path is not one of these or the processor lacks the instructions.
pub(super) fn miller_loop(
    pairs: &[(G1Affine, G2Affine)],
    path: Path,
) -> Option<Result<Fq12, Outside>> {
    match path {
        Path::Portable => None,
        Path::Adx => run_on::<Single<Base, 1>, 1>(pairs),
        Path::Avx2 => run_on::<Four<Base>, 4>(pairs),
        Path::Avx512 => run_on::<Eight<Base>, 8>(pairs),
    }
}

/// [`super::multiples`]; `None` if the path is not one of these or the processor lacks the instructions.
pub(super) fn multiples(
    points: &[G1Affine],
    by: &[Coefficient],
    path: Path,
) -> Option<Vec<G1Affine>> {
    match path {
        Path::Portable => None,
        Path::Adx => scale_on::<Single<Base, 1>, 1>(points, by),
        Path::Avx2 => scale_on::<Four<Base>, 4>(points, by),
        Path::Avx512 => scale_on::<Eight<Base>, 8>(points, by),
    }
}

fn run_on<L: Lanes<N, Modulus = Base>, const N: usize>(
    pairs: &[(G1Affine, G2Affine)],
) -> Option<Result<Fq12, Outside>> {
    let isa = L::Isa::detect()?;
    Some(isa.run(
        #[inline(always)]
        || run::<L, N>(isa, pairs),
    ))
}

fn scale_on<L: Lanes<N, Modulus = Base>, const N: usize>(
    points: &[G1Affine],
    by: &[Coefficient],
) -> Option<Vec<G1Affine>> {
    let isa = L::Isa::detect()?;
    Some(isa.run(
        #[inline(always)]
        || scale::multiples::<L, N>(isa, points, by),
    ))
}

#[inline(always)]
fn run<L: Lanes<N, Modulus = Base>, const N: usize>(
    isa: L::Isa,
    pairs: &[(G1Affine, G2Affine)],
) -> Result<Fq12, Outside> {
    let mut walk = Walk::<L, N>::new(isa, pairs);
    let images = Images::<L, N> {
        x: Two::splat(isa, FROBENIUS[0]),
        y: Two::splat(isa, FROBENIUS[1]),
    };
    for digit in digits() {
        walk.f.square();
        walk.double();
        if digit != 0 {
            walk.add(&images, Image::Start, digit < 0);
        }
    }
    walk.add(&images, Image::First, false);
    walk.add(&images, Image::Second, true);
    let outside = walk.outside(&images, pairs.len());
    if outside.is_empty() {
        Ok(walk.f.product())
    } else {
        Err(Outside(outside))
    }
}

/// How often ψ is applied to Q before it is added.
#[derive(Clone, Copy)]
enum Image {
    Start,
    First,
    Second,
}

/// As many pairs as lanes.
struct Group<L, const N: usize> {
    /// Q.
    start: [Two<L, N>; 2],
    /// [k]Q.
    now: [Two<L, N>; 2],
    minus_x_over_y: L,
    one_over_y: L,
}

impl<const N: usize, L: Lanes<N, Modulus = Base>> Group<L, N> {
    /// Moves on by a line with this slope through [k]Q and the point at `other_x`; returns the coefficients of the line at P.
    #[inline(always)]
    fn step(&mut self, slope: &Two<L, N>, other_x: &Two<L, N>) -> [Two<L, N>; 2] {
        let [x, y] = &self.now;
        let factor = slope.left();
        let offset = Two::sum_of_products([[&factor, &x.right()]])
            .minus(y)
            .tidied();
        let third = slope.squared().minus(x).minus(other_x).tidied();
        let end = Two::sum_of_products([[&factor, &third.right()]]);
        self.now = [third, offset.minus(&end).tidied()];
        [
            slope.scaled(&self.minus_x_over_y),
            offset.scaled(&self.one_over_y),
        ]
    }
}

/// ψ.
struct Images<L, const N: usize> {
    x: Two<L, N>,
    y: Two<L, N>,
}

impl<const N: usize, L: Lanes<N, Modulus = Base>> Images<L, N> {
    #[inline(always)]
    fn of(&self, [x, y]: &[Two<L, N>; 2]) -> [Two<L, N>; 2] {
        [
            self.x.times(&x.conjugated()).tidied(),
            self.y.times(&y.conjugated()).tidied(),
        ]
    }

    #[inline(always)]
    fn image(&self, start: &[Two<L, N>; 2], image: Image) -> [Two<L, N>; 2] {
        match image {
            Image::Start => *start,
            Image::First => self.of(start),
            Image::Second => self.of(&self.of(start)),
        }
    }
}

/// All points of one step and the product of the lines so far.
///
/// No step of a point of order r divides by zero. A division by zero therefore marks its point as outside the
/// subgroup; the walk goes on with a meaningless point, so that the others need not know.
struct Walk<L: Lanes<N>, const N: usize> {
    isa: L::Isa,
    groups: Vec<Group<L, N>>,
    denominators: Vec<Two<L, N>>,
    prefixes: Vec<Two<L, N>>,
    /// Lanes that divided by zero.
    divided_by_zero: Vec<bool>,
    f: Accumulator<L, N>,
}

impl<const N: usize, L: Lanes<N, Modulus = Base>> Walk<L, N> {
    #[inline(always)]
    fn new(isa: L::Isa, pairs: &[(G1Affine, G2Affine)]) -> Self {
        let at = places(pairs.iter().map(|(p, _)| p));
        // What fills up the last group has the line 1 everywhere.
        let nowhere = At {
            minus_x_over_y: Fq::ZERO,
            one_over_y: Fq::ZERO,
        };
        let generator = G2Affine::generator();
        let mut groups = Vec::with_capacity(pairs.len().div_ceil(N));
        for (pairs, at) in pairs.chunks(N).zip(at.chunks(N)) {
            let q: [G2Affine; N] =
                std::array::from_fn(|i| pairs.get(i).map_or(generator, |(_, q)| *q));
            let at: [At; N] = std::array::from_fn(|i| at.get(i).copied().unwrap_or(nowhere));
            let start = [
                Two::lanes(isa, &q.map(|q| q.x)),
                Two::lanes(isa, &q.map(|q| q.y)),
            ];
            groups.push(Group {
                start,
                now: start,
                minus_x_over_y: gather(isa, &at.map(|at| at.minus_x_over_y)),
                one_over_y: gather(isa, &at.map(|at| at.one_over_y)),
            });
        }
        Self {
            denominators: Vec::with_capacity(groups.len()),
            prefixes: Vec::with_capacity(groups.len()),
            divided_by_zero: vec![false; N * groups.len()],
            isa,
            groups,
            f: Accumulator::one(isa),
        }
    }

    /// T ← 2T.
    #[inline(always)]
    fn double(&mut self) {
        self.denominators.clear();
        for group in &self.groups {
            let [_, y] = &group.now;
            self.denominators.push(y.plus(y).tidied());
        }
        let mut rest = self.invert();
        let inverses = self.prefixes.iter().zip(&self.denominators).rev();
        for (group, (prefix, denominator)) in self.groups.iter_mut().rev().zip(inverses) {
            let inverse = rest.times(prefix);
            rest = rest.times(denominator);
            let [x, _] = group.now;
            let square = x.squared();
            let slope = inverse.times(&square.plus(&square).plus(&square).tidied());
            let line = group.step(&slope, &x);
            self.f.multiply(&line);
        }
    }

    /// T ← T + S or T − S for a point S of each pair.
    #[inline(always)]
    fn add(&mut self, images: &Images<L, N>, image: Image, negative: bool) {
        self.denominators.clear();
        for group in &self.groups {
            let [x, _] = images.image(&group.start, image);
            self.denominators.push(x.minus(&group.now[0]).tidied());
        }
        let mut rest = self.invert();
        let inverses = self.prefixes.iter().zip(&self.denominators).rev();
        for (group, (prefix, denominator)) in self.groups.iter_mut().rev().zip(inverses) {
            let inverse = rest.times(prefix);
            rest = rest.times(denominator);
            let [x, y] = images.image(&group.start, image);
            let y = if negative { y.negated() } else { y };
            let slope = inverse.times(&y.minus(&group.now[1]).tidied());
            let line = group.step(&slope, &x);
            self.f.multiply(&line);
        }
    }

    /// Multiplies the denominators up and inverts the end; `prefixes` is what each was multiplied to. Zeros are marked and
    /// replaced.
    #[inline(always)]
    fn invert(&mut self) -> Two<L, N> {
        let mut ends = self.multiply_up();
        if ends.contains(&Fq2::ZERO) {
            let lanes = self.divided_by_zero.chunks_mut(N);
            for (denominator, marks) in self.denominators.iter_mut().zip(lanes) {
                let mut elements = denominator.elements();
                for (element, mark) in elements.iter_mut().zip(marks) {
                    if element.is_zero() {
                        *mark = true;
                        *element = Fq2::ONE;
                    }
                }
                *denominator = Two::lanes(self.isa, &elements);
            }
            ends = self.multiply_up();
        }
        invert_all(&mut ends);
        Two::lanes(self.isa, &ends)
    }

    #[inline(always)]
    fn multiply_up(&mut self) -> [Fq2; N] {
        let mut product = Two::splat(self.isa, Fq2::ONE);
        self.prefixes.clear();
        for denominator in &self.denominators {
            self.prefixes.push(product);
            product = product.times(denominator);
        }
        product.elements()
    }

    /// Positions of the Q outside the subgroup: at the end of the walk T is not −ψ³(Q).
    #[inline(always)]
    fn outside(&self, images: &Images<L, N>, count: usize) -> Vec<usize> {
        let mut out = Vec::new();
        for (number, group) in self.groups.iter().enumerate() {
            let [x, y] = images.of(&images.of(&images.of(&group.start)));
            let [now_x, now_y] = &group.now;
            let x = now_x.minus(&x).elements();
            let y = now_y.plus(&y).elements();
            for (lane, (x, y)) in x.iter().zip(&y).enumerate() {
                let position = N * number + lane;
                let divided = self.divided_by_zero.get(position) == Some(&true);
                if position < count && (divided || !x.is_zero() || !y.is_zero()) {
                    out.push(position);
                }
            }
        }
        out
    }
}

#[cfg(test)]
mod tests;

//! Walk, lines and multiples four at a time with AVX2 and FMA: each lane has every fourth pair and its own accumulator,
//! and the four are multiplied in the end.

use ark_bn254::{Fq, Fq2, Fq12, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ff::{AdditiveGroup, Field, Zero, batch_inversion};

use super::{At, Coefficient, FROBENIUS, Outside, digits, places};
use crate::field::{LaneField, One, Two};

mod accumulator;
mod scale;

use accumulator::Accumulator;

/// Pairs side by side.
const WIDTH: usize = 4;

/// [`super::miller_loop`]; `None` if the processor lacks the instructions.
pub(super) fn miller_loop(pairs: &[(G1Affine, G2Affine)]) -> Option<Result<Fq12, Outside>> {
    // SAFETY: the processor has the instructions.
    crate::vector::available().then(|| unsafe { run(pairs) })
}

/// [`super::multiples`]; `None` if the processor lacks the instructions.
pub(super) fn multiples(points: &[G1Affine], by: &[Coefficient]) -> Option<Vec<G1Affine>> {
    // SAFETY: the processor has the instructions.
    crate::vector::available().then(|| unsafe { scale::multiples(points, by) })
}

#[target_feature(enable = "avx2,fma")]
fn run(pairs: &[(G1Affine, G2Affine)]) -> Result<Fq12, Outside> {
    let mut walk = Walk::new(pairs);
    for digit in digits() {
        walk.f.square();
        walk.double();
        if digit != 0 {
            walk.add(|group| group.start, digit < 0);
        }
    }
    let images = Images {
        x: Two::splat(FROBENIUS[0]),
        y: Two::splat(FROBENIUS[1]),
    };
    walk.add(|group| images.of(&group.start), false);
    walk.add(|group| images.of(&images.of(&group.start)), true);
    let outside = walk.outside(&images, pairs.len());
    if outside.is_empty() {
        Ok(walk.f.product())
    } else {
        Err(Outside(outside))
    }
}

/// Four pairs.
struct Group {
    /// Q.
    start: [Two; 2],
    /// [k]Q.
    now: [Two; 2],
    minus_x_over_y: One,
    one_over_y: One,
}

impl Group {
    /// Moves on by a line with this slope through [k]Q and the point at `other_x`; returns the coefficients of the line at P.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    fn step(&mut self, slope: &Two, other_x: &Two) -> [Two; 2] {
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
struct Images {
    x: Two,
    y: Two,
}

impl Images {
    #[target_feature(enable = "avx2,fma")]
    fn of(&self, [x, y]: &[Two; 2]) -> [Two; 2] {
        [
            self.x.times(&x.conjugated()).tidied(),
            self.y.times(&y.conjugated()).tidied(),
        ]
    }
}

/// All points of one step and the product of the lines so far.
///
/// No step of a point of order r divides by zero. A division by zero therefore marks its point as outside the
/// subgroup; the walk goes on with a meaningless point, so that the others need not know.
struct Walk {
    groups: Vec<Group>,
    denominators: Vec<Two>,
    prefixes: Vec<Two>,
    /// Lanes that divided by zero.
    divided_by_zero: Vec<bool>,
    f: Accumulator,
}

impl Walk {
    #[target_feature(enable = "avx2,fma")]
    fn new(pairs: &[(G1Affine, G2Affine)]) -> Self {
        let at = places(pairs.iter().map(|(p, _)| p));
        // What fills up the last group has the line 1 everywhere.
        let nowhere = At {
            minus_x_over_y: Fq::ZERO,
            one_over_y: Fq::ZERO,
        };
        let generator = G2Affine::generator();
        let mut groups = Vec::with_capacity(pairs.len().div_ceil(WIDTH));
        for (pairs, at) in pairs.chunks(WIDTH).zip(at.chunks(WIDTH)) {
            let q: [G2Affine; WIDTH] =
                std::array::from_fn(|i| pairs.get(i).map_or(generator, |(_, q)| *q));
            let at: [At; WIDTH] = std::array::from_fn(|i| at.get(i).copied().unwrap_or(nowhere));
            let start = [Two::lanes(&q.map(|q| q.x)), Two::lanes(&q.map(|q| q.y))];
            groups.push(Group {
                start,
                now: start,
                minus_x_over_y: lanes(&at.map(|at| at.minus_x_over_y)),
                one_over_y: lanes(&at.map(|at| at.one_over_y)),
            });
        }
        Self {
            denominators: Vec::with_capacity(groups.len()),
            prefixes: Vec::with_capacity(groups.len()),
            divided_by_zero: vec![false; WIDTH * groups.len()],
            groups,
            f: Accumulator::one(),
        }
    }

    /// T ← 2T.
    #[target_feature(enable = "avx2,fma")]
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
    #[target_feature(enable = "avx2,fma")]
    fn add(&mut self, other: impl Fn(&Group) -> [Two; 2], negative: bool) {
        self.denominators.clear();
        for group in &self.groups {
            let [x, _] = other(group);
            self.denominators.push(x.minus(&group.now[0]).tidied());
        }
        let mut rest = self.invert();
        let inverses = self.prefixes.iter().zip(&self.denominators).rev();
        for (group, (prefix, denominator)) in self.groups.iter_mut().rev().zip(inverses) {
            let inverse = rest.times(prefix);
            rest = rest.times(denominator);
            let [x, y] = other(group);
            let y = if negative { y.negated() } else { y };
            let slope = inverse.times(&y.minus(&group.now[1]).tidied());
            let line = group.step(&slope, &x);
            self.f.multiply(&line);
        }
    }

    /// Multiplies the denominators up and inverts the end; `prefixes` is what each was multiplied to. Zeros are marked and
    /// replaced.
    #[target_feature(enable = "avx2,fma")]
    fn invert(&mut self) -> Two {
        let mut ends = self.multiply_up();
        if ends.contains(&Fq2::ZERO) {
            let lanes = self.divided_by_zero.chunks_mut(WIDTH);
            for (denominator, marks) in self.denominators.iter_mut().zip(lanes) {
                let mut elements = denominator.to_elements();
                for (element, mark) in elements.iter_mut().zip(marks) {
                    if element.is_zero() {
                        *mark = true;
                        *element = Fq2::ONE;
                    }
                }
                *denominator = Two::lanes(&elements);
            }
            ends = self.multiply_up();
        }
        batch_inversion(&mut ends);
        Two::lanes(&ends)
    }

    #[target_feature(enable = "avx2,fma")]
    fn multiply_up(&mut self) -> [Fq2; WIDTH] {
        let mut product = Two::splat(Fq2::ONE);
        self.prefixes.clear();
        for denominator in &self.denominators {
            self.prefixes.push(product);
            product = product.times(denominator);
        }
        product.to_elements()
    }

    /// Positions of the Q outside the subgroup: at the end of the walk T is not −ψ³(Q).
    #[target_feature(enable = "avx2,fma")]
    fn outside(&self, images: &Images, count: usize) -> Vec<usize> {
        let mut out = Vec::new();
        for (number, group) in self.groups.iter().enumerate() {
            let [x, y] = images.of(&images.of(&images.of(&group.start)));
            let [now_x, now_y] = &group.now;
            let x = now_x.minus(&x).to_elements();
            let y = now_y.plus(&y).to_elements();
            for (lane, (x, y)) in x.iter().zip(&y).enumerate() {
                let position = WIDTH * number + lane;
                let divided = self.divided_by_zero.get(position) == Some(&true);
                if position < count && (divided || !x.is_zero() || !y.is_zero()) {
                    out.push(position);
                }
            }
        }
        out
    }
}

/// Four elements of Fq, tidy.
#[target_feature(enable = "avx2,fma")]
fn lanes(elements: &[Fq; WIDTH]) -> One {
    // SAFETY: the processor has the instructions.
    let lanes: One = unsafe { LaneField::from_elements(elements) };
    lanes.tidy()
}

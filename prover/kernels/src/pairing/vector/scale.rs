//! Random multiples of many points of G1, two groups of lanes in step.

use ark_bn254::{Fq, G1Affine};
use ark_ec::AffineRepr;

use crate::inverse::invert_all;
use crate::lanes::{Lanes, gather, scatter};
use crate::pairing::{Coefficient, endomorphism};
use crate::prime::Base;

/// As many points as lanes, on their way.
struct Group<L, const N: usize> {
    now: [L; 2],
    /// P + φ(P) and P − φ(P).
    table: [[L; 2]; 2],
    by: [Coefficient; N],
}

impl<const N: usize, L: Lanes<N, Modulus = Base>> Group<L, N> {
    #[inline(always)]
    fn new(isa: L::Isa, points: &[G1Affine], by: &[Coefficient]) -> Self {
        // What fills up the last group is thrown away.
        let p: [G1Affine; N] =
            std::array::from_fn(|i| points.get(i).copied().unwrap_or(G1Affine::generator()));
        let nothing = Coefficient { low: 0, high: 0 };
        let image = p.map(|p| endomorphism(&p));
        let y: L = gather::<L, N>(isa, &p.map(|p| p.y)).tidy();
        Self {
            now: [gather::<L, N>(isa, &p.map(|p| p.x)).tidy(), y],
            table: [[gather::<L, N>(isa, &image.map(|p| p.x)).tidy(), y]; 2],
            by: std::array::from_fn(|i| by.get(i).copied().unwrap_or(nothing)),
        }
    }

    /// The point for the signs at a position; its y is a sum.
    #[inline(always)]
    fn entry(&self, bit: u32) -> [L; 2] {
        let (mut low, mut high) = (0_u8, 0_u8);
        for (lane, by) in self.by.iter().enumerate() {
            low |= ((by.low >> bit & 1) as u8) << lane;
            high |= ((by.high >> bit & 1) as u8) << lane;
        }
        let [[sum_x, sum_y], [difference_x, difference_y]] = &self.table;
        let x = sum_x.select(difference_x, low ^ high);
        let y = sum_y.select(difference_y, low ^ high);
        [x, y.negate_where(!low)]
    }
}

/// [`crate::pairing::multiples`]; why no addition needs a case distinction is said there.
#[inline(always)]
pub(super) fn multiples<L: Lanes<N, Modulus = Base>, const N: usize>(
    isa: L::Isa,
    points: &[G1Affine],
    by: &[Coefficient],
) -> Vec<G1Affine> {
    let mut groups = Vec::new();
    for (points, by) in points.chunks(2 * N).zip(by.chunks(2 * N)) {
        let (points, more) = points.split_at(points.len().min(N));
        let (by, more_by) = by.split_at(by.len().min(N));
        groups.push([
            Group::<L, N>::new(isa, points, by),
            Group::new(isa, more, more_by),
        ]);
    }
    let mut steps = Steps {
        isa,
        denominators: Vec::with_capacity(groups.len()),
        prefixes: Vec::with_capacity(groups.len()),
    };
    steps.fill_tables(&mut groups);
    for bit in (0..u64::BITS).rev() {
        if bit == u64::BITS - 1 {
            for group in groups.iter_mut().flatten() {
                group.now = group.entry(bit).map(|part| part.tidy());
            }
        } else {
            steps.double(&mut groups);
            steps.add(&mut groups, bit);
        }
    }
    let mut out = Vec::with_capacity(points.len() + 2 * N);
    for group in groups.iter().flatten() {
        let [x, y] = &group.now;
        let (x, y) = (scatter(x), scatter(y));
        out.extend(
            x.iter()
                .zip(&y)
                .map(|(x, y)| G1Affine::new_unchecked(*x, *y)),
        );
    }
    out.truncate(points.len());
    out
}

/// Denominators of a step, in two chains, so that one waits less for the other.
struct Steps<L: Lanes<N>, const N: usize> {
    isa: L::Isa,
    denominators: Vec<[L; 2]>,
    prefixes: Vec<[L; 2]>,
}

impl<const N: usize, L: Lanes<N, Modulus = Base>> Steps<L, N> {
    /// From P and φ(P) to their sum and difference.
    #[inline(always)]
    fn fill_tables(&mut self, groups: &mut [[Group<L, N>; 2]]) {
        self.denominators.clear();
        for [a, b] in groups.iter() {
            let [a, b] = [a, b].map(|group| group.table[0][0].sub(&group.now[0]).ready());
            self.denominators.push([a, b]);
        }
        let mut rest = self.invert();
        let steps = self.prefixes.iter().zip(&self.denominators).rev();
        for ([a, b], (prefixes, denominators)) in groups.iter_mut().rev().zip(steps) {
            let inverses = next(&mut rest, prefixes, denominators);
            let [ax, ay] = a.now;
            let [bx, by] = b.now;
            let [a_image, b_image] = [a.table[0][0], b.table[0][0]];
            // y is the same for both and the slope of the sum 0: the sum is (−x − x′, −y).
            a.table[0] = [ax.add(&a_image), ay].map(|sum| sum.negated().tidy());
            b.table[0] = [bx.add(&b_image), by].map(|sum| sum.negated().tidy());
            let rises = [ay, by].map(|y| y.add(&y).negated().tidy());
            let slopes = L::mul_two([&inverses[0], &rises[0]], [&inverses[1], &rises[1]]);
            [a.table[1], b.table[1]] = third([&a.now, &b.now], [&a_image, &b_image], &slopes);
        }
    }

    #[inline(always)]
    fn double(&mut self, groups: &mut [[Group<L, N>; 2]]) {
        self.denominators.clear();
        for [a, b] in groups.iter() {
            let ([_, ay], [_, by]) = (&a.now, &b.now);
            self.denominators.push([ay, by].map(|y| y.add(y).ready()));
        }
        let mut rest = self.invert();
        let steps = self.prefixes.iter().zip(&self.denominators).rev();
        for ([a, b], (prefixes, denominators)) in groups.iter_mut().rev().zip(steps) {
            let [c, d] = next(&mut rest, prefixes, denominators);
            let ([ax, _], [bx, _]) = (a.now, b.now);
            let [s, t] = ax.square_two(&bx);
            let (s, t) = (s.add(&s).add(&s).tidy(), t.add(&t).add(&t).tidy());
            let slopes = L::mul_two([&c, &s], [&d, &t]);
            [a.now, b.now] = third([&a.now, &b.now], [&ax, &bx], &slopes);
        }
    }

    #[inline(always)]
    fn add(&mut self, groups: &mut [[Group<L, N>; 2]], bit: u32) {
        self.denominators.clear();
        for [a, b] in groups.iter() {
            let ([x, _], [y, _]) = (a.entry(bit), b.entry(bit));
            self.denominators
                .push([x.sub(&a.now[0]).ready(), y.sub(&b.now[0]).ready()]);
        }
        let mut rest = self.invert();
        let steps = self.prefixes.iter().zip(&self.denominators).rev();
        for ([a, b], (prefixes, denominators)) in groups.iter_mut().rev().zip(steps) {
            let [c, d] = next(&mut rest, prefixes, denominators);
            let ([ax, ay], [bx, by]) = (a.entry(bit), b.entry(bit));
            let (s, t) = (ay.sub(&a.now[1]).tidy(), by.sub(&b.now[1]).tidy());
            let slopes = L::mul_two([&c, &s], [&d, &t]);
            [a.now, b.now] = third([&a.now, &b.now], [&ax, &bx], &slopes);
        }
    }

    /// Multiplies the denominators up and inverts the ends. None is zero.
    #[inline(always)]
    fn invert(&mut self) -> [L; 2] {
        let one = L::splat(self.isa, &L::ONE);
        let mut chains = [one; 2];
        self.prefixes.clear();
        for [first, second] in &self.denominators {
            self.prefixes.push(chains);
            let [a, b] = &chains;
            chains = L::mul_two([a, first], [b, second]);
        }
        let mut ends: [[Fq; N]; 2] = chains.map(|chain| scatter(&chain));
        invert_all(ends.as_flattened_mut());
        ends.map(|ends| gather::<L, N>(self.isa, &ends).tidy())
    }
}

/// The inverses of these denominators; `rest` goes on to the ones before.
#[inline(always)]
fn next<L: Lanes<N>, const N: usize>(
    rest: &mut [L; 2],
    prefixes: &[L; 2],
    denominators: &[L; 2],
) -> [L; 2] {
    let [c, d] = &*rest;
    let inverses = L::mul_two([c, &prefixes[0]], [d, &prefixes[1]]);
    *rest = L::mul_two([c, &denominators[0]], [d, &denominators[1]]);
    inverses
}

/// The negatives of the third points on lines through (x, y) and the points at `other`.
#[inline(always)]
fn third<L: Lanes<N>, const N: usize>(
    points: [&[L; 2]; 2],
    other: [&L; 2],
    [s, t]: &[L; 2],
) -> [[L; 2]; 2] {
    let [[ax, ay], [bx, by]] = points;
    let [s2, t2] = s.square_two(t);
    let x = s2.sub(ax).sub(other[0]).tidy();
    let v = t2.sub(bx).sub(other[1]).tidy();
    let [y, w] = L::mul_two([s, &ax.sub(&x).ready()], [t, &bx.sub(&v).ready()]);
    [[x, y.sub(ay).tidy()], [v, w.sub(by).tidy()]]
}

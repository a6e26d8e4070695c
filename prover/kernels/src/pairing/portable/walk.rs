//! The points [k]Q of all pairs, step by step in affine coordinates.

use ark_bn254::{Fq2, G2Affine};
use ark_ff::{AdditiveGroup, Field, Zero, batch_inversion};

use super::frobenius;
use super::line::Line;

/// All points of one step.
///
/// No step of a point of order r divides by zero. A division by zero therefore marks its point as outside the
/// subgroup; the walk goes on with a meaningless point, so that the others need not know.
pub(super) struct Walk {
    start: Vec<G2Affine>,
    now: Vec<(Fq2, Fq2)>,
    outside: Vec<bool>,
    lines: Vec<Line>,
    divisors: Vec<Fq2>,
}

impl Walk {
    /// At Q itself.
    pub(super) fn new(start: Vec<G2Affine>) -> Self {
        Self {
            now: start.iter().map(|q| (q.x, q.y)).collect(),
            outside: vec![false; start.len()],
            lines: Vec::with_capacity(start.len()),
            divisors: Vec::with_capacity(start.len()),
            start,
        }
    }

    /// T ← 2T; returns the tangents.
    pub(super) fn double(&mut self) -> &[Line] {
        self.divisors.clear();
        self.divisors
            .extend(self.now.iter().map(|(_, y)| y.double()));
        self.invert();
        self.lines.clear();
        for ((x, y), inverse) in self.now.iter_mut().zip(&self.divisors) {
            let square = x.square();
            let slope = (square.double() + square) * inverse;
            self.lines.push(step(x, y, slope, *x));
        }
        &self.lines
    }

    /// T ← T + Q.
    pub(super) fn add_start(&mut self) -> &[Line] {
        self.add(|q| (q.x, q.y))
    }

    /// T ← T − Q.
    pub(super) fn subtract_start(&mut self) -> &[Line] {
        self.add(|q| (q.x, -q.y))
    }

    /// T ← T + ψ(Q).
    pub(super) fn add_first_image(&mut self) -> &[Line] {
        self.add(|q| frobenius(q.x, q.y))
    }

    /// T ← T − ψ²(Q).
    pub(super) fn subtract_second_image(&mut self) -> &[Line] {
        self.add(|q| {
            let (x, y) = second_image(q);
            (x, -y)
        })
    }

    /// Whether each Q is outside the subgroup: at the end of the walk T is not −ψ³(Q).
    pub(super) fn is_outside(&self) -> impl Iterator<Item = bool> {
        let ends = self.start.iter().zip(&self.now);
        ends.zip(&self.outside).map(|((q, now), &outside)| {
            let (x, y) = second_image(q);
            outside || *now != frobenius(x, -y)
        })
    }

    fn add(&mut self, other: impl Fn(&G2Affine) -> (Fq2, Fq2)) -> &[Line] {
        self.divisors.clear();
        let pairs = self.now.iter().zip(&self.start);
        self.divisors
            .extend(pairs.map(|((x, _), q)| other(q).0 - x));
        self.invert();
        self.lines.clear();
        let now = self.now.iter_mut().zip(&self.start);
        for (((x, y), q), inverse) in now.zip(&self.divisors) {
            let (other_x, other_y) = other(q);
            let slope = (other_y - *y) * inverse;
            self.lines.push(step(x, y, slope, other_x));
        }
        &self.lines
    }

    /// Inverts all divisors; zero stays zero.
    fn invert(&mut self) {
        for (divisor, outside) in self.divisors.iter().zip(&mut self.outside) {
            *outside |= divisor.is_zero();
        }
        batch_inversion(&mut self.divisors);
    }
}

fn second_image(q: &G2Affine) -> (Fq2, Fq2) {
    let (x, y) = frobenius(q.x, q.y);
    frobenius(x, y)
}

/// Moves (x, y) to the negative of the third point on the line with this slope through it and the point at `other_x`.
fn step(x: &mut Fq2, y: &mut Fq2, slope: Fq2, other_x: Fq2) -> Line {
    let offset = slope * *x - *y;
    let third = slope.square() - *x - other_x;
    *y = offset - slope * third;
    *x = third;
    Line { slope, offset }
}

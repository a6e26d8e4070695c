//! Random multiples of many points of G1, in step and in affine coordinates.

use ark_bn254::{Fq, Fr, G1Affine, g1};
use ark_ec::scalar_mul::glv::GLVConfig;
use ark_ff::{AdditiveGroup, Field, batch_inversion};

/// A coefficient low + λ·high, where λ is the eigenvalue of the curve's endomorphism φ.
///
/// The 2^128 pairs give 2^128 different coefficients: two that were equal would differ by a vector of the lattice
/// {(a, b) : a + λ·b = 0} shorter than 2^65, and its shortest is longer than 2^126. A multiple costs 64 doublings
/// instead of 128.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Coefficient {
    pub(crate) low: u64,
    pub(crate) high: u64,
}

impl Coefficient {
    /// As an element of the scalar field.
    pub(crate) fn to_fr(self) -> Fr {
        Fr::from(self.low) + <g1::Config as GLVConfig>::LAMBDA * Fr::from(self.high)
    }

    /// The two bits at a position: 1 for P, 2 for φ(P), 3 for their sum.
    fn digit(self, bit: u32) -> usize {
        ((self.low >> bit & 1) | (self.high >> bit & 1) << 1) as usize
    }
}

/// φ(P) = λ·P.
pub(crate) fn endomorphism(p: &G1Affine) -> G1Affine {
    g1::Config::endomorphism_affine(p)
}

/// Each point times its coefficient. No point may be the identity.
///
/// Additions never meet equal or opposite points. Before one, the running multiple is (2a)·P + (2b)·φ(P) for the bits
/// read so far, and what is added is one of P, φ(P), P + φ(P): their sum or difference would be a nonzero vector of the
/// lattice above that is too short to be in it. P = φ(P) is excluded in the same way.
pub(crate) fn scale(points: &[G1Affine], by: &[Coefficient]) -> Vec<G1Affine> {
    let tables = tables(points);
    // A multiple is `None` until its first bit.
    let mut now: Vec<Option<(Fq, Fq)>> = vec![None; points.len()];
    let mut divisors = Vec::with_capacity(points.len());
    for bit in (0..u64::BITS).rev() {
        double(&mut now, &mut divisors);
        let digits = || by.iter().map(|coefficient| coefficient.digit(bit));
        add(&mut now, &tables, digits, &mut divisors);
    }
    let affine = |point: Option<(Fq, Fq)>| {
        point.map_or_else(G1Affine::identity, |(x, y)| G1Affine::new_unchecked(x, y))
    };
    now.into_iter().map(affine).collect()
}

/// P, φ(P), P + φ(P).
type Table = [(Fq, Fq); 3];

fn tables(points: &[G1Affine]) -> Vec<Table> {
    let images: Vec<G1Affine> = points.iter().map(endomorphism).collect();
    let mut divisors: Vec<Fq> = points.iter().zip(&images).map(|(p, i)| i.x - p.x).collect();
    batch_inversion(&mut divisors);
    points
        .iter()
        .zip(&images)
        .zip(&divisors)
        .map(|((p, i), inverse)| {
            let (p, i) = ((p.x, p.y), (i.x, i.y));
            [p, i, sum(p, i, inverse)]
        })
        .collect()
}

fn sum((x, y): (Fq, Fq), (other_x, other_y): (Fq, Fq), inverse: &Fq) -> (Fq, Fq) {
    third(x, y, other_x, (other_y - y) * inverse)
}

fn third(x: Fq, y: Fq, other_x: Fq, slope: Fq) -> (Fq, Fq) {
    let third = slope.square() - x - other_x;
    (third, slope * (x - third) - y)
}

fn double(now: &mut [Option<(Fq, Fq)>], divisors: &mut Vec<Fq>) {
    divisors.clear();
    divisors.extend(now.iter().flatten().map(|(_, y)| y.double()));
    batch_inversion(divisors);
    for ((x, y), inverse) in now.iter_mut().flatten().zip(divisors.iter()) {
        let square = x.square();
        (*x, *y) = third(*x, *y, *x, (square.double() + square) * inverse);
    }
}

fn add<D: Iterator<Item = usize>>(
    now: &mut [Option<(Fq, Fq)>],
    tables: &[Table],
    digits: impl Fn() -> D,
    divisors: &mut Vec<Fq>,
) {
    let entry =
        |table: &Table, digit: usize| digit.checked_sub(1).and_then(|at| table.get(at).copied());
    divisors.clear();
    for ((now, table), digit) in now.iter().zip(tables).zip(digits()) {
        if let (Some((x, _)), Some((other_x, _))) = (now, entry(table, digit)) {
            divisors.push(other_x - x);
        }
    }
    batch_inversion(divisors);
    let mut inverses = divisors.iter();
    for ((now, table), digit) in now.iter_mut().zip(tables).zip(digits()) {
        let Some(other) = entry(table, digit) else {
            continue;
        };
        *now = match *now {
            None => Some(other),
            Some(point) => inverses.next().map(|inverse| sum(point, other, inverse)),
        };
    }
}

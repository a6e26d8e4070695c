//! Random multiples of many points of G1, in step and in affine coordinates.

use ark_bn254::{Fq, G1Affine};
use ark_ff::{AdditiveGroup, Field, batch_inversion};

use crate::pairing::{Coefficient, endomorphism};

/// [`crate::pairing::multiples`].
///
/// Additions never meet equal or opposite points. Before one, the running multiple is (2a)·P + (2b)·φ(P) for the signs
/// read so far, and what is added is ±P ± φ(P): their sum or difference would be a nonzero vector of the
/// lattice of [`Coefficient`] that is too short to be in it. P = ±φ(P) is excluded in the same way.
pub(in crate::pairing) fn multiples(points: &[G1Affine], by: &[Coefficient]) -> Vec<G1Affine> {
    let tables = tables(points);
    let entries = |bit: u32| {
        tables
            .iter()
            .zip(by)
            .map(move |(table, by)| entry(table, *by, bit))
    };
    let mut now: Vec<(Fq, Fq)> = entries(u64::BITS - 1).collect();
    let mut divisors = Vec::with_capacity(points.len());
    for bit in (0..u64::BITS - 1).rev() {
        double(&mut now, &mut divisors);
        add(&mut now, || entries(bit), &mut divisors);
    }
    now.into_iter()
        .map(|(x, y)| G1Affine::new_unchecked(x, y))
        .collect()
}

/// P + φ(P) and P − φ(P).
type Table = [(Fq, Fq); 2];

fn tables(points: &[G1Affine]) -> Vec<Table> {
    let images: Vec<G1Affine> = points.iter().map(endomorphism).collect();
    let mut divisors: Vec<Fq> = points.iter().zip(&images).map(|(p, i)| i.x - p.x).collect();
    batch_inversion(&mut divisors);
    points
        .iter()
        .zip(&images)
        .zip(&divisors)
        .map(|((p, i), inverse)| {
            let p = (p.x, p.y);
            [sum(p, (i.x, i.y), inverse), sum(p, (i.x, -i.y), inverse)]
        })
        .collect()
}

/// The point for the signs at a position.
fn entry([sum, difference]: &Table, by: Coefficient, bit: u32) -> (Fq, Fq) {
    let [low, high] = [by.low >> bit & 1, by.high >> bit & 1];
    let (x, y) = if low == high { *sum } else { *difference };
    (x, if low == 1 { y } else { -y })
}

fn sum((x, y): (Fq, Fq), (other_x, other_y): (Fq, Fq), inverse: &Fq) -> (Fq, Fq) {
    third(x, y, other_x, (other_y - y) * inverse)
}

fn third(x: Fq, y: Fq, other_x: Fq, slope: Fq) -> (Fq, Fq) {
    let third = slope.square() - x - other_x;
    (third, slope * (x - third) - y)
}

fn double(now: &mut [(Fq, Fq)], divisors: &mut Vec<Fq>) {
    divisors.clear();
    divisors.extend(now.iter().map(|(_, y)| y.double()));
    batch_inversion(divisors);
    for ((x, y), inverse) in now.iter_mut().zip(divisors.iter()) {
        let square = x.square();
        (*x, *y) = third(*x, *y, *x, (square.double() + square) * inverse);
    }
}

fn add<E: Iterator<Item = (Fq, Fq)>>(
    now: &mut [(Fq, Fq)],
    entries: impl Fn() -> E,
    divisors: &mut Vec<Fq>,
) {
    divisors.clear();
    divisors.extend(
        now.iter()
            .zip(entries())
            .map(|((x, _), (other, _))| other - x),
    );
    batch_inversion(divisors);
    for ((now, other), inverse) in now.iter_mut().zip(entries()).zip(divisors.iter()) {
        *now = sum(*now, other, inverse);
    }
}

//! Lines through points of the twist, and their products into the accumulator.

use ark_bn254::{Fq, Fq2, Fq6, Fq12};
use ark_ff::Field;

use crate::pairing::At;

/// A line y = slope·x − offset over the twist.
///
/// At P = (x_P, y_P) and divided by y_P it is 1 − slope·(x_P/y_P)·w + offset/y_P·w³.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub(super) slope: Fq2,
    pub(super) offset: Fq2,
}

/// 1 + a·w + b·w³.
struct Sparse {
    a: Fq2,
    b: Fq2,
}

impl Line {
    fn at(&self, at: &At) -> Sparse {
        let scaled = |mut v: Fq2, by: &Fq| {
            v.mul_assign_by_fp(by);
            v
        };
        Sparse {
            a: scaled(self.slope, &at.minus_x_over_y),
            b: scaled(self.offset, &at.one_over_y),
        }
    }
}

/// Multiplies f by every line, each at its own point. Two lines are multiplied first: their product has five
/// coefficients of six, and costs no more than one line into f.
pub(super) fn multiply(f: &mut Fq12, lines: &[Line], at: &[At]) {
    for (lines, at) in lines.chunks(2).zip(at.chunks(2)) {
        match (lines, at) {
            ([first, second], [at_first, at_second]) => {
                multiply_pair(f, &first.at(at_first), &second.at(at_second));
            }
            ([line], [at]) => {
                let line = line.at(at);
                f.mul_by_034(&Fq2::ONE, &line.a, &line.b);
            }
            _ => {}
        }
    }
}

/// (1 + a·w + b·w³)(1 + a′·w + b′·w³) with w² = v, v³ = ξ:
/// (1 + ξ·bb′) + aa′·v + (ab′ + a′b)·v² + ((a + a′) + (b + b′)·v)·w.
fn multiply_pair(f: &mut Fq12, first: &Sparse, second: &Sparse) {
    let aa = first.a * second.a;
    let bb = first.b * second.b;
    let a_sum = first.a + second.a;
    let b_sum = first.b + second.b;
    let mixed = (first.a + first.b) * (second.a + second.b) - aa - bb;
    let even = Fq6::new(times_xi(bb) + Fq2::ONE, aa, mixed);
    // Karatsuba over w.
    let low = f.c0 * even;
    let mut high = f.c1;
    high.mul_by_01(&a_sum, &b_sum);
    let both = Fq6::new(even.c0 + a_sum, even.c1 + b_sum, even.c2);
    f.c1 = (f.c0 + f.c1) * both - low - high;
    f.c0 = low + Fq6::new(times_xi(high.c2), high.c0, high.c1);
}

/// v·(9 + i), the non-residue over which Fq6 is built.
fn times_xi(v: Fq2) -> Fq2 {
    let times_nine = |x: Fq| {
        let mut eight = x;
        for _ in 0..3 {
            eight += eight;
        }
        eight + x
    };
    Fq2::new(times_nine(v.c0) - v.c1, times_nine(v.c1) + v.c0)
}

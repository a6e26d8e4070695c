//! Scalars as signed digits.

use std::ops::RangeInclusive;

use ark_bn254::Fr;
use ark_ff::{BigInt, PrimeField};

/// Digit sizes that are tried and accepted.
pub(crate) const WINDOWS: RangeInclusive<u32> = 4..=17;

/// How digits, multiples and bucket sets hang together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    /// Bits of a digit.
    pub(crate) window: u32,
    /// Number of bucket sets: digits that are so far apart share a set.
    pub(crate) sets: usize,
    /// Multiples stored for every base, itself included.
    pub(crate) multiples: usize,
}

impl Layout {
    /// The layout for a digit size with at most so many multiples.
    pub(crate) fn new(window: u32, most: usize) -> Self {
        let digits = count(window);
        let sets = digits.div_ceil(most.max(1));
        Self {
            window,
            sets,
            multiples: digits.div_ceil(sets),
        }
    }

    /// The layout that takes the fewest additions for so many bases: one for each digit, two for each
    /// bucket and the doublings between the sets.
    pub(crate) fn best(bases: usize, most: usize) -> Self {
        let cost = |window: &u32| {
            let layout = Self::new(*window, most);
            bases * count(*window) + layout.sets * (2 << (window - 1)) + 200 * layout.sets
        };
        Self::new(WINDOWS.min_by_key(cost).unwrap_or(8), most)
    }

    /// Rows of digits.
    pub(crate) fn rows(&self) -> usize {
        self.sets * self.multiples
    }

    /// Buckets of a set, with an unused one for digit 0.
    pub(crate) fn buckets(&self) -> usize {
        (1 << (self.window - 1)) + 1
    }

    /// Bits between the multiples of a base.
    pub(crate) fn doublings(&self) -> usize {
        self.window as usize * self.sets
    }
}

/// Digits of a scalar: one bit more than the field has, for the last carry.
fn count(window: u32) -> usize {
    (Fr::MODULUS_BIT_SIZE + 1).div_ceil(window) as usize
}

/// Digit i of scalar j at i·scalars + j, each in −2^(window−1) ..= 2^(window−1), for all rows of the
/// layout; those beyond the scalar are zero.
pub(crate) fn signed(scalars: &[BigInt<4>], layout: &Layout, out: &mut Vec<i32>) {
    let stride = scalars.len();
    let rows = layout.rows();
    out.clear();
    out.resize(rows * stride, 0);
    let window = layout.window as usize;
    let half = 1_i32 << (layout.window - 1);
    // A few scalars at a time, so that rows are written in whole cache lines.
    for (block, scalars) in scalars.chunks(16).enumerate() {
        let mut carries = [0_i32; 16];
        for row in 0..rows {
            let start = row * window;
            let at = row * stride + 16 * block;
            let digits = out.get_mut(at..at + scalars.len()).unwrap_or_default();
            for ((digit, carry), scalar) in digits.iter_mut().zip(&mut carries).zip(scalars) {
                let raw = bits(scalar, start, layout.window) + *carry;
                *carry = i32::from(raw > half);
                *digit = raw - (*carry << layout.window);
            }
        }
    }
}

/// `length` bits from `start`.
fn bits(scalar: &BigInt<4>, start: usize, length: u32) -> i32 {
    let limb = |i: usize| scalar.0.get(i).copied().unwrap_or(0);
    let (index, shift) = (start / 64, start % 64);
    let wide = u128::from(limb(index)) | u128::from(limb(index + 1)) << 64;
    let mask = (1 << length) - 1;
    // At most 17 bits are left.
    (wide >> shift) as i32 & mask
}

#[cfg(test)]
mod tests;

//! Scalars as signed digits.

use std::ops::RangeInclusive;

use ark_bn254::Fr;
use ark_ff::{BigInt, PrimeField};
use zeroize::Zeroizing;

use super::MULTIPLES;

/// Digit sizes that are tried and accepted.
pub(super) const WINDOWS: RangeInclusive<u32> = 4..=16;

/// Digits of a scalar: one bit more than the field has, for the last carry.
fn count(window: u32) -> usize {
    (Fr::MODULUS_BIT_SIZE + 1).div_ceil(window) as usize
}

/// Number of bucket sets: digits that are this far apart share a set.
pub(super) fn spread(window: u32) -> usize {
    count(window).div_ceil(MULTIPLES)
}

/// The digit size with the fewest multiplications for so many bases: six per digit, and about
/// twenty-seven per bucket for the closing sums.
pub(super) fn best_window(bases: usize) -> u32 {
    let cost = |window: u32| 6 * bases * count(window) + 27 * spread(window) * (1 << (window - 1));
    WINDOWS.min_by_key(|window| cost(*window)).unwrap_or(8)
}

/// Digit i of scalar j at i·scalars + j, each in −2^(window−1) ..= 2^(window−1), for as many rows
/// of digits as the sets ask for; those beyond the scalar are zero.
pub(super) fn signed(scalars: &[BigInt<4>], window: u32) -> Vec<i32> {
    let rows = spread(window) * MULTIPLES;
    let mut out = vec![0; rows * scalars.len()];
    let half = 1_i32 << (window - 1);
    let mut carries = Zeroizing::new(vec![0_i32; scalars.len()]);
    for (row, digits) in out.chunks_mut(scalars.len().max(1)).enumerate() {
        let start = row * window as usize;
        for ((digit, carry), scalar) in digits.iter_mut().zip(carries.iter_mut()).zip(scalars) {
            let raw = bits(scalar, start, window) + *carry;
            *carry = i32::from(raw > half);
            *digit = raw - (*carry << window);
        }
    }
    out
}

/// `length` ≤ 16 bits from `start`.
fn bits(scalar: &BigInt<4>, start: usize, length: u32) -> i32 {
    let limb = |i: usize| scalar.0.get(i).copied().unwrap_or(0);
    let (index, shift) = (start / 64, start % 64);
    let wide = u128::from(limb(index)) | u128::from(limb(index + 1)) << 64;
    let mask = (1 << length) - 1;
    // At most 16 bits are left.
    (wide >> shift) as i32 & mask
}

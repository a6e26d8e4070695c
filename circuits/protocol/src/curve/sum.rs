//! Sums of many multiples of points, for public scalars.

use ark_ff::{AdditiveGroup, PrimeField};
use taceo_ark_babyjubjub::EdwardsProjective;

use super::Point;
use crate::field::Scalar;

/// Bits of a scalar.
const BITS: u32 = Scalar::MODULUS_BIT_SIZE;

/// Σ scalar·point by Pippenger's buckets with signed digits. The time taken depends on the scalars.
pub(crate) fn sum_vartime(terms: &[(Point, Scalar)]) -> Point {
    let width = width(terms.len());
    let windows = BITS / width + 1;
    let mut digits = vec![0_i32; terms.len() * windows as usize];
    for ((_, scalar), row) in terms.iter().zip(digits.chunks_mut(windows as usize)) {
        split(scalar, width, row);
    }
    let mut buckets = vec![EdwardsProjective::ZERO; 1 << (width - 1)];
    let mut total = EdwardsProjective::ZERO;
    for window in (0..windows as usize).rev() {
        for _ in 0..width {
            total.double_in_place();
        }
        buckets.fill(EdwardsProjective::ZERO);
        let column = digits.iter().skip(window).step_by(windows as usize);
        for ((point, _), digit) in terms.iter().zip(column) {
            let place = (digit.unsigned_abs() as usize).checked_sub(1);
            // Digit zero has no bucket.
            if let Some(bucket) = place.and_then(|place| buckets.get_mut(place)) {
                if *digit > 0 {
                    *bucket += point.0;
                } else {
                    *bucket -= point.0;
                }
            }
        }
        // Bucket k counts k times: it is in k of the running sums.
        let mut running = EdwardsProjective::ZERO;
        for bucket in buckets.iter().rev() {
            running += bucket;
            total += running;
        }
    }
    Point(total.into())
}

/// Digits of `width` bits, lowest first, each from −2^(width−1) to 2^(width−1).
fn split(scalar: &Scalar, width: u32, digits: &mut [i32]) {
    let limbs = scalar.into_bigint().0;
    let mut carry = 0;
    for (place, out) in (0_u32..).zip(digits) {
        let (limb, shift) = ((place * width / 64) as usize, place * width % 64);
        let low = limbs.get(limb).copied().unwrap_or(0) >> shift;
        let high = limbs.get(limb + 1).copied().unwrap_or(0);
        // Two shifts, since one by 64 is none.
        let bits = (low | high << 1 << (63 - shift)) & ((1 << width) - 1);
        let mut digit = bits as i32 + carry;
        carry = i32::from(digit > 1 << (width - 1));
        digit -= carry << width;
        *out = digit;
    }
}

/// The width of digits that takes the fewest additions: one for each term and two for each bucket, in every window.
fn width(terms: usize) -> u32 {
    let cost = |width: &u32| (terms + (1 << width)) * (BITS / width + 1) as usize;
    (2..=14).min_by_key(cost).unwrap_or(2)
}

#[cfg(test)]
mod tests;

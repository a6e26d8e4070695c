//! Constants of a field in radix 2^52, computed by the compiler.
//!
//! An element is five limbs of 52 bits. Montgomery's R is 2^260. `docs/kernels.md` derives what they are for.

use crate::prime::{Modulus, fractions, negative_inverse};

/// Bits of a limb.
pub(super) const BITS: u32 = 52;
/// Limbs of an element.
pub(super) const LIMBS: usize = 5;
/// A limb's bits.
pub(super) const MASK: i64 = (1 << BITS) - 1;

/// Multiples of p that [`super::Eight::tidied`] adds, by the three lowest bits of ⌊x / 2^254⌋: for 0, 1, 2, 3, −4, −3, −2, −1.
pub(super) const STEPS: [i64; 8] = [0, -1, -2, -3, 6, 4, 3, 2];
/// What [`super::Eight::made_ready`] adds.
pub(super) const OFFSET: i64 = 3;

/// What arithmetic modulo the prime needs.
pub(super) trait Radix52: Modulus {
    /// The prime's limbs.
    const LIMBS: [i64; LIMBS] = limbs(&Self::PRIME);
    /// −1/p modulo 2^52.
    const NEGATIVE_INVERSE: i64 = negative_inverse(&Self::PRIME, BITS) as i64;
    /// Limbs of 2^−156, 2^−104 and 2^−52 modulo p.
    const FOLDS: [[i64; LIMBS]; 3] = {
        let [third, second, first] = fractions::<3>(&Self::PRIME, BITS);
        [limbs(&first), limbs(&second), limbs(&third)]
    };
    /// For each limb, those of the multiples of p in [`STEPS`].
    const MULTIPLES: [Spread; LIMBS] = {
        let mut out = [Spread([0; 8]); LIMBS];
        let mut i = 0;
        while i < LIMBS {
            let mut k = 0;
            while k < 8 {
                out[i].0[k] = STEPS[k] * Self::LIMBS[i];
                k += 1;
            }
            i += 1;
        }
        out
    };
    /// Limbs, longer than 52 bits, of the offset for differences.
    const OFFSETS: [i64; LIMBS] = {
        let mut out = Self::LIMBS;
        let mut i = 0;
        while i < LIMBS {
            out[i] *= OFFSET;
            i += 1;
        }
        out
    };
    /// ⌊2^97 / (p's highest limb + 1)⌋: a little less than 2^305 / p, and below 2^52.
    const PER_TOP: i64 = ((1_u128 << 97) / (Self::LIMBS[4] as u128 + 1)) as i64;
}

impl<M: Modulus> Radix52 for M {}

/// Eight numbers for the lanes.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub(super) struct Spread(pub(super) [i64; 8]);

/// Cuts a number into limbs.
pub(super) const fn limbs(words: &[u64; 4]) -> [i64; LIMBS] {
    let [a, b, c, d] = *words;
    [
        a as i64 & MASK,
        (a >> 52 | b << 12) as i64 & MASK,
        (b >> 40 | c << 24) as i64 & MASK,
        (c >> 28 | d << 36) as i64 & MASK,
        (d >> 16) as i64,
    ]
}

//! Constants of a field in radix 2^51, computed by the compiler.
//!
//! An element is five signed limbs of 51 bits, each an integer held in a double. Montgomery's R is
//! 2^255. `docs/kernels.md` derives the reduction that these constants are for.

use crate::prime::{Modulus, fractions, negative_inverse};

/// Bits of a limb.
pub(super) const BITS: u32 = 51;
/// Limbs of an element.
pub(super) const LIMBS: usize = 5;
const MASK: u64 = (1 << BITS) - 1;

/// What arithmetic modulo the prime needs.
pub(super) trait Radix51: Modulus {
    /// The prime's limbs.
    const LIMBS: Spread = to_f64(limbs(&Self::PRIME));
    /// −1/p modulo 2^51.
    const NEGATIVE_INVERSE: f64 = negative_inverse(&Self::PRIME, BITS) as f64;
    /// Limbs of 2^−153, 2^−102 and 2^−51 modulo p.
    const FOLDS: [Spread; 3] = {
        let [third, second, first] = fractions::<3>(&Self::PRIME, BITS);
        [
            to_f64(limbs(&first)),
            to_f64(limbs(&second)),
            to_f64(limbs(&third)),
        ]
    };
    /// 2^204 / p, to know how often p is in a number from its highest limb.
    const PER_TOP: f64 = 4096.0 / Self::PRIME[3] as f64;
}

impl<M: Modulus> Radix51 for M {}

/// Cuts a number into limbs.
pub(super) const fn limbs(words: &[u64; 4]) -> [u64; LIMBS] {
    let [a, b, c, d] = *words;
    [
        a & MASK,
        (a >> 51 | b << 13) & MASK,
        (b >> 38 | c << 26) & MASK,
        (c >> 25 | d << 39) & MASK,
        d >> 12,
    ]
}

/// Limbs of a constant, each four times.
#[derive(Clone, Copy)]
#[repr(C, align(32))]
pub(super) struct Spread(pub(super) [[f64; 4]; LIMBS]);

const fn to_f64(limbs: [u64; LIMBS]) -> Spread {
    let mut out = [[0.0; 4]; LIMBS];
    let mut i = 0;
    while i < LIMBS {
        // Below 2^53, so exact.
        out[i] = [limbs[i] as f64; 4];
        i += 1;
    }
    Spread(out)
}

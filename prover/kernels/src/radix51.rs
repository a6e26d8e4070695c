//! Constants of BN254's two fields in radix 2^51, computed by the compiler.
//!
//! An element is five signed limbs of 51 bits, each an integer held in a double. Montgomery's R is
//! 2^255. `docs/kernels.md` derives the reduction that these constants are for.

use ark_bn254::{Fq, Fr};
use ark_ff::{Fp, MontBackend, MontConfig, PrimeField};

/// Bits of a limb.
pub(crate) const BITS: u32 = 51;
/// Limbs of an element.
pub(crate) const LIMBS: usize = 5;
const MASK: u64 = (1 << BITS) - 1;

/// A prime of 254 bits with what its arithmetic needs.
pub(crate) trait Modulus: Copy + Send + Sync + 'static {
    /// The field in the library's form.
    type Element: PrimeField;

    /// The prime.
    const PRIME: [u64; 4];
    /// The prime's limbs.
    const LIMBS: Spread = to_f64(limbs(&Self::PRIME));
    /// −1/p modulo 2^51.
    const NEGATIVE_INVERSE: f64 = negative_inverse(Self::PRIME[0]) as f64;
    /// Limbs of 2^−153, 2^−102 and 2^−51 modulo p.
    const FOLDS: [Spread; 3] = {
        let third = divide(&Self::PRIME, &[1, 0, 0, 0]);
        let second = divide(&Self::PRIME, &third);
        let first = divide(&Self::PRIME, &second);
        [
            to_f64(limbs(&first)),
            to_f64(limbs(&second)),
            to_f64(limbs(&third)),
        ]
    };
    /// 2^204 / p, to know how often p is in a number from its highest limb.
    const PER_TOP: f64 = 4096.0 / Self::PRIME[3] as f64;

    /// The words of an element: x·2^256 mod p.
    fn raw(element: &Self::Element) -> [u64; 4];
    /// An element from x·2^256 mod p, which is below p.
    fn from_raw(raw: [u64; 4]) -> Self::Element;
}

/// The base field.
#[derive(Clone, Copy)]
pub(crate) struct Base;

/// The scalar field.
#[derive(Clone, Copy)]
pub(crate) struct Scalar;

impl Modulus for Base {
    type Element = Fq;
    const PRIME: [u64; 4] = Fq::MODULUS.0;

    fn raw(element: &Fq) -> [u64; 4] {
        element.0.0
    }

    fn from_raw(raw: [u64; 4]) -> Fq {
        montgomery(raw)
    }
}

impl Modulus for Scalar {
    type Element = Fr;
    const PRIME: [u64; 4] = Fr::MODULUS.0;

    fn raw(element: &Fr) -> [u64; 4] {
        element.0.0
    }

    fn from_raw(raw: [u64; 4]) -> Fr {
        montgomery(raw)
    }
}

fn montgomery<C: MontConfig<4>>(raw: [u64; 4]) -> Fp<MontBackend<C, 4>, 4> {
    Fp::new_unchecked(ark_ff::BigInt(raw))
}

/// Cuts a number into limbs.
pub(crate) const fn limbs(words: &[u64; 4]) -> [u64; LIMBS] {
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
pub(crate) struct Spread([[f64; 4]; LIMBS]);

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

/// −1/p mod 2^51: each step doubles the number of right bits.
const fn negative_inverse(p: u64) -> u64 {
    let mut inverse = 1_u64;
    let mut i = 0;
    while i < 6 {
        inverse = inverse.wrapping_mul(2_u64.wrapping_sub(p.wrapping_mul(inverse)));
        i += 1;
    }
    inverse.wrapping_neg() & MASK
}

/// x / 2^51 modulo p, for x < p.
const fn divide(p: &[u64; 4], x: &[u64; 4]) -> [u64; 4] {
    let factor = x[0].wrapping_mul(negative_inverse(p[0])) & MASK;
    let mut sum = [0_u64; 5];
    let mut carry = 0_u128;
    let mut i = 0;
    while i < 4 {
        carry += p[i] as u128 * factor as u128 + x[i] as u128;
        sum[i] = carry as u64;
        carry >>= 64;
        i += 1;
    }
    sum[4] = carry as u64;
    let mut out = [0_u64; 4];
    let mut i = 0;
    while i < 4 {
        out[i] = sum[i] >> 51 | sum[i + 1] << 13;
        i += 1;
    }
    reduce_once(out, p)
}

/// x or x − p, whichever is in 0..p, for x < 2p.
pub(crate) const fn reduce_once(x: [u64; 4], p: &[u64; 4]) -> [u64; 4] {
    let mut out = [0_u64; 4];
    let mut borrow = false;
    let mut i = 0;
    while i < 4 {
        let (low, first) = x[i].overflowing_sub(p[i]);
        let (low, second) = low.overflowing_sub(borrow as u64);
        out[i] = low;
        borrow = first | second;
        i += 1;
    }
    if borrow { x } else { out }
}

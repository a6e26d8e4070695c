//! BN254's two fields as moduli, and arithmetic that the compiler does for the constants of lanes.

use ark_bn254::{Fq, Fr};
use ark_ff::{Fp, MontBackend, MontConfig, PrimeField};

/// A prime of 254 bits.
pub(crate) trait Modulus: Copy + Send + Sync + 'static {
    /// The field in the library's form.
    type Element: PrimeField;

    /// The prime.
    const PRIME: [u64; 4];

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

/// −1/p mod 2^bits: each step doubles the number of right bits.
pub(crate) const fn negative_inverse(p: &[u64; 4], bits: u32) -> u64 {
    let mut inverse = 1_u64;
    let mut i = 0;
    while i < 6 {
        inverse = inverse.wrapping_mul(2_u64.wrapping_sub(p[0].wrapping_mul(inverse)));
        i += 1;
    }
    inverse.wrapping_neg() & (u64::MAX >> (64 - bits))
}

/// x / 2^bits modulo p, for x < p and fewer than 64 bits.
pub(crate) const fn divide(p: &[u64; 4], x: &[u64; 4], bits: u32) -> [u64; 4] {
    let factor = x[0].wrapping_mul(negative_inverse(p, bits)) & (u64::MAX >> (64 - bits));
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
        out[i] = sum[i] >> bits | sum[i + 1] << (64 - bits);
        i += 1;
    }
    reduce_once(out, p)
}

/// 2^−step, 2^(−2·step), … modulo p, for a step of fewer than 64 bits.
pub(crate) const fn fractions<const N: usize>(p: &[u64; 4], step: u32) -> [[u64; 4]; N] {
    let mut out = [[1, 0, 0, 0]; N];
    let mut i = 0;
    while i < N {
        out[i] = divide(p, if i == 0 { &[1, 0, 0, 0] } else { &out[i - 1] }, step);
        i += 1;
    }
    out
}

/// 2^bits modulo p.
pub(crate) const fn power_of_two(p: &[u64; 4], bits: u32) -> [u64; 4] {
    let mut x = [1, 0, 0, 0];
    let mut i = 0;
    while i < bits {
        // Below 2p, which is below 2^255.
        x = [
            x[0] << 1,
            x[1] << 1 | x[0] >> 63,
            x[2] << 1 | x[1] >> 63,
            x[3] << 1 | x[2] >> 63,
        ];
        x = reduce_once(x, p);
        i += 1;
    }
    x
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

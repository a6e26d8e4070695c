//! Inverses in the base field, by a binary greatest common divisor whose steps are decided on short approximations.
//!
//! The method is Pornin's ("Optimized binary GCD for modular inversion", eprint 2020/972): 31 steps at a time are
//! done on the lowest 31 and the highest 33 bits of both numbers, and what they amount to, two factors for each number, is then
//! applied to the long ones. An approximation may be wrong about which number is larger; then one becomes negative, which is
//! put right afterwards.
//!
//! Variable time in the number of rounds.

use ark_bn254::{Fq, Fq2};
use ark_ff::{AdditiveGroup, Field};

use crate::prime::{Base, Modulus, negative_inverse, power_of_two};

/// Steps that are decided together.
const STEPS: u32 = 31;
/// Rounds within which the end is reached: 2·254 − 1 steps are enough if each is right.
const ROUNDS: usize = 24;
const P: [u64; 4] = Base::PRIME;

/// An element that can be inverted.
pub(crate) trait Invert: Field {
    /// Its inverse; zero for zero.
    fn inverted(&self) -> Self;
}

impl Invert for Fq {
    fn inverted(&self) -> Self {
        // The library's words are x·2^256, their inverse x⁻¹·2^−256; a product with 2^768 makes it x⁻¹·2^256.
        match inverse(Base::raw(self)) {
            Some(words) => Base::from_raw(words) * Base::from_raw(const { power_of_two(&P, 768) }),
            None => self.inverse().unwrap_or(Self::ZERO),
        }
    }
}

impl Invert for Fq2 {
    fn inverted(&self) -> Self {
        let norm = (self.c0.square() + self.c1.square()).inverted();
        Self::new(self.c0 * norm, -(self.c1 * norm))
    }
}

/// Inverts all elements, of which none is zero, with one inversion.
pub(crate) fn invert_all<F: Invert>(elements: &mut [F]) {
    let mut product = F::ONE;
    let mut prefixes = Vec::with_capacity(elements.len());
    for element in &*elements {
        prefixes.push(product);
        product *= element;
    }
    let mut rest = product.inverted();
    for (element, prefix) in elements.iter_mut().zip(&prefixes).rev() {
        let inverse = rest * prefix;
        rest *= *element;
        *element = inverse;
    }
}

/// The inverse modulo p of a number below p; none for zero.
fn inverse(x: [u64; 4]) -> Option<[u64; 4]> {
    // a = x·u and b = x·v modulo p at all times; b is odd.
    let (mut a, mut b) = (x, P);
    let (mut u, mut v) = ([1_u64, 0, 0, 0, 0], [0_u64; 5]);
    for _ in 0..ROUNDS {
        if a == [0; 4] {
            return (b == [1, 0, 0, 0]).then(|| reduced(v));
        }
        let [mut first, mut second] = steps(&a, &b);
        let (new_a, negative) = combine(&a, &b, first);
        if negative {
            first = first.map(|factor| -factor);
        }
        let (new_b, negative) = combine(&a, &b, second);
        if negative {
            second = second.map(|factor| -factor);
        }
        (a, b) = (new_a, new_b);
        (u, v) = (
            combine_modulo(&u, &v, first),
            combine_modulo(&u, &v, second),
        );
    }
    None
}

/// The factors (f, g) with which 31 steps make 2^31·a′ = f·a + g·b, and those for b′. Each of them is at most 2^31.
fn steps(a: &[u64; 4], b: &[u64; 4]) -> [[i64; 2]; 2] {
    let (mut x, mut y) = approximations(a, b);
    // Both factors of a number in one word: steps only add and double. The upper one is carried into by the lower.
    let (mut first, mut second) = (1_u64, 1_u64 << 32);
    for _ in 0..STEPS {
        let odd = (x & 1).wrapping_neg();
        let swap = odd & u64::from(x < y).wrapping_neg();
        let exchange = (x ^ y) & swap;
        (x, y) = (x ^ exchange, y ^ exchange);
        let exchange = (first ^ second) & swap;
        (first, second) = (first ^ exchange, second ^ exchange);
        x = x.wrapping_sub(y & odd) >> 1;
        first = first.wrapping_sub(second & odd);
        second <<= 1;
    }
    // Factors are above −2^31 and at most 2^31.
    let bias = (1_u64 << STEPS) - 1;
    let both = |packed: u64| {
        let packed = packed.wrapping_add(bias << 32 | bias);
        [packed & u64::from(u32::MAX), packed >> 32].map(|part| part as i64 - bias as i64)
    };
    [both(first), both(second)]
}

/// The lowest 31 bits and, above them, the highest 33 of the longer number and those at the same place of the other. Exact for
/// short numbers.
fn approximations(a: &[u64; 4], b: &[u64; 4]) -> (u64, u64) {
    let top = (1..4).rev().find(|i| a[*i] | b[*i] != 0);
    let Some(top) = top else { return (a[0], b[0]) };
    let shift = (a[top] | b[top]).leading_zeros();
    let low = (1 << STEPS) - 1;
    let of = |x: &[u64; 4]| {
        let wide = u128::from(x[top]) << 64 | u128::from(x[top - 1]);
        let high = (wide << shift >> 64) as u64;
        high & !low | x[0] & low
    };
    (of(a), of(b))
}

/// |f·a + g·b| / 2^31, and whether the sum is negative.
fn combine(a: &[u64; 4], b: &[u64; 4], [f, g]: [i64; 2]) -> ([u64; 4], bool) {
    let mut words = [0_u64; 5];
    let mut carry = 0_i128;
    for ((word, a), b) in words.iter_mut().zip(a).zip(b) {
        carry += product(f, *a) + product(g, *b);
        *word = carry as u64;
        carry >>= 64;
    }
    words[4] = carry as u64;
    let negative = carry < 0;
    if negative {
        let mut borrow = true;
        for word in &mut words {
            (*word, borrow) = (!*word).overflowing_add(u64::from(borrow));
        }
    }
    (shifted(&words), negative)
}

/// (f·u + g·v) / 2^31 modulo p, for numbers with a sign. It is less than p longer than the longer of both.
fn combine_modulo(u: &[u64; 5], v: &[u64; 5], [f, g]: [i64; 2]) -> [u64; 5] {
    const INVERSE: u64 = negative_inverse(&P, STEPS);
    let low = (f as u64)
        .wrapping_mul(u[0])
        .wrapping_add((g as u64).wrapping_mul(v[0]));
    let times = (low.wrapping_mul(INVERSE) & ((1 << STEPS) - 1)) as i64;
    let mut words = [0_u64; 5];
    let mut carry = 0_i128;
    for i in 0..4 {
        carry += product(f, u[i]) + product(g, v[i]) + product(times, P[i]);
        words[i] = carry as u64;
        carry >>= 64;
    }
    // The highest words have signs.
    carry += i128::from(f) * i128::from(u[4] as i64) + i128::from(g) * i128::from(v[4] as i64);
    words[4] = carry as u64;
    let [a, b, c, d] = shifted(&words);
    [a, b, c, d, (carry >> STEPS) as u64]
}

fn product(factor: i64, word: u64) -> i128 {
    i128::from(factor) * i128::from(word)
}

/// The four lowest words after a shift by 31 bits.
fn shifted(words: &[u64; 5]) -> [u64; 4] {
    std::array::from_fn(|i| words[i] >> STEPS | words[i + 1] << (64 - STEPS))
}

/// A number of a few times p, with a sign, modulo p.
fn reduced(mut x: [u64; 5]) -> [u64; 4] {
    let add = |x: &mut [u64; 5], negative: bool| {
        let mut carry = i128::from(0);
        for (i, word) in x.iter_mut().enumerate() {
            let p = i128::from(P.get(i).copied().unwrap_or(0));
            carry += i128::from(*word) + if negative { -p } else { p };
            *word = carry as u64;
            carry >>= 64;
        }
    };
    while (x[4] as i64) < 0 {
        add(&mut x, false);
    }
    loop {
        let mut less = x;
        add(&mut less, true);
        if (less[4] as i64) < 0 {
            return [x[0], x[1], x[2], x[3]];
        }
        x = less;
    }
}

#[cfg(test)]
mod tests;

//! Square roots in F_q and F_q², where q ≡ 3 (mod 4).
//!
//! One power a^((q−3)/4) gives both a root and its inverse. Roots in F_q² are made of two in F_q by the norm (Adj and
//! Rodríguez-Henríquez, *Square root computation over even extension fields*, 2014, algorithm for q ≡ 3 mod 4 by
//! the complex method), without a division.

use ark_bn254::{Fq, Fq2};
use ark_ff::{AdditiveGroup, BigInt, BigInteger, Field, MontFp, PrimeField};

/// 1/2.
const HALF: Fq =
    MontFp!("10944121435919637611123202872628637544348155578648911831344518947322613104292");

/// A square root, if there is one.
pub(super) fn of_fq(a: Fq) -> Option<Fq> {
    let root = a * power(a);
    (root.square() == a).then_some(root)
}

/// A square root, if there is one.
pub(super) fn of_fq2(a: Fq2) -> Option<Fq2> {
    // The norm of a square is a square.
    let norm = of_fq(a.c0.square() + a.c1.square())?;
    // (x + y·i)² = a means x² = (a₀ ± norm)/2 and 2·x·y = a₁. The two candidates multiply to −(a₁/2)².
    let mut candidate = (a.c0 + norm) * HALF;
    if candidate == Fq::ZERO {
        // a₁ = 0 and norm = −a₀: the other candidate.
        candidate = a.c0;
    }
    let inverse = power(candidate);
    let root = candidate * inverse;
    let other = a.c1 * HALF * inverse;
    let found = if root.square() == candidate {
        // 1/root = inverse.
        Fq2::new(root, other)
    } else {
        // The candidate is no square, so candidate·inverse² = −1, the other candidate is other², and y = 1/inverse.
        Fq2::new(other, -root)
    };
    (found.square() == a).then_some(found)
}

/// a^((q−3)/4), four bits at a time.
fn power(a: Fq) -> Fq {
    let mut table = [Fq::ONE; 16];
    for i in 1..16 {
        table[i] = table[i - 1] * a;
    }
    let exponent = exponent();
    let mut result = Fq::ONE;
    for limb in exponent.0.iter().rev() {
        for shift in (0..16).rev() {
            for _ in 0..4 {
                result.square_in_place();
            }
            let digit = (limb >> (4 * shift) & 15) as usize;
            if digit != 0 {
                result *= table[digit];
            }
        }
    }
    result
}

/// (q − 3)/4 = ⌊q/4⌋.
fn exponent() -> BigInt<4> {
    let mut exponent = Fq::MODULUS;
    exponent.div2();
    exponent.div2();
    exponent
}

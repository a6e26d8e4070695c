//! Products of integers, and their reduction.
//!
//! Ten columns hold sums of the lower and upper halves of products of limbs. No more than 160 halves of less than 2^52 meet in one,
//! so nothing overflows, and a column may be negative as long as the whole is not. Two products go in turns: half of the
//! instructions wait for the one before.

use std::arch::x86_64::*;

use super::Eight;
use super::radix52::{BITS, LIMBS, MASK, Radix52};
use crate::prime::Modulus;

const COLUMNS: usize = 2 * LIMBS;

pub(super) type Limbs = [__m512i; LIMBS];
type Columns = [__m512i; COLUMNS];

/// Adds a·b to the columns from `at` on. Of `a` only the lower 52 bits count.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq")]
fn row(c: &mut Columns, at: usize, a: __m512i, b: &Limbs) {
    for (j, b) in b.iter().enumerate() {
        c[at + j] = _mm512_madd52lo_epu64(c[at + j], a, *b);
    }
    for (j, b) in b.iter().enumerate() {
        c[at + j + 1] = _mm512_madd52hi_epu64(c[at + j + 1], a, *b);
    }
}

/// A constant's limbs in every lane.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq")]
pub(super) fn spread(limbs: &[i64; LIMBS]) -> Limbs {
    // No closures here or below: what calls them would lack the instructions, and could not inline them.
    let [a, b, c, d, e] = *limbs;
    [
        _mm512_set1_epi64(a),
        _mm512_set1_epi64(b),
        _mm512_set1_epi64(c),
        _mm512_set1_epi64(d),
        _mm512_set1_epi64(e),
    ]
}

#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq")]
pub(super) fn add(a: __m512i, b: __m512i) -> __m512i {
    _mm512_add_epi64(a, b)
}

/// What a column gives to the next one.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq")]
pub(super) fn carry(column: __m512i) -> __m512i {
    _mm512_srai_epi64::<BITS>(column)
}

/// Divides both sets of columns by 2^260 modulo p.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq")]
fn reduce<M: Modulus>(first: &mut Columns, second: &mut Columns) -> [Eight<M>; 2] {
    for i in 0..3 {
        first[i + 1] = add(first[i + 1], carry(first[i]));
        second[i + 1] = add(second[i + 1], carry(second[i]));
    }
    for i in 0..3 {
        let (d, e) = (first[i], second[i]);
        row(first, 3, d, &spread(&M::FOLDS[i]));
        row(second, 3, e, &spread(&M::FOLDS[i]));
    }
    for i in 3..5 {
        montgomery::<M>(first, i);
        montgomery::<M>(second, i);
    }
    [carried(first), carried(second)]
}

/// Adds the multiple of p that makes a column a multiple of 2^52, and passes it on to the next.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq")]
fn montgomery<M: Modulus>(c: &mut Columns, at: usize) {
    let inverse = _mm512_set1_epi64(M::NEGATIVE_INVERSE);
    let q = _mm512_madd52lo_epu64(_mm512_setzero_si512(), c[at], inverse);
    let p = spread(&M::LIMBS);
    // The column and the lower half of q·p₀ add up to the next multiple of 2^52: it need not be computed.
    let up = add(c[at], _mm512_set1_epi64(MASK));
    c[at + 1] = add(c[at + 1], carry(up));
    for j in 1..LIMBS {
        c[at + j] = _mm512_madd52lo_epu64(c[at + j], q, p[j]);
    }
    for (j, p) in p.iter().enumerate() {
        c[at + j + 1] = _mm512_madd52hi_epu64(c[at + j + 1], q, *p);
    }
}

/// The five highest columns as limbs.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq")]
fn carried<M: Modulus>(c: &Columns) -> Eight<M> {
    let limbs = [c[5], c[6], c[7], c[8], c[9]];
    let out = Eight::of(limbs).carried();
    debug_assert!(out.below(18, 4), "a product of too large factors");
    out
}

#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq")]
fn multiply(first: &mut Columns, [a, b]: [&Limbs; 2], second: &mut Columns, [d, e]: [&Limbs; 2]) {
    debug_assert!(
        [a, b, d, e].into_iter().all(|limbs| are_factors(limbs)),
        "a sum is no factor"
    );
    for i in 0..LIMBS {
        row(first, i, a[i], b);
        row(second, i, d[i], e);
    }
}

/// Products of two pairs.
#[inline(never)]
#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq")]
pub(super) fn products<M: Modulus>(one: [&Limbs; 2], other: [&Limbs; 2]) -> [Eight<M>; 2] {
    let mut first = [_mm512_setzero_si512(); COLUMNS];
    let mut second = [_mm512_setzero_si512(); COLUMNS];
    multiply(&mut first, one, &mut second, other);
    reduce(&mut first, &mut second)
}

/// Squares of two elements: a product of different limbs is made once and counted twice.
#[inline(never)]
#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq")]
pub(super) fn squares<M: Modulus>(a: &Limbs, b: &Limbs) -> [Eight<M>; 2] {
    debug_assert!(are_factors(a) && are_factors(b), "a sum is no factor");
    let mut all = [[_mm512_setzero_si512(); COLUMNS]; 2];
    for i in 0..LIMBS {
        for j in i + 1..LIMBS {
            for (c, a) in all.iter_mut().zip([a, b]) {
                c[i + j] = _mm512_madd52lo_epu64(c[i + j], a[i], a[j]);
                c[i + j + 1] = _mm512_madd52hi_epu64(c[i + j + 1], a[i], a[j]);
            }
        }
    }
    for c in &mut all {
        for column in c {
            *column = add(*column, *column);
        }
    }
    for i in 0..LIMBS {
        for (c, a) in all.iter_mut().zip([a, b]) {
            c[2 * i] = _mm512_madd52lo_epu64(c[2 * i], a[i], a[i]);
            c[2 * i + 1] = _mm512_madd52hi_epu64(c[2 * i + 1], a[i], a[i]);
        }
    }
    let [first, second] = &mut all;
    reduce(first, second)
}

/// Both parts of Σ a·x in the field with u² = −1, for factors given as their parts and the sum of these (Karatsuba):
/// (a₀x₀ − a₁x₁) + 2^260·p and (a₀ + a₁)(x₀ + x₁) − a₀x₀ − a₁x₁, each sum reduced once.
#[inline(never)]
#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq")]
pub(super) fn complex_sums<M: Modulus, const K: usize>(
    terms: &[[[&Eight<M>; 3]; 2]; K],
) -> [Eight<M>; 2] {
    let zero = _mm512_setzero_si512();
    let mut first = [zero; COLUMNS];
    let mut second = [zero; COLUMNS];
    for [a, x] in terms {
        let factors = [&a[0].limbs, &x[0].limbs];
        multiply(&mut first, factors, &mut second, [&a[1].limbs, &x[1].limbs]);
    }
    let mut mixed = [zero; COLUMNS];
    for ((first, second), mixed) in first.iter_mut().zip(&second).zip(&mut mixed) {
        *mixed = _mm512_sub_epi64(zero, add(*first, *second));
        *first = _mm512_sub_epi64(*first, *second);
    }
    for [a, x] in terms {
        let ([.., a], [.., x]) = (a, x);
        debug_assert!(are_factors(&a.limbs) && are_factors(&x.limbs));
        for i in 0..LIMBS {
            row(&mut mixed, i, a.limbs[i], &x.limbs);
        }
    }
    for (column, p) in first.iter_mut().skip(LIMBS).zip(spread(&M::LIMBS)) {
        *column = add(*column, p);
    }
    reduce(&mut first, &mut mixed)
}

/// Whether all limbs have at most 52 bits and none is negative.
#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq")]
pub(super) fn are_factors(limbs: &Limbs) -> bool {
    let beyond = _mm512_set1_epi64(!MASK);
    limbs
        .iter()
        .all(|limb| _mm512_test_epi64_mask(*limb, beyond) == 0)
}

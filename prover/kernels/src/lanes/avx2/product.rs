//! Products, and their reduction: the code in which a prover spends most of its time.

use std::arch::asm;
use std::arch::x86_64::*;

use super::Four;
use super::radix51::{LIMBS, Radix51, Spread};
use crate::prime::Modulus;

/// The exponent of `high` parts: 1.5·2^103.
pub(super) const HIGH: f64 = f64::from_bits((1023 + 103) << 52 | 1 << 51);
/// 1.5·2^103 + 1.5·2^52: leaves `low` parts with exponent 52.
const SPLIT: f64 = f64::from_bits(((1023 + 103) << 52 | 1 << 51) + 3);
/// The exponent of `low` parts: 1.5·2^52.
pub(super) const LOW: f64 = f64::from_bits((1023 + 52) << 52 | 1 << 51);
const HIGH_BITS: u64 = HIGH.to_bits();
const LOW_BITS: u64 = LOW.to_bits();
/// 2^52, for reading integers below 2^52 as doubles.
pub(super) const PLAIN: f64 = 4_503_599_627_370_496.0;
pub(super) const MASK: i64 = (1 << 51) - 1;
/// Makes columns positive before they are shifted: a multiple of 2^51, and half a limb.
const BIAS: u64 = (1 << 58) + (1 << 50);
/// What the bias leaves in a carry.
const CARRY: u64 = 1 << 7;
/// What the exponent of one `low` part leaves in a carry.
const LOW_CARRY: u64 = LOW_BITS >> 51;

pub(super) const COLUMNS: usize = 2 * LIMBS;

/// What the columns start with, for so many limb products a column.
const fn start(products: [u64; COLUMNS]) -> [i64; COLUMNS] {
    let mut out = [0; COLUMNS];
    let mut k = 0;
    while k < COLUMNS {
        let mut low = products[k];
        let mut high = if k > 0 { products[k - 1] } else { 0 };
        // Three folds into columns 3.. and two multiples of p into columns 3.. and 4...
        low = low.wrapping_add(if k >= 3 && k <= 7 { 3 } else { 0 });
        high = high.wrapping_add(if k >= 4 && k <= 8 { 3 } else { 0 });
        low = low.wrapping_add(if k >= 4 && k <= 7 { 1 } else { 0 });
        high = high.wrapping_add(if k >= 4 && k <= 8 { 1 } else { 0 });
        low = low.wrapping_add(if k >= 5 && k <= 8 { 1 } else { 0 });
        high = high.wrapping_add(if k >= 5 { 1 } else { 0 });
        let bias = if k < 9 { BIAS } else { LOW_BITS };
        let carry = match k {
            1 | 2 | 3 | 9 => CARRY,
            4 | 5 => CARRY + LOW_CARRY,
            _ => 0,
        };
        out[k] = bias
            .wrapping_sub(carry)
            .wrapping_sub(low.wrapping_mul(LOW_BITS))
            .wrapping_sub(high.wrapping_mul(HIGH_BITS)) as i64;
        k += 1;
    }
    out
}

const ONE_PRODUCT: [i64; COLUMNS] = start(COUNTS);
const TWO_PRODUCTS: [i64; COLUMNS] = start([2, 4, 6, 8, 10, 8, 6, 4, 2, 0]);
const SQUARE: [i64; COLUMNS] = start([1, 1, 2, 2, 3, 2, 2, 1, 1, 0]);
/// Limb products in each column of one product.
const COUNTS: [u64; COLUMNS] = [1, 2, 3, 4, 5, 4, 3, 2, 1, 0];
/// For a difference of as many products as are subtracted: their constants cancel.
const DIFFERENCE: [i64; COLUMNS] = start([0; COLUMNS]);

/// For so many products fewer than are subtracted.
const fn fewer(products: u64) -> [i64; COLUMNS] {
    let mut counts = COUNTS;
    let mut k = 0;
    while k < COLUMNS {
        counts[k] = (counts[k] * products).wrapping_neg();
        k += 1;
    }
    start(counts)
}

/// Adds a·b to two neighbouring columns.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn accumulate(columns: &mut [__m256i; COLUMNS], at: usize, a: __m256d, b: __m256d) {
    let high = _mm256_fmadd_pd(a, b, _mm256_set1_pd(HIGH));
    let low = _mm256_fmadd_pd(a, b, _mm256_sub_pd(_mm256_set1_pd(SPLIT), high));
    columns[at] = _mm256_add_epi64(columns[at], _mm256_castpd_si256(low));
    columns[at + 1] = _mm256_add_epi64(columns[at + 1], _mm256_castpd_si256(high));
}

/// Adds a·b to the columns from `at` on, for all limbs of b: [`accumulate`] five times, as it should be
/// compiled. Written out because the compiler spills half of the columns otherwise.
macro_rules! accumulate_row {
    ($columns:expr, $at:expr, $a:expr, $b:expr) => {{
        let [c0, c1, c2, c3, c4, c5] = [
            $columns[$at],
            $columns[$at + 1],
            $columns[$at + 2],
            $columns[$at + 3],
            $columns[$at + 4],
            $columns[$at + 5],
        ];
        let (r0, r1, r2, r3, r4, r5);
        let b: &Limbs = $b;
        // SAFETY: reads five limbs behind a reference, writes registers alone.
        unsafe {
            asm!(
                "vmovapd {t}, [{b}]",
                "vfmadd213pd {t}, {a}, {high}",
                "vsubpd {u}, {split}, {t}",
                "vfmadd231pd {u}, {a}, [{b}]",
                "vpaddq {c1}, {c1}, {t}",
                "vpaddq {c0}, {c0}, {u}",
                "vmovapd {t}, [{b} + 32]",
                "vfmadd213pd {t}, {a}, {high}",
                "vsubpd {u}, {split}, {t}",
                "vfmadd231pd {u}, {a}, [{b} + 32]",
                "vpaddq {c2}, {c2}, {t}",
                "vpaddq {c1}, {c1}, {u}",
                "vmovapd {t}, [{b} + 64]",
                "vfmadd213pd {t}, {a}, {high}",
                "vsubpd {u}, {split}, {t}",
                "vfmadd231pd {u}, {a}, [{b} + 64]",
                "vpaddq {c3}, {c3}, {t}",
                "vpaddq {c2}, {c2}, {u}",
                "vmovapd {t}, [{b} + 96]",
                "vfmadd213pd {t}, {a}, {high}",
                "vsubpd {u}, {split}, {t}",
                "vfmadd231pd {u}, {a}, [{b} + 96]",
                "vpaddq {c4}, {c4}, {t}",
                "vpaddq {c3}, {c3}, {u}",
                "vmovapd {t}, [{b} + 128]",
                "vfmadd213pd {t}, {a}, {high}",
                "vsubpd {u}, {split}, {t}",
                "vfmadd231pd {u}, {a}, [{b} + 128]",
                "vpaddq {c5}, {c5}, {t}",
                "vpaddq {c4}, {c4}, {u}",
                t = out(ymm_reg) _,
                u = out(ymm_reg) _,
                a = in(ymm_reg) $a,
                b = in(reg) b,
                high = in(ymm_reg) _mm256_set1_pd(HIGH),
                split = in(ymm_reg) _mm256_set1_pd(SPLIT),
                c0 = inout(ymm_reg) c0 => r0,
                c1 = inout(ymm_reg) c1 => r1,
                c2 = inout(ymm_reg) c2 => r2,
                c3 = inout(ymm_reg) c3 => r3,
                c4 = inout(ymm_reg) c4 => r4,
                c5 = inout(ymm_reg) c5 => r5,
                options(pure, readonly, nostack, preserves_flags),
            );
        }
        $columns[$at] = r0;
        $columns[$at + 1] = r1;
        $columns[$at + 2] = r2;
        $columns[$at + 3] = r3;
        $columns[$at + 4] = r4;
        $columns[$at + 5] = r5;
    }};
}

#[inline]
#[target_feature(enable = "avx2,fma")]
fn columns(start: &[i64; COLUMNS]) -> [__m256i; COLUMNS] {
    let mut out = [_mm256_setzero_si256(); COLUMNS];
    for (column, value) in out.iter_mut().zip(start) {
        *column = _mm256_set1_epi64x(*value);
    }
    out
}

/// The lowest 51 bits of a biased column, as a signed limb.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn limb(column: __m256i) -> __m256d {
    _mm256_sub_pd(
        _mm256_castsi256_pd(low_bits(column)),
        _mm256_set1_pd(PLAIN + (1_u64 << 50) as f64),
    )
}

#[inline]
#[target_feature(enable = "avx2,fma")]
fn low_bits(column: __m256i) -> __m256i {
    let bits = _mm256_and_si256(column, _mm256_set1_epi64x(MASK));
    _mm256_or_si256(bits, _mm256_castpd_si256(_mm256_set1_pd(PLAIN)))
}

/// Constant limbs as lanes.
#[inline]
#[target_feature(enable = "avx2,fma")]
pub(super) fn spread(limbs: &'static Spread) -> &'static Limbs {
    // SAFETY: as large, as aligned, and any bits are doubles.
    unsafe { &*std::ptr::from_ref(limbs).cast() }
}

/// Divides columns by 2^255 modulo p, two sets at a time, step by step in turns: each step of one waits for
/// the one before, and the processor does the other's meanwhile.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn reduce<M: Modulus>(first: &mut Columns, second: &mut Columns) -> [Four<M>; 2] {
    let [x, y] = [low_digits(first), low_digits(second)];
    fold::<M>(first, &x);
    fold::<M>(second, &y);
    // Two steps of Montgomery's reduction.
    let (q, r) = (quotient::<M>(first[3]), quotient::<M>(second[3]));
    accumulate_row!(first, 3, q, spread(&M::LIMBS));
    first[4] = _mm256_add_epi64(first[4], _mm256_srli_epi64::<51>(first[3]));
    accumulate_row!(second, 3, r, spread(&M::LIMBS));
    second[4] = _mm256_add_epi64(second[4], _mm256_srli_epi64::<51>(second[3]));
    let (q, r) = (quotient::<M>(first[4]), quotient::<M>(second[4]));
    accumulate_row!(first, 4, q, spread(&M::LIMBS));
    first[5] = _mm256_add_epi64(first[5], _mm256_srli_epi64::<51>(first[4]));
    accumulate_row!(second, 4, r, spread(&M::LIMBS));
    second[5] = _mm256_add_epi64(second[5], _mm256_srli_epi64::<51>(second[4]));
    [carried(first), carried(second)]
}

/// The three lowest digits, balanced; their carries go into column 3.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn low_digits(c: &mut Columns) -> [__m256d; 3] {
    c[1] = _mm256_add_epi64(c[1], _mm256_srli_epi64::<51>(c[0]));
    c[2] = _mm256_add_epi64(c[2], _mm256_srli_epi64::<51>(c[1]));
    c[3] = _mm256_add_epi64(c[3], _mm256_srli_epi64::<51>(c[2]));
    [limb(c[0]), limb(c[1]), limb(c[2])]
}

/// Replaces the three lowest digits by multiples of 2^−153, 2^−102 and 2^−51 modulo p.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn fold<M: Modulus>(c: &mut Columns, [d0, d1, d2]: &[__m256d; 3]) {
    accumulate_row!(c, 3, *d0, spread(&M::FOLDS[0]));
    accumulate_row!(c, 3, *d1, spread(&M::FOLDS[1]));
    accumulate_row!(c, 3, *d2, spread(&M::FOLDS[2]));
}

/// How often p is to be added to make the column a multiple of 2^51.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn quotient<M: Modulus>(column: __m256i) -> __m256d {
    let digit = limb(column);
    let inverse = _mm256_set1_pd(M::NEGATIVE_INVERSE);
    let high = _mm256_fmadd_pd(digit, inverse, _mm256_set1_pd(HIGH));
    let low = _mm256_fmadd_pd(digit, inverse, _mm256_sub_pd(_mm256_set1_pd(SPLIT), high));
    _mm256_sub_pd(low, _mm256_set1_pd(LOW))
}

/// The five highest columns as limbs, all carries taken at once.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn carried<M: Modulus>(c: &Columns) -> Four<M> {
    let middle = |i: usize| {
        let carry = _mm256_srli_epi64::<51>(c[4 + i]);
        let sum = _mm256_add_epi64(low_bits(c[5 + i]), carry);
        let bias = PLAIN + ((1_u64 << 50) + CARRY) as f64;
        _mm256_sub_pd(_mm256_castsi256_pd(sum), _mm256_set1_pd(bias))
    };
    let top = _mm256_add_epi64(c[9], _mm256_srli_epi64::<51>(c[8]));
    let top = _mm256_sub_pd(_mm256_castsi256_pd(top), _mm256_set1_pd(LOW));
    Four::of([limb(c[5]), middle(1), middle(2), middle(3), top])
}

type Columns = [__m256i; COLUMNS];
type Limbs = [__m256d; LIMBS];

#[inline]
#[target_feature(enable = "avx2,fma")]
fn multiply(c: &mut [__m256i; COLUMNS], a: &Limbs, b: &Limbs) {
    debug_assert!(splits(a, b), "limbs of a product are too long");
    accumulate_row!(c, 0, a[0], b);
    accumulate_row!(c, 1, a[1], b);
    accumulate_row!(c, 2, a[2], b);
    accumulate_row!(c, 3, a[3], b);
    accumulate_row!(c, 4, a[4], b);
}

/// Products of two pairs.
#[inline(never)]
#[target_feature(enable = "avx2,fma")]
pub(super) fn products<M: Modulus>([a, b]: [&Limbs; 2], [d, e]: [&Limbs; 2]) -> [Four<M>; 2] {
    let mut first = columns(&ONE_PRODUCT);
    multiply(&mut first, a, b);
    let mut second = columns(&ONE_PRODUCT);
    multiply(&mut second, d, e);
    reduce(&mut first, &mut second)
}

/// Sums of two products, twice.
#[inline(never)]
#[target_feature(enable = "avx2,fma")]
pub(super) fn product_sums<M: Modulus>(
    [[a, b], [d, e]]: [[&Limbs; 2]; 2],
    [[f, g], [h, i]]: [[&Limbs; 2]; 2],
) -> [Four<M>; 2] {
    let mut first = columns(&TWO_PRODUCTS);
    multiply(&mut first, a, b);
    multiply(&mut first, d, e);
    let mut second = columns(&TWO_PRODUCTS);
    multiply(&mut second, f, g);
    multiply(&mut second, h, i);
    reduce(&mut first, &mut second)
}

/// Both parts of Σ a·x in the field with u² = −1, for factors given as their parts and the sum of these (Karatsuba):
/// (a₀x₀ − a₁x₁) and (a₀ + a₁)(x₀ + x₁) − a₀x₀ − a₁x₁, each sum reduced once. At most four terms.
#[inline(never)]
#[target_feature(enable = "avx2,fma")]
pub(super) fn complex_sums<M: Modulus, const N: usize>(
    terms: &[[[&Four<M>; 3]; 2]; N],
) -> [Four<M>; 2] {
    let mut first = [_mm256_setzero_si256(); COLUMNS];
    for [a, x] in terms {
        multiply(&mut first, &a[0].limbs, &x[0].limbs);
    }
    let mut second = [_mm256_setzero_si256(); COLUMNS];
    for [a, x] in terms {
        multiply(&mut second, &a[1].limbs, &x[1].limbs);
    }
    let mut mixed = columns(&const { fewer(N as u64) });
    for ((first, second), mixed) in first.iter().zip(&second).zip(&mut mixed) {
        *mixed = _mm256_sub_epi64(*mixed, _mm256_add_epi64(*first, *second));
    }
    for ((first, second), start) in first.iter_mut().zip(&second).zip(columns(&DIFFERENCE)) {
        *first = _mm256_add_epi64(_mm256_sub_epi64(*first, *second), start);
    }
    for [a, x] in terms {
        multiply(&mut mixed, &a[2].limbs, &x[2].limbs);
    }
    reduce(&mut first, &mut mixed)
}

/// Whether a product of the two keeps within what [`accumulate`] can split.
#[target_feature(enable = "avx2,fma")]
fn splits(a: &Limbs, b: &Limbs) -> bool {
    largest(a) * largest(b) <= (1_u128 << 102) as f64
}

/// The largest limb of all lanes.
#[target_feature(enable = "avx2,fma")]
pub(super) fn largest(limbs: &Limbs) -> f64 {
    let mut out = _mm256_setzero_pd();
    for limb in limbs {
        out = _mm256_max_pd(out, _mm256_andnot_pd(_mm256_set1_pd(-0.0), *limb));
    }
    let mut lanes = [0.0_f64; 4];
    // SAFETY: four doubles are written to an array of four.
    unsafe { _mm256_storeu_pd(lanes.as_mut_ptr(), out) };
    lanes.into_iter().fold(0.0, f64::max)
}

/// Squares of two elements.
#[inline(never)]
#[target_feature(enable = "avx2,fma")]
pub(super) fn squares<M: Modulus>(a: &Limbs, b: &Limbs) -> [Four<M>; 2] {
    let mut all = [columns(&SQUARE); 2];
    for (c, a) in all.iter_mut().zip([a, b]) {
        debug_assert!(2.0 * largest(a) * largest(a) <= (1_u128 << 102) as f64);
        for i in 0..LIMBS {
            accumulate(c, 2 * i, a[i], a[i]);
            let twice = _mm256_add_pd(a[i], a[i]);
            for (j, limb) in a.iter().enumerate().skip(i + 1) {
                accumulate(c, i + j, twice, *limb);
            }
        }
    }
    let [first, second] = &mut all;
    reduce(first, second)
}

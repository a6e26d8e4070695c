//! [`Rules`] of four elements in doubles, as `docs/kernels.md` derives them.

use super::product::COLUMNS;
use super::*;
use crate::lanes::bounds::{Bounds, Range, Rules, Three, UNIT};
use radix51::{BITS, Spread};

const HALF: i128 = 1 << 50;

/// Largest magnitudes of columns, their constants left out.
type Columns = [i128; COLUMNS];

/// Columns and the sum that they hold, in p²/[`UNIT`].
struct Sum(Columns, i128);

impl Sum {
    fn of(terms: &[[&Bounds; 2]]) -> Self {
        let mut out = Self([0; COLUMNS], 0);
        for [a, b] in terms {
            out.1 += ((a.value.abs() * b.value.abs()) >> UNIT.trailing_zeros()) + 1;
            for (i, a) in a.limbs.iter().enumerate() {
                for (j, b) in b.limbs.iter().enumerate() {
                    accumulate(&mut out.0, i + j, a.abs() * b.abs());
                }
            }
        }
        out
    }

    /// Sums and differences are equally large.
    fn and(&self, other: &Self) -> Self {
        Self(
            std::array::from_fn(|k| self.0[k] + other.0[k]),
            self.1 + other.1,
        )
    }

    fn reduced<M: Modulus>(&self) -> Bounds {
        let Self(mut c, total) = *self;
        for i in 0..3 {
            c[i + 1] += carry(c[i]);
        }
        for fold in &M::FOLDS {
            multiple(&mut c, 3, fold);
        }
        for at in 3..5 {
            multiple(&mut c, at, &M::LIMBS);
            c[at + 1] += carry(c[at]);
        }
        let carries = [c[5], c[6], c[7], c[8]].map(carry);
        let factor = i128::from(M::PRIME[3]) + 1;
        // p/2^255, and 3·2^50·p/2^102 + 2^−52·p, which is less than one unit.
        let value = ((total * factor) >> 63) + 1 + UNIT / 2 + 1;
        let [a, b, d, _] = carries;
        let lower = [0, a, b, d].map(|carry| Range::around(HALF + carry));
        let out = Bounds::new(Range::around(value), lower, BITS, &M::PRIME);
        assert!(out.limbs[4].abs() < 1 << 51, "the top has another exponent");
        out
    }
}

/// A product of limbs of at most so much.
fn accumulate(c: &mut Columns, at: usize, most: i128) {
    assert!(most <= 1 << 102, "a product of limbs that cannot be split");
    c[at] += most.min(HALF);
    c[at + 1] += (most + HALF) >> BITS;
}

/// A digit of at most 2^50 times a constant.
fn multiple(c: &mut Columns, at: usize, constant: &Spread) {
    for (j, limb) in constant.0.iter().enumerate() {
        accumulate(c, at + j, HALF * limb[0] as i128);
    }
}

/// The bias makes a column positive.
fn carry(column: i128) -> i128 {
    assert!(column < 1 << 58, "a column is larger than its bias");
    (column + HALF) >> BITS
}

impl<M: Modulus> Rules<4> for Four<M> {
    const BITS: u32 = BITS;

    fn after_load_signed() -> Bounds {
        let tidy = Self::after_tidy(&Self::after_load());
        tidy.hull(&tidy.negated())
    }

    fn after_mul(a: &Bounds, b: &Bounds) -> Bounds {
        Sum::of(&[[a, b]]).reduced::<M>()
    }

    fn after_square(a: &Bounds) -> Bounds {
        let mut c = [0; COLUMNS];
        for (i, x) in a.limbs.iter().enumerate() {
            accumulate(&mut c, 2 * i, x.abs() * x.abs());
            for (j, y) in a.limbs.iter().enumerate().skip(i + 1) {
                accumulate(&mut c, i + j, 2 * x.abs() * y.abs());
            }
        }
        let Sum(_, total) = Sum::of(&[[a, a]]);
        Sum(c, total).reduced::<M>()
    }

    fn after_complex_product([a, b]: [&Bounds; 2], [x, y]: [&Bounds; 2]) -> [Bounds; 2] {
        [[[a, x], [b, y]], [[a, y], [b, x]]]
            .map(|terms| Self::after_tidy(&Sum::of(&terms).reduced::<M>()))
    }

    /// The sum of parts on the left is tidied, so it is another integer, and what it is multiplied to does not cancel with
    /// the other products.
    fn after_complex_sums(terms: &[[Three<'_>; 2]]) -> [Bounds; 2] {
        assert!(terms.len() <= 4);
        let parts = [0, 1, 2].map(|part| {
            let terms: Vec<_> = terms.iter().map(|[a, x]| [a[part], x[part]]).collect();
            Sum::of(&terms)
        });
        let both = parts[0].and(&parts[1]);
        [both.reduced::<M>(), both.and(&parts[2]).reduced::<M>()]
    }

    fn after_left_sum(a: &Bounds, b: &Bounds) -> Bounds {
        Self::after_tidy(&a.plus(b))
    }

    fn after_right_sum(a: &Bounds, b: &Bounds) -> Bounds {
        a.plus(b)
    }

    fn after_nine_plus(a: &Bounds, b: &Bounds) -> Bounds {
        let twice = Self::after_tidy(&a.plus(a));
        let four = twice.plus(&twice);
        let eight = Self::after_tidy(&four.plus(&four));
        Self::after_tidy(&eight.plus(a).plus(b))
    }

    fn after_rescaled(a: &Bounds) -> Bounds {
        a.plus(a)
    }

    fn after_ready(a: &Bounds) -> Bounds {
        *a
    }

    fn after_tidy(x: &Bounds) -> Bounds {
        let lower = x.limbs[..4].iter().map(Range::abs).max().unwrap_or(0);
        // How far the highest limb's quotient is off: for the other limbs, and for two roundings.
        let error = (lower << 1) / i128::from(M::PRIME[3]) + 2;
        let near = Range::around(UNIT / 2 + error);
        let up = |x: i128| -(-x).div_euclid(UNIT);
        let times = Range::new(
            up(x.value.low - near.high),
            (x.value.high + near.high).div_euclid(UNIT),
        );
        let mut limbs = x.limbs;
        for (limb, p) in limbs.iter_mut().zip(&M::LIMBS.0) {
            let p = p[0] as i128;
            *limb = Range::new(limb.low - times.high * p, limb.high - times.low * p);
            assert!(limb.abs() < 1 << 53, "a limb is rounded");
        }
        let carries =
            limbs.map(|limb| Range::new(-((HALF - limb.low) >> BITS), (limb.high + HALF) >> BITS));
        let lower = std::array::from_fn(|i| {
            let rest = if carries[i] == Range::new(0, 0) {
                limbs[i]
            } else {
                Range::around(HALF)
            };
            if i == 0 {
                rest
            } else {
                rest.plus(&carries[i - 1])
            }
        });
        let value = (times.low..=times.high)
            .filter_map(|times| x.value.moved(-times * UNIT).common(&near))
            .reduce(|a, b| a.hull(&b))
            .unwrap();
        assert!(value.abs() <= UNIT * 51 / 100, "not tidy");
        Bounds::new(value, lower, BITS, &M::PRIME)
    }

    fn before_write(a: &Bounds) {
        assert!(a.value.abs() <= UNIT * 51 / 100, "a point that is not tidy");
    }

    fn from_limbs(_: Avx2, limbs: &[[i64; LIMBS]; 4]) -> Self {
        let columns: [[f64; 4]; LIMBS] =
            std::array::from_fn(|i| std::array::from_fn(|lane| limbs[lane][i] as f64));
        // SAFETY: four doubles each, and the processor has the instructions.
        Self::of(columns.map(|column| unsafe { _mm256_loadu_pd(column.as_ptr()) }))
    }

    fn to_limbs(&self) -> [[i64; LIMBS]; 4] {
        let columns = self.limbs.map(|limb| {
            let mut column = [0.0; 4];
            // SAFETY: four doubles, and the processor has the instructions.
            unsafe { _mm256_storeu_pd(column.as_mut_ptr(), limb) };
            column
        });
        std::array::from_fn(|lane| columns.map(|column| column[lane] as i64))
    }
}

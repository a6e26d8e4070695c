//! [`Rules`] of eight elements in integers, as `docs/kernels.md` derives them.

use super::radix52::{BITS, LIMBS, OFFSET, STEPS};
use super::*;
use crate::lanes::bounds::{Bounds, Range, Rules, Three, UNIT};

const COLUMNS: usize = 2 * LIMBS;
const LIMB: Range = Range {
    low: 0,
    high: MASK as i128,
};

/// Columns and the sum that they hold, in p²/[`UNIT`].
struct Sum([Range; COLUMNS], Range);

impl Sum {
    fn none() -> Self {
        Self([Range::new(0, 0); COLUMNS], Range::new(0, 0))
    }

    fn and(mut self, a: &Bounds, b: &Bounds) -> Self {
        for limb in a.limbs.iter().chain(&b.limbs) {
            assert!(limb.within(&LIMB), "a sum is no factor");
        }
        assert!(a.value.low >= 0 && b.value.low >= 0, "a negative factor");
        let high = (a.value.high * b.value.high) >> UNIT.trailing_zeros();
        self.1 = self.1.plus(&Range::new(0, high + 1));
        for (i, a) in a.limbs.iter().enumerate() {
            accumulate(&mut self.0, i, a, &b.limbs);
        }
        self
    }

    fn minus(&self, other: &Self) -> Self {
        let columns = std::array::from_fn(|k| self.0[k].minus(&other.0[k]));
        Self(columns, self.1.minus(&other.1))
    }

    fn reduced<M: Modulus>(&self) -> Bounds {
        let Self(mut c, total) = *self;
        assert!(total.low >= 0, "a negative sum");
        for i in 0..3 {
            c[i + 1] = c[i + 1].plus(&c[i].shifted(BITS));
        }
        for fold in &M::FOLDS {
            accumulate(&mut c, 3, &LIMB, &constant(fold));
        }
        for at in 3..5 {
            c[at + 1] = c[at + 1].plus(&c[at].moved(LIMB.high).shifted(BITS));
            accumulate(&mut c, at, &LIMB, &constant(&M::LIMBS));
        }
        for column in c {
            assert!(column.abs() < 1 << 60, "a column overflows");
        }
        // p/2^260, and 3·2^52·p/2^104 + 2^−52·p, which is less than one unit.
        let high = (total.high * (i128::from(M::PRIME[3]) + 1)) >> 68;
        let value = Range::new(0, high + 1 + UNIT + 1);
        carried::<M>(&Bounds {
            value,
            limbs: [c[5], c[6], c[7], c[8], c[9]],
        })
    }
}

fn constant(limbs: &[i64; LIMBS]) -> [Range; LIMBS] {
    limbs.map(|limb| Range::new(limb.into(), limb.into()))
}

/// A row of products of limbs, by halves.
fn accumulate(c: &mut [Range; COLUMNS], at: usize, a: &Range, b: &[Range; LIMBS]) {
    for (j, b) in b.iter().enumerate() {
        let product = Range::new(a.low * b.low, a.high * b.high);
        let low = if product.high <= LIMB.high {
            product
        } else {
            LIMB
        };
        c[at + j] = c[at + j].plus(&low);
        c[at + j + 1] = c[at + j + 1].plus(&product.shifted(BITS));
    }
}

fn carried<M: Modulus>(x: &Bounds) -> Bounds {
    for limb in x.limbs {
        assert!(limb.abs() < 1 << 62, "a carry overflows");
    }
    assert!(x.value.low >= 0, "negative");
    let mut out = Bounds::new(x.value, [LIMB; 4], BITS, &M::PRIME);
    let [.., top] = &mut out.limbs;
    *top = Range::new(top.low.max(0), top.high);
    assert!(top.high <= LIMB.high, "too large for a factor");
    out
}

/// A multiple of 2^254 or of less, in [`UNIT`]s of p, rounded both ways.
fn binary<M: Modulus>(times: i128, power: u32) -> Range {
    // p is between top·2^192 and (top + 1)·2^192.
    let top = i128::from(M::PRIME[3]);
    let scaled = times.abs() << (power - 192 + UNIT.trailing_zeros());
    let range = Range::new(scaled / (top + 1), (scaled + top - 1) / top);
    if times < 0 { range.negated() } else { range }
}

impl<M: Modulus> Rules<8> for Eight<M> {
    const BITS: u32 = BITS;

    fn after_load_signed() -> Bounds {
        Self::after_load().hull(&Self::after_load().negated())
    }

    fn after_mul(a: &Bounds, b: &Bounds) -> Bounds {
        Sum::none().and(a, b).reduced::<M>()
    }

    fn after_complex_sums(terms: &[[Three<'_>; 2]]) -> [Bounds; 2] {
        let [first, second, third] = [0, 1, 2].map(|part| {
            terms
                .iter()
                .fold(Sum::none(), |sum, [a, x]| sum.and(a[part], x[part]))
        });
        let mut real = first.minus(&second);
        for (column, p) in real.0.iter_mut().skip(LIMBS).zip(M::LIMBS) {
            *column = column.moved(p.into());
        }
        // 2^260·p, in p²: rounded down where it has to be enough, and up.
        let added = binary::<M>(1, 260);
        real.1 = real.1.plus(&added);
        let mut mixed = third.minus(&first).minus(&second);
        // The sums are those of the parts, as integers: what is left is Σ (a₀x₁ + a₁x₀).
        for three in terms.iter().flatten() {
            assert_eq!(three[2].value, three[0].value.plus(&three[1].value));
        }
        mixed.1 = terms
            .iter()
            .fold(Sum::none(), |sum, [a, x]| {
                sum.and(a[0], x[1]).and(a[1], x[0])
            })
            .1;
        [real.reduced::<M>(), mixed.reduced::<M>()]
    }

    fn after_left_sum(a: &Bounds, b: &Bounds) -> Bounds {
        carried::<M>(&a.plus(b))
    }

    fn after_right_sum(a: &Bounds, b: &Bounds) -> Bounds {
        carried::<M>(&a.plus(b))
    }

    fn after_nine_plus(a: &Bounds, b: &Bounds) -> Bounds {
        let eight = Bounds {
            value: a.value.times(8),
            limbs: a.limbs.map(|limb| limb.times(8)),
        };
        let sum = Self::after_ready(&eight.plus(a).plus(b));
        assert!(sum.value.high <= 40 * UNIT, "too large to be shortened");
        // The estimate of the quotient is at most 2^−39 too small.
        carried::<M>(&Bounds {
            value: Range::new(0, UNIT + 4),
            limbs: [Range::around(1 << 60); LIMBS],
        })
    }

    fn after_rescaled(a: &Bounds) -> Bounds {
        Self::after_mul(a, &Self::after_load())
    }

    fn after_ready(a: &Bounds) -> Bounds {
        let offset = M::OFFSETS.map(|limb| Range::new(limb.into(), limb.into()));
        carried::<M>(&Bounds {
            value: a.value.moved(i128::from(OFFSET) * UNIT),
            limbs: std::array::from_fn(|i| a.limbs[i].plus(&offset[i])),
        })
    }

    fn after_tidy(x: &Bounds) -> Bounds {
        for limb in &x.limbs[..4] {
            assert!(
                limb.abs() < 1 << 59,
                "a carry is larger than what is taken off"
            );
        }
        let beyond = binary::<M>(1, 217).high;
        let all = Range::new(binary::<M>(-4, 254).high + beyond, binary::<M>(4, 254).low);
        assert!(x.value.within(&all), "a sum of too many: {x:?}");
        let value = (-4_i64..4)
            .filter_map(|interval| {
                let from = binary::<M>(interval.into(), 254).low;
                let to = binary::<M>(i128::from(interval) + 1, 254).high + beyond;
                let step = STEPS[(interval & 7) as usize];
                let inside = x.value.common(&Range::new(from, to))?;
                Some(inside.moved(i128::from(step) * UNIT))
            })
            .reduce(|a, b| a.hull(&b))
            .unwrap();
        assert!(value.high <= UNIT * 23 / 10, "not tidy");
        let limbs = x.limbs.map(|limb| limb.plus(&Range::around(6 << BITS)));
        carried::<M>(&Bounds { value, limbs })
    }

    fn before_write(a: &Bounds) {
        assert!(a.value.high < binary::<M>(1, 256).low, "more than 256 bits");
        for limb in a.limbs {
            assert!(limb.within(&LIMB), "a point that is no result");
        }
    }

    fn from_limbs(_: Avx512, limbs: &[[i64; LIMBS]; 8]) -> Self {
        let columns: [[i64; 8]; LIMBS] =
            std::array::from_fn(|i| std::array::from_fn(|lane| limbs[lane][i]));
        // SAFETY: eight words each, and the processor has the instructions.
        Self::of(columns.map(|column| unsafe { _mm512_loadu_si512(column.as_ptr().cast()) }))
    }

    fn to_limbs(&self) -> [[i64; LIMBS]; 8] {
        let columns = self.limbs.map(|limb| {
            let mut column = [0; 8];
            // SAFETY: eight words, and the processor has the instructions.
            unsafe { _mm512_storeu_si512(column.as_mut_ptr().cast(), limb) };
            column
        });
        std::array::from_fn(|lane| columns.map(|column| column[lane]))
    }
}

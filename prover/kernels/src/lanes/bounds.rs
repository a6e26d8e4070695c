//! Intervals in which values and limbs of lanes lie, for tests: what each primitive demands of its factors and what it gives.
//!
//! [`Rules`] is written down once for each instruction set, beside it, with integers alone and rounded outwards.
//! [`super::traced`] carries these intervals through the code that computes, in place of lanes, so that
//! every bound of `docs/kernels.md` is derived from the formulas themselves; [`tests`] compares the rules with the instructions.

mod range;
mod tests;

pub(crate) use range::Range;

/// What p is counted as.
pub(crate) const UNIT: i128 = 1 << 40;

/// Limbs of an element.
pub(crate) const LIMBS: usize = 5;

/// Where elements lie: the values in [`UNIT`]s of p, and each limb.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    pub(crate) value: Range,
    pub(crate) limbs: [Range; LIMBS],
}

impl Bounds {
    /// From the value and the lower limbs; the highest follows.
    pub(crate) fn new(value: Range, lower: [Range; 4], bits: u32, prime: &[u64; 4]) -> Self {
        // p is between top·2^192 and (top + 1)·2^192.
        let top = i128::from(prime[3]);
        let shift = 4 * bits - 192 + UNIT.trailing_zeros();
        let rest = (lower.iter().map(Range::abs).max().unwrap_or(0) >> (bits - 1)) + 2;
        let highest = Range {
            low: ((value.low * if value.low < 0 { top + 1 } else { top }) >> shift) - rest,
            high: ((value.high * if value.high < 0 { top } else { top + 1 }) >> shift) + 1 + rest,
        };
        let [a, b, c, d] = lower;
        Self {
            value,
            limbs: [a, b, c, d, highest],
        }
    }

    /// Of words below p.
    pub(crate) fn of_words(bits: u32, prime: &[u64; 4]) -> Self {
        let value = Range::new(0, UNIT);
        let mut out = Self::new(value, [Range::new(0, (1 << bits) - 1); 4], bits, prime);
        let top = &mut out.limbs[4];
        *top = Range::new(0, top.high);
        out
    }

    /// Of one element, from its words.
    pub(crate) fn of_constant(words: &[u64; 4], bits: u32, prime: &[u64; 4]) -> Self {
        let word = |i: usize| words.get(i).map_or(0, |word| i128::from(*word));
        let limb = |number: u32| {
            let (index, shift) = ((number * bits / 64) as usize, number * bits % 64);
            let limb = ((word(index) | word(index + 1) << 64) >> shift) & ((1 << bits) - 1);
            Range::new(limb, limb)
        };
        let (top, p) = (word(3), i128::from(prime[3]));
        Self {
            value: Range::new(top * UNIT / (p + 1), (top + 1) * UNIT / p + 1),
            limbs: [0, 1, 2, 3, 4].map(limb),
        }
    }

    fn with(&self, other: &Self, combine: impl Fn(&Range, &Range) -> Range) -> Self {
        Self {
            value: combine(&self.value, &other.value),
            limbs: std::array::from_fn(|i| combine(&self.limbs[i], &other.limbs[i])),
        }
    }

    pub(crate) fn plus(&self, other: &Self) -> Self {
        self.with(other, Range::plus)
    }

    pub(crate) fn minus(&self, other: &Self) -> Self {
        self.with(other, Range::minus)
    }

    pub(crate) fn negated(&self) -> Self {
        self.with(self, |range, _| range.negated())
    }

    /// What contains both.
    pub(crate) fn hull(&self, other: &Self) -> Self {
        self.with(other, Range::hull)
    }
}

/// An element of Fq2 as a factor: its parts and their sum.
pub(crate) type Three<'a> = [&'a Bounds; 3];

/// The primitives of an instruction set, by their bounds. Each panics if it is given what it cannot take.
pub(crate) trait Rules<const N: usize>: super::Lanes<N> {
    /// Bits of a limb.
    const BITS: u32;

    fn after_load() -> Bounds {
        Bounds::of_words(Self::BITS, &prime::<Self, N>())
    }
    fn after_load_signed() -> Bounds;
    fn after_mul(a: &Bounds, b: &Bounds) -> Bounds;
    fn after_square(a: &Bounds) -> Bounds {
        Self::after_mul(a, a)
    }
    fn after_complex_product([a, b]: [&Bounds; 2], [x, y]: [&Bounds; 2]) -> [Bounds; 2] {
        let (left, right) = (Self::after_left_sum(a, b), Self::after_right_sum(x, y));
        Self::after_complex_sums(&[[[a, b, &left], [x, y, &right]]])
    }
    fn after_complex_sums(terms: &[[Three<'_>; 2]]) -> [Bounds; 2];
    fn after_left_sum(a: &Bounds, b: &Bounds) -> Bounds;
    fn after_right_sum(a: &Bounds, b: &Bounds) -> Bounds;
    fn after_nine_plus(a: &Bounds, b: &Bounds) -> Bounds;
    fn after_rescaled(a: &Bounds) -> Bounds;
    fn after_add(a: &Bounds, b: &Bounds) -> Bounds {
        a.plus(b)
    }
    fn after_sub(a: &Bounds, b: &Bounds) -> Bounds {
        a.minus(b)
    }
    fn after_negated(a: &Bounds) -> Bounds {
        a.negated()
    }
    fn after_ready(a: &Bounds) -> Bounds;
    fn after_tidy(a: &Bounds) -> Bounds;
    /// Of a point that memory is to keep.
    fn before_write(a: &Bounds);

    /// Lanes with these limbs.
    fn from_limbs(isa: Self::Isa, limbs: &[[i64; LIMBS]; N]) -> Self;
    /// Their limbs.
    fn to_limbs(&self) -> [[i64; LIMBS]; N];
}

pub(crate) const fn prime<L: super::Lanes<N>, const N: usize>() -> [u64; 4] {
    <L::Modulus as crate::prime::Modulus>::PRIME
}

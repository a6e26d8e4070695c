//! Lanes for tests that carry intervals beside elements: the code that computes, run on these, proves its own bounds.
//!
//! Elements are those of `L`, modulo p, so that the code takes the same branches and gives the same
//! results; limbs are intervals, and every primitive panics, by the [`Rules`] of `L`, if it is given what it cannot take.

use ark_ff::AdditiveGroup;

use super::bounds::{Bounds, Range, Rules};
use super::{Element, Isa, Lanes};
use crate::prime::{Modulus, reduce_once};

/// Needs no instructions.
#[derive(Clone, Copy)]
pub(crate) struct NoIsa;

impl Isa for NoIsa {
    fn detect() -> Option<Self> {
        Some(Self)
    }

    fn run<R>(self, work: impl FnOnce() -> R) -> R {
        work()
    }
}

/// In place of lanes `L`. Elements are x·2^256 for lanes x; the bounds are those of all lanes.
#[derive(Clone, Copy)]
pub(crate) struct Traced<L: Lanes<N>, const N: usize> {
    elements: [Element<L, N>; N],
    bounds: Bounds,
}

/// A coordinate in memory.
type Kept<E> = (E, Bounds);

/// A point in memory.
#[derive(Clone, Copy)]
pub(crate) struct TracedPoint<E, const OF: usize>([Kept<E>; OF]);

const NOTHING: Bounds = Bounds {
    value: Range { low: 0, high: 0 },
    limbs: [Range { low: 0, high: 0 }; 5],
};

impl<L: Rules<N>, const N: usize> Traced<L, N> {
    fn map(&self, bounds: Bounds, f: impl Fn(usize) -> Element<L, N>) -> Self {
        Self {
            elements: std::array::from_fn(f),
            bounds,
        }
    }

    /// a·b/R.
    fn times(&self, other: &Self, lane: usize) -> Element<L, N> {
        self.elements[lane] * other.elements[lane] * L::Modulus::from_raw(L::UNSCALE)
    }

    unsafe fn loaded(from: [*const u64; N], bounds: Bounds, negative: u8) -> Self {
        // SAFETY: the caller's promise: four words each.
        let words = from.map(|words| unsafe { words.cast::<[u64; 4]>().read_unaligned() });
        let elements = std::array::from_fn(|lane| {
            let words = words[lane];
            assert_eq!(words, reduce_once(words, &L::Modulus::PRIME), "not below p");
            let element = L::Modulus::from_raw(words);
            if negative >> lane & 1 == 1 {
                -element
            } else {
                element
            }
        });
        Self { elements, bounds }
    }
}

impl<L: Rules<N>, const N: usize> Lanes<N> for Traced<L, N> {
    type Isa = NoIsa;
    type Modulus = L::Modulus;
    type Point1 = TracedPoint<Element<L, N>, 2>;
    type Point2 = TracedPoint<Element<L, N>, 4>;
    const EMPTY: (Self::Point1, Self::Point2) = (
        TracedPoint([(Element::<L, N>::ZERO, NOTHING); 2]),
        TracedPoint([(Element::<L, N>::ZERO, NOTHING); 4]),
    );
    const ONE: [u64; 4] = L::ONE;
    const UNSCALE: [u64; 4] = L::UNSCALE;
    const INTEGER: [u64; 4] = L::INTEGER;

    fn splat(_: NoIsa, words: &[u64; 4]) -> Self {
        // SAFETY: the pointers are to four words.
        unsafe {
            let bounds = Bounds::of_constant(words, L::BITS, &L::Modulus::PRIME);
            Self::loaded([words.as_ptr(); N], bounds, 0)
        }
    }

    unsafe fn load(_: NoIsa, from: [*const u64; N]) -> Self {
        // SAFETY: the caller's promise.
        unsafe { Self::loaded(from, L::after_load(), 0) }
    }

    unsafe fn load_signed(_: NoIsa, from: [*const u64; N], negative: u8) -> Self {
        // SAFETY: the caller's promise.
        unsafe { Self::loaded(from, L::after_load_signed(), negative) }
    }

    fn words(&self) -> [[u64; 4]; N] {
        L::after_tidy(&self.bounds);
        self.elements.each_ref().map(L::Modulus::raw)
    }

    unsafe fn read<const PARTS: usize, const OF: usize>(
        _: NoIsa,
        from: [*const u64; N],
    ) -> [Self; PARTS] {
        std::array::from_fn(|part| {
            // SAFETY: the caller's promise.
            let kept =
                from.map(|point| unsafe { point.cast::<[Kept<Element<L, N>>; OF]>().read()[part] });
            let bounds = kept.iter().map(|(_, bounds)| *bounds);
            Self {
                elements: kept.map(|(element, _)| element),
                bounds: bounds.reduce(|a, b| a.hull(&b)).unwrap(),
            }
        })
    }

    unsafe fn write<const OF: usize>(parts: [&Self; OF], to: [*mut u64; N]) {
        for part in parts {
            L::before_write(&part.bounds);
        }
        for (lane, to) in to.into_iter().enumerate() {
            let point = parts.map(|part| (part.elements[lane], part.bounds));
            // SAFETY: the caller's promise.
            unsafe { to.cast::<[Kept<Element<L, N>>; OF]>().write(point) };
        }
    }

    fn mul(&self, other: &Self) -> Self {
        let bounds = L::after_mul(&self.bounds, &other.bounds);
        self.map(bounds, |lane| self.times(other, lane))
    }

    fn mul_two([a, b]: [&Self; 2], [d, e]: [&Self; 2]) -> [Self; 2] {
        [a.mul(b), d.mul(e)]
    }

    fn square_two(&self, other: &Self) -> [Self; 2] {
        [self, other].map(|x| x.map(L::after_square(&x.bounds), |lane| x.times(x, lane)))
    }

    fn complex_product([a, b]: [&Self; 2], [x, y]: [&Self; 2]) -> [Self; 2] {
        let bounds = L::after_complex_product([&a.bounds, &b.bounds], [&x.bounds, &y.bounds]);
        [
            a.map(bounds[0], |lane| a.times(x, lane) - b.times(y, lane)),
            a.map(bounds[1], |lane| a.times(y, lane) + b.times(x, lane)),
        ]
    }

    fn complex_sums<const K: usize>(terms: [[[&Self; 3]; 2]; K]) -> [Self; 2] {
        let [re, im] =
            L::after_complex_sums(&terms.map(|pair| pair.map(|three| three.map(|x| &x.bounds))));
        let sum = |part: usize, lane: usize| -> Element<L, N> {
            terms
                .iter()
                .map(|[a, x]| a[part].times(x[part], lane))
                .sum()
        };
        let first = terms[0][0][0];
        [
            first.map(re, |lane| sum(0, lane) - sum(1, lane)),
            first.map(im, |lane| sum(2, lane) - sum(0, lane) - sum(1, lane)),
        ]
    }

    fn left_sum(&self, other: &Self) -> Self {
        let sum = self.add(other);
        Self {
            bounds: L::after_left_sum(&self.bounds, &other.bounds),
            ..sum
        }
    }

    fn right_sum(&self, other: &Self) -> Self {
        let sum = self.add(other);
        Self {
            bounds: L::after_right_sum(&self.bounds, &other.bounds),
            ..sum
        }
    }

    fn nine_plus(&self, other: &Self) -> Self {
        let nine = Element::<L, N>::from(9_u64);
        let bounds = L::after_nine_plus(&self.bounds, &other.bounds);
        self.map(bounds, |lane| {
            self.elements[lane] * nine + other.elements[lane]
        })
    }

    fn rescaled(&self) -> Self {
        let scale = L::Modulus::from_raw(L::UNSCALE);
        self.map(L::after_rescaled(&self.bounds), |lane| {
            self.elements[lane] * scale
        })
    }

    fn add(&self, other: &Self) -> Self {
        let bounds = L::after_add(&self.bounds, &other.bounds);
        self.map(bounds, |lane| self.elements[lane] + other.elements[lane])
    }

    fn sub(&self, other: &Self) -> Self {
        let bounds = L::after_sub(&self.bounds, &other.bounds);
        self.map(bounds, |lane| self.elements[lane] - other.elements[lane])
    }

    fn negated(&self) -> Self {
        self.map(L::after_negated(&self.bounds), |lane| -self.elements[lane])
    }

    fn negate_where(&self, negative: u8) -> Self {
        self.select(&self.negated(), negative)
    }

    fn select(&self, other: &Self, where_set: u8) -> Self {
        self.map(self.bounds.hull(&other.bounds), |lane| {
            let set = where_set >> lane & 1 == 1;
            if set { other } else { self }.elements[lane]
        })
    }

    fn ready(&self) -> Self {
        Self {
            bounds: L::after_ready(&self.bounds),
            ..*self
        }
    }

    fn tidy(&self) -> Self {
        Self {
            bounds: L::after_tidy(&self.bounds),
            ..*self
        }
    }

    fn turn(blocks: &mut [Self; N]) {
        let before = *blocks;
        let bounds = before.map(|block| block.bounds);
        let bounds = bounds.into_iter().reduce(|a, b| a.hull(&b)).unwrap();
        for (i, block) in blocks.iter_mut().enumerate() {
            *block = before[i].map(bounds, |lane| before[lane].elements[i]);
        }
    }
}

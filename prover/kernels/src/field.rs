//! The coordinates of both groups as lanes: elements of Fq here, of Fq2 in [`two`].

use ark_bn254::Fq;

use crate::inverse::Invert;
use crate::lanes::{Lanes, gather, scatter, to_words};
use crate::prime::Base;

mod two;

pub(crate) use two::Two;

/// `N` coordinates at a time. What results, sums and factors are is said at [`Lanes`].
pub(crate) trait LaneField<const N: usize>: Copy + Send + Sync + 'static {
    /// Evidence of the instructions.
    type Isa: crate::lanes::Isa;
    /// The field in the library's form.
    type Element: Invert;
    /// A point between additions.
    type Point: Copy + Send + Sync + 'static;
    /// Words of a packed element.
    const WORDS: usize;
    /// A point for filling memory with.
    const EMPTY: Self::Point;

    fn one(isa: Self::Isa) -> Self;
    /// Two products, in less time than one after the other.
    fn mul_two(first: [&Self; 2], second: [&Self; 2]) -> [Self; 2];
    /// Two squares of results.
    fn square_two(&self, other: &Self) -> [Self; 2];
    fn add(&self, other: &Self) -> Self;
    fn sub(&self, other: &Self) -> Self;
    fn ready(&self) -> Self;
    fn tidy(&self) -> Self;
    /// # Safety
    /// Every pointer is valid for reading [`Self::WORDS`] words.
    unsafe fn load(isa: Self::Isa, from: [*const u64; N]) -> Self;
    /// # Safety
    /// As [`Self::load`].
    unsafe fn load_signed(isa: Self::Isa, from: [*const u64; N], negative: u8) -> Self;
    fn elements(&self) -> [Self::Element; N];
    fn from_elements(isa: Self::Isa, elements: &[Self::Element; N]) -> Self;
    /// Writes the words of a packed element.
    fn pack(element: &Self::Element, words: &mut [u64]);
    /// The first coordinates alone.
    ///
    /// # Safety
    /// Every pointer is valid for reading a point.
    unsafe fn load_x(isa: Self::Isa, from: [*const Self::Point; N]) -> Self;
    /// # Safety
    /// Every pointer is valid for reading a point.
    unsafe fn load_xy(isa: Self::Isa, from: [*const Self::Point; N]) -> [Self; 2];
    /// # Safety
    /// Every pointer is valid for writing a point; where two are the same, the later
    /// lane stays.
    unsafe fn store_xy(xy: &[Self; 2], to: [*mut Self::Point; N]);
}

/// Lanes of Fq.
#[derive(Clone, Copy)]
pub(crate) struct One<L, const N: usize>(L);

impl<const N: usize, L: Lanes<N, Modulus = Base>> LaneField<N> for One<L, N> {
    type Isa = L::Isa;
    type Element = Fq;
    type Point = L::Point1;
    const WORDS: usize = 4;
    const EMPTY: L::Point1 = L::EMPTY.0;

    #[inline(always)]
    fn one(isa: L::Isa) -> Self {
        Self(L::splat(isa, &L::ONE))
    }

    #[inline(always)]
    fn mul_two([a, b]: [&Self; 2], [d, e]: [&Self; 2]) -> [Self; 2] {
        let [first, second] = L::mul_two([&a.0, &b.0], [&d.0, &e.0]);
        [Self(first), Self(second)]
    }

    #[inline(always)]
    fn square_two(&self, other: &Self) -> [Self; 2] {
        let [first, second] = L::square_two(&self.0, &other.0);
        [Self(first), Self(second)]
    }

    #[inline(always)]
    fn add(&self, other: &Self) -> Self {
        Self(self.0.add(&other.0))
    }

    #[inline(always)]
    fn sub(&self, other: &Self) -> Self {
        Self(self.0.sub(&other.0))
    }

    #[inline(always)]
    fn ready(&self) -> Self {
        Self(self.0.ready())
    }

    #[inline(always)]
    fn tidy(&self) -> Self {
        Self(self.0.tidy())
    }

    #[inline(always)]
    unsafe fn load(isa: L::Isa, from: [*const u64; N]) -> Self {
        // SAFETY: the caller's promise.
        Self(unsafe { L::load(isa, from) })
    }

    #[inline(always)]
    unsafe fn load_signed(isa: L::Isa, from: [*const u64; N], negative: u8) -> Self {
        // SAFETY: the caller's promise.
        Self(unsafe { L::load_signed(isa, from, negative) })
    }

    #[inline(always)]
    fn elements(&self) -> [Fq; N] {
        scatter(&self.0)
    }

    #[inline(always)]
    fn from_elements(isa: L::Isa, elements: &[Fq; N]) -> Self {
        Self(gather(isa, elements))
    }

    fn pack(element: &Fq, words: &mut [u64]) {
        words.copy_from_slice(&to_words::<L, N>(element));
    }

    #[inline(always)]
    unsafe fn load_x(isa: L::Isa, from: [*const L::Point1; N]) -> Self {
        // SAFETY: the caller's promise.
        let [x] = unsafe { L::read::<1, 2>(isa, from.map(|point| point.cast())) };
        Self(x)
    }

    #[inline(always)]
    unsafe fn load_xy(isa: L::Isa, from: [*const L::Point1; N]) -> [Self; 2] {
        // SAFETY: the caller's promise.
        let [x, y] = unsafe { L::read::<2, 2>(isa, from.map(|point| point.cast())) };
        [Self(x), Self(y)]
    }

    #[inline(always)]
    unsafe fn store_xy([x, y]: &[Self; 2], to: [*mut L::Point1; N]) {
        // SAFETY: the caller's promise.
        unsafe { L::write([&x.0, &y.0], to.map(|point| point.cast())) };
    }
}

//! Several field elements at a time: what every instruction set offers to curves, transforms and pairings.
//!
//! An implementation has [`Isa`], a token that there is only where the processor has the instructions. Constructors of
//! [`Lanes`] take it, so whoever has a value has the instructions, and only what reads or writes memory is unsafe.
//!
//! Elements are x·R modulo p. Values and limbs may be larger than p and its limbs, and negative; these kinds are told apart,
//! each implementation with bounds of its own that `docs/kernels.md` derives:
//!
//! - *results* of products and of [`Lanes::tidy`], and what [`Lanes::load`] has read. They may be factors, and are what memory keeps;
//! - *sums*: sums, differences and negatives of at most three results or four that are tidy, before [`Lanes::ready`] or [`Lanes::tidy`].

use crate::prime::Modulus;

pub(crate) mod adx;
pub(crate) mod avx2;
pub(crate) mod avx512;
#[cfg(test)]
pub(crate) mod bounds;
#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) mod traced;

/// Evidence that the processor has an instruction set.
pub(crate) trait Isa: Copy + Send + Sync + 'static {
    /// None if it lacks the instructions.
    fn detect() -> Option<Self>;

    /// Calls `work` in a function that is compiled for the instructions. What is to profit has to be inlined into it: the
    /// closure and all that handles lanes is marked so.
    fn run<R>(self, work: impl FnOnce() -> R) -> R;
}

/// `N` elements.
pub(crate) trait Lanes<const N: usize>: Copy + Send + Sync + 'static {
    /// The instruction set.
    type Isa: Isa;
    /// The field.
    type Modulus: Modulus;
    /// A point of two coordinates between additions: a whole number of 8-byte words.
    type Point1: Copy + Send + Sync + 'static;
    /// A point of four.
    type Point2: Copy + Send + Sync + 'static;
    /// Points for filling memory with.
    const EMPTY: (Self::Point1, Self::Point2);

    /// R modulo p.
    const ONE: [u64; 4];
    /// 2^512/R modulo p: as the library's element, the factor that takes x·R to x·2^256.
    const UNSCALE: [u64; 4];
    /// R²/2^512 modulo p: takes x·2^512/R to the integer x by one product.
    const INTEGER: [u64; 4];

    /// The same element in every lane, from its words.
    fn splat(isa: Self::Isa, words: &[u64; 4]) -> Self;
    /// Reads elements of four words, each below p.
    ///
    /// # Safety
    /// Every pointer is valid for reading four words.
    unsafe fn load(isa: Self::Isa, from: [*const u64; N]) -> Self;
    /// As [`Self::load`] from words below p, negated where a bit is set: a sum of one.
    ///
    /// # Safety
    /// As [`Self::load`].
    unsafe fn load_signed(isa: Self::Isa, from: [*const u64; N], negative: u8) -> Self;
    /// The words of a result or sum, each below p.
    fn words(&self) -> [[u64; 4]; N];

    /// The first `PARTS` coordinates of points that have `OF`.
    ///
    /// # Safety
    /// Every pointer is valid for reading a point of so many coordinates, and aligned to it.
    unsafe fn read<const PARTS: usize, const OF: usize>(
        isa: Self::Isa,
        from: [*const u64; N],
    ) -> [Self; PARTS];
    /// Writes points; where two places are the same, the later lane stays.
    ///
    /// # Safety
    /// Every pointer is valid for writing a point of so many coordinates, and aligned to it.
    unsafe fn write<const OF: usize>(parts: [&Self; OF], to: [*mut u64; N]);

    /// a·b/R. Where speed matters, [`Self::mul_two`].
    fn mul(&self, other: &Self) -> Self;
    /// Two products, which take less time together than one after the other.
    fn mul_two(first: [&Self; 2], second: [&Self; 2]) -> [Self; 2];
    /// Two squares.
    fn square_two(&self, other: &Self) -> [Self; 2];
    /// The product in the field with u² = −1, as results.
    fn complex_product(a: [&Self; 2], b: [&Self; 2]) -> [Self; 2];
    /// Both parts of Σ a·x/R in the field with u² = −1, for at most four terms. Factors are given as their parts and the sum
    /// of these, as [`Self::left_sum`] makes it for the first and [`Self::right_sum`] for the second.
    fn complex_sums<const K: usize>(terms: [[[&Self; 3]; 2]; K]) -> [Self; 2];
    /// The sum of two results as a factor on the left of a product that is the longer one.
    fn left_sum(&self, other: &Self) -> Self;
    /// The sum of two results as a factor beside a [`Self::left_sum`].
    fn right_sum(&self, other: &Self) -> Self;
    /// Nine times the element and `other`, tidy. The first is a result, the second one or its negative.
    fn nine_plus(&self, other: &Self) -> Self;
    /// x·2^256/R.
    fn rescaled(&self) -> Self;

    /// A sum.
    fn add(&self, other: &Self) -> Self;
    /// A difference.
    fn sub(&self, other: &Self) -> Self;
    /// The negative.
    fn negated(&self) -> Self;
    /// The negative where a bit is set.
    fn negate_where(&self, negative: u8) -> Self;
    /// The other where a bit is set.
    fn select(&self, other: &Self, where_set: u8) -> Self;
    /// A difference of two results as a factor.
    fn ready(&self) -> Self;
    /// A sum as a result.
    fn tidy(&self) -> Self;

    /// Element number j of block i becomes number i of block j.
    fn turn(blocks: &mut [Self; N]);
}

/// The field of lanes.
pub(crate) type Element<L, const N: usize> = <<L as Lanes<N>>::Modulus as Modulus>::Element;

/// Elements of the library as lanes.
#[inline(always)]
pub(crate) fn gather<L: Lanes<N>, const N: usize>(isa: L::Isa, elements: &[Element<L, N>; N]) -> L {
    let words = elements.each_ref().map(to_words::<L, N>);
    // SAFETY: each pointer is to an array of four words.
    unsafe { L::load(isa, words.each_ref().map(|words| words.as_ptr())) }
}

/// Lanes as elements of the library.
#[inline(always)]
pub(crate) fn scatter<L: Lanes<N>, const N: usize>(lanes: &L) -> [Element<L, N>; N] {
    let unscale = L::Modulus::from_raw(L::UNSCALE);
    lanes
        .words()
        .map(|words| L::Modulus::from_raw(words) * unscale)
}

/// The words x·R of an element.
pub(crate) fn to_words<L: Lanes<N>, const N: usize>(element: &Element<L, N>) -> [u64; 4] {
    L::Modulus::raw(&(*element * L::Modulus::from_raw(L::ONE)))
}

/// Calls a function of the lanes' own module that wants the instructions.
macro_rules! detected {
    ($call:expr) => {{
        // SAFETY: the caller has a token or lanes, which there are only where the processor has the instructions; what the
        // call demands of pointers is the calling function's contract too.
        #[allow(unused_unsafe, reason = "some calls are in unsafe functions")]
        unsafe {
            $call
        }
    }};
}

pub(crate) use detected;

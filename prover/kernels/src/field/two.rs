//! Fq2 = Fq[u]/(u² + 1), several elements at a time.

use ark_bn254::Fq2;

use super::LaneField;
use crate::lanes::{Lanes, gather, scatter, to_words};
use crate::prime::Base;

mod factor;

/// Lanes of Fq2.
#[derive(Clone, Copy)]
pub(crate) struct Two<L, const N: usize> {
    re: L,
    im: L,
}

impl<L, const N: usize> Two<L, N> {
    /// From both parts.
    #[inline(always)]
    fn of([re, im]: [L; 2]) -> Self {
        Self { re, im }
    }
}

impl<const N: usize, L: Lanes<N, Modulus = Base>> LaneField<N> for Two<L, N> {
    type Isa = L::Isa;
    type Element = Fq2;
    type Point = L::Point2;
    const WORDS: usize = 8;
    const EMPTY: L::Point2 = L::EMPTY.1;

    #[inline(always)]
    fn one(isa: L::Isa) -> Self {
        Self::of([L::splat(isa, &L::ONE), L::splat(isa, &[0; 4])])
    }

    /// One product has two of Fq to do in turns already.
    #[inline(always)]
    fn mul_two([a, b]: [&Self; 2], [d, e]: [&Self; 2]) -> [Self; 2] {
        [
            Self::of(L::complex_product([&a.re, &a.im], [&b.re, &b.im])),
            Self::of(L::complex_product([&d.re, &d.im], [&e.re, &e.im])),
        ]
    }

    #[inline(always)]
    fn square_two(&self, other: &Self) -> [Self; 2] {
        [self.squared(), other.squared()]
    }

    #[inline(always)]
    fn add(&self, other: &Self) -> Self {
        self.plus(other)
    }

    #[inline(always)]
    fn sub(&self, other: &Self) -> Self {
        self.minus(other)
    }

    #[inline(always)]
    fn ready(&self) -> Self {
        Self::of([self.re.ready(), self.im.ready()])
    }

    #[inline(always)]
    fn tidy(&self) -> Self {
        self.tidied()
    }

    #[inline(always)]
    unsafe fn load(isa: L::Isa, from: [*const u64; N]) -> Self {
        // SAFETY: the caller's promise: eight words each.
        unsafe {
            let next = from.map(|words| words.add(4));
            Self::of([L::load(isa, from), L::load(isa, next)])
        }
    }

    #[inline(always)]
    unsafe fn load_signed(isa: L::Isa, from: [*const u64; N], negative: u8) -> Self {
        // SAFETY: the caller's promise: eight words each.
        unsafe {
            let next = from.map(|words| words.add(4));
            Self::of([
                L::load_signed(isa, from, negative),
                L::load_signed(isa, next, negative),
            ])
        }
    }

    #[inline(always)]
    fn elements(&self) -> [Fq2; N] {
        let (re, im) = (scatter(&self.re), scatter(&self.im));
        std::array::from_fn(|lane| Fq2::new(re[lane], im[lane]))
    }

    #[inline(always)]
    fn from_elements(isa: L::Isa, elements: &[Fq2; N]) -> Self {
        Self::of([
            gather(isa, &elements.map(|element| element.c0)),
            gather(isa, &elements.map(|element| element.c1)),
        ])
    }

    fn pack(element: &Fq2, words: &mut [u64]) {
        let (re, im) = words.split_at_mut(4);
        re.copy_from_slice(&to_words::<L, N>(&element.c0));
        im.copy_from_slice(&to_words::<L, N>(&element.c1));
    }

    #[inline(always)]
    unsafe fn load_x(isa: L::Isa, from: [*const L::Point2; N]) -> Self {
        // SAFETY: the caller's promise.
        Self::of(unsafe { L::read::<2, 4>(isa, from.map(|point| point.cast())) })
    }

    #[inline(always)]
    unsafe fn load_xy(isa: L::Isa, from: [*const L::Point2; N]) -> [Self; 2] {
        // SAFETY: the caller's promise.
        let [a, b, c, d] = unsafe { L::read::<4, 4>(isa, from.map(|point| point.cast())) };
        [Self::of([a, b]), Self::of([c, d])]
    }

    #[inline(always)]
    unsafe fn store_xy([x, y]: &[Self; 2], to: [*mut L::Point2; N]) {
        // SAFETY: the caller's promise.
        unsafe {
            L::write([&x.re, &x.im, &y.re, &y.im], to.map(|point| point.cast()));
        }
    }
}

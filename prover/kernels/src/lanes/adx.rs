//! One field element after the other in four words of 64 bits, with MULX, ADCX and ADOX.
//!
//! `N` elements are `N` times the same on the general registers, so `N` only says how the code above groups its work. R is 2^256, as
//! in the library. Results and sums are in 0..p alike; only the sum of two results as a factor is in 0..2p. Products are eight words that may be added up
//! before they are reduced ([`product`]). `docs/kernels.md` has the bounds.

use std::marker::PhantomData;

use super::{Isa, Lanes, detected};
use crate::prime::{Modulus, power_of_two};

mod product;
#[cfg(test)]
mod rules;
mod sums;
#[cfg(test)]
mod tests;

use product::{reduced, reduced_two, squared, wide};
use sums::{Wide, difference, less, minus, more_where_negative, negative, plus, sum};

// Addresses are operands of instructions, which take whole registers.
const _: () = assert!(size_of::<usize>() == size_of::<u64>());

/// Evidence of ADX and BMI2.
#[derive(Clone, Copy)]
pub(crate) struct Adx(());

impl Isa for Adx {
    fn detect() -> Option<Self> {
        (is_x86_feature_detected!("adx") && is_x86_feature_detected!("bmi2")).then_some(Self(()))
    }

    #[inline(always)]
    fn run<R>(self, work: impl FnOnce() -> R) -> R {
        #[target_feature(enable = "adx,bmi2")]
        fn here<R>(work: impl FnOnce() -> R) -> R {
            work()
        }
        detected!(here(work))
    }
}

/// `N` elements, word by word.
#[derive(Clone, Copy)]
pub(crate) struct Single<M, const N: usize> {
    words: [[u64; 4]; N],
    isa: Adx,
    modulus: PhantomData<M>,
}

/// A point of G1, a line of the cache, as that of a table.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub(crate) struct Point1([u64; 8]);

/// A point of G2.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub(crate) struct Point2([u64; 16]);

impl<M: Modulus, const N: usize> Single<M, N> {
    #[inline(always)]
    fn of(isa: Adx, words: [[u64; 4]; N]) -> Self {
        Self {
            words,
            isa,
            modulus: PhantomData,
        }
    }

    /// Element by element.
    #[inline(always)]
    fn each(&self, mut change: impl FnMut(usize, &[u64; 4]) -> [u64; 4]) -> Self {
        let mut out = *self;
        for (lane, (to, from)) in out.words.iter_mut().zip(&self.words).enumerate() {
            *to = change(lane, from);
        }
        out
    }

    /// Two wide numbers for each element, reduced.
    #[inline(always)]
    fn two(&self, numbers: impl Fn(usize) -> [Wide; 2]) -> [Self; 2] {
        let (mut first, mut second) = (*self, *self);
        let both = first.words.iter_mut().zip(&mut second.words);
        for (lane, (first, second)) in both.enumerate() {
            [*first, *second] = reduced_two::<M>(self.isa, &numbers(lane));
        }
        [first, second]
    }
}

impl<M: Modulus, const N: usize> Lanes<N> for Single<M, N> {
    type Isa = Adx;
    type Modulus = M;
    type Point1 = Point1;
    type Point2 = Point2;
    const EMPTY: (Point1, Point2) = (Point1([0; 8]), Point2([0; 16]));
    const ONE: [u64; 4] = power_of_two(&M::PRIME, 256);
    const UNSCALE: [u64; 4] = power_of_two(&M::PRIME, 256);
    const INTEGER: [u64; 4] = [1, 0, 0, 0];

    #[inline(always)]
    fn splat(isa: Adx, words: &[u64; 4]) -> Self {
        Self::of(isa, [*words; N])
    }

    #[inline(always)]
    unsafe fn load(isa: Adx, from: [*const u64; N]) -> Self {
        // SAFETY: the caller's promise: four words each, which need no more alignment than one.
        Self::of(
            isa,
            from.map(|words| unsafe { words.cast::<[u64; 4]>().read() }),
        )
    }

    #[inline(always)]
    unsafe fn load_signed(isa: Adx, from: [*const u64; N], negative: u8) -> Self {
        // SAFETY: the caller's promise.
        unsafe { Self::load(isa, from) }.negate_where(negative)
    }

    #[inline(always)]
    fn words(&self) -> [[u64; 4]; N] {
        self.words
    }

    #[inline(always)]
    unsafe fn read<const PARTS: usize, const OF: usize>(
        isa: Adx,
        from: [*const u64; N],
    ) -> [Self; PARTS] {
        let mut out = [Self::of(isa, [[0; 4]; N]); PARTS];
        for (part, out) in out.iter_mut().enumerate() {
            for (words, point) in out.words.iter_mut().zip(from) {
                // SAFETY: the caller's promise: a point has four words for each coordinate.
                *words = unsafe { point.cast::<[u64; 4]>().add(part).read() };
            }
        }
        out
    }

    #[inline(always)]
    unsafe fn write<const OF: usize>(parts: [&Self; OF], to: [*mut u64; N]) {
        for (lane, point) in to.into_iter().enumerate() {
            for (number, part) in parts.into_iter().enumerate() {
                // SAFETY: the caller's promise: a point has four words for each coordinate.
                unsafe { point.cast::<[u64; 4]>().add(number).write(part.words[lane]) };
            }
        }
    }

    #[inline(always)]
    fn mul(&self, other: &Self) -> Self {
        self.each(|lane, a| reduced::<M>(self.isa, &wide(self.isa, a, &other.words[lane])))
    }

    #[inline(always)]
    fn mul_two([a, b]: [&Self; 2], [d, e]: [&Self; 2]) -> [Self; 2] {
        let product = |x: &Self, y: &Self, lane| wide(x.isa, &x.words[lane], &y.words[lane]);
        a.two(|lane| [product(a, b, lane), product(d, e, lane)])
    }

    #[inline(always)]
    fn square_two(&self, other: &Self) -> [Self; 2] {
        self.two(|lane| [self, other].map(|x| squared(x.isa, &x.words[lane])))
    }

    #[inline(always)]
    fn complex_product([a, b]: [&Self; 2], [x, y]: [&Self; 2]) -> [Self; 2] {
        let (sum, other_sum) = (a.left_sum(b), x.right_sum(y));
        Self::complex_sums([[[a, b, &sum], [x, y, &other_sum]]])
    }

    #[inline(always)]
    fn complex_sums<const K: usize>(terms: [[[&Self; 3]; 2]; K]) -> [Self; 2] {
        const { assert!(0 < K && K <= 4, "sums would be too long") };
        let isa = terms[0][0][0].isa;
        let mut out = [Self::of(isa, [[0; 4]; N]); 2];
        for lane in 0..N {
            let terms = terms.each_ref().map(|pair| {
                pair.each_ref()
                    .map(|factor| factor.map(|part| &part.words[lane]))
            });
            let [re, im] = parts::<M, K>(isa, &terms);
            (out[0].words[lane], out[1].words[lane]) = (re, im);
        }
        out
    }

    /// Below 2p.
    #[inline(always)]
    fn left_sum(&self, other: &Self) -> Self {
        self.each(|lane, a| plus(a, &other.words[lane]))
    }

    /// Below 2p.
    #[inline(always)]
    fn right_sum(&self, other: &Self) -> Self {
        self.left_sum(other)
    }

    #[inline(always)]
    fn nine_plus(&self, other: &Self) -> Self {
        let twice = self.add(self);
        let four = twice.add(&twice);
        four.add(&four).add(self).add(other)
    }

    #[inline(always)]
    fn rescaled(&self) -> Self {
        *self
    }

    #[inline(always)]
    fn add(&self, other: &Self) -> Self {
        self.each(|lane, a| sum::<M>(a, &other.words[lane]))
    }

    #[inline(always)]
    fn sub(&self, other: &Self) -> Self {
        self.each(|lane, a| difference::<M>(a, &other.words[lane]))
    }

    #[inline(always)]
    fn negated(&self) -> Self {
        self.each(|_, a| negative::<M>(a))
    }

    #[inline(always)]
    fn negate_where(&self, negative: u8) -> Self {
        self.select(&self.negated(), negative)
    }

    #[inline(always)]
    fn select(&self, other: &Self, where_set: u8) -> Self {
        self.each(|lane, a| {
            let mask = u64::from(where_set >> lane & 1).wrapping_neg();
            let b = &other.words[lane];
            std::array::from_fn(|i| a[i] ^ (a[i] ^ b[i]) & mask)
        })
    }

    #[inline(always)]
    fn ready(&self) -> Self {
        *self
    }

    #[inline(always)]
    fn tidy(&self) -> Self {
        *self
    }

    #[inline(always)]
    fn turn(blocks: &mut [Self; N]) {
        for i in 1..N {
            let (before, rest) = blocks.split_at_mut(i);
            for (j, block) in before.iter_mut().enumerate() {
                std::mem::swap(&mut block.words[i], &mut rest[0].words[j]);
            }
        }
    }
}

/// Both parts of Σ a·x by Karatsuba's way, from sums of products that are reduced in the end.
///
/// A function of its own: Miller loops have dozens of them, and each would be inlined with all its products.
#[inline(never)]
fn parts<M: Modulus, const K: usize>(isa: Adx, terms: &[[[&[u64; 4]; 3]; 2]; K]) -> [[u64; 4]; 2] {
    let mut sums = [[0; 8]; 3];
    for (number, [left, right]) in terms.iter().enumerate() {
        for ((sum, a), x) in sums.iter_mut().zip(left).zip(right) {
            let product = wide(isa, a, x);
            *sum = if number == 0 {
                product
            } else {
                plus(sum, &product)
            };
        }
    }
    let [re, im, both] = sums;
    let (rest, _) = minus(&minus(&both, &re).0, &im);
    let rest = if K > 2 { less::<M>(&rest) } else { rest };
    reduced_two::<M>(isa, &[more_where_negative::<M>(minus(&re, &im)), rest])
}

//! Additions four at a time with AVX2 and FMA.
//!
//! Denominators are multiplied up in two independent chains of four lanes, so that one waits less for the
//! other; the eight products are inverted together with the library.

use std::arch::x86_64::*;
use std::marker::PhantomData;

use ark_ec::AffineRepr;
use ark_ec::short_weierstrass::Affine;
use ark_ff::{AdditiveGroup, batch_inversion};

use crate::adder::{Adder, NEGATIVE, Pair, Source, wipe};
use crate::curve::vector::Grouped;
use crate::curve::{Coordinate, Curve};
use crate::field::LaneField;

/// How many groups of four ahead a table is fetched.
const AHEAD: usize = 6;

/// The arithmetic of lanes `L`. There is one only where the processor has AVX2 and FMA.
pub(crate) struct Vector<L>(PhantomData<L>);

impl<L> Clone for Vector<L> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<L> Copy for Vector<L> {}

// SAFETY: holds nothing.
unsafe impl<L> Send for Vector<L> {}
// SAFETY: holds nothing.
unsafe impl<L> Sync for Vector<L> {}

impl<L> Vector<L> {
    /// None if the processor lacks the instructions.
    pub(crate) fn detect() -> Option<Self> {
        available().then_some(Self(PhantomData))
    }
}

/// Whether the processor has AVX2 and FMA.
pub(crate) fn available() -> bool {
    is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")
}

/// Denominators and products of a batch; they come from secrets.
pub(crate) struct Scratch<L: Copy + 'static> {
    denominators: Vec<L>,
    prefixes: Vec<L>,
}

// SAFETY: lanes are plain numbers.
unsafe impl<L: Copy> Send for Scratch<L> {}

impl<L: Copy> Default for Scratch<L> {
    fn default() -> Self {
        Self {
            denominators: Vec::new(),
            prefixes: Vec::new(),
        }
    }
}

impl<L: Copy + 'static> Drop for Scratch<L> {
    fn drop(&mut self) {
        wipe(&mut self.denominators);
        wipe(&mut self.prefixes);
    }
}

/// Operands by id, read by lanes.
trait Operands<L: LaneField>: Copy {
    /// # Safety
    /// AVX2 and FMA; the ids are within the source.
    unsafe fn x(self, ids: [u32; 4]) -> L;
    /// # Safety
    /// As [`Self::x`].
    unsafe fn xy(self, ids: [u32; 4]) -> [L; 2];
    /// Asks for memory that will be read soon.
    ///
    /// # Safety
    /// As [`Self::x`].
    unsafe fn prefetch(self, pair: &Pair);
}

#[derive(Clone, Copy)]
struct Packed<'a>(&'a [u64]);

impl Packed<'_> {
    /// # Safety
    /// The id is within the table.
    #[inline(always)]
    unsafe fn at(self, id: u32, size: usize) -> *const u64 {
        let start = (id & !NEGATIVE) as usize * size;
        debug_assert!(start + size <= self.0.len());
        // SAFETY: the caller's promise.
        unsafe { self.0.as_ptr().add(start) }
    }
}

impl<L: LaneField> Operands<L> for Packed<'_> {
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn x(self, [a, b, c, d]: [u32; 4]) -> L {
        let size = 2 * L::WORDS;
        // SAFETY: a point has x and then y.
        unsafe {
            L::load([
                self.at(a, size),
                self.at(b, size),
                self.at(c, size),
                self.at(d, size),
            ])
        }
    }

    #[inline]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn xy(self, [a, b, c, d]: [u32; 4]) -> [L; 2] {
        let size = 2 * L::WORDS;
        let sign = |id: u32| i64::from(id & NEGATIVE) << 32;
        let signs = _mm256_castsi256_pd(_mm256_set_epi64x(sign(d), sign(c), sign(b), sign(a)));
        // SAFETY: a point has x and then y.
        unsafe {
            let [a, b, c, d] = [
                self.at(a, size),
                self.at(b, size),
                self.at(c, size),
                self.at(d, size),
            ];
            let y = [
                a.add(L::WORDS),
                b.add(L::WORDS),
                c.add(L::WORDS),
                d.add(L::WORDS),
            ];
            [L::load([a, b, c, d]), L::load(y).negate_where(signs)]
        }
    }

    #[inline]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn prefetch(self, pair: &Pair) {
        let size = 2 * L::WORDS;
        for id in pair.operands {
            // SAFETY: the caller's promise; prefetching has no effect on what is computed.
            unsafe {
                let at = self.at(id, size).cast::<i8>();
                _mm_prefetch::<_MM_HINT_T0>(at);
                if size > 8 {
                    _mm_prefetch::<_MM_HINT_T0>(at.add(64));
                }
            }
        }
    }
}

#[derive(Clone, Copy)]
struct Loose<'a, Point>(&'a [Point]);

impl<Point> Loose<'_, Point> {
    /// # Safety
    /// The ids are within the list.
    #[inline(always)]
    unsafe fn at(self, [a, b, c, d]: [u32; 4]) -> [*const Point; 4] {
        debug_assert!([a, b, c, d].iter().all(|id| (*id as usize) < self.0.len()));
        let first = self.0.as_ptr();
        // SAFETY: the caller's promise.
        unsafe {
            [
                first.add(a as usize),
                first.add(b as usize),
                first.add(c as usize),
                first.add(d as usize),
            ]
        }
    }
}

impl<L: LaneField> Operands<L> for Loose<'_, L::Point> {
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn x(self, ids: [u32; 4]) -> L {
        // SAFETY: the caller's promise.
        unsafe { L::load_x(self.at(ids)) }
    }

    #[inline]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn xy(self, ids: [u32; 4]) -> [L; 2] {
        // SAFETY: the caller's promise.
        unsafe { L::load_xy(self.at(ids)) }
    }

    #[inline]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn prefetch(self, _: &Pair) {}
}

/// The four pairs of a group; a last group that is not full repeats its first one.
#[inline]
fn group(pairs: &[Pair]) -> [Pair; 4] {
    let first = pairs.first().copied().unwrap_or_default();
    let at = |i: usize| pairs.get(i).copied().unwrap_or(first);
    [first, at(1), at(2), at(3)]
}

/// The operands number `side` of four pairs.
#[inline]
fn side(pairs: &[Pair; 4], side: usize) -> [u32; 4] {
    let [a, b, c, d] = pairs;
    [
        a.operands[side],
        b.operands[side],
        c.operands[side],
        d.operands[side],
    ]
}

/// Multiplies the denominators up in two chains and inverts the ends; `prefixes` is what each was
/// multiplied to. `None` if a denominator is zero.
///
/// # Safety
/// AVX2 and FMA.
#[target_feature(enable = "avx2,fma")]
unsafe fn invert<L: LaneField>(scratch: &mut Scratch<L>) -> Option<[L; 2]> {
    let Scratch {
        denominators,
        prefixes,
    } = scratch;
    // SAFETY: this function's contract.
    unsafe {
        let mut chains = [L::one(); 2];
        prefixes.clear();
        for pair in denominators.chunks(2) {
            for (chain, denominator) in chains.iter_mut().zip(pair) {
                prefixes.push(*chain);
                *chain = chain.mul(denominator);
            }
        }
        let [a, b] = chains.map(|chain| chain.elements());
        let mut ends: [L::Element; 8] = [a[0], a[1], a[2], a[3], b[0], b[1], b[2], b[3]];
        if ends.contains(&L::Element::ZERO) {
            return None;
        }
        batch_inversion(&mut ends);
        let [a0, a1, a2, a3, b0, b1, b2, b3] = ends;
        Some([
            L::from_elements(&[a0, a1, a2, a3]),
            L::from_elements(&[b0, b1, b2, b3]),
        ])
    }
}

/// Finds the lanes with a zero denominator and puts one in their place.
///
/// # Safety
/// AVX2 and FMA.
#[target_feature(enable = "avx2,fma")]
unsafe fn patch<L: LaneField>(denominators: &mut [L], pairs: usize) -> Vec<usize> {
    let mut zeros = Vec::new();
    for (number, denominator) in denominators.iter_mut().enumerate() {
        // SAFETY: this function's contract.
        unsafe {
            let mut elements = denominator.elements();
            let before = zeros.len();
            for (lane, element) in elements.iter_mut().enumerate() {
                if *element == L::Element::ZERO {
                    *element = ark_ff::One::one();
                    zeros.push(4 * number + lane);
                }
            }
            if zeros.len() > before {
                *denominator = L::from_elements(&elements);
            }
        }
    }
    // Lanes that only fill up the last group.
    zeros.retain(|zero| *zero < pairs);
    zeros
}

/// # Safety
/// AVX2 and FMA; ids are within the source, sums within `out`.
#[target_feature(enable = "avx2,fma")]
unsafe fn add_all<L: LaneField, O: Operands<L>>(
    source: O,
    pairs: &[Pair],
    out: &mut [L::Point],
    scratch: &mut Scratch<L>,
) -> Vec<usize> {
    let mut left_out = Vec::new();
    // SAFETY: this function's contract.
    unsafe {
        scratch.denominators.clear();
        for (number, chunk) in pairs.chunks(4).enumerate() {
            for soon in pairs.iter().skip(4 * (number + AHEAD)).take(4) {
                source.prefetch(soon);
            }
            let four = group(chunk);
            let difference = source.x(side(&four, 1)).sub(&source.x(side(&four, 0)));
            scratch.denominators.push(difference);
        }
        let mut ends = invert(scratch);
        if ends.is_none() {
            left_out = patch(&mut scratch.denominators, pairs.len());
            ends = invert(scratch);
        }
        let Some(mut chains) = ends else {
            return (0..pairs.len()).collect();
        };
        let base = out.as_mut_ptr();
        let mut spare = L::EMPTY;
        let mut skipped = left_out.iter().rev().peekable();
        for (number, chunk) in pairs.chunks(4).enumerate().rev() {
            let four = group(chunk);
            let [px, py] = source.xy(side(&four, 0));
            let [qx, qy] = source.xy(side(&four, 1));
            let chain = &mut chains[number % 2];
            let inverse = chain.mul(&scratch.prefixes[number]);
            *chain = chain.mul(&scratch.denominators[number]);
            let slope = inverse.mul(&qy.sub(&py));
            let x = slope.square().sub(&px).sub(&qx).tidy();
            let y = slope.mul(&px.sub(&x)).sub(&py).tidy();
            let mut to = [&raw mut spare; 4];
            for (to, pair) in to.iter_mut().zip(chunk) {
                debug_assert!((pair.sum as usize) < out.len());
                *to = base.add(pair.sum as usize);
            }
            while let Some(skip) = skipped.next_if(|skip| **skip >= 4 * number) {
                to[skip % 4] = &raw mut spare;
            }
            L::store_xy(&[x, y], to);
        }
    }
    left_out
}

/// # Safety
/// AVX2 and FMA.
#[target_feature(enable = "avx2,fma")]
unsafe fn double_all<L: LaneField>(points: &mut [L::Point], scratch: &mut Scratch<L>) {
    let mut spare = L::EMPTY;
    // SAFETY: this function's contract; pointers are to elements of the list, or to `spare`.
    unsafe {
        scratch.denominators.clear();
        for chunk in points.chunks_mut(4) {
            let [_, y] = L::load_xy(pointers(chunk, None).map(|point| point.cast_const()));
            scratch.denominators.push(y.add(&y));
        }
        // No point of odd order has y = 0.
        let Some(mut chains) = invert(scratch) else {
            return;
        };
        for (number, chunk) in points.chunks_mut(4).enumerate().rev() {
            let [px, py] = L::load_xy(pointers(chunk, None).map(|point| point.cast_const()));
            let chain = &mut chains[number % 2];
            let inverse = chain.mul(&scratch.prefixes[number]);
            *chain = chain.mul(&scratch.denominators[number]);
            let square = px.square();
            let slope = inverse.mul(&square.add(&square).add(&square).tidy());
            let x = slope.square().sub(&px).sub(&px).tidy();
            let y = slope.mul(&px.sub(&x)).sub(&py).tidy();
            L::store_xy(&[x, y], pointers(chunk, Some(&mut spare)));
        }
    }
}

/// Pointers to four points; missing ones are `spare`, or the first.
fn pointers<Point>(chunk: &mut [Point], spare: Option<&mut Point>) -> [*mut Point; 4] {
    let count = chunk.len();
    let first = chunk.as_mut_ptr();
    let other = spare.map_or(first, |spare| &raw mut *spare);
    // SAFETY: below the length.
    std::array::from_fn(|i| {
        if i < count {
            unsafe { first.add(i) }
        } else {
            other
        }
    })
}

impl<P: Curve> Adder<P> for Vector<<P as Grouped>::Lanes> {
    type Point = <P::Lanes as LaneField>::Point;
    type Scratch = Scratch<P::Lanes>;
    const EMPTY: Self::Point = P::Lanes::EMPTY;

    fn fetch(&self, source: &Source<'_, Self::Point>, id: u32) -> Self::Point {
        match source {
            Source::Points(points) => points
                .get(id as usize)
                .copied()
                .unwrap_or(<Self as Adder<P>>::EMPTY),
            Source::Table(words) => {
                let mut point = <Self as Adder<P>>::EMPTY;
                let mut spare = <Self as Adder<P>>::EMPTY;
                let spare = &raw mut spare;
                // SAFETY: the processor has the instructions, the id is within the table as the
                // callers of [`Adder::add`] keep it, and the pointers are to local points.
                unsafe {
                    let [x, y] = Operands::<P::Lanes>::xy(Packed(words), [id; 4]);
                    let xy = [x.tidy(), y.tidy()];
                    P::Lanes::store_xy(&xy, [spare, spare, spare, &raw mut point]);
                }
                point
            }
        }
    }

    fn affine(&self, point: &Self::Point) -> Affine<P> {
        // SAFETY: the processor has the instructions; the pointers are to a point.
        unsafe {
            let [x, y] = P::Lanes::load_xy([&raw const *point; 4]);
            let ([x, ..], [y, ..]) = (x.elements(), y.elements());
            Affine::new_unchecked(x, y)
        }
    }

    fn point(&self, affine: &Affine<P>) -> Self::Point {
        let mut point = <Self as Adder<P>>::EMPTY;
        if let Some((x, y)) = affine.xy() {
            // SAFETY: the processor has the instructions; the pointers are to a point.
            unsafe {
                let xy = [
                    P::Lanes::from_elements(&[x; 4]).tidy(),
                    P::Lanes::from_elements(&[y; 4]).tidy(),
                ];
                P::Lanes::store_xy(&xy, [&raw mut point; 4]);
            }
        }
        point
    }

    fn add(
        &self,
        source: &Source<'_, Self::Point>,
        pairs: &[Pair],
        out: &mut [Self::Point],
        scratch: &mut Self::Scratch,
    ) -> Vec<usize> {
        // SAFETY: the processor has the instructions; the caller keeps ids and sums in range.
        unsafe {
            match source {
                Source::Table(words) => add_all(Packed(words), pairs, out, scratch),
                Source::Points(points) => add_all(Loose(points), pairs, out, scratch),
            }
        }
    }

    fn double(&self, points: &mut [Self::Point], scratch: &mut Self::Scratch) {
        // SAFETY: the processor has the instructions.
        unsafe { double_all::<P::Lanes>(points, scratch) }
    }

    fn pack(&self, point: &Self::Point, words: &mut [u64]) {
        let affine: Affine<P> = self.affine(point);
        let (x, y) = words.split_at_mut(words.len() / 2);
        affine.x.halved().put(x);
        affine.y.halved().put(y);
    }
}

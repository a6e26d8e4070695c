//! Additions four at a time with AVX2 and FMA.
//!
//! Denominators are multiplied up in two independent chains of four lanes, so that one waits less for the
//! other; the eight products are inverted together with the library.

use std::marker::PhantomData;

use ark_ec::AffineRepr;
use ark_ec::short_weierstrass::Affine;
use ark_ff::{AdditiveGroup, batch_inversion};

use crate::adder::{Adder, Pair, Source, wipe};
use crate::curve::vector::Grouped;
use crate::curve::{Coordinate, Curve};
use crate::field::LaneField;

mod operands;

use operands::{Loose, Operands, Packed};

/// How many groups of eight ahead a table is fetched.
const AHEAD: usize = 3;
/// The same on the way back.
const BACK: usize = 2;

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

/// Two groups of four pairs, filled up if there are fewer.
#[inline]
fn groups(pairs: &[Pair], filler: Pair) -> [[Pair; 4]; 2] {
    let at = |i: usize| pairs.get(i).copied().unwrap_or(filler);
    [[at(0), at(1), at(2), at(3)], [at(4), at(5), at(6), at(7)]]
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

/// Multiplies the denominators, an even number, up in two chains and inverts the ends; `prefixes` is
/// what each was multiplied to. `None` if a denominator is zero.
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
        let (pairs, _) = denominators.as_chunks::<2>();
        for [first, second] in pairs {
            let [a, b] = &chains;
            prefixes.push(*a);
            prefixes.push(*b);
            chains = L::mul_two([a, first], [b, second]);
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
        let filler = pairs.first().copied().unwrap_or_default();
        for (number, chunk) in pairs.chunks(8).enumerate() {
            for soon in pairs.iter().skip(8 * (number + AHEAD)).take(8) {
                source.prefetch(soon);
            }
            for four in groups(chunk, filler) {
                let difference = source.x(side(&four, 1)).sub(&source.x(side(&four, 0)));
                scratch.denominators.push(difference);
            }
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
        let (prefixes, _) = scratch.prefixes.as_chunks::<2>();
        let (denominators, _) = scratch.denominators.as_chunks::<2>();
        let steps = pairs.chunks(8).zip(prefixes).zip(denominators);
        for (number, ((chunk, prefixes), denominators)) in steps.enumerate().rev() {
            // The way back: what was read first has left the nearest cache.
            let soon = number.saturating_sub(BACK) * 8;
            for soon in pairs.iter().skip(soon).take(8) {
                source.prefetch(soon);
            }
            let [a, b] = groups(chunk, filler);
            let [[apx, apy], [bpx, bpy]] = [source.xy(side(&a, 0)), source.xy(side(&b, 0))];
            let [[aqx, aqy], [bqx, bqy]] = [source.xy(side(&a, 1)), source.xy(side(&b, 1))];
            let [c, d] = &chains;
            let [e, f] = L::mul_two([c, &prefixes[0]], [d, &prefixes[1]]);
            chains = L::mul_two([c, &denominators[0]], [d, &denominators[1]]);
            let [s, t] = L::mul_two([&e, &aqy.sub(&apy)], [&f, &bqy.sub(&bpy)]);
            let [s2, t2] = s.square_two(&t);
            let (ax, bx) = (s2.sub(&apx).sub(&aqx).tidy(), t2.sub(&bpx).sub(&bqx).tidy());
            let [ay, by] = L::mul_two([&s, &apx.sub(&ax)], [&t, &bpx.sub(&bx)]);
            let (ay, by) = (ay.sub(&apy).tidy(), by.sub(&bpy).tidy());
            let mut to = [&raw mut spare; 8];
            for (to, pair) in to.iter_mut().zip(chunk) {
                debug_assert!((pair.sum as usize) < out.len());
                *to = base.add(pair.sum as usize);
            }
            while let Some(skip) = skipped.next_if(|skip| **skip >= 8 * number) {
                to[skip % 8] = &raw mut spare;
            }
            let [a, b, c, d, e, f, g, h] = to;
            L::store_xy(&[ax, ay], [a, b, c, d]);
            L::store_xy(&[bx, by], [e, f, g, h]);
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
        for chunk in points.chunks_mut(8) {
            for four in pointers(chunk, None) {
                let [_, y] = L::load_xy(four.map(|point| point.cast_const()));
                scratch.denominators.push(y.add(&y));
            }
        }
        // No point of odd order has y = 0.
        let Some(mut chains) = invert(scratch) else {
            return;
        };
        let (prefixes, _) = scratch.prefixes.as_chunks::<2>();
        let (denominators, _) = scratch.denominators.as_chunks::<2>();
        let steps = points.chunks_mut(8).zip(prefixes).zip(denominators);
        for ((chunk, prefixes), denominators) in steps.rev() {
            let [a, b] = pointers(chunk, None);
            let [ax, ay] = L::load_xy(a.map(|point| point.cast_const()));
            let [bx, by] = L::load_xy(b.map(|point| point.cast_const()));
            let [c, d] = &chains;
            let [e, f] = L::mul_two([c, &prefixes[0]], [d, &prefixes[1]]);
            chains = L::mul_two([c, &denominators[0]], [d, &denominators[1]]);
            let [s, t] = ax.square_two(&bx);
            let (s, t) = (s.add(&s).add(&s).tidy(), t.add(&t).add(&t).tidy());
            let [s, t] = L::mul_two([&e, &s], [&f, &t]);
            let [s2, t2] = s.square_two(&t);
            let (nax, nbx) = (s2.sub(&ax).sub(&ax).tidy(), t2.sub(&bx).sub(&bx).tidy());
            let [nay, nby] = L::mul_two([&s, &ax.sub(&nax)], [&t, &bx.sub(&nbx)]);
            let [a, b] = pointers(chunk, Some(&mut spare));
            L::store_xy(&[nax, nay.sub(&ay).tidy()], a);
            L::store_xy(&[nbx, nby.sub(&by).tidy()], b);
        }
    }
}

/// Pointers to eight points; missing ones are `spare`, or the first.
fn pointers<Point>(chunk: &mut [Point], spare: Option<&mut Point>) -> [[*mut Point; 4]; 2] {
    let count = chunk.len();
    let first = chunk.as_mut_ptr();
    let other = spare.map_or(first, |spare| &raw mut *spare);
    let at = |i: usize| {
        if i < count {
            // SAFETY: below the length.
            unsafe { first.add(i) }
        } else {
            other
        }
    };
    [[at(0), at(1), at(2), at(3)], [at(4), at(5), at(6), at(7)]]
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

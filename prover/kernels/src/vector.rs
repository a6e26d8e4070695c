//! Additions several at a time, on the lanes of an instruction set.
//!
//! Denominators are multiplied up in two independent chains of lanes, so that one waits less for the
//! other; the products are inverted together.

use ark_ec::AffineRepr;
use ark_ec::short_weierstrass::Affine;

use crate::adder::{Adder, Copied, Pair, Source};
use crate::curve::Curve;
use crate::field::LaneField;
use crate::lanes::Isa;

mod inverses;
mod operands;

use inverses::{Scratch, invert, patch};
use operands::{Loose, Operands, Packed};

/// How many pairs ahead a table is fetched.
const AHEAD: usize = 64;
/// The same on the way back.
const BACK: usize = 32;

/// The arithmetic of lanes `L`.
#[derive(Clone, Copy)]
pub(crate) struct Vector<L: LaneField<N>, const N: usize>(L::Isa);

impl<L: LaneField<N>, const N: usize> Vector<L, N> {
    /// None if the processor lacks the instructions.
    pub(crate) fn detect() -> Option<Self> {
        L::Isa::detect().map(Self)
    }
}

/// Two groups of `N` pairs; the last are filled up in `room`.
#[inline(always)]
fn groups<'a, const N: usize>(
    pairs: &'a [Pair],
    room: &'a mut [[Pair; N]; 2],
    filler: Pair,
) -> [&'a [Pair; N]; 2] {
    if let ([a, b], []) = pairs.as_chunks::<N>() {
        return [a, b];
    }
    for (i, to) in room.as_flattened_mut().iter_mut().enumerate() {
        *to = pairs.get(i).copied().unwrap_or(filler);
    }
    room.each_ref()
}

/// The operands number `side` of pairs.
#[inline(always)]
fn side<const N: usize>(pairs: &[Pair; N], side: usize) -> [u32; N] {
    let mut ids = [0; N];
    for (id, pair) in ids.iter_mut().zip(pairs) {
        *id = pair.operands[side];
    }
    ids
}

/// # Safety
/// Ids are within the source, sums within `out`.
#[inline(always)]
unsafe fn add_all<L: LaneField<N>, O: Operands<L, N>, const N: usize>(
    isa: L::Isa,
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
        let mut room = [[filler; N]; 2];
        for (number, chunk) in pairs.chunks(2 * N).enumerate() {
            for soon in pairs.iter().skip(2 * N * number + AHEAD).take(2 * N) {
                source.prefetch(soon.operands[0]);
                source.prefetch(soon.operands[1]);
            }
            for group in groups(chunk, &mut room, filler) {
                let (p, q) = (source.x(isa, side(group, 0)), source.x(isa, side(group, 1)));
                scratch.denominators.push(q.sub(&p).ready());
            }
        }
        let mut ends = invert(isa, scratch);
        if ends.is_none() {
            left_out = patch(isa, &mut scratch.denominators, pairs.len());
            ends = invert(isa, scratch);
        }
        let Some(mut chains) = ends else {
            return (0..pairs.len()).collect();
        };
        let base = out.as_mut_ptr();
        let mut spare = L::EMPTY;
        let mut skipped = left_out.iter().rev().peekable();
        let (prefixes, _) = scratch.prefixes.as_chunks::<2>();
        let (denominators, _) = scratch.denominators.as_chunks::<2>();
        let steps = pairs.chunks(2 * N).zip(prefixes).zip(denominators);
        for (number, ((chunk, prefixes), denominators)) in steps.enumerate().rev() {
            // The way back: what was read first has left the nearest cache.
            let soon = (2 * N * number).saturating_sub(BACK);
            for soon in pairs.iter().skip(soon).take(2 * N) {
                source.prefetch(soon.operands[0]);
                source.prefetch(soon.operands[1]);
            }
            let [a, b] = groups(chunk, &mut room, filler);
            let [apx, apy] = source.xy(isa, side(a, 0));
            let [bpx, bpy] = source.xy(isa, side(b, 0));
            let [aqx, aqy] = source.xy(isa, side(a, 1));
            let [bqx, bqy] = source.xy(isa, side(b, 1));
            let [c, d] = &chains;
            let [e, f] = L::mul_two([c, &prefixes[0]], [d, &prefixes[1]]);
            chains = L::mul_two([c, &denominators[0]], [d, &denominators[1]]);
            let (rise_a, rise_b) = (aqy.sub(&apy).ready(), bqy.sub(&bpy).ready());
            let [s, t] = L::mul_two([&e, &rise_a], [&f, &rise_b]);
            let [s2, t2] = s.square_two(&t);
            let (ax, bx) = (s2.sub(&apx).sub(&aqx).tidy(), t2.sub(&bpx).sub(&bqx).tidy());
            let (back_a, back_b) = (apx.sub(&ax).ready(), bpx.sub(&bx).ready());
            let [ay, by] = L::mul_two([&s, &back_a], [&t, &back_b]);
            let (ay, by) = (ay.sub(&apy).tidy(), by.sub(&bpy).tidy());
            let mut to = [[&raw mut spare; N]; 2];
            for (to, pair) in to.as_flattened_mut().iter_mut().zip(chunk) {
                debug_assert!((pair.sum as usize) < out.len());
                *to = base.add(pair.sum as usize);
            }
            while let Some(skip) = skipped.next_if(|skip| **skip >= 2 * N * number) {
                to.as_flattened_mut()[skip % (2 * N)] = &raw mut spare;
            }
            let [a, b] = to;
            L::store_xy(&[ax, ay], a);
            L::store_xy(&[bx, by], b);
        }
    }
    left_out
}

/// # Safety
/// Ids are within the table, places within `out`.
#[inline(always)]
unsafe fn copy_all<L: LaneField<N>, const N: usize>(
    isa: L::Isa,
    source: Packed<'_>,
    copies: &[Copied],
    out: &mut [L::Point],
) {
    let base = out.as_mut_ptr();
    let mut spare = L::EMPTY;
    for (number, chunk) in copies.chunks(N).enumerate() {
        // SAFETY: this function's contract.
        unsafe {
            for soon in copies.iter().skip(N * number + AHEAD).take(N) {
                Operands::<L, N>::prefetch(source, soon.id);
            }
            let mut ids = [0; N];
            let mut to = [&raw mut spare; N];
            for ((id, to), copied) in ids.iter_mut().zip(&mut to).zip(chunk) {
                debug_assert!((copied.to as usize) < out.len());
                *id = copied.id;
                *to = base.add(copied.to as usize);
            }
            let [x, y] = Operands::<L, N>::xy(source, isa, ids);
            L::store_xy(&[x.tidy(), y.tidy()], to);
        }
    }
}

#[inline(always)]
fn double_all<L: LaneField<N>, const N: usize>(
    isa: L::Isa,
    points: &mut [L::Point],
    scratch: &mut Scratch<L>,
) {
    let mut spare = L::EMPTY;
    // SAFETY: pointers are to elements of the list, or to `spare`.
    unsafe {
        scratch.denominators.clear();
        for chunk in points.chunks_mut(2 * N) {
            for group in pointers::<_, N>(chunk, None) {
                let [_, y] = L::load_xy(isa, group.map(|point| point.cast_const()));
                scratch.denominators.push(y.add(&y).ready());
            }
        }
        // No point of odd order has y = 0.
        let Some(mut chains) = invert(isa, scratch) else {
            return;
        };
        let (prefixes, _) = scratch.prefixes.as_chunks::<2>();
        let (denominators, _) = scratch.denominators.as_chunks::<2>();
        let steps = points.chunks_mut(2 * N).zip(prefixes).zip(denominators);
        for ((chunk, prefixes), denominators) in steps.rev() {
            let [a, b] = pointers::<_, N>(chunk, None);
            let [ax, ay] = L::load_xy(isa, a.map(|point| point.cast_const()));
            let [bx, by] = L::load_xy(isa, b.map(|point| point.cast_const()));
            let [c, d] = &chains;
            let [e, f] = L::mul_two([c, &prefixes[0]], [d, &prefixes[1]]);
            chains = L::mul_two([c, &denominators[0]], [d, &denominators[1]]);
            let [s, t] = ax.square_two(&bx);
            let (s, t) = (s.add(&s).add(&s).tidy(), t.add(&t).add(&t).tidy());
            let [s, t] = L::mul_two([&e, &s], [&f, &t]);
            let [s2, t2] = s.square_two(&t);
            let (nax, nbx) = (s2.sub(&ax).sub(&ax).tidy(), t2.sub(&bx).sub(&bx).tidy());
            let (back_a, back_b) = (ax.sub(&nax).ready(), bx.sub(&nbx).ready());
            let [nay, nby] = L::mul_two([&s, &back_a], [&t, &back_b]);
            let [a, b] = pointers::<_, N>(chunk, Some(&mut spare));
            L::store_xy(&[nax, nay.sub(&ay).tidy()], a);
            L::store_xy(&[nbx, nby.sub(&by).tidy()], b);
        }
    }
}

/// Pointers to two groups of points; missing ones are `spare`, or the first.
#[inline(always)]
fn pointers<Point, const N: usize>(
    chunk: &mut [Point],
    spare: Option<&mut Point>,
) -> [[*mut Point; N]; 2] {
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
    [0, N].map(|start| std::array::from_fn(|i| at(start + i)))
}

impl<P: Curve, L: LaneField<N, Element = P::BaseField>, const N: usize> Adder<P> for Vector<L, N> {
    type Point = L::Point;
    type Scratch = Scratch<L>;
    const EMPTY: Self::Point = L::EMPTY;

    fn fetch(&self, source: &Source<'_, Self::Point>, id: u32) -> Self::Point {
        match source {
            Source::Points(points) => points.get(id as usize).copied().unwrap_or(L::EMPTY),
            Source::Table(words) => {
                let (mut point, mut spare) = (L::EMPTY, L::EMPTY);
                let mut to = [&raw mut spare; N];
                to[0] = &raw mut point;
                // SAFETY: the id is within the table as the callers of [`Adder::add`] keep it, and the
                // pointers are to local points.
                self.0.run(
                    #[inline(always)]
                    || unsafe {
                        let [x, y] = Operands::<L, N>::xy(Packed(words), self.0, [id; N]);
                        L::store_xy(&[x.tidy(), y.tidy()], to);
                    },
                );
                point
            }
        }
    }

    fn copy(&self, source: &Source<'_, L::Point>, copies: &[Copied], out: &mut [L::Point]) {
        match source {
            Source::Points(points) => {
                for copied in copies {
                    if let (Some(to), Some(from)) = (
                        out.get_mut(copied.to as usize),
                        points.get(copied.id as usize),
                    ) {
                        *to = *from;
                    }
                }
            }
            Source::Table(words) => self.0.run(
                #[inline(always)]
                // SAFETY: the caller keeps ids and places in range.
                || unsafe { copy_all::<L, N>(self.0, Packed(words), copies, out) },
            ),
        }
    }

    fn affine(&self, point: &Self::Point) -> Affine<P> {
        // SAFETY: the pointers are to a point.
        let [x, y] = unsafe { L::load_xy(self.0, [&raw const *point; N]) };
        Affine::new_unchecked(x.elements()[0], y.elements()[0])
    }

    fn point(&self, affine: &Affine<P>) -> Self::Point {
        let mut point = L::EMPTY;
        if let Some((x, y)) = affine.xy() {
            let [x, y] = [x, y].map(|part| L::from_elements(self.0, &[part; N]).tidy());
            // SAFETY: the pointers are to a point.
            unsafe { L::store_xy(&[x, y], [&raw mut point; N]) };
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
        self.0.run(
            #[inline(always)]
            || {
                // SAFETY: the caller keeps ids and sums in range.
                unsafe {
                    match source {
                        Source::Table(words) => add_all(self.0, Packed(words), pairs, out, scratch),
                        Source::Points(points) => {
                            add_all(self.0, Loose(points), pairs, out, scratch)
                        }
                    }
                }
            },
        )
    }

    fn double(&self, points: &mut [Self::Point], scratch: &mut Self::Scratch) {
        self.0.run(
            #[inline(always)]
            || double_all(self.0, points, scratch),
        );
    }

    fn pack(&self, point: &Self::Point, words: &mut [u64]) {
        let affine: Affine<P> = self.affine(point);
        let (x, y) = words.split_at_mut(words.len() / 2);
        L::pack(&affine.x, x);
        L::pack(&affine.y, y);
    }
}

#[cfg(test)]
mod tests;

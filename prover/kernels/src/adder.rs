//! Additions of pairs of points that share their inversions.
//!
//! An [`Adder`] does the arithmetic of one group in one form: [`crate::portable`] with the library's
//! field, [`crate::vector`] several at a time. Everything above, the sorting into buckets and the trees, is
//! the same for all of them.

use ark_ec::short_weierstrass::Affine;
use zeroize::Zeroize;

use crate::curve::Curve;

/// Where operands come from. An id names one; in a table its highest bit asks for the negative.
pub(crate) enum Source<'a, Point> {
    /// Packed points of a table.
    Table(&'a [u64]),
    /// Sums of earlier additions.
    Points(&'a [Point]),
}

/// Set in the id of an operand that is to be negated.
pub(crate) const NEGATIVE: u32 = 1 << 31;

/// Two operands and the place of their sum.
#[derive(Clone, Copy, Default)]
pub(crate) struct Pair {
    pub(crate) operands: [u32; 2],
    pub(crate) sum: u32,
}

/// An operand without a partner and its place.
#[derive(Clone, Copy)]
pub(crate) struct Copied {
    pub(crate) id: u32,
    pub(crate) to: u32,
}

/// The arithmetic of a group in one form. No operand is ever the identity.
pub(crate) trait Adder<P: Curve>: Copy + Send + Sync {
    /// A point between additions.
    type Point: Copy + Send + Sync + 'static;
    /// Memory that additions share.
    type Scratch: Default + Send;
    /// A point for filling memory with.
    const EMPTY: Self::Point;

    /// The point with that id.
    fn fetch(&self, source: &Source<'_, Self::Point>, id: u32) -> Self::Point;

    /// Copies points by id to places in `out`. All ids and places are within the source and `out`.
    fn copy(&self, source: &Source<'_, Self::Point>, copies: &[Copied], out: &mut [Self::Point]) {
        for copied in copies {
            if let Some(to) = out.get_mut(copied.to as usize) {
                *to = self.fetch(source, copied.id);
            }
        }
    }

    /// A point in the library's form.
    fn affine(&self, point: &Self::Point) -> Affine<P>;

    /// A point from the library's form; not the identity.
    fn point(&self, affine: &Affine<P>) -> Self::Point;

    /// Adds all pairs with one inversion. Leaves out those whose operands are equal or opposite and
    /// returns their numbers. All ids and sums are within the source and `out`.
    fn add(
        &self,
        source: &Source<'_, Self::Point>,
        pairs: &[Pair],
        out: &mut [Self::Point],
        scratch: &mut Self::Scratch,
    ) -> Vec<usize>;

    /// Doubles all points with one inversion.
    fn double(&self, points: &mut [Self::Point], scratch: &mut Self::Scratch);

    /// The words of a coordinate in a table of this form.
    fn pack(&self, point: &Self::Point, words: &mut [u64]);
}

/// Overwrites memory that held secrets, in the largest units that its alignment allows: each is a write of its own.
pub(crate) fn wipe<T: Copy + 'static>(list: &mut Vec<T>) {
    fn zeroize<U>(start: *mut U, bytes: usize) {
        // SAFETY: the caller's allocation has so many bytes, is aligned for the unit and has nothing to read any more.
        unsafe {
            std::slice::from_raw_parts_mut(
                start.cast::<std::mem::MaybeUninit<U>>(),
                bytes / size_of::<U>(),
            )
        }
        .zeroize();
    }
    let bytes = list.capacity() * size_of::<T>();
    list.clear();
    // Plain data without destructors; sizes are multiples of alignments.
    let start = list.as_mut_ptr();
    match align_of::<T>() {
        1..4 => zeroize(start.cast::<u8>(), bytes),
        4..8 => zeroize(start.cast::<u32>(), bytes),
        _ => zeroize(start.cast::<u64>(), bytes),
    }
}

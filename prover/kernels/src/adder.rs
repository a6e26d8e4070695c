//! Additions of pairs of points that share their inversions.
//!
//! An [`Adder`] does the arithmetic of one group in one form: [`crate::portable`] with the library's
//! field, [`crate::vector`] four at a time. Everything above, the sorting into buckets and the trees, is
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

/// Overwrites memory that held secrets.
pub(crate) fn wipe<T: Copy + 'static>(list: &mut Vec<T>) {
    let bytes = list.capacity() * size_of::<T>();
    list.clear();
    // SAFETY: the whole allocation is ours to write, plain data without destructors, and the list is
    // empty, so nothing is read as `T` afterwards.
    unsafe {
        std::slice::from_raw_parts_mut(list.as_mut_ptr().cast::<std::mem::MaybeUninit<u8>>(), bytes)
    }
    .zeroize();
}

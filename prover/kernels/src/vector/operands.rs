//! Operands by id: packed in a table, or loose as earlier additions left them.

use std::arch::x86_64::*;

use crate::adder::NEGATIVE;
use crate::field::LaneField;

/// Operands by id, read by lanes.
pub(super) trait Operands<L: LaneField<N>, const N: usize>: Copy {
    /// # Safety
    /// The ids are within the source.
    unsafe fn x(self, isa: L::Isa, ids: [u32; N]) -> L;
    /// A result and a sum of one.
    ///
    /// # Safety
    /// As [`Self::x`].
    unsafe fn xy(self, isa: L::Isa, ids: [u32; N]) -> [L; 2];
    /// Asks for memory that will be read soon.
    ///
    /// # Safety
    /// As [`Self::x`].
    unsafe fn prefetch(self, id: u32);
}

#[derive(Clone, Copy)]
pub(super) struct Packed<'a>(pub(super) &'a [u64]);

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

    /// # Safety
    /// The ids are within the table.
    #[inline(always)]
    unsafe fn all<const N: usize>(self, ids: &[u32; N], size: usize) -> [*const u64; N] {
        let mut out = [self.0.as_ptr(); N];
        for (to, id) in out.iter_mut().zip(ids) {
            // SAFETY: the caller's promise.
            *to = unsafe { self.at(*id, size) };
        }
        out
    }
}

/// The signs of ids.
#[inline(always)]
fn signs<const N: usize>(ids: &[u32; N]) -> u8 {
    let mut signs = 0;
    for (lane, id) in ids.iter().enumerate() {
        signs |= (id >> 31) << lane;
    }
    signs as u8
}

impl<const N: usize, L: LaneField<N>> Operands<L, N> for Packed<'_> {
    #[inline(always)]
    unsafe fn x(self, isa: L::Isa, ids: [u32; N]) -> L {
        // SAFETY: the caller's promise.
        unsafe { L::load(isa, self.all(&ids, 2 * L::WORDS)) }
    }

    #[inline(always)]
    unsafe fn xy(self, isa: L::Isa, ids: [u32; N]) -> [L; 2] {
        // SAFETY: a point has x and then y.
        unsafe {
            let x = self.all(&ids, 2 * L::WORDS);
            let mut y = x;
            for y in &mut y {
                *y = y.add(L::WORDS);
            }
            [L::load(isa, x), L::load_signed(isa, y, signs(&ids))]
        }
    }

    #[inline(always)]
    unsafe fn prefetch(self, id: u32) {
        let size = 2 * L::WORDS;
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

#[derive(Clone, Copy)]
pub(super) struct Loose<'a, Point>(pub(super) &'a [Point]);

impl<Point> Loose<'_, Point> {
    /// # Safety
    /// The ids are within the list.
    #[inline(always)]
    unsafe fn at<const N: usize>(self, ids: [u32; N]) -> [*const Point; N] {
        debug_assert!(ids.iter().all(|id| (*id as usize) < self.0.len()));
        let mut out = [self.0.as_ptr(); N];
        for (to, id) in out.iter_mut().zip(ids) {
            // SAFETY: the caller's promise.
            *to = unsafe { to.add(id as usize) };
        }
        out
    }
}

impl<const N: usize, L: LaneField<N>> Operands<L, N> for Loose<'_, L::Point> {
    #[inline(always)]
    unsafe fn x(self, isa: L::Isa, ids: [u32; N]) -> L {
        // SAFETY: the caller's promise.
        unsafe { L::load_x(isa, self.at(ids)) }
    }

    #[inline(always)]
    unsafe fn xy(self, isa: L::Isa, ids: [u32; N]) -> [L; 2] {
        // SAFETY: the caller's promise.
        unsafe { L::load_xy(isa, self.at(ids)) }
    }

    #[inline(always)]
    unsafe fn prefetch(self, _: u32) {}
}

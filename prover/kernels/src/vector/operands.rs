//! Operands by id: packed in a table, or loose as earlier additions left them.

use std::arch::x86_64::*;

use crate::adder::{NEGATIVE, Pair};
use crate::field::LaneField;

/// Operands by id, read by lanes.
pub(super) trait Operands<L: LaneField>: Copy {
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
            // Tidy, or a difference of a positive and a negative one would have too long limbs.
            [L::load([a, b, c, d]), L::load(y).tidy().negate_where(signs)]
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
pub(super) struct Loose<'a, Point>(pub(super) &'a [Point]);

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

//! Sums of multiples: Σ zⱼ·Pⱼ.
//!
//! Digit number `s + k·sets` of scalar j says into which bucket of set s multiple k of base j goes:
//!
//! Σⱼ zⱼ·Pⱼ = Σ_s 2^(window·s) · Σ_b b · (bucket b of set s).
//!
//! With b = high·2^h + low the inner sum is 2^h · Σ high·(row high) + Σ low·(column low), where rows and
//! columns are again sums of lists: only some hundred weighted additions are left for the library.

use ark_ec::short_weierstrass::Projective;
use ark_ff::{AdditiveGroup, BigInt, Zero};
use rayon::prelude::*;

use crate::adder::{Adder, NEGATIVE, Source, wipe};
use crate::curve::Curve;
use crate::digits::{self, Layout};
use crate::lists::{self, Lists, Sums};

/// Entries of a bucket that are summed together; the rest are lists of their own.
const LONGEST: usize = 1024;

/// A vector of secrets that is overwritten in the end.
struct Secret<T: Copy + 'static>(Vec<T>);

impl<T: Copy> Drop for Secret<T> {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

/// Σ zⱼ·Pⱼ over a table of `count` bases; the scalars of `identities` are left out.
pub(crate) fn sum<P: Curve, A: Adder<P>>(
    adder: A,
    words: &[u64],
    count: usize,
    layout: &Layout,
    identities: &[u32],
    scalars: &[BigInt<4>],
) -> Projective<P> {
    let scalars = scalars.get(..count).unwrap_or(scalars);
    let mut digits = Secret(Vec::new());
    digits::signed(scalars, layout, &mut digits.0);
    // Those behind the last scalar have no digits.
    let identities = identities.iter();
    for identity in identities.filter(|identity| (**identity as usize) < scalars.len()) {
        for digit in digits
            .0
            .iter_mut()
            .skip(*identity as usize)
            .step_by(scalars.len().max(1))
        {
            *digit = 0;
        }
    }
    let (lists, buckets) = sort(&digits.0, scalars.len(), count, layout);
    drop(digits);
    let sums = lists::sum(adder, &Source::Table(words), &lists);
    drop(lists);
    close(adder, &sums, &buckets, layout)
}

/// Most bytes that a sum over a table takes on so many threads.
pub(crate) fn bytes<P: Curve, A: Adder<P>>(count: usize, layout: &Layout, threads: usize) -> usize {
    let entries = layout.rows() * count;
    let buckets = layout.sets * layout.buckets();
    let lists = buckets.min(entries) + entries / LONGEST;
    let ids = (2 * entries + 2 * buckets + 2 * lists) * size_of::<u32>();
    let sums = 2 * lists * (size_of::<A::Point>() + 1 + size_of::<u32>());
    let long = (1 << (layout.window / 2 + 1)) + entries / LONGEST;
    ids + sums + lists::task_bytes::<P, A>(long, threads)
}

/// Sorts entries by bucket. The second result says where the lists of each bucket end.
fn sort(digits: &[i32], scalars: usize, count: usize, layout: &Layout) -> (Lists, Secret<u32>) {
    let buckets = layout.buckets();
    let rows = || digits.chunks(scalars.max(1)).enumerate();
    let mut next = Secret(vec![0_u32; layout.sets * buckets]);
    for (row, digits) in rows() {
        let set = row % layout.sets * buckets;
        let lengths = next.0.get_mut(set..set + buckets).unwrap_or_default();
        for digit in digits {
            if let Some(length) = lengths.get_mut(digit.unsigned_abs() as usize) {
                *length += 1;
            }
        }
    }
    let mut lists = Lists {
        ids: Vec::new(),
        ends: Vec::with_capacity(next.0.len()),
    };
    let mut ends = Secret(Vec::with_capacity(next.0.len()));
    let mut total = 0_u32;
    for (bucket, place) in next.0.iter_mut().enumerate() {
        let length = if bucket % buckets == 0 { 0 } else { *place };
        *place = total;
        let mut left = length;
        while left > 0 {
            let part = left.min(LONGEST as u32);
            total += part;
            left -= part;
            lists.ends.push(total);
        }
        ends.0.push(lists.ends.len() as u32);
    }
    lists.ids.resize(total as usize, 0);
    for (row, digits) in rows() {
        let set = row % layout.sets * buckets;
        let first = (row / layout.sets * count) as u32;
        let next = next.0.get_mut(set..set + buckets).unwrap_or_default();
        for (id, digit) in (first..).zip(digits) {
            if *digit == 0 {
                continue;
            }
            let Some(place) = next.get_mut(digit.unsigned_abs() as usize) else {
                continue;
            };
            if let Some(slot) = lists.ids.get_mut(*place as usize) {
                *slot = if *digit < 0 { id | NEGATIVE } else { id };
            }
            *place += 1;
        }
    }
    (lists, ends)
}

/// Weighs the buckets by their numbers and puts the sets together.
fn close<P: Curve, A: Adder<P>>(
    adder: A,
    sums: &Sums<A::Point>,
    ends: &Secret<u32>,
    layout: &Layout,
) -> Projective<P> {
    let buckets = layout.buckets();
    let low_bits = layout.window / 2;
    let width = 1_usize << low_bits;
    let height = buckets.div_ceil(width);
    let mut crossed = Lists {
        ids: Vec::with_capacity(2 * sums.points.len()),
        ends: Vec::with_capacity(layout.sets * (width + height)),
    };
    // The sums of a bucket that are there.
    let of = |set: usize, bucket: usize| {
        let at = set * buckets + bucket;
        let end = |at: usize| ends.0.get(at).copied().unwrap_or_default();
        let start = if at == 0 { 0 } else { end(at - 1) };
        let inside = bucket < buckets;
        (start..if inside { end(at) } else { start })
            .filter(|id| sums.filled.get(*id as usize).copied().unwrap_or_default())
    };
    for set in 0..layout.sets {
        for row in 0..height {
            for bucket in row * width..(row + 1) * width {
                crossed.ids.extend(of(set, bucket));
            }
            crossed.ends.push(crossed.ids.len() as u32);
        }
        for column in 0..width {
            for row in 0..height {
                crossed.ids.extend(of(set, row * width + column));
            }
            crossed.ends.push(crossed.ids.len() as u32);
        }
    }
    let lines = lists::sum(adder, &Source::Points(&sums.points), &crossed);
    let sets: Vec<Projective<P>> = (0..layout.sets)
        .into_par_iter()
        .map(|set| {
            let start = set * (width + height);
            let mut sum = weighted(adder, &lines, start..start + height);
            for _ in 0..low_bits {
                sum.double_in_place();
            }
            sum + weighted(adder, &lines, start + height..start + height + width)
        })
        .collect();
    sets.iter().rev().fold(Projective::zero(), |mut sum, set| {
        for _ in 0..layout.window {
            sum.double_in_place();
        }
        sum + set
    })
}

/// Σ i · lineᵢ.
fn weighted<P: Curve, A: Adder<P>>(
    adder: A,
    lines: &Sums<A::Point>,
    range: std::ops::Range<usize>,
) -> Projective<P> {
    let points = lines.points.get(range.clone()).unwrap_or_default();
    let filled = lines.filled.get(range).unwrap_or_default();
    let mut running = Projective::<P>::zero();
    let mut sum = Projective::<P>::zero();
    for (point, filled) in points.iter().zip(filled).skip(1).rev() {
        if *filled {
            running += adder.affine(point);
        }
        sum += running;
    }
    sum
}

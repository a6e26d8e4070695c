//! Sums of many lists of points, each as a tree of pairs.
//!
//! The lists of a task are reduced together, level by level, so that all additions of a level share an
//! inversion however short each list is.

use std::sync::{Mutex, PoisonError};

use ark_ec::short_weierstrass::{Affine, Projective};
use ark_ec::{AffineRepr, CurveGroup};
use rayon::prelude::*;

use crate::adder::{Adder, Copied, Pair, Source, wipe};
use crate::curve::Curve;

/// Points of a task: few enough for the second-level cache, enough to share an inversion.
const TASK: usize = 8192;
/// Additions that share an inversion.
const BATCH: usize = 4096;

/// Lists of operands, one after the other.
pub(crate) struct Lists {
    /// The operands of all lists.
    pub(crate) ids: Vec<u32>,
    /// Where each list ends.
    pub(crate) ends: Vec<u32>,
}

/// The sum of every list, and whether it is a point other than the identity.
pub(crate) struct Sums<Point: Copy + 'static> {
    pub(crate) points: Vec<Point>,
    pub(crate) filled: Vec<bool>,
}

impl<Point: Copy> Drop for Sums<Point> {
    fn drop(&mut self) {
        wipe(&mut self.points);
        wipe(&mut self.filled);
    }
}

impl Drop for Lists {
    fn drop(&mut self) {
        wipe(&mut self.ids);
        wipe(&mut self.ends);
    }
}

/// Most bytes that [`sum`] takes on so many threads, its result left out.
pub(crate) fn task_bytes<P: Curve, A: Adder<P>>(longest: usize, threads: usize) -> usize {
    let points = longest.max(TASK) * size_of::<A::Point>();
    // Two levels, pairs, denominators and prefixes.
    threads * (2 * points + BATCH * (size_of::<Pair>() + 2 * size_of::<A::Point>()))
}

/// Sums all lists.
pub(crate) fn sum<P: Curve, A: Adder<P>>(
    adder: A,
    source: &Source<'_, A::Point>,
    lists: &Lists,
) -> Sums<A::Point> {
    let count = lists.ends.len();
    let mut out = Sums {
        points: vec![A::EMPTY; count],
        filled: vec![false; count],
    };
    let mut tasks = Vec::new();
    let (mut points, mut filled) = (&mut *out.points, &mut *out.filled);
    let (mut ends, mut start) = (&*lists.ends, 0);
    while let Some(first) = ends.first() {
        let room = (start + TASK as u32).max(*first);
        let taken = ends.partition_point(|end| *end <= room);
        let (mine, rest) = ends.split_at(taken);
        let (my_points, other_points) = points.split_at_mut(taken);
        let (my_filled, other_filled) = filled.split_at_mut(taken);
        tasks.push((start, mine, my_points, my_filled));
        start = mine.last().copied().unwrap_or(start);
        (ends, points, filled) = (rest, other_points, other_filled);
    }
    // One working memory a thread: it is large, and wiped in the end.
    let threads = rayon::current_num_threads().min(tasks.len());
    let tasks = Mutex::new(tasks.into_iter());
    let next = || tasks.lock().unwrap_or_else(PoisonError::into_inner).next();
    (0..threads).into_par_iter().with_max_len(1).for_each(|_| {
        let mut work = Work::<P, A>::default();
        while let Some((start, ends, points, filled)) = next() {
            work.run(adder, source, &lists.ids, start, ends);
            work.finish(points, filled);
        }
    });
    out
}

/// Memory of a thread.
struct Work<P: Curve, A: Adder<P>> {
    /// Where each list starts in `here`, and how many points it has.
    lists: Vec<[u32; 2]>,
    pairs: Vec<Pair>,
    singles: Vec<Copied>,
    here: Vec<A::Point>,
    there: Vec<A::Point>,
    /// Places of sums that are the identity.
    gone: Vec<u32>,
    scratch: A::Scratch,
}

impl<P: Curve, A: Adder<P>> Default for Work<P, A> {
    fn default() -> Self {
        Self {
            lists: Vec::new(),
            pairs: Vec::new(),
            singles: Vec::new(),
            here: Vec::new(),
            there: Vec::new(),
            gone: Vec::new(),
            scratch: A::Scratch::default(),
        }
    }
}

impl<P: Curve, A: Adder<P>> Drop for Work<P, A> {
    fn drop(&mut self) {
        wipe(&mut self.here);
        wipe(&mut self.there);
        wipe(&mut self.pairs);
        wipe(&mut self.singles);
    }
}

impl<P: Curve, A: Adder<P>> Work<P, A> {
    /// Reduces lists until each has one point at most.
    fn run(
        &mut self,
        adder: A,
        source: &Source<'_, A::Point>,
        ids: &[u32],
        mut start: u32,
        ends: &[u32],
    ) {
        self.lists.clear();
        self.singles.clear();
        let mut place = 0;
        for end in ends {
            let list = ids.get(start as usize..*end as usize).unwrap_or_default();
            start = *end;
            let (pairs, rest) = list.as_chunks::<2>();
            self.lists.push([place, (pairs.len() + rest.len()) as u32]);
            for operands in pairs {
                self.pairs.push(Pair {
                    operands: *operands,
                    sum: place,
                });
                place += 1;
            }
            for id in rest {
                self.singles.push(Copied { id: *id, to: place });
                place += 1;
            }
        }
        self.there.clear();
        self.there.resize(place as usize, A::EMPTY);
        adder.copy(source, &self.singles, &mut self.there);
        self.add_pairs(adder, Some(source));
        while self.lists.iter().any(|[_, length]| *length > 1) {
            self.level(adder);
        }
    }

    /// Adds the points of every list in pairs.
    fn level(&mut self, adder: A) {
        std::mem::swap(&mut self.here, &mut self.there);
        self.there.clear();
        let mut place = 0;
        for list in &mut self.lists {
            let [start, length] = *list;
            *list = [place, length.div_ceil(2)];
            for pair in 0..length / 2 {
                let first = start + 2 * pair;
                self.pairs.push(Pair {
                    operands: [first, first + 1],
                    sum: place,
                });
                self.there.push(A::EMPTY);
                place += 1;
            }
            if length % 2 == 1 {
                let last = self.here.get((start + length - 1) as usize);
                self.there.push(last.copied().unwrap_or(A::EMPTY));
                place += 1;
            }
        }
        self.add_pairs(adder, None);
    }

    /// Carries out the pairs that are listed; those without a source are in `here`.
    fn add_pairs(&mut self, adder: A, source: Option<&Source<'_, A::Point>>) {
        let own = Source::Points(&self.here);
        let source = source.unwrap_or(&own);
        for batch in self.pairs.chunks(BATCH) {
            let left_out = adder.add(source, batch, &mut self.there, &mut self.scratch);
            if left_out.is_empty() {
                continue;
            }
            let special: Vec<Pair> = left_out
                .into_iter()
                .filter_map(|number| batch.get(number).copied())
                .collect();
            let sums: Vec<Projective<P>> = special
                .iter()
                .map(|pair| {
                    let [p, q] = pair
                        .operands
                        .map(|id| adder.affine(&adder.fetch(source, id)));
                    Projective::from(p) + q
                })
                .collect();
            let sums: Vec<Affine<P>> = Projective::normalize_batch(&sums);
            for (pair, sum) in special.iter().zip(&sums) {
                if sum.is_zero() {
                    self.gone.push(pair.sum);
                } else if let Some(to) = self.there.get_mut(pair.sum as usize) {
                    *to = adder.point(sum);
                }
            }
        }
        self.pairs.clear();
        if !self.gone.is_empty() {
            self.close_gaps();
        }
    }

    /// Takes identities out of the lists: additions do not know them.
    fn close_gaps(&mut self) {
        self.gone.sort_unstable();
        let mut gone = self.gone.iter().copied().peekable();
        let mut next = 0_u32;
        for list in &mut self.lists {
            let [start, length] = *list;
            let begin = next;
            for place in start..start + length {
                if gone.next_if_eq(&place).is_none() {
                    self.there
                        .copy_within(place as usize..=place as usize, next as usize);
                    next += 1;
                }
            }
            *list = [begin, next - begin];
        }
        self.there.truncate(next as usize);
        self.gone.clear();
    }

    /// Hands out what is left of every list.
    fn finish(&mut self, points: &mut [A::Point], filled: &mut [bool]) {
        for (([start, length], point), filled) in self.lists.iter().zip(points).zip(filled) {
            if let (1, Some(sum)) = (length, self.there.get(*start as usize)) {
                *point = *sum;
                *filled = true;
            }
        }
    }
}

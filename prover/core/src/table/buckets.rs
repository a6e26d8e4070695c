//! Buckets of affine points, summed in a tree of pairs.

use ark_ff::{Field, batch_inversion};
use zeroize::{Zeroize, Zeroizing};

use super::Xy;

/// Additions that share one inversion: enough to make its cost disappear, few enough to stay in
/// the second-level cache.
const BATCH: usize = 512;

/// Points sorted by bucket, the lists of all buckets one after the other.
pub(super) struct Buckets<F: Zeroize> {
    /// Where the list of each bucket starts.
    starts: Vec<usize>,
    /// How many points each has left.
    lengths: Vec<usize>,
    points: Zeroizing<Vec<Xy<F>>>,
}

/// Most bytes that `count` buckets with so many points in all take, cursors while they are filled included.
pub(super) fn bytes<F>(count: usize, points: usize) -> usize {
    3 * count * size_of::<usize>() + points * size_of::<Xy<F>>()
}

impl<F: Field + Zeroize> Buckets<F> {
    /// Sorts (digit, point) entries into `count` buckets: digit d goes to bucket |d| − 1, negated
    /// if d < 0, nowhere if d = 0.
    pub(super) fn gather<'a, I>(count: usize, entries: impl Fn() -> I) -> Self
    where
        I: Iterator<Item = (&'a i32, &'a Xy<F>)>,
        F: 'a,
    {
        let mut lengths = vec![0_usize; count];
        for (digit, _) in entries() {
            if let Some(length) = bucket(*digit).and_then(|b| lengths.get_mut(b)) {
                *length += 1;
            }
        }
        let mut starts = Vec::with_capacity(count);
        let mut total = 0;
        for length in &lengths {
            starts.push(total);
            total += length;
        }
        let mut points = Zeroizing::new(vec![Xy::IDENTITY; total]);
        let mut next = starts.clone();
        for (digit, point) in entries() {
            let Some(place) = bucket(*digit).and_then(|b| next.get_mut(b)) else {
                continue;
            };
            if let Some(slot) = points.get_mut(*place) {
                *slot = *point;
                if *digit < 0 {
                    slot.y.neg_in_place();
                }
            }
            *place += 1;
        }
        Self {
            starts,
            lengths,
            points,
        }
    }

    /// Adds within every bucket until each has at most one point.
    ///
    /// Of a list of odd length the first point stays where it is. A sum is written at or before
    /// its own operands and after those of the pairs that are still to come, so that pairs taken
    /// in order never read what was overwritten.
    pub(super) fn reduce(&mut self) {
        let mut pairs = Vec::with_capacity(BATCH);
        let mut denominators = Zeroizing::new(Vec::with_capacity(BATCH));
        while self.lengths.iter().any(|length| *length > 1) {
            for (start, length) in self.starts.iter().zip(&mut self.lengths) {
                let first = start + *length % 2;
                for pair in 0..*length / 2 {
                    pairs.push(Pair {
                        operands: first + 2 * pair,
                        sum: first + pair,
                    });
                    if pairs.len() == BATCH {
                        add_pairs(&mut self.points, &mut pairs, &mut denominators);
                    }
                }
                *length = length.div_ceil(2);
            }
            add_pairs(&mut self.points, &mut pairs, &mut denominators);
        }
    }

    /// The sum of every bucket, in order; `None` for an empty one.
    pub(super) fn sums(&self) -> impl DoubleEndedIterator<Item = Option<&Xy<F>>> {
        let filled = |(start, length): (&usize, &usize)| {
            (*length > 0).then(|| self.points.get(*start)).flatten()
        };
        self.starts.iter().zip(&self.lengths).map(filled)
    }
}

fn bucket(digit: i32) -> Option<usize> {
    (digit.unsigned_abs() as usize).checked_sub(1)
}

/// Two neighbouring points and the place of their sum.
struct Pair {
    operands: usize,
    sum: usize,
}

/// Carries out the additions with one inversion, and empties the list.
fn add_pairs<F: Field>(points: &mut [Xy<F>], pairs: &mut Vec<Pair>, denominators: &mut Vec<F>) {
    denominators.clear();
    denominators.extend(pairs.iter().map(|pair| {
        let (p, q) = (&points[pair.operands], &points[pair.operands + 1]);
        denominator(p, q)
    }));
    // Leaves zeros as they are.
    batch_inversion(denominators);
    for (pair, inverse) in pairs.drain(..).zip(denominators.iter()) {
        let (p, q) = (&points[pair.operands], &points[pair.operands + 1]);
        points[pair.sum] = add(p, q, inverse);
    }
}

/// What the slope of p and q is divided by; zero if they have none.
fn denominator<F: Field>(p: &Xy<F>, q: &Xy<F>) -> F {
    let difference = q.x - p.x;
    if !difference.is_zero() {
        difference
    } else if p.y == q.y {
        p.y.double()
    } else {
        F::ZERO
    }
}

/// p + q on a curve y² = x³ + b, given the inverse of their [`denominator`].
fn add<F: Field>(p: &Xy<F>, q: &Xy<F>, inverse: &F) -> Xy<F> {
    if p.is_identity() {
        return *q;
    }
    if q.is_identity() {
        return *p;
    }
    let slope = if p.x != q.x {
        (q.y - p.y) * inverse
    } else if p.y == q.y {
        let square = p.x.square();
        (square.double() + square) * inverse
    } else {
        return Xy::IDENTITY;
    };
    let x = slope.square() - p.x - q.x;
    let y = slope * (p.x - x) - p.y;
    Xy { x, y }
}

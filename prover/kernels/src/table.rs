//! Fixed bases with precomputed multiples.

use std::fmt;

use ark_ec::AffineRepr;
use ark_ec::short_weierstrass::{Affine, Projective};
use ark_ff::{BigInt, Zero};
use rayon::prelude::*;

use crate::adder::{Adder, Source};
use crate::curve::{Coordinate, Curve};
use crate::digits::{self, Layout};
use crate::msm;
use crate::path::Path;
use crate::portable::Portable;
use crate::words::Words;

#[cfg(test)]
mod tests;

/// Bases per unit of work when a table is made: they share their inversions.
const CHUNK: usize = 1024;

/// How many multiples of each base a table may hold: more make sums faster and the table larger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Multiples(u8);

impl Multiples {
    /// The bases alone, as for a key that is used a few times.
    pub const NONE: Self = Self(1);
    /// One for every digit: a single set of buckets.
    pub const ALL: Self = Self(64);

    /// At most so many, the base itself included; at least 1.
    pub fn at_most(count: u8) -> Self {
        Self(count.clamp(1, 64))
    }
}

impl Default for Multiples {
    fn default() -> Self {
        Self::ALL
    }
}

/// What a table is, apart from its points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// The arithmetic whose form the points have.
    pub path: Path,
    /// Bits of a digit.
    pub window: u32,
    /// Multiples of every base.
    pub multiples: u32,
    /// Number of bases.
    pub count: usize,
}

/// Bases with their multiples, packed for one [`Path`].
#[derive(Clone)]
pub struct Table<P: Curve> {
    path: Path,
    layout: Layout,
    count: usize,
    /// 2^(doublings·k)·Pⱼ at place k·count + j.
    words: Words,
    /// Bases that are the identity.
    identities: Vec<u32>,
    group: std::marker::PhantomData<P>,
}

/// Calls `$body` with the arithmetic of a path; the portable one if the processor lacks it.
macro_rules! with_adder {
    ($path:expr, $curve:ty, |$adder:ident| $body:expr) => {{
        #[cfg(target_arch = "x86_64")]
        {
            use crate::curve::vector::Grouped;
            use crate::vector::Vector;
            if let (Path::Adx, Some($adder)) =
                ($path, Vector::<<$curve as Grouped>::Single, 1>::detect())
            {
                $body
            } else if let (Path::Avx2, Some($adder)) =
                ($path, Vector::<<$curve as Grouped>::Four, 4>::detect())
            {
                $body
            } else if let (Path::Avx512, Some($adder)) =
                ($path, Vector::<<$curve as Grouped>::Eight, 8>::detect())
            {
                $body
            } else {
                let $adder = Portable;
                $body
            }
        }
        #[cfg(not(target_arch = "x86_64"))]
        {
            let $adder = Portable;
            $body
        }
    }};
}

impl<P: Curve> Table<P> {
    /// Computes the multiples. Reports after so many bases.
    pub fn new(
        bases: &[Affine<P>],
        most: Multiples,
        path: Path,
        progress: &(dyn Fn(usize) + Sync),
    ) -> Self {
        let path = supported(path);
        let layout = Layout::best(bases.len(), usize::from(most.0));
        let words = with_adder!(path, P, |adder| build(adder, bases, &layout, progress));
        Self {
            path,
            layout,
            count: bases.len(),
            identities: identities(&words, bases.len(), Self::point_words()),
            words,
            group: std::marker::PhantomData,
        }
    }

    /// Puts a table together again; `None` if the parts do not fit, or this processor cannot use
    /// their form. Nothing is said of the points.
    pub fn from_parts(shape: &Shape, words: Words) -> Option<Self> {
        if !digits::WINDOWS.contains(&shape.window) || supported(shape.path) != shape.path {
            return None;
        }
        let layout = Layout::new(shape.window, shape.multiples as usize);
        let points = shape.count.checked_mul(layout.multiples)?;
        let fits = layout.multiples == shape.multiples as usize
            && points < crate::adder::NEGATIVE as usize
            && points.checked_mul(Self::point_words()) == Some(words.len());
        fits.then(|| Self {
            path: shape.path,
            layout,
            count: shape.count,
            identities: identities(&words, shape.count, Self::point_words()),
            words,
            group: std::marker::PhantomData,
        })
    }

    /// Form and dimensions, as [`Self::from_parts`] takes them.
    pub fn shape(&self) -> Shape {
        Shape {
            path: self.path,
            window: self.layout.window,
            multiples: self.layout.multiples as u32,
            count: self.count,
        }
    }

    /// The points, as [`Self::from_parts`] takes them.
    pub fn words(&self) -> &Words {
        &self.words
    }

    /// Words of a point.
    pub fn point_words() -> usize {
        2 * <P::BaseField as Coordinate>::WORDS
    }

    /// Number of bases.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are no bases.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Bytes that the points take, in memory or in a mapped file.
    pub fn memory_bytes(&self) -> usize {
        self.words.len() * size_of::<u64>()
    }

    /// Most bytes that one sum over all bases takes besides its scalars, on so many threads.
    pub fn sum_bytes(&self, threads: usize) -> usize {
        with_adder!(self.path, P, |adder| bytes_of::<P, _>(
            adder,
            self.count,
            &self.layout,
            threads
        ))
    }

    /// Σ zⱼ·Pⱼ over as many scalars as there are.
    pub fn sum(&self, scalars: &[BigInt<4>]) -> Projective<P> {
        if self.count == 0 || scalars.is_empty() {
            return Projective::zero();
        }
        with_adder!(self.path, P, |adder| msm::sum(
            adder,
            self.words.as_slice(),
            self.count,
            &self.layout,
            &self.identities,
            scalars
        ))
    }

    /// Base number `index`; the identity if there is none.
    pub fn base(&self, index: usize) -> Affine<P> {
        let inside = u32::try_from(index)
            .ok()
            .filter(|i| (*i as usize) < self.count);
        match inside {
            Some(id) if self.identities.binary_search(&id).is_err() => {
                with_adder!(self.path, P, |adder| fetch(
                    adder,
                    self.words.as_slice(),
                    id
                ))
            }
            _ => Affine::identity(),
        }
    }
}

impl<P: Curve> PartialEq for Table<P> {
    fn eq(&self, other: &Self) -> bool {
        self.shape() == other.shape() && self.words.as_slice() == other.words.as_slice()
    }
}

impl<P: Curve> Eq for Table<P> {}

impl<P: Curve> fmt::Debug for Table<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Table({:?})", self.shape())
    }
}

fn supported(path: Path) -> Path {
    if Path::available().contains(&path) {
        path
    } else {
        Path::Portable
    }
}

fn fetch<P: Curve, A: Adder<P>>(adder: A, words: &[u64], id: u32) -> Affine<P> {
    adder.affine(&adder.fetch(&Source::Table(words), id))
}

fn bytes_of<P: Curve, A: Adder<P>>(_: A, count: usize, layout: &Layout, threads: usize) -> usize {
    msm::bytes::<P, A>(count, layout, threads)
}

/// Bases whose words are all zero: no other point has y = 0.
fn identities(words: &Words, count: usize, size: usize) -> Vec<u32> {
    let points = words.as_slice().chunks_exact(size).take(count);
    (0_u32..)
        .zip(points)
        .filter(|(_, point)| point.iter().all(|word| *word == 0))
        .map(|(number, _)| number)
        .collect()
}

fn build<P: Curve, A: Adder<P>>(
    adder: A,
    bases: &[Affine<P>],
    layout: &Layout,
    progress: &(dyn Fn(usize) + Sync),
) -> Words {
    let size = Table::<P>::point_words();
    let mut words = Words::zeroed(layout.multiples * bases.len() * size);
    let chunks: Vec<Vec<Vec<u64>>> = bases
        .par_chunks(CHUNK)
        .map_init(A::Scratch::default, |scratch, chunk| {
            let levels = multiples(adder, chunk, layout, scratch);
            progress(chunk.len());
            levels
        })
        .collect();
    for (number, chunk) in chunks.iter().enumerate() {
        for (level, part) in chunk.iter().enumerate() {
            let start = (level * bases.len() + number * CHUNK) * size;
            if let Some(to) = words.as_mut_slice().get_mut(start..start + part.len()) {
                to.copy_from_slice(part);
            }
        }
    }
    words
}

/// The words of the bases and of their multiples.
fn multiples<P: Curve, A: Adder<P>>(
    adder: A,
    bases: &[Affine<P>],
    layout: &Layout,
    scratch: &mut A::Scratch,
) -> Vec<Vec<u64>> {
    let size = Table::<P>::point_words();
    // The generator stands for the identity, which doubling does not know.
    let generator = P::GENERATOR;
    let mut points: Vec<A::Point> = bases
        .iter()
        .map(|base| adder.point(if base.is_zero() { &generator } else { base }))
        .collect();
    let mut levels = Vec::with_capacity(layout.multiples);
    for level in 0..layout.multiples {
        if level > 0 {
            for _ in 0..layout.doublings() {
                adder.double(&mut points, scratch);
            }
        }
        let mut words = vec![0; size * points.len()];
        for ((to, point), base) in words.chunks_exact_mut(size).zip(&points).zip(bases) {
            if !base.is_zero() {
                adder.pack(point, to);
            }
        }
        levels.push(words);
    }
    levels
}

//! Additions with the library's field arithmetic, for any processor.

use ark_ec::short_weierstrass::Affine;
use ark_ec::{AffineRepr, CurveConfig};
use ark_ff::{AdditiveGroup, Field, batch_inversion};

use crate::adder::{Adder, NEGATIVE, Pair, Source, wipe};
use crate::curve::{Coordinate, Curve};

/// The portable arithmetic.
#[derive(Clone, Copy)]
pub(crate) struct Portable;

/// An affine point that is not the identity.
#[derive(Clone, Copy)]
pub(crate) struct Xy<F> {
    x: F,
    y: F,
}

/// Inverses that are wanted; they come from secrets.
pub(crate) struct Scratch<F: Copy + 'static>(Vec<F>);

impl<F: Copy> Default for Scratch<F> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<F: Copy + 'static> Drop for Scratch<F> {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

type Base<P> = <P as CurveConfig>::BaseField;

impl<P: Curve> Adder<P> for Portable {
    type Point = Xy<Base<P>>;
    type Scratch = Scratch<Base<P>>;
    const EMPTY: Self::Point = Xy {
        x: Base::<P>::ZERO,
        y: Base::<P>::ZERO,
    };

    fn fetch(&self, source: &Source<'_, Self::Point>, id: u32) -> Self::Point {
        match source {
            Source::Table(words) => {
                let size = 2 * Base::<P>::WORDS;
                let start = (id & !NEGATIVE) as usize * size;
                let words = words.get(start..start + size).unwrap_or_default();
                let (x, y) = words.split_at(words.len() / 2);
                let (x, mut y) = (Base::<P>::get(x), Base::<P>::get(y));
                if id & NEGATIVE != 0 {
                    y.neg_in_place();
                }
                Xy { x, y }
            }
            Source::Points(points) => points
                .get(id as usize)
                .copied()
                .unwrap_or(<Self as Adder<P>>::EMPTY),
        }
    }

    fn affine(&self, point: &Self::Point) -> Affine<P> {
        Affine::new_unchecked(point.x, point.y)
    }

    fn point(&self, affine: &Affine<P>) -> Self::Point {
        affine
            .xy()
            .map_or(<Self as Adder<P>>::EMPTY, |(x, y)| Xy { x, y })
    }

    fn add(
        &self,
        source: &Source<'_, Self::Point>,
        pairs: &[Pair],
        out: &mut [Self::Point],
        Scratch(inverses): &mut Self::Scratch,
    ) -> Vec<usize> {
        let fetch = |id| <Self as Adder<P>>::fetch(self, source, id);
        inverses.clear();
        inverses.extend(pairs.iter().map(|pair| {
            let [p, q] = pair.operands.map(fetch);
            q.x - p.x
        }));
        // Leaves zeros as they are.
        batch_inversion(inverses);
        let mut left_out = Vec::new();
        for (number, (pair, inverse)) in pairs.iter().zip(inverses.iter()).enumerate() {
            if *inverse == Base::<P>::ZERO {
                left_out.push(number);
                continue;
            }
            let [p, q] = pair.operands.map(fetch);
            let slope = (q.y - p.y) * inverse;
            let x = slope.square() - p.x - q.x;
            let y = slope * (p.x - x) - p.y;
            if let Some(sum) = out.get_mut(pair.sum as usize) {
                *sum = Xy { x, y };
            }
        }
        left_out
    }

    fn double(&self, points: &mut [Self::Point], Scratch(inverses): &mut Self::Scratch) {
        inverses.clear();
        inverses.extend(points.iter().map(|p| p.y.double()));
        batch_inversion(inverses);
        for (p, inverse) in points.iter_mut().zip(inverses.iter()) {
            let square = p.x.square();
            let slope = (square.double() + square) * inverse;
            let x = slope.square() - p.x.double();
            let y = slope * (p.x - x) - p.y;
            *p = Xy { x, y };
        }
    }

    fn pack(&self, point: &Self::Point, words: &mut [u64]) {
        let (x, y) = words.split_at_mut(words.len() / 2);
        point.x.put(x);
        point.y.put(y);
    }
}

//! Authentication paths of the 4-ary trees.
//!
//! A level costs two bits, three selections and one permutation. The bits b0 and b1 are the node's
//! place among its siblings: b0 swaps it with its neighbour, b1 swaps the two pairs. That keeps
//! three siblings as free inputs whatever the place is.

use ark_ff::Zero;
use obolus_protocol::{Fr, tree::MerklePath};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::poseidon2::compress4;
use crate::{builder::Builder, lc::Lc};

/// A path as the circuit takes it, lowest level first.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub(crate) struct PathValues {
    levels: Vec<LevelValues>,
}

#[derive(Clone, Zeroize, ZeroizeOnDrop)]
struct LevelValues {
    /// The node's place, low bit first.
    bits: [Fr; 2],
    /// The sibling that shares the node's pair.
    neighbour: Fr,
    /// The other pair, in order.
    pair: [Fr; 2],
}

impl PathValues {
    /// A path of zeros, for recording.
    pub(crate) fn zero(depth: usize) -> Self {
        let level = LevelValues {
            bits: [Fr::zero(); 2],
            neighbour: Fr::zero(),
            pair: [Fr::zero(); 2],
        };
        Self {
            levels: vec![level; depth],
        }
    }

    /// Takes a native path.
    pub(crate) fn new<const DEPTH: usize>(path: &MerklePath<DEPTH>) -> Self {
        let levels = path.siblings().iter().zip(path.places());
        Self {
            levels: levels
                .map(|([a, b, c], place)| {
                    let upper = place >= 2;
                    LevelValues {
                        bits: [Fr::from(place as u64 & 1), Fr::from(upper)],
                        neighbour: if upper { *c } else { *a },
                        pair: if upper { [*a, *b] } else { [*b, *c] },
                    }
                })
                .collect(),
        }
    }

    #[cfg(test)]
    pub(crate) fn bit_mut(&mut self, level: usize, bit: usize) -> &mut Fr {
        &mut self.levels[level].bits[bit]
    }
}

/// The root above a leaf, and the leaf's index.
pub(crate) struct Climb {
    pub(crate) root: Lc,
    /// Composed of the same bits that placed the leaf.
    pub(crate) index: Lc,
}

/// Climbs from `leaf` to the root.
///
/// The root is compared with one that the verifier knows, so the highest neighbour is no free
/// input: the rest of the path and the root determine it.
pub(crate) fn climb(cs: &mut Builder, leaf: &Lc, path: &PathValues) -> Climb {
    cs.gadget("merkle_select", |cs| {
        let levels = path.levels.len();
        let mut bits = Vec::with_capacity(2 * levels);
        let mut node = leaf.clone();
        for (number, level) in path.levels.iter().enumerate() {
            node = cs.scope(format_args!("level{number}"), |cs| {
                let neighbour = if number + 1 == levels {
                    cs.witness("neighbour", level.neighbour)
                } else {
                    cs.input("neighbour", level.neighbour)
                };
                let children = place_among_siblings(cs, &node, &neighbour, level, &mut bits);
                compress4(cs, children)
            });
        }
        Climb {
            root: node,
            index: Lc::from_bits(&bits),
        }
    })
}

/// The four children of the parent.
fn place_among_siblings(
    cs: &mut Builder,
    node: &Lc,
    neighbour: &Lc,
    level: &LevelValues,
    bits: &mut Vec<Lc>,
) -> [Lc; 4] {
    let [b0, b1] = level.bits;
    let b0 = cs.bit(format_args!("bit0"), b0);
    let b1 = cs.bit(format_args!("bit1"), b1);
    let [third, fourth] = level.pair;
    let (third, fourth) = (cs.input("pair0", third), cs.input("pair1", fourth));

    let swap = cs.product("swap", &(neighbour - node), &b0);
    let (left, right) = (node + &swap, neighbour - &swap);
    let cross_left = cs.product("cross_left", &(&third - &left), &b1);
    let cross_right = cs.product("cross_right", &(&fourth - &right), &b1);
    bits.push(b0);
    bits.push(b1);
    [
        &left + &cross_left,
        &right + &cross_right,
        &third - &cross_left,
        &fourth - &cross_right,
    ]
}

#[cfg(test)]
mod tests;

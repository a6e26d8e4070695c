//! The circuit hash: Poseidon2 over BN254's scalar field, width 4 (S-box x⁵, 8 full and 56 partial
//! rounds), and the three ways the protocol uses its permutation P.
//!
//! The permutation is `taceo-poseidon2`'s; [`constants`] is the same parameter set for the circuit,
//! and the tests tie it to the parameter-generation procedure and to a second implementation.

pub mod constants;

use crate::{field::Fr, tags::Tag};

/// State width.
pub const WIDTH: usize = 4;

/// The permutation P.
pub fn permutation(state: &[Fr; WIDTH]) -> [Fr; WIDTH] {
    taceo_poseidon2::bn254::t4::permutation(state)
}

/// `P([a, b, c, tag])[0]`: a fixed-length hash of three elements; the tag sits in the capacity.
pub fn hash3(tag: Tag, a: Fr, b: Fr, c: Fr) -> Fr {
    prf3(tag, a, b, c)[0]
}

/// `P([a, b, c, tag])[0..3]`: three key-stream elements from one permutation. The capacity element
/// stays hidden, so the outputs do not reveal the state.
pub fn prf3(tag: Tag, a: Fr, b: Fr, c: Fr) -> [Fr; 3] {
    let [x, y, z, _] = permutation(&[a, b, c, tag.value()]);
    [x, y, z]
}

/// `P([a, b, c, d])[0] + a`: the 4-to-1 compression of Merkle trees (truncation with feed-forward).
/// Without a tag: an input with a tag in the last place would have to be a node that hashes to it.
pub fn compress4(children: &[Fr; WIDTH]) -> Fr {
    permutation(children)[0] + children[0]
}

#[cfg(test)]
mod tests;

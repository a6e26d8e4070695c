//! What the hashes of a ceremony run over: points with big-endian coordinates, in BLAKE2b-512.

use std::fmt;

use ark_bn254::{Fq, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ff::{BigInteger, PrimeField};
use blake2::{Blake2b512, Digest};

use crate::numbers;

/// A BLAKE2b-512 hash of snarkjs: of a circuit's initial key, of a transcript or of a contribution.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CeremonyHash(pub [u8; 64]);

/// Hexadecimal digits, in the order in which snarkjs prints its sixteen groups of eight.
impl fmt::Display for CeremonyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for CeremonyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CeremonyHash({self})")
    }
}

/// A hash in progress.
#[derive(Clone, Default)]
pub(crate) struct Hasher(Blake2b512);

impl Hasher {
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// A number of points: 32 bits, big-endian.
    pub(crate) fn count(&mut self, count: usize) {
        self.bytes(&(count as u32).to_be_bytes());
    }

    pub(crate) fn g1(&mut self, point: &G1Affine) {
        self.bytes(&g1_bytes(point));
    }

    pub(crate) fn g2(&mut self, point: &G2Affine) {
        self.bytes(&g2_bytes(point));
    }

    pub(crate) fn finish(self) -> CeremonyHash {
        CeremonyHash(self.0.finalize().into())
    }
}

/// x and y; zeros for the identity.
pub(crate) fn g1_bytes(point: &G1Affine) -> [u8; numbers::G1] {
    let mut out = [0; numbers::G1];
    if let Some((x, y)) = point.xy() {
        put(&mut out, &[x, y]);
    }
    out
}

/// x and y, of each the second component first; zeros for the identity.
pub(crate) fn g2_bytes(point: &G2Affine) -> [u8; numbers::G2] {
    let mut out = [0; numbers::G2];
    if let Some((x, y)) = point.xy() {
        put(&mut out, &[x.c1, x.c0, y.c1, y.c0]);
    }
    out
}

fn put(out: &mut [u8], coordinates: &[Fq]) {
    let (chunks, _) = out.as_chunks_mut::<{ numbers::FIELD }>();
    for (chunk, value) in chunks.iter_mut().zip(coordinates) {
        for (byte, value) in chunk.iter_mut().zip(value.into_bigint().to_bytes_be()) {
            *byte = value;
        }
    }
}

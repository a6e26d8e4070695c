//! Points and scalars that snarkjs derives from a hash: challenges of proofs of knowledge, beacons.
//!
//! All come out of ChaCha20 with nonce 0, keyed with eight big-endian words of a hash. A field element
//! is four 64-bit draws, the least significant first, cut to 254 bits and drawn again unless it is below
//! the modulus; that number is the Montgomery form. A point is an x with a sign bit, drawn again until
//! it is on the curve; in G2 it is multiplied by the cofactor.

use ark_bn254::{Fq, Fq2, FqConfig, Fr, FrConfig, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ff::{BigInt, Fp, MontBackend, MontConfig};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use sha2::{Digest, Sha256};

use crate::hash::{CeremonyHash, Hasher};

#[cfg(test)]
mod tests;

/// The bits of a field element's most significant word: both moduli have 254 bits.
const TOP_BITS: u64 = (1 << 62) - 1;

/// snarkjs's generator.
pub(crate) struct Stream(ChaCha20Rng);

impl Stream {
    /// From the first 32 bytes of a hash.
    pub(crate) fn new(hash: &[u8; 32]) -> Self {
        let mut seed = *hash;
        let (words, _) = seed.as_chunks_mut::<4>();
        words.iter_mut().for_each(|word| word.reverse());
        Self(ChaCha20Rng::from_seed(seed))
    }

    /// The stream of a beacon: its value hashed 2^`iterations` times.
    pub(crate) fn of_beacon(value: &[u8], iterations: u8) -> Self {
        let mut hash: [u8; 32] = Sha256::digest(value).into();
        for _ in 1..1_u64 << iterations.min(63) {
            hash = Sha256::digest(hash).into();
        }
        Self::new(&hash)
    }

    fn u64(&mut self) -> u64 {
        let high = u64::from(self.0.next_u32());
        high << 32 | u64::from(self.0.next_u32())
    }

    fn element<P: MontConfig<4>>(&mut self) -> Fp<MontBackend<P, 4>, 4> {
        loop {
            let limbs = [self.u64(), self.u64(), self.u64(), self.u64() & TOP_BITS];
            let integer = BigInt(limbs);
            if integer < P::MODULUS {
                return Fp::new_unchecked(integer);
            }
        }
    }

    /// A secret.
    pub(crate) fn scalar(&mut self) -> Fr {
        self.element::<FrConfig>()
    }

    fn greatest(&mut self) -> bool {
        self.0.next_u32() & 1 == 1
    }

    /// A point in G1.
    pub(crate) fn g1(&mut self) -> G1Affine {
        loop {
            let x: Fq = self.element::<FqConfig>();
            let greatest = self.greatest();
            if let Some(point) = G1Affine::get_point_from_x_unchecked(x, greatest) {
                return point;
            }
        }
    }

    /// A point in G2.
    pub(crate) fn g2(&mut self) -> G2Affine {
        loop {
            let c0 = self.element::<FqConfig>();
            let c1 = self.element::<FqConfig>();
            let greatest = self.greatest();
            let found = G2Affine::get_point_from_x_unchecked(Fq2::new(c0, c1), greatest);
            if let Some(point) = found {
                return point.mul_by_cofactor();
            }
        }
    }
}

/// The point in G2 that a proof of knowledge answers to.
pub(crate) fn challenge_point(hash: &CeremonyHash) -> G2Affine {
    let mut seed = [0; 32];
    for (byte, value) in seed.iter_mut().zip(hash.0) {
        *byte = value;
    }
    Stream::new(&seed).g2()
}

/// The same for a secret of phase 1: `number` is 0 for τ, 1 for α, 2 for β.
pub(crate) fn phase1_challenge(
    number: u8,
    challenge: &CeremonyHash,
    s: &G1Affine,
    sx: &G1Affine,
) -> G2Affine {
    let mut hasher = Hasher::default();
    hasher.bytes(&[number]);
    hasher.bytes(&challenge.0);
    hasher.g1(s);
    hasher.g1(sx);
    challenge_point(&hasher.finish())
}

//! Whole ceremonies whose secrets are known, for tests: files as snarkjs would have written them, in seconds instead of
//! minutes.

use ark_bn254::{Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::PrimeGroup;
use ark_ec::scalar_mul::BatchMulPreprocessing;
use ark_ff::{BigInt, Field, UniformRand};
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use rayon::prelude::*;

use crate::numbers;
use crate::r1cs::{R1cs, R1csWriter, Term};
use crate::random::Stream;

mod key;
mod powers;

/// The public value of the beacons.
const BEACON: &[u8] = b"beacon";
/// Logarithm of their iterations.
const ITERATIONS: u8 = 3;
/// Points that a thread makes at once.
const CHUNK: usize = 512;
/// Names of the participants; a beacon without a name follows.
const NAMES: [&str; 2] = ["ada", "bob"];

/// The files of a ceremony with two participants and a beacon in both phases.
pub struct Fixture {
    /// The circuit.
    pub r1cs: Vec<u8>,
    /// Powers of tau of one power more than the circuit's domain.
    pub ptau: Vec<u8>,
    /// The key.
    pub zkey: Vec<u8>,
}

impl Fixture {
    /// Of a circuit; other seeds give other secrets.
    pub fn of(r1cs: &[u8], seed: u64) -> Self {
        let circuit = R1cs::read(r1cs).unwrap();
        let powers = powers::Trapdoor::new(circuit.domain_power() + 1, seed);
        let ptau = powers.file();
        let zkey = key::file(&circuit, &powers, &ptau, seed);
        Self {
            r1cs: r1cs.to_vec(),
            ptau,
            zkey,
        }
    }

    /// Powers of tau alone.
    pub fn powers(power: u32, seed: u64) -> Vec<u8> {
        powers::Trapdoor::new(power, seed).file()
    }

    /// Of one of several circuits that share powers of tau, made by [`Self::powers`] with `power`.
    pub fn key(r1cs: &[u8], power: u32, seed: u64) -> Vec<u8> {
        let circuit = R1cs::read(r1cs).unwrap();
        let powers = powers::Trapdoor::new(power, seed);
        key::file(&circuit, &powers, &powers.file(), seed)
    }
}

/// A circuit of two rows over five variables, one of them public; `factor` is a coefficient of it.
pub fn circuit(factor: u64) -> Vec<u8> {
    let term = |variable, coefficient: u64| Term {
        variable,
        coefficient: Fr::from(coefficient),
    };
    let mut file = R1csWriter::new(5, 1).unwrap();
    let c = [term(3, 1), term(1, factor)];
    file.row([&[term(2, 1)], &[term(2, 3)], &c]).unwrap();
    file.row([&[term(3, 1)], &[], &[term(4, 9)]]).unwrap();
    file.finish()
}

/// The factor of a contribution to phase 2, with the point of its proof; the last one is a beacon's.
fn factors(seed: u64) -> Vec<(Option<&'static str>, Fr, G1Affine)> {
    let mut rng = ChaCha20Rng::seed_from_u64(seed ^ 2);
    let mut list: Vec<_> = NAMES
        .iter()
        .map(|name| (Some(*name), Fr::rand(&mut rng), G1Affine::rand(&mut rng)))
        .collect();
    let mut stream = Stream::of_beacon(BEACON, ITERATIONS);
    list.push((None, stream.scalar(), stream.g1()));
    list
}

/// Type, length and parameters of a contribution.
fn put_contributor(out: &mut Vec<u8>, name: Option<&str>) {
    let (kind, parameters) = match name {
        Some(name) => (0_u32, [&[1, name.len() as u8], name.as_bytes()].concat()),
        None => {
            let head = [2, ITERATIONS, 3, BEACON.len() as u8];
            (1, [&head, BEACON].concat())
        }
    };
    out.extend_from_slice(&kind.to_le_bytes());
    out.extend_from_slice(&(parameters.len() as u32).to_le_bytes());
    out.extend_from_slice(&parameters);
}

fn g1_multiples(scalars: &[Fr]) -> Vec<G1Affine> {
    let table = BatchMulPreprocessing::new(G1Projective::generator(), scalars.len().max(1));
    let chunks = scalars.par_chunks(CHUNK);
    chunks.flat_map(|chunk| table.batch_mul(chunk)).collect()
}

fn g2_multiples(scalars: &[Fr]) -> Vec<G2Affine> {
    let table = BatchMulPreprocessing::new(G2Projective::generator(), scalars.len().max(1));
    let chunks = scalars.par_chunks(CHUNK);
    chunks.flat_map(|chunk| table.batch_mul(chunk)).collect()
}

fn g1(scalar: Fr) -> G1Affine {
    (G1Projective::generator() * scalar).into()
}

fn g2(scalar: Fr) -> G2Affine {
    (G2Projective::generator() * scalar).into()
}

fn put_g1(out: &mut Vec<u8>, points: &[G1Affine]) {
    for point in points {
        put_limbs(out, &point.x.0);
        put_limbs(out, &point.y.0);
    }
}

fn put_g2(out: &mut Vec<u8>, points: &[G2Affine]) {
    for point in points {
        for value in [point.x.c0, point.x.c1, point.y.c0, point.y.c1] {
            put_limbs(out, &value.0);
        }
    }
}

/// As they are in memory, which is Montgomery form.
fn put_limbs(out: &mut Vec<u8>, integer: &BigInt<4>) {
    for limb in integer.0 {
        out.extend_from_slice(&limb.to_le_bytes());
    }
}

fn file(kind: crate::container::FileKind, sections: &[(u32, Vec<u8>)]) -> Vec<u8> {
    let mut out = crate::container::start(kind, sections.len() as u32);
    for (id, content) in sections {
        out.extend_from_slice(&crate::container::section_head(*id, content.len()));
        out.extend_from_slice(content);
    }
    out
}

/// x·2²⁵⁶·2²⁵⁶ as an integer.
fn put_coefficient(out: &mut Vec<u8>, value: Fr) {
    numbers::put_plain(out, &(value * Fr::from(2).pow([512])));
}

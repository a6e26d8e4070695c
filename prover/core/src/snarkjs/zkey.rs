//! Proving keys: `.zkey` files.
//!
//! All lengths are compared with the header before anything is computed. B in G1 and the
//! contributions are not used: the first is checked all the same, so that damage shows; the second
//! say how the key was made, which only `snarkjs zkey verify` with the circuit and the powers of
//! tau can check.

use ark_bn254::g1;
use ark_ec::AffineRepr;
use ark_ec::short_weierstrass::Affine;
use obolus_verifier::{CircuitName, KeyError, KeyOrigin, KeyPoints, PointError, VerifyingKey};
use rayon::prelude::*;
use thiserror::Error;

use self::header::Header;
use super::container::{Container, ContainerError, FileKind, Input};
use super::numbers;
use crate::key::{ProvingKey, Query};
use crate::progress::Progress;
use crate::qap::{Domains, QapError};
use crate::relation::{Factors, RelationError};
use crate::table::{Curve, Table};

mod coefficients;
mod header;
#[cfg(test)]
pub(super) mod sample;
#[cfg(test)]
mod tests;

/// Groth16 in the first section.
const GROTH16: u32 = 1;

const PROTOCOL: u32 = 1;
const HEADER: u32 = 2;
const IC: u32 = 3;
const COEFFICIENTS: u32 = 4;
const A: u32 = 5;
const B1: u32 = 6;
const B2: u32 = 7;
const C: u32 = 8;
const H: u32 = 9;

/// Domain of the hash that names an imported circuit with its key.
const DIGEST_DOMAIN: &str = "obolus imported zkey v1";

/// Why a file is not a proving key that can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ZkeyError {
    /// The file's structure is wrong.
    #[error(transparent)]
    Container(#[from] ContainerError),
    /// PLONK or FFLONK, for instance.
    #[error(
        "the zkey is for proof system {0}, not for Groth16; make it with `snarkjs groth16 setup`"
    )]
    Protocol(u32),
    /// Another curve than BN254.
    #[error("the zkey is not for BN254; use circom's --prime bn128 and a bn128 powers of tau file")]
    Field,
    /// Too many public inputs, or more than variables.
    #[error(
        "{public_inputs} public inputs with {variables} variables cannot be; fetch the file again"
    )]
    Inputs {
        /// Public inputs in the header.
        public_inputs: usize,
        /// Variables in the header.
        variables: usize,
    },
    /// The domain is not the one that snarkjs makes for so many constraints.
    #[error("a domain of {0} points does not fit the constraints; fetch the file again")]
    Domain(usize),
    /// A point is not acceptable.
    #[error("point {index} of section {section} is refused: {reason}")]
    Point {
        /// Number of the section; 2 is the header.
        section: u32,
        /// Which of the section's points, from 0.
        index: usize,
        /// What is wrong with it.
        reason: PointError,
    },
    /// A coefficient with a matrix, row, variable or value that cannot be.
    #[error("coefficient {0} of the zkey is out of range; fetch the file again")]
    Coefficient(usize),
    /// The rows of the public inputs are not where snarkjs puts them.
    #[error("the last rows of matrix A are not the public inputs; make the zkey with snarkjs")]
    InputRows,
    /// The circuit is too large.
    #[error(transparent)]
    Relation(#[from] RelationError),
    /// The circuit is too large for the field.
    #[error(transparent)]
    Qap(#[from] QapError),
    /// The verifier refuses the key.
    #[error("the verifying key in the zkey is refused: {0}")]
    Key(#[from] KeyError),
}

/// The circuit's left side, and the key with its tables.
pub(super) fn read(
    circuit: &CircuitName,
    bytes: &[u8],
    progress: &dyn Progress,
) -> Result<(Factors, ProvingKey), ZkeyError> {
    let file = Container::read(FileKind::Zkey, bytes)?;
    let protocol = Input(file.items(PROTOCOL, 1, 4)?).u32()?;
    if protocol != GROTH16 {
        return Err(ZkeyError::Protocol(protocol));
    }
    let header = Header::read(file.items(HEADER, 1, Header::LEN)?)?;
    let sections = Sections::find(&file, &header)?;
    let digest = digest(&file)?;
    let factors = coefficients::read(sections.coefficients, &header, digest)?;
    if Domains::new(&factors)?.size() != header.domain {
        return Err(ZkeyError::Domain(header.domain));
    }
    points(B1, sections.b1, numbers::g1)?;
    let a = points(A, sections.a, numbers::g1)?;
    let b = points(B2, sections.b2, numbers::g2)?;
    let mut c: Vec<Affine<g1::Config>> = points(C, sections.c, numbers::g1)?;
    c.extend(points(H, sections.h, numbers::g1)?);
    let verifying_key = VerifyingKey::new(
        circuit.clone(),
        KeyOrigin::Imported,
        header.public_inputs,
        KeyPoints {
            alpha_g1: header.alpha_g1,
            beta_g2: header.beta_g2,
            gamma_g2: header.gamma_g2,
            delta_g2: header.delta_g2,
            ic: points(IC, sections.ic, numbers::g1)?,
        },
    )?;

    let (a, b) = (occurring(a), occurring(b));
    progress.start(circuit, (a.1.len() + b.1.len() + c.len()) as u64);
    let key = ProvingKey {
        verifying_key,
        digest,
        a: query(a, progress),
        b: query(b, progress),
        c: Table::new(&c, progress),
    };
    progress.finish();
    Ok((factors, key))
}

/// The sections behind the header, with the lengths that it implies.
struct Sections<'a> {
    ic: &'a [u8],
    coefficients: &'a [u8],
    a: &'a [u8],
    b1: &'a [u8],
    b2: &'a [u8],
    c: &'a [u8],
    h: &'a [u8],
}

impl<'a> Sections<'a> {
    fn find(file: &Container<'a>, header: &Header) -> Result<Self, ContainerError> {
        let Header {
            variables,
            public_inputs,
            domain,
            ..
        } = *header;
        Ok(Self {
            ic: file.items(IC, public_inputs + 1, numbers::G1)?,
            coefficients: file.section(COEFFICIENTS)?,
            a: file.items(A, variables, numbers::G1)?,
            b1: file.items(B1, variables, numbers::G1)?,
            b2: file.items(B2, variables, numbers::G2)?,
            c: file.items(C, variables - public_inputs - 1, numbers::G1)?,
            h: file.items(H, domain, numbers::G1)?,
        })
    }
}

fn digest(file: &Container<'_>) -> Result<[u8; 32], ContainerError> {
    let mut hasher = blake3::Hasher::new_derive_key(DIGEST_DOMAIN);
    for id in HEADER..=H {
        let bytes = file.section(id)?;
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    }
    Ok(*hasher.finalize().as_bytes())
}

fn points<const N: usize, P: Send>(
    section: u32,
    bytes: &[u8],
    read: impl Fn(&[u8; N]) -> Result<P, PointError> + Sync,
) -> Result<Vec<P>, ZkeyError> {
    let (chunks, _) = bytes.as_chunks::<N>();
    chunks
        .par_iter()
        .enumerate()
        .map(|(index, bytes)| {
            read(bytes).map_err(|reason| ZkeyError::Point {
                section,
                index,
                reason,
            })
        })
        .collect()
}

/// Without the identities of variables that do not occur.
fn occurring<P: Curve>(points: Vec<Affine<P>>) -> (Vec<u32>, Vec<Affine<P>>) {
    (0_u32..)
        .zip(points)
        .filter(|(_, point)| !point.is_zero())
        .unzip()
}

fn query<P: Curve>(
    (variables, bases): (Vec<u32>, Vec<Affine<P>>),
    progress: &dyn Progress,
) -> Query<P> {
    Query {
        variables,
        bases: Table::new(&bases, progress),
    }
}

//! Proving keys: `.zkey` files.
//!
//! All lengths are compared with the header before anything is computed. What a point must be to the
//! others is the ceremony's business; here it is on its curve and in its subgroup.

use ark_bn254::{G1Affine, G2Affine};
use obolus_verifier::PointError;
use thiserror::Error;

use crate::container::{Container, ContainerError, FileKind, Input};
use crate::numbers;
use crate::params::ParamsError;

mod coefficients;
mod contributions;
mod header;
#[cfg(test)]
mod tests;

pub use coefficients::{Coefficient, Side};
pub use contributions::{Contributions, DeltaContribution};
pub use header::ZkeyHeader;

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
const CONTRIBUTIONS: u32 = 10;

/// Domain of the hash that names a circuit together with its key.
const DIGEST_DOMAIN: &str = "obolus imported zkey v1";

/// Why a file is not a proving key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ZkeyFileError {
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
    /// The domain is no power of two.
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
    /// A contribution that cannot be read.
    #[error("contribution {index} of the zkey is refused: {reason}")]
    Contribution {
        /// Which, from 0.
        index: usize,
        /// What is wrong with it.
        reason: ParamsError,
    },
}

/// A zkey cut into its parts, whose lengths are what the header implies.
pub struct Zkey<'a> {
    file: Container<'a>,
    header: ZkeyHeader,
    ic: &'a [u8],
    coefficients: &'a [u8],
    a: &'a [u8],
    b1: &'a [u8],
    b2: &'a [u8],
    c: &'a [u8],
    h: &'a [u8],
}

impl<'a> Zkey<'a> {
    /// Reads header and section table.
    ///
    /// # Errors
    /// [`ZkeyFileError`].
    pub fn read(bytes: &'a [u8]) -> Result<Self, ZkeyFileError> {
        let file = Container::read(FileKind::Zkey, bytes)?;
        let protocol = Input::new(file.items(PROTOCOL, 1, 4)?).u32()?;
        if protocol != GROTH16 {
            return Err(ZkeyFileError::Protocol(protocol));
        }
        let header = ZkeyHeader::read(file.items(HEADER, 1, ZkeyHeader::LEN)?)?;
        let ZkeyHeader {
            variables,
            public_inputs,
            domain,
            ..
        } = header;
        Ok(Self {
            ic: file.items(IC, public_inputs + 1, numbers::G1)?,
            coefficients: file.section(COEFFICIENTS)?,
            a: file.items(A, variables, numbers::G1)?,
            b1: file.items(B1, variables, numbers::G1)?,
            b2: file.items(B2, variables, numbers::G2)?,
            c: file.items(C, variables - public_inputs - 1, numbers::G1)?,
            h: file.items(H, domain, numbers::G1)?,
            file,
            header,
        })
    }

    /// Dimensions and single points.
    pub fn header(&self) -> &ZkeyHeader {
        &self.header
    }

    /// BLAKE3 over sections 2 to 9: names the circuit with its key, contributions left out.
    ///
    /// # Errors
    /// None after [`Self::read`]; the signature spares a panic.
    pub fn digest(&self) -> Result<[u8; 32], ZkeyFileError> {
        let mut hasher = blake3::Hasher::new_derive_key(DIGEST_DOMAIN);
        for id in HEADER..=H {
            let bytes = self.file.section(id)?;
            hasher.update(&(bytes.len() as u64).to_le_bytes());
            hasher.update(bytes);
        }
        Ok(*hasher.finalize().as_bytes())
    }

    /// (β·A_j + α·B_j + C_j)(τ) in G1, for the constant and every public input.
    ///
    /// # Errors
    /// [`ZkeyFileError::Point`].
    pub fn ic(&self) -> Result<Vec<G1Affine>, ZkeyFileError> {
        points(IC, self.ic, numbers::g1)
    }

    /// The entries of A and B.
    ///
    /// # Errors
    /// [`ZkeyFileError::Coefficient`].
    pub fn coefficients(&self) -> Result<Vec<Coefficient>, ZkeyFileError> {
        coefficients::read(self.coefficients, &self.header)
    }

    /// A_j(τ) in G1 for every variable.
    ///
    /// # Errors
    /// [`ZkeyFileError::Point`].
    pub fn a(&self) -> Result<Vec<G1Affine>, ZkeyFileError> {
        points(A, self.a, numbers::g1)
    }

    /// B_j(τ) in G1 for every variable.
    ///
    /// # Errors
    /// [`ZkeyFileError::Point`].
    pub fn b1(&self) -> Result<Vec<G1Affine>, ZkeyFileError> {
        points(B1, self.b1, numbers::g1)
    }

    /// B_j(τ) in G2 for every variable.
    ///
    /// # Errors
    /// [`ZkeyFileError::Point`].
    pub fn b2(&self) -> Result<Vec<G2Affine>, ZkeyFileError> {
        points(B2, self.b2, numbers::g2)
    }

    /// (β·A_j + α·B_j + C_j)(τ)/δ in G1 for every private variable.
    ///
    /// # Errors
    /// [`ZkeyFileError::Point`].
    pub fn c(&self) -> Result<Vec<G1Affine>, ZkeyFileError> {
        points(C, self.c, numbers::g1)
    }

    /// The odd Lagrange polynomials of the domain of twice the size at τ, over δ, in G1.
    ///
    /// # Errors
    /// [`ZkeyFileError::Point`].
    pub fn h(&self) -> Result<Vec<G1Affine>, ZkeyFileError> {
        points(H, self.h, numbers::g1)
    }

    /// How the key came to be.
    ///
    /// # Errors
    /// [`ZkeyFileError`]; [`ContainerError::Missing`] if the file does not say.
    pub fn contributions(&self) -> Result<Contributions, ZkeyFileError> {
        contributions::read(self.file.section(CONTRIBUTIONS)?)
    }
}

/// All points of a section.
fn points<const N: usize, P: Send>(
    section: u32,
    bytes: &[u8],
    read: impl Fn(&[u8; N]) -> Result<P, PointError> + Sync,
) -> Result<Vec<P>, ZkeyFileError> {
    numbers::points(bytes, read).map_err(|(index, reason)| ZkeyFileError::Point {
        section,
        index,
        reason,
    })
}

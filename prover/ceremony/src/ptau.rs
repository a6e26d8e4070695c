//! Powers of tau: `.ptau` files that were prepared for phase 2.
//!
//! With power p the file has τⁱ·G1 for i < 2^(p+1) − 1, and τⁱ·G2, α·τⁱ·G1, β·τⁱ·G1 for i < 2^p, β·G2,
//! and of each list the Lagrange polynomials at τ for every domain up to 2^p, or 2^(p+1) for the first.

use ark_bn254::{Fq, G1Affine, G2Affine};
use obolus_verifier::PointError;
use thiserror::Error;

use crate::container::{Container, ContainerError, FileKind, Input};
use crate::numbers::{self, is_field};
use crate::params::ParamsError;

mod contributions;

pub use contributions::{Phase1Contribution, SecretKey};

const HEADER: u32 = 1;
const TAU_G1: u32 = 2;
const TAU_G2: u32 = 3;
const ALPHA_G1: u32 = 4;
const BETA_G1: u32 = 5;
const BETA_G2: u32 = 6;
const CONTRIBUTIONS: u32 = 7;
const LAGRANGE_TAU_G1: u32 = 12;
const LAGRANGE_TAU_G2: u32 = 13;
const LAGRANGE_ALPHA_G1: u32 = 14;
const LAGRANGE_BETA_G1: u32 = 15;

/// Length of the header: a field and two powers.
const HEADER_LEN: usize = 4 + numbers::FIELD + 4 + 4;

/// Largest power: BN254's scalar field has roots of unity of this order.
pub const MAX_POWER: u32 = 28;

/// Why a file is not a prepared powers of tau file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PtauFileError {
    /// The file's structure is wrong.
    #[error(transparent)]
    Container(#[from] ContainerError),
    /// Another curve than BN254.
    #[error("the powers of tau are not for BN254; use a bn128 file")]
    Field,
    /// A power that cannot be.
    #[error("a power of {power}, cut from {ceremony}, cannot be; fetch the file again")]
    Power {
        /// The file's power.
        power: u32,
        /// The power with which the ceremony was run.
        ceremony: u32,
    },
    /// No Lagrange polynomials.
    #[error("the powers of tau are not prepared; run `snarkjs powersoftau prepare phase2`")]
    NotPrepared,
    /// A point is not acceptable.
    #[error("point {index} of section {section} of the powers of tau is refused: {reason}")]
    Point {
        /// Number of the section.
        section: u32,
        /// Which of the points that were asked for, from 0.
        index: usize,
        /// What is wrong with it.
        reason: PointError,
    },
    /// A contribution that cannot be read.
    #[error("contribution {index} of the powers of tau is refused: {reason}")]
    Contribution {
        /// Which, from 0.
        index: usize,
        /// What is wrong with it.
        reason: ParamsError,
    },
}

/// A file cut into its parts, whose lengths are what the power implies.
pub struct Ptau<'a> {
    power: u32,
    ceremony_power: u32,
    tau_g1: &'a [u8],
    tau_g2: &'a [u8],
    alpha_g1: &'a [u8],
    beta_g1: &'a [u8],
    beta_g2: &'a [u8],
    contributions: &'a [u8],
    lagrange_tau_g1: &'a [u8],
    lagrange_tau_g2: &'a [u8],
    lagrange_alpha_g1: &'a [u8],
    lagrange_beta_g1: &'a [u8],
}

impl<'a> Ptau<'a> {
    /// Reads header and section table.
    ///
    /// # Errors
    /// [`PtauFileError`].
    pub fn read(bytes: &'a [u8]) -> Result<Self, PtauFileError> {
        let file = Container::read(FileKind::Ptau, bytes)?;
        let mut header = Input::new(file.items(HEADER, 1, HEADER_LEN)?);
        if !is_field::<Fq>(&mut header)? {
            return Err(PtauFileError::Field);
        }
        let power = header.u32()?;
        let ceremony_power = header.u32()?;
        if power == 0 || power > ceremony_power || ceremony_power > MAX_POWER {
            return Err(PtauFileError::Power {
                power,
                ceremony: ceremony_power,
            });
        }
        if file.section(LAGRANGE_TAU_G1) == Err(ContainerError::Missing(LAGRANGE_TAU_G1)) {
            return Err(PtauFileError::NotPrepared);
        }
        let size = 1 << power;
        Ok(Self {
            power,
            ceremony_power,
            tau_g1: file.items(TAU_G1, 2 * size - 1, numbers::G1)?,
            tau_g2: file.items(TAU_G2, size, numbers::G2)?,
            alpha_g1: file.items(ALPHA_G1, size, numbers::G1)?,
            beta_g1: file.items(BETA_G1, size, numbers::G1)?,
            beta_g2: file.items(BETA_G2, 1, numbers::G2)?,
            contributions: file.section(CONTRIBUTIONS)?,
            lagrange_tau_g1: file.items(LAGRANGE_TAU_G1, 4 * size - 1, numbers::G1)?,
            lagrange_tau_g2: file.items(LAGRANGE_TAU_G2, 2 * size - 1, numbers::G2)?,
            lagrange_alpha_g1: file.items(LAGRANGE_ALPHA_G1, 2 * size - 1, numbers::G1)?,
            lagrange_beta_g1: file.items(LAGRANGE_BETA_G1, 2 * size - 1, numbers::G1)?,
        })
    }

    /// The file's power.
    pub fn power(&self) -> u32 {
        self.power
    }

    /// The power with which the ceremony was run; larger if the file was cut from a larger one.
    pub fn ceremony_power(&self) -> u32 {
        self.ceremony_power
    }

    /// The first τⁱ·G1.
    pub(crate) fn tau_g1(&self, count: usize) -> Result<Vec<G1Affine>, PtauFileError> {
        g1(TAU_G1, self.tau_g1, 0, count)
    }

    /// The first τⁱ·G2.
    pub(crate) fn tau_g2(&self, count: usize) -> Result<Vec<G2Affine>, PtauFileError> {
        g2(TAU_G2, self.tau_g2, 0, count)
    }

    /// The first α·τⁱ·G1.
    pub(crate) fn alpha_g1(&self, count: usize) -> Result<Vec<G1Affine>, PtauFileError> {
        g1(ALPHA_G1, self.alpha_g1, 0, count)
    }

    /// The first β·τⁱ·G1.
    pub(crate) fn beta_g1(&self, count: usize) -> Result<Vec<G1Affine>, PtauFileError> {
        g1(BETA_G1, self.beta_g1, 0, count)
    }

    /// β·G2.
    pub(crate) fn beta_g2(&self) -> Result<G2Affine, PtauFileError> {
        let mut points = g2(BETA_G2, self.beta_g2, 0, 1)?;
        points
            .pop()
            .ok_or(PtauFileError::Container(ContainerError::Truncated))
    }

    /// Lᵢ(τ)·G1 for the domain of 2^power points.
    pub(crate) fn lagrange_tau_g1(&self, power: u32) -> Result<Vec<G1Affine>, PtauFileError> {
        let (start, count) = slice(power);
        g1(LAGRANGE_TAU_G1, self.lagrange_tau_g1, start, count)
    }

    /// Lᵢ(τ)·G2 for the domain of 2^power points.
    pub(crate) fn lagrange_tau_g2(&self, power: u32) -> Result<Vec<G2Affine>, PtauFileError> {
        let (start, count) = slice(power);
        g2(LAGRANGE_TAU_G2, self.lagrange_tau_g2, start, count)
    }

    /// α·Lᵢ(τ)·G1 for the domain of 2^power points.
    pub(crate) fn lagrange_alpha_g1(&self, power: u32) -> Result<Vec<G1Affine>, PtauFileError> {
        let (start, count) = slice(power);
        g1(LAGRANGE_ALPHA_G1, self.lagrange_alpha_g1, start, count)
    }

    /// β·Lᵢ(τ)·G1 for the domain of 2^power points.
    pub(crate) fn lagrange_beta_g1(&self, power: u32) -> Result<Vec<G1Affine>, PtauFileError> {
        let (start, count) = slice(power);
        g1(LAGRANGE_BETA_G1, self.lagrange_beta_g1, start, count)
    }

    /// How the powers came to be, in the order in which contributions were made.
    ///
    /// # Errors
    /// [`PtauFileError`].
    pub fn contributions(&self) -> Result<Vec<Phase1Contribution>, PtauFileError> {
        contributions::read(self.contributions)
    }
}

/// Where a domain's polynomials lie: after those of all smaller ones.
fn slice(power: u32) -> (usize, usize) {
    let count = 1 << power;
    (count - 1, count)
}

fn g1(
    section: u32,
    bytes: &[u8],
    start: usize,
    count: usize,
) -> Result<Vec<G1Affine>, PtauFileError> {
    points(section, bytes, start, count, numbers::g1)
}

fn g2(
    section: u32,
    bytes: &[u8],
    start: usize,
    count: usize,
) -> Result<Vec<G2Affine>, PtauFileError> {
    points(section, bytes, start, count, numbers::g2)
}

fn points<const N: usize, P: Send>(
    section: u32,
    bytes: &[u8],
    start: usize,
    count: usize,
    read: impl Fn(&[u8; N]) -> Result<P, PointError> + Sync,
) -> Result<Vec<P>, PtauFileError> {
    let wanted = bytes
        .get(start * N..(start + count) * N)
        .ok_or(ContainerError::Truncated)?;
    numbers::points(wanted, read).map_err(|(index, reason)| PtauFileError::Point {
        section,
        index,
        reason,
    })
}

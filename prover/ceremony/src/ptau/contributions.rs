//! Section 7 of a powers of tau file: who multiplied τ, α and β by what, with proofs of knowledge.

use ark_bn254::{G1Affine, G2Affine};
use obolus_verifier::PointError;

use super::{CONTRIBUTIONS, PtauFileError};
use crate::container::Input;
use crate::hash::CeremonyHash;
use crate::numbers;
use crate::params::Contributor;

/// State of the hash of the contribution's response, which only a file's maker can continue.
const PARTIAL_HASH: usize = 216;

/// Least length of a contribution.
const LEAST: usize = 9 * numbers::G1 + 5 * numbers::G2 + PARTIAL_HASH + 64 + 4 + 4;

/// Proof that a factor x is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretKey {
    /// s, any point.
    pub s: G1Affine,
    /// x·s.
    pub sx: G1Affine,
    /// x times the point in G2 that the challenge hashes to.
    pub spx: G2Affine,
}

/// A contribution to τ, α and β.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phase1Contribution {
    /// τ in G1 afterwards.
    pub tau_g1: G1Affine,
    /// τ in G2 afterwards.
    pub tau_g2: G2Affine,
    /// α in G1 afterwards.
    pub alpha_g1: G1Affine,
    /// β in G1 afterwards.
    pub beta_g1: G1Affine,
    /// β in G2 afterwards.
    pub beta_g2: G2Affine,
    /// Of the factors of τ, α and β.
    pub keys: [SecretKey; 3],
    /// Hash of all points afterwards: the challenge for the next one.
    pub next_challenge: CeremonyHash,
    /// Who made it.
    pub contributor: Contributor,
}

pub(super) fn read(section: &[u8]) -> Result<Vec<Phase1Contribution>, PtauFileError> {
    Input::new(section).items_to_end(LEAST, contribution)
}

fn contribution(input: &mut Input<'_>, index: usize) -> Result<Phase1Contribution, PtauFileError> {
    // Fourteen points each.
    let at = |number: usize| {
        move |reason: PointError| PtauFileError::Point {
            section: CONTRIBUTIONS,
            index: 14 * index + number,
            reason,
        }
    };
    let tau_g1 = numbers::g1(input.array()?).map_err(at(0))?;
    let tau_g2 = numbers::g2(input.array()?).map_err(at(1))?;
    let alpha_g1 = numbers::g1(input.array()?).map_err(at(2))?;
    let beta_g1 = numbers::g1(input.array()?).map_err(at(3))?;
    let beta_g2 = numbers::g2(input.array()?).map_err(at(4))?;
    let mut pair = |number| -> Result<(G1Affine, G1Affine), PtauFileError> {
        let s = numbers::g1(input.array()?).map_err(at(number))?;
        let sx = numbers::g1(input.array()?).map_err(at(number + 1))?;
        Ok((s, sx))
    };
    let pairs = [pair(5)?, pair(7)?, pair(9)?];
    let mut third = |number| -> Result<G2Affine, PtauFileError> {
        numbers::g2(input.array()?).map_err(at(number))
    };
    let [tau, alpha, beta] = [third(11)?, third(12)?, third(13)?];
    let key = |(s, sx), spx| SecretKey { s, sx, spx };
    let [of_tau, of_alpha, of_beta] = pairs;
    let keys = [key(of_tau, tau), key(of_alpha, alpha), key(of_beta, beta)];
    let _partial_hash = input.bytes(PARTIAL_HASH)?;
    Ok(Phase1Contribution {
        tau_g1,
        tau_g2,
        alpha_g1,
        beta_g1,
        beta_g2,
        keys,
        next_challenge: CeremonyHash(*input.array()?),
        contributor: Contributor::read(input)
            .map_err(|reason| PtauFileError::Contribution { index, reason })?,
    })
}

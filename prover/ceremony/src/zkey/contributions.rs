//! Section 10 of a zkey: who multiplied δ by what, with proofs of knowledge.

use ark_bn254::{G1Affine, G2Affine};
use obolus_verifier::PointError;

use super::{CONTRIBUTIONS, ZkeyFileError};
use crate::container::Input;
use crate::hash::{CeremonyHash, Hasher};
use crate::numbers;
use crate::params::Contributor;

/// Least length of a contribution: three points in G1, one in G2, a hash, type and length.
const LEAST: usize = 3 * numbers::G1 + numbers::G2 + 64 + 4 + 4;

/// How a key came to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contributions {
    /// Hash of the key before the first contribution.
    pub circuit_hash: CeremonyHash,
    /// In the order in which they were made.
    pub list: Vec<DeltaContribution>,
}

/// A contribution to δ by a factor x that its maker has to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeltaContribution {
    /// δ in G1 afterwards.
    pub delta_after: G1Affine,
    /// s, any point.
    pub s: G1Affine,
    /// x·s.
    pub sx: G1Affine,
    /// x times the point in G2 that the transcript hashes to.
    pub spx: G2Affine,
    /// Hash over all earlier contributions, s and x·s.
    pub transcript: CeremonyHash,
    /// Who made it.
    pub contributor: Contributor,
}

impl DeltaContribution {
    /// What a participant is shown and publishes: hash of points and transcript. Name, type and the
    /// beacon's parameters are no part of it.
    pub fn hash(&self) -> CeremonyHash {
        let mut hasher = Hasher::default();
        self.put(&mut hasher);
        hasher.finish()
    }

    pub(crate) fn put(&self, hasher: &mut Hasher) {
        hasher.g1(&self.delta_after);
        hasher.g1(&self.s);
        hasher.g1(&self.sx);
        hasher.g2(&self.spx);
        hasher.bytes(&self.transcript.0);
    }
}

pub(super) fn read(section: &[u8]) -> Result<Contributions, ZkeyFileError> {
    let mut input = Input::new(section);
    let circuit_hash = CeremonyHash(*input.array()?);
    let list = input.items_to_end(LEAST, contribution)?;
    Ok(Contributions { circuit_hash, list })
}

fn contribution(input: &mut Input<'_>, index: usize) -> Result<DeltaContribution, ZkeyFileError> {
    // Four points each.
    let at = |number: usize| {
        move |reason: PointError| ZkeyFileError::Point {
            section: CONTRIBUTIONS,
            index: 4 * index + number,
            reason,
        }
    };
    Ok(DeltaContribution {
        delta_after: numbers::g1(input.array()?).map_err(at(0))?,
        s: numbers::g1(input.array()?).map_err(at(1))?,
        sx: numbers::g1(input.array()?).map_err(at(2))?,
        spx: numbers::g2(input.array()?).map_err(at(3))?,
        transcript: CeremonyHash(*input.array()?),
        contributor: Contributor::read(input)
            .map_err(|reason| ZkeyFileError::Contribution { index, reason })?,
    })
}

//! The contributions of phase 2: δ starts as 1, and each contribution multiplies it by a factor that its
//! maker proves to know.

use ark_bn254::{G1Affine, G2Affine};
use ark_ec::AffineRepr;
use thiserror::Error;

use crate::algebra::same_ratio;
use crate::hash::Hasher;
use crate::params::{Contributor, MAX_BEACON_ITERATIONS};
use crate::random::{Stream, challenge_point};
use crate::zkey::{Contributions, DeltaContribution};

#[cfg(test)]
mod tests;

/// What is wrong with a contribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Phase2Fault {
    /// Its transcript is not the hash of circuit, earlier contributions and its own points.
    #[error(
        "its transcript does not follow from the circuit and the contributions before it: one was changed, dropped or moved"
    )]
    Transcript,
    /// The maker does not prove to know the factor.
    #[error("its proof of knowledge does not hold")]
    Knowledge,
    /// δ afterwards is not δ before times the factor.
    #[error("delta does not follow from the contribution before it")]
    Follow,
    /// δ stayed what it was.
    #[error("it left delta unchanged")]
    Unchanged,
    /// A beacon's proof is not what the public value gives.
    #[error("it does not follow from its beacon's value and iterations")]
    Beacon,
    /// Too much to recompute.
    #[error(
        "its beacon and those before have more than 2^{MAX_BEACON_ITERATIONS} iterations together"
    )]
    Iterations,
}

/// Checks all contributions and returns δ in G1 after the last; the first fault with its place.
pub(crate) fn check(contributions: &Contributions) -> Result<G1Affine, (usize, Phase2Fault)> {
    let contributors = contributions.list.iter().map(|c| &c.contributor);
    if let Some(index) = Contributor::first_too_many(contributors) {
        return Err((index, Phase2Fault::Iterations));
    }
    let mut transcript = Hasher::default();
    transcript.bytes(&contributions.circuit_hash.0);
    let mut delta = G1Affine::generator();
    for (index, contribution) in contributions.list.iter().enumerate() {
        check_one(contribution, &transcript, delta).map_err(|fault| (index, fault))?;
        contribution.put(&mut transcript);
        delta = contribution.delta_after;
    }
    Ok(delta)
}

fn check_one(
    contribution: &DeltaContribution,
    before: &Hasher,
    delta: G1Affine,
) -> Result<(), Phase2Fault> {
    let DeltaContribution {
        delta_after, s, sx, ..
    } = contribution;
    let mut transcript = before.clone();
    transcript.g1(s);
    transcript.g1(sx);
    require(
        transcript.finish() == contribution.transcript,
        Phase2Fault::Transcript,
    )?;
    if let Contributor::Beacon {
        value, iterations, ..
    } = &contribution.contributor
    {
        let mut stream = Stream::of_beacon(value, *iterations);
        let factor = stream.scalar();
        let point = stream.g1();
        require(*s == point && *sx == point * factor, Phase2Fault::Beacon)?;
    }
    let proof: [G2Affine; 2] = [challenge_point(&contribution.transcript), contribution.spx];
    require(same_ratio([*s, *sx], proof), Phase2Fault::Knowledge)?;
    require(
        same_ratio([delta, *delta_after], proof),
        Phase2Fault::Follow,
    )?;
    require(delta != *delta_after, Phase2Fault::Unchanged)
}

fn require(holds: bool, fault: Phase2Fault) -> Result<(), Phase2Fault> {
    if holds { Ok(()) } else { Err(fault) }
}

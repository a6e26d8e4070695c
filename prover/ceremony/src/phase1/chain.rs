//! The contributions of phase 1: each proves that it knows what it multiplied by, and follows the one
//! before it.

use ark_bn254::{G1Affine, G2Affine};
use ark_ec::AffineRepr;
use thiserror::Error;

use crate::algebra::same_ratio;
use crate::hash::{CeremonyHash, Hasher, g1_bytes, g2_bytes};
use crate::params::{Contributor, MAX_BEACON_ITERATIONS};
use crate::ptau::{Phase1Contribution, SecretKey};
use crate::random::{Stream, phase1_challenge};

#[cfg(test)]
mod tests;

/// The number that is being multiplied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secret {
    /// τ.
    Tau,
    /// α.
    Alpha,
    /// β.
    Beta,
}

impl std::fmt::Display for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Tau => "tau",
            Self::Alpha => "alpha",
            Self::Beta => "beta",
        })
    }
}

/// What is wrong with a contribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Phase1Fault {
    /// A beacon's proof is not what the public value gives.
    #[error("its proof for {0} does not follow from the beacon")]
    Beacon(Secret),
    /// The maker does not prove to know the factor.
    #[error("its proof of knowledge for {0} does not hold")]
    Knowledge(Secret),
    /// The new value is not the old one times the factor.
    #[error("{0} does not follow from the contribution before it")]
    Follow(Secret),
    /// The value stayed what it was.
    #[error("it left {0} unchanged")]
    Unchanged(Secret),
    /// Too much to recompute.
    #[error(
        "its beacon and those before have more than 2^{MAX_BEACON_ITERATIONS} iterations together"
    )]
    Iterations,
}

/// What a contribution leaves to the next.
struct State {
    tau_g1: G1Affine,
    tau_g2: G2Affine,
    alpha_g1: G1Affine,
    beta_g1: G1Affine,
    beta_g2: G2Affine,
    challenge: CeremonyHash,
}

impl State {
    fn first(power: u32) -> Self {
        Self {
            tau_g1: G1Affine::generator(),
            tau_g2: G2Affine::generator(),
            alpha_g1: G1Affine::generator(),
            beta_g1: G1Affine::generator(),
            beta_g2: G2Affine::generator(),
            challenge: first_challenge(power),
        }
    }

    fn after(contribution: &Phase1Contribution) -> Self {
        Self {
            tau_g1: contribution.tau_g1,
            tau_g2: contribution.tau_g2,
            alpha_g1: contribution.alpha_g1,
            beta_g1: contribution.beta_g1,
            beta_g2: contribution.beta_g2,
            challenge: contribution.next_challenge,
        }
    }
}

/// The challenge of a ceremony in which nobody has contributed: a hash over that of nothing and over lists of
/// generators.
pub(crate) fn first_challenge(power: u32) -> CeremonyHash {
    let mut hasher = Hasher::default();
    hasher.bytes(&Hasher::default().finish().0);
    let g1 = g1_bytes(&G1Affine::generator());
    let g2 = g2_bytes(&G2Affine::generator());
    let size = 1_usize << power;
    put_many(&mut hasher, &g1, 2 * size - 1);
    put_many(&mut hasher, &g2, size);
    put_many(&mut hasher, &g1, size);
    put_many(&mut hasher, &g1, size);
    hasher.bytes(&g2);
    hasher.finish()
}

/// The same bytes many times, in blocks.
fn put_many(hasher: &mut Hasher, bytes: &[u8], count: usize) {
    const BLOCK: usize = 256;
    let block = bytes.repeat(BLOCK);
    for _ in 0..count / BLOCK {
        hasher.bytes(&block);
    }
    hasher.bytes(&bytes.repeat(count % BLOCK));
}

/// Checks all contributions; the first fault with its place.
pub(super) fn check(list: &[Phase1Contribution], power: u32) -> Result<(), (usize, Phase1Fault)> {
    if let Some(index) = Contributor::first_too_many(list.iter().map(|c| &c.contributor)) {
        return Err((index, Phase1Fault::Iterations));
    }
    let mut before = State::first(power);
    for (index, contribution) in list.iter().enumerate() {
        check_one(contribution, &before).map_err(|fault| (index, fault))?;
        before = State::after(contribution);
    }
    Ok(())
}

fn check_one(contribution: &Phase1Contribution, before: &State) -> Result<(), Phase1Fault> {
    let [tau, alpha, beta] = &contribution.keys;
    if let Contributor::Beacon {
        value, iterations, ..
    } = &contribution.contributor
    {
        check_beacon(&contribution.keys, value, *iterations)?;
    }
    let point =
        |number, key: &SecretKey| phase1_challenge(number, &before.challenge, &key.s, &key.sx);
    let points = [point(0, tau), point(1, alpha), point(2, beta)];
    let secrets = [Secret::Tau, Secret::Alpha, Secret::Beta];
    for ((secret, key), sp) in secrets.into_iter().zip([tau, alpha, beta]).zip(points) {
        require(
            same_ratio([key.s, key.sx], [sp, key.spx]),
            Phase1Fault::Knowledge(secret),
        )?;
    }
    let [tau_sp, alpha_sp, beta_sp] = points;
    let c = contribution;
    let follows = [
        (
            Secret::Tau,
            same_ratio([before.tau_g1, c.tau_g1], [tau_sp, tau.spx])
                && same_ratio([tau.s, tau.sx], [before.tau_g2, c.tau_g2]),
        ),
        (
            Secret::Alpha,
            same_ratio([before.alpha_g1, c.alpha_g1], [alpha_sp, alpha.spx]),
        ),
        (
            Secret::Beta,
            same_ratio([before.beta_g1, c.beta_g1], [beta_sp, beta.spx])
                && same_ratio([beta.s, beta.sx], [before.beta_g2, c.beta_g2]),
        ),
    ];
    for (secret, holds) in follows {
        require(holds, Phase1Fault::Follow(secret))?;
    }
    for (secret, old, new) in [
        (Secret::Tau, before.tau_g1, c.tau_g1),
        (Secret::Alpha, before.alpha_g1, c.alpha_g1),
        (Secret::Beta, before.beta_g1, c.beta_g1),
    ] {
        require(old != new, Phase1Fault::Unchanged(secret))?;
    }
    Ok(())
}

/// A beacon's secrets and points come out of its stream: first all secrets, then all points. That the third
/// point of each key fits is left to the proof of knowledge.
fn check_beacon(keys: &[SecretKey; 3], value: &[u8], iterations: u8) -> Result<(), Phase1Fault> {
    let mut stream = Stream::of_beacon(value, iterations);
    let factors = [stream.scalar(), stream.scalar(), stream.scalar()];
    let secrets = [Secret::Tau, Secret::Alpha, Secret::Beta];
    for ((secret, key), factor) in secrets.into_iter().zip(keys).zip(factors) {
        let s = stream.g1();
        let same = key.s == s && key.sx == s * factor;
        require(same, Phase1Fault::Beacon(secret))?;
    }
    Ok(())
}

fn require(holds: bool, fault: Phase1Fault) -> Result<(), Phase1Fault> {
    if holds { Ok(()) } else { Err(fault) }
}

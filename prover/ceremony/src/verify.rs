//! Verification of a whole ceremony, from its three files.

use ark_bn254::{G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use obolus_verifier::{CircuitName, KeyOrigin, KeyPoints, VerifyingKey};

use crate::algebra::same_ratio;
use crate::error::{CeremonyError, CircuitSize, KeyPart};
use crate::initial::{self, Fixed};
use crate::phase1::Powers;
use crate::phase2;
use crate::r1cs::R1cs;
use crate::transcript::{Contribution, Transcript};
use crate::zkey::{Contributions, Zkey, ZkeyHeader};

/// What is demanded of a ceremony besides that it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Least number of participants that contributed to the key. At least 1 is always demanded; a beacon is
    /// no participant.
    pub minimum_contributions: usize,
    /// The same for the powers of tau.
    pub minimum_powers: usize,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            minimum_contributions: 1,
            minimum_powers: 1,
        }
    }
}

/// The files of a ceremony.
#[derive(Clone, Copy)]
pub struct CeremonyFiles<'a> {
    /// The circuit, `.r1cs`. What it says is the caller's to judge: compare the digest in the transcript.
    pub r1cs: &'a [u8],
    /// The prepared powers of tau, `.ptau`.
    pub ptau: &'a [u8],
    /// The key after the last contribution, `.zkey`.
    pub zkey: &'a [u8],
}

/// A ceremony that holds.
#[derive(Clone, Debug)]
pub struct Verified {
    /// The verifying key, of origin [`KeyOrigin::Ceremony`].
    pub key: VerifyingKey,
    /// Who took part, and in what.
    pub transcript: Transcript,
}

/// Verifies a ceremony from its files. Takes a second for small circuits, about a minute for 2²⁰ constraints; uses
/// rayon's current pool.
///
/// That it holds means: if at least one participant of each phase chose his secret at random and destroyed it, nobody
/// can make proofs of false statements about the circuit in `files.r1cs`. The circuit itself, and who the participants
/// are, is for the caller to compare.
///
/// # Errors
/// [`CeremonyError`] names the check that fails.
pub fn verify(
    circuit: &CircuitName,
    files: CeremonyFiles<'_>,
    policy: Policy,
) -> Result<Verified, CeremonyError> {
    let r1cs = R1cs::read(files.r1cs)?;
    let zkey = Zkey::read(files.zkey)?;
    // Cheap faults before dear ones.
    check_sizes(&r1cs, zkey.header())?;
    let powers = Powers::verify(files.ptau, r1cs.domain_power(), policy.minimum_powers)?;
    verify_under(circuit, &powers, &r1cs, &zkey, policy)
}

/// The same with powers of tau that were verified before, for several circuits.
///
/// # Errors
/// [`CeremonyError`] names the check that fails.
pub fn verify_under(
    circuit: &CircuitName,
    powers: &Powers<'_>,
    r1cs: &R1cs,
    zkey: &Zkey<'_>,
    policy: Policy,
) -> Result<Verified, CeremonyError> {
    let header = *zkey.header();
    check_sizes(r1cs, &header)?;
    let contributions = zkey.contributions()?;
    check_count(&contributions, policy.minimum_contributions)?;
    initial::check_coefficients(r1cs, zkey)?;
    check_single_points(&header, powers)?;

    let power = r1cs.domain_power();
    let lagrange = powers.lagrange(power)?;
    let fixed = Fixed::read(zkey)?;
    initial::check_fixed(r1cs, &lagrange, &fixed)?;
    let private = initial::private_points(r1cs, &lagrange);
    let circuit_hash = initial::circuit_hash(powers, power, &private, &fixed);
    if circuit_hash != contributions.circuit_hash {
        return Err(CeremonyError::CircuitHash);
    }

    let delta = phase2::check(&contributions)
        .map_err(|(index, fault)| CeremonyError::Contribution { index, fault })?;
    if delta != header.delta_g1 {
        return Err(CeremonyError::LastDelta);
    }
    let g1 = G1Affine::generator();
    let g2 = G2Affine::generator();
    if !same_ratio([g1, delta], [g2, header.delta_g2]) {
        return Err(CeremonyError::DeltaHalves);
    }
    check_divided(&zkey.c()?, &private, &header, KeyPart::C)?;
    check_divided(&zkey.h()?, &lagrange.odd_g1, &header, KeyPart::H)?;

    let key = VerifyingKey::new(
        circuit.clone(),
        KeyOrigin::Ceremony,
        header.public_inputs,
        KeyPoints {
            alpha_g1: header.alpha_g1,
            beta_g2: header.beta_g2,
            gamma_g2: header.gamma_g2,
            delta_g2: header.delta_g2,
            ic: fixed.ic,
        },
    )?;
    let phase2 = contributions.list.iter().map(|c| Contribution {
        contributor: c.contributor.clone(),
        hash: c.hash(),
    });
    Ok(Verified {
        key,
        transcript: Transcript {
            circuit: circuit.clone(),
            constraints: r1cs.constraints(),
            public_inputs: r1cs.public_inputs(),
            variables: r1cs.variables(),
            domain_power: power,
            r1cs: r1cs.digest(),
            circuit_hash,
            phase1: powers.contributions().collect(),
            phase2: phase2.collect(),
        },
    })
}

fn check_sizes(r1cs: &R1cs, header: &ZkeyHeader) -> Result<(), CeremonyError> {
    for (size, of_r1cs, of_zkey) in [
        (CircuitSize::Variables, r1cs.variables(), header.variables),
        (
            CircuitSize::PublicInputs,
            r1cs.public_inputs(),
            header.public_inputs,
        ),
        (CircuitSize::Domain, 1 << r1cs.domain_power(), header.domain),
    ] {
        if of_r1cs != of_zkey {
            return Err(CeremonyError::Size {
                size,
                r1cs: of_r1cs,
                zkey: of_zkey,
            });
        }
    }
    Ok(())
}

fn check_count(contributions: &Contributions, minimum: usize) -> Result<(), CeremonyError> {
    let participants = contributions.list.iter();
    let given = participants.filter(|c| !c.contributor.is_beacon()).count();
    // A key without any has a δ that everybody knows.
    let minimum = minimum.max(1);
    if given < minimum {
        return Err(CeremonyError::TooFew { given, minimum });
    }
    Ok(())
}

fn check_single_points(header: &ZkeyHeader, powers: &Powers<'_>) -> Result<(), CeremonyError> {
    let (alpha_g1, beta_g1, beta_g2) = powers.alpha_beta();
    for (holds, part) in [
        (header.alpha_g1 == alpha_g1, KeyPart::AlphaG1),
        (header.beta_g1 == beta_g1, KeyPart::BetaG1),
        (header.beta_g2 == beta_g2, KeyPart::BetaG2),
        (header.gamma_g2 == G2Affine::generator(), KeyPart::GammaG2),
    ] {
        if !holds {
            return Err(CeremonyError::Part(part));
        }
    }
    Ok(())
}

/// δ·`last` = `first`, for all points at once.
fn check_divided(
    last: &[G1Affine],
    first: &[G1Affine],
    header: &ZkeyHeader,
    part: KeyPart,
) -> Result<(), CeremonyError> {
    let [last, first] = initial::combined(last, first)?.map(|point| point.into_affine());
    // Without private variables, or with ones that do not occur, both are the identity.
    let nothing = last.is_zero() && first.is_zero();
    if nothing || same_ratio([last, first], [G2Affine::generator(), header.delta_g2]) {
        Ok(())
    } else {
        Err(CeremonyError::Part(part))
    }
}

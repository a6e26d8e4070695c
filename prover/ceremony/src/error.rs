//! Why a ceremony is refused: one variant for each check.

use std::fmt;

use obolus_verifier::KeyError;
use thiserror::Error;

use crate::algebra::NoRandomness;
use crate::phase1::PowersError;
use crate::phase2::Phase2Fault;
use crate::r1cs::R1csError;
use crate::zkey::ZkeyFileError;

/// A part of a zkey that follows from circuit and powers of tau.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyPart {
    /// α in G1.
    AlphaG1,
    /// β in G1.
    BetaG1,
    /// β in G2.
    BetaG2,
    /// γ in G2: the generator.
    GammaG2,
    /// Section 3.
    Ic,
    /// Section 5.
    A,
    /// Section 6.
    B1,
    /// Section 7.
    B2,
    /// Section 8.
    C,
    /// Section 9.
    H,
}

impl fmt::Display for KeyPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AlphaG1 => "alpha in G1",
            Self::BetaG1 => "beta in G1",
            Self::BetaG2 => "beta in G2",
            Self::GammaG2 => "gamma in G2",
            Self::Ic => "the points of the public inputs (section 3)",
            Self::A => "the points of A (section 5)",
            Self::B1 => "the points of B in G1 (section 6)",
            Self::B2 => "the points of B in G2 (section 7)",
            Self::C => "the points of the private variables (section 8)",
            Self::H => "the points of the quotient (section 9)",
        })
    }
}

/// Which number of a circuit differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CircuitSize {
    /// Variables.
    Variables,
    /// Public inputs.
    PublicInputs,
    /// Points of the domain.
    Domain,
}

impl fmt::Display for CircuitSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Variables => "variables",
            Self::PublicInputs => "public inputs",
            Self::Domain => "points of the domain",
        })
    }
}

/// Why a ceremony is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CeremonyError {
    /// The circuit's file.
    #[error("the circuit (.r1cs): {0}")]
    R1cs(#[from] R1csError),
    /// The key's file.
    #[error("the key (.zkey): {0}")]
    Zkey(#[from] ZkeyFileError),
    /// Phase 1.
    #[error("the powers of tau (.ptau): {0}")]
    Powers(#[from] PowersError),
    /// No random numbers.
    #[error(transparent)]
    Random(#[from] NoRandomness),
    /// The key has other dimensions than the circuit.
    #[error(
        "the key is another circuit's: it has {zkey} {size}, the circuit has {r1cs}; give the .r1cs file that the ceremony was run for"
    )]
    Size {
        /// Of what.
        size: CircuitSize,
        /// How many the circuit has.
        r1cs: usize,
        /// How many the key has.
        zkey: usize,
    },
    /// A matrix entry of the key is not the circuit's.
    #[error(
        "the key is another circuit's: its matrix entry {0} differs; give the .r1cs file that the ceremony was run for"
    )]
    Coefficient(usize),
    /// Points that do not follow from circuit, powers and δ.
    #[error(
        "{0} do not follow from circuit and powers of tau: the key was tampered with, or belongs to other files"
    )]
    Part(KeyPart),
    /// The contributions start from another key.
    #[error(
        "the contributions start from another key than circuit and powers of tau give: the circuit hash differs"
    )]
    CircuitHash,
    /// Fewer contributions than demanded.
    #[error("the key has {given} contributions of participants, but {minimum} are demanded")]
    TooFew {
        /// Participants that contributed; beacons do not count.
        given: usize,
        /// What was demanded.
        minimum: usize,
    },
    /// A contribution that does not hold.
    #[error("contribution {index} to the key (from 0): {fault}")]
    Contribution {
        /// Which.
        index: usize,
        /// What is wrong with it.
        fault: Phase2Fault,
    },
    /// δ is not what the last contribution left.
    #[error(
        "delta in the key is not what the last contribution left: a contribution is missing, or delta was changed"
    )]
    LastDelta,
    /// δ in G1 and δ in G2 are two numbers.
    #[error("delta in G2 is not delta in G1: the key was tampered with")]
    DeltaHalves,
    /// The verifier refuses the key.
    #[error("the verifying key is refused: {0}")]
    Key(#[from] KeyError),
}

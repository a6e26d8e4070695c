//! The Groth16 header of a zkey: dimensions and the single points.

use ark_bn254::{Fq, Fr, G1Affine, G2Affine};

use super::{HEADER, ZkeyFileError};
use crate::container::Input;
use crate::numbers::{self, is_field};

/// As many as the encoding of a verifying key can count. The lint compares every two of their
/// points, so the limit must stand before it.
const MAX_PUBLIC_INPUTS: usize = u16::MAX as usize;

/// What the header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ZkeyHeader {
    /// With constant and public inputs.
    pub variables: usize,
    /// Without the constant; fewer than variables.
    pub public_inputs: usize,
    /// Points of the domain, a power of two.
    pub domain: usize,
    /// α in G1.
    pub alpha_g1: G1Affine,
    /// β in G1, for the blinding of other provers.
    pub beta_g1: G1Affine,
    /// β in G2.
    pub beta_g2: G2Affine,
    /// γ in G2.
    pub gamma_g2: G2Affine,
    /// δ in G1, for the blinding of other provers.
    pub delta_g1: G1Affine,
    /// δ in G2.
    pub delta_g2: G2Affine,
}

impl ZkeyHeader {
    /// Two fields, three counts, three points in each group.
    pub(super) const LEN: usize =
        2 * (4 + numbers::FIELD) + 3 * 4 + 3 * numbers::G1 + 3 * numbers::G2;

    pub(super) fn read(bytes: &[u8]) -> Result<Self, ZkeyFileError> {
        let mut input = Input::new(bytes);
        if !is_field::<Fq>(&mut input)? || !is_field::<Fr>(&mut input)? {
            return Err(ZkeyFileError::Field);
        }
        let variables = input.u32()? as usize;
        let public_inputs = input.u32()? as usize;
        let domain = input.u32()? as usize;
        if public_inputs >= variables || public_inputs > MAX_PUBLIC_INPUTS {
            return Err(ZkeyFileError::Inputs {
                public_inputs,
                variables,
            });
        }
        if !domain.is_power_of_two() {
            return Err(ZkeyFileError::Domain(domain));
        }
        let at = |index| {
            move |reason| ZkeyFileError::Point {
                section: HEADER,
                index,
                reason,
            }
        };
        Ok(Self {
            variables,
            public_inputs,
            domain,
            alpha_g1: numbers::g1(input.array()?).map_err(at(0))?,
            beta_g1: numbers::g1(input.array()?).map_err(at(1))?,
            beta_g2: numbers::g2(input.array()?).map_err(at(2))?,
            gamma_g2: numbers::g2(input.array()?).map_err(at(3))?,
            delta_g1: numbers::g1(input.array()?).map_err(at(4))?,
            delta_g2: numbers::g2(input.array()?).map_err(at(5))?,
        })
    }
}

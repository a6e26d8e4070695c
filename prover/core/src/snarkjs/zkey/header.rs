//! The Groth16 header of a zkey: dimensions and the single points.

use ark_bn254::{Fq, Fr, G1Affine, G2Affine};

use super::{HEADER, ZkeyError};
use crate::snarkjs::container::Input;
use crate::snarkjs::numbers::{self, is_field};

/// As many as the encoding of a verifying key can count. The lint compares every two of their
/// points, so the limit must stand before it.
const MAX_PUBLIC_INPUTS: usize = u16::MAX as usize;

/// What the header says.
pub(super) struct Header {
    /// With constant and public inputs.
    pub(super) variables: usize,
    /// Without the constant; fewer than variables.
    pub(super) public_inputs: usize,
    /// Points of the domain, a power of two.
    pub(super) domain: usize,
    pub(super) alpha_g1: G1Affine,
    pub(super) beta_g2: G2Affine,
    pub(super) gamma_g2: G2Affine,
    pub(super) delta_g2: G2Affine,
}

impl Header {
    /// Two fields, three counts, three points in each group.
    pub(super) const LEN: usize =
        2 * (4 + numbers::FIELD) + 3 * 4 + 3 * numbers::G1 + 3 * numbers::G2;

    pub(super) fn read(bytes: &[u8]) -> Result<Self, ZkeyError> {
        let mut input = Input(bytes);
        if !is_field::<Fq>(&mut input)? || !is_field::<Fr>(&mut input)? {
            return Err(ZkeyError::Field);
        }
        let variables = input.u32()? as usize;
        let public_inputs = input.u32()? as usize;
        let domain = input.u32()? as usize;
        if public_inputs >= variables || public_inputs > MAX_PUBLIC_INPUTS {
            return Err(ZkeyError::Inputs {
                public_inputs,
                variables,
            });
        }
        if !domain.is_power_of_two() {
            return Err(ZkeyError::Domain(domain));
        }
        let at = |index| {
            move |reason| ZkeyError::Point {
                section: HEADER,
                index,
                reason,
            }
        };
        let alpha_g1 = numbers::g1(input.array()?).map_err(at(0))?;
        // β and δ in G1 are for the blinding of other provers.
        let _beta_g1 = numbers::g1(input.array()?).map_err(at(1))?;
        let beta_g2 = numbers::g2(input.array()?).map_err(at(2))?;
        let gamma_g2 = numbers::g2(input.array()?).map_err(at(3))?;
        let _delta_g1 = numbers::g1(input.array()?).map_err(at(4))?;
        let delta_g2 = numbers::g2(input.array()?).map_err(at(5))?;
        Ok(Self {
            variables,
            public_inputs,
            domain,
            alpha_g1,
            beta_g2,
            gamma_g2,
            delta_g2,
        })
    }
}

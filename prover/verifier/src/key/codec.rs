//! The one byte form of a verifying key.

use ark_bn254::{G1Affine, G2Affine};

use super::{KeyError, KeyOrigin, KeyPoints};
use crate::circuit::CircuitName;
use crate::points::{self, PointError};

/// First byte of every encoding.
const VERSION: u8 = 1;

pub(super) fn encode(
    circuit: &CircuitName,
    origin: KeyOrigin,
    key: &KeyPoints,
) -> Result<Vec<u8>, KeyError> {
    let name = circuit.as_str().as_bytes();
    let name_length = u8::try_from(name.len()).map_err(|_| KeyError::Length)?;
    let inputs = u16::try_from(key.ic.len().saturating_sub(1)).map_err(|_| KeyError::Length)?;
    let mut out = vec![VERSION, origin_byte(origin), name_length];
    out.extend_from_slice(name);
    out.extend_from_slice(&inputs.to_le_bytes());
    out.extend_from_slice(&g1(&key.alpha_g1, "alpha")?);
    out.extend_from_slice(&g2(&key.beta_g2, "beta")?);
    out.extend_from_slice(&g2(&key.gamma_g2, "gamma")?);
    out.extend_from_slice(&g2(&key.delta_g2, "delta")?);
    for point in &key.ic {
        out.extend_from_slice(&g1(point, "ic")?);
    }
    Ok(out)
}

pub(super) fn decode(
    mut bytes: &[u8],
) -> Result<(CircuitName, KeyOrigin, usize, KeyPoints), KeyError> {
    let input = &mut bytes;
    let [version, origin, name_length] = take::<3>(input)?;
    if version != VERSION {
        return Err(KeyError::Format);
    }
    let origin = match origin {
        0 => KeyOrigin::InsecureDevelopment,
        1 => KeyOrigin::Ceremony,
        2 => KeyOrigin::Imported,
        _ => return Err(KeyError::Format),
    };
    let (name, rest) = input
        .split_at_checked(usize::from(name_length))
        .ok_or(KeyError::Length)?;
    *input = rest;
    let name = std::str::from_utf8(name).map_err(|_| KeyError::Format)?;
    let circuit = CircuitName::new(name)?;
    let public_inputs = usize::from(u16::from_le_bytes(take::<2>(input)?));
    let named = |point| move |reason| KeyError::Point { point, reason };
    let alpha_g1 = points::decode_g1(&take::<32>(input)?).map_err(named("alpha"))?;
    let beta_g2 = points::decode_g2(&take::<64>(input)?).map_err(named("beta"))?;
    let gamma_g2 = points::decode_g2(&take::<64>(input)?).map_err(named("gamma"))?;
    let delta_g2 = points::decode_g2(&take::<64>(input)?).map_err(named("delta"))?;
    // Checked before the loop, so that a header cannot ask for work that its bytes do not back.
    if input.len() != 32 * (public_inputs + 1) {
        return Err(KeyError::Length);
    }
    let mut ic = Vec::with_capacity(public_inputs + 1);
    while !input.is_empty() {
        ic.push(points::decode_g1(&take::<32>(input)?).map_err(named("ic"))?);
    }
    let points = KeyPoints {
        alpha_g1,
        beta_g2,
        gamma_g2,
        delta_g2,
        ic,
    };
    Ok((circuit, origin, public_inputs, points))
}

fn origin_byte(origin: KeyOrigin) -> u8 {
    match origin {
        KeyOrigin::InsecureDevelopment => 0,
        KeyOrigin::Ceremony => 1,
        KeyOrigin::Imported => 2,
    }
}

fn g1(point: &G1Affine, name: &'static str) -> Result<[u8; 32], KeyError> {
    points::encode(point).ok_or(unencodable(name))
}

fn g2(point: &G2Affine, name: &'static str) -> Result<[u8; 64], KeyError> {
    points::encode(point).ok_or(unencodable(name))
}

fn unencodable(point: &'static str) -> KeyError {
    KeyError::Point {
        point,
        reason: PointError::Invalid,
    }
}

fn take<const N: usize>(input: &mut &[u8]) -> Result<[u8; N], KeyError> {
    let (head, rest) = input.split_first_chunk::<N>().ok_or(KeyError::Length)?;
    *input = rest;
    Ok(*head)
}

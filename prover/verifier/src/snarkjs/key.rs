//! `verification_key.json`.

use ark_bn254::{Bn254, Fq12};
use ark_ec::pairing::Pairing;
use serde::{Deserialize, Serialize};

use super::decimal::{self, G1Text, G2Text};
use super::{CURVE, JsonError, MAX_INPUTS, PROTOCOL, check_field, parse};
use crate::{CircuitName, KeyError, KeyOrigin, KeyPoints, VerifyingKey};

/// Longest file: about 180 bytes for every public input, with space for indentation.
const MAX_KEY: usize = (16 << 10) + MAX_INPUTS * 300;

/// Three pairs for each half of an element of F_q¹².
type PairingText = [[[String; 2]; 3]; 2];

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyText {
    protocol: String,
    curve: String,
    #[serde(rename = "nPublic")]
    public_inputs: u16,
    vk_alpha_1: G1Text,
    vk_beta_2: G2Text,
    vk_gamma_2: G2Text,
    vk_delta_2: G2Text,
    vk_alphabeta_12: PairingText,
    #[serde(rename = "IC")]
    ic: Vec<G1Text>,
}

/// `verification_key.json` of a key. The circuit's name and the key's origin have no place in it.
///
/// # Errors
/// None for a key that exists; the signature spares a panic.
pub fn key_to_json(key: &VerifyingKey) -> Result<String, JsonError> {
    let points = key.points();
    let text = KeyText {
        protocol: PROTOCOL.to_owned(),
        curve: CURVE.to_owned(),
        public_inputs: u16::try_from(key.public_inputs()).map_err(|_| KeyError::Length)?,
        vk_alpha_1: decimal::g1_text(&points.alpha_g1),
        vk_beta_2: decimal::g2_text(&points.beta_g2),
        vk_gamma_2: decimal::g2_text(&points.gamma_g2),
        vk_delta_2: decimal::g2_text(&points.delta_g2),
        vk_alphabeta_12: pairing_text(&pairing(points)),
        ic: points.ic.iter().map(decimal::g1_text).collect(),
    };
    Ok(serde_json::to_string_pretty(&text)?)
}

/// Reads a `verification_key.json`, for a circuit of the given name; the key is labelled
/// [`KeyOrigin::Imported`].
///
/// # Errors
/// [`JsonError`] if the text is not one, or if the key does not pass the verifier's lint.
pub fn key_from_json(circuit: &CircuitName, text: &[u8]) -> Result<VerifyingKey, JsonError> {
    let text: KeyText = parse(text, '{', MAX_KEY)?;
    check_field("protocol", &text.protocol, PROTOCOL)?;
    check_field("curve", &text.curve, CURVE)?;
    let public_inputs = usize::from(text.public_inputs);
    // Before the lint, which compares every two of them.
    if text.ic.len() != public_inputs + 1 {
        return Err(JsonError::Key(KeyError::IcLength {
            expected: public_inputs + 1,
            given: text.ic.len(),
        }));
    }
    let ic = text.ic.iter().map(|point| decimal::g1(point, "IC"));
    let points = KeyPoints {
        alpha_g1: decimal::g1(&text.vk_alpha_1, "vk_alpha_1")?,
        beta_g2: decimal::g2(&text.vk_beta_2, "vk_beta_2")?,
        gamma_g2: decimal::g2(&text.vk_gamma_2, "vk_gamma_2")?,
        delta_g2: decimal::g2(&text.vk_delta_2, "vk_delta_2")?,
        ic: ic.collect::<Result<_, _>>()?,
    };
    let key = VerifyingKey::new(circuit.clone(), KeyOrigin::Imported, public_inputs, points)?;
    if pairing_text(&pairing(key.points())) != text.vk_alphabeta_12 {
        return Err(JsonError::AlphaBeta);
    }
    Ok(key)
}

/// e(α, β).
fn pairing(points: &KeyPoints) -> Fq12 {
    Bn254::pairing(points.alpha_g1, points.beta_g2).0
}

fn pairing_text(value: &Fq12) -> PairingText {
    [&value.c0, &value.c1].map(|half| [&half.c0, &half.c1, &half.c2].map(decimal::fq2_text))
}

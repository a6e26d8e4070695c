//! What snarkjs and rapidsnark exchange with verifiers: `proof.json`, `public.json` and `verification_key.json`.
//!
//! Read strictly: exactly the fields that snarkjs writes, numbers as decimal text in their one
//! form, and no more text than such a file can have.

use ark_bn254::Fr;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use self::decimal::{G1Text, G2Text};
use crate::{KeyError, Proof, ProofError, UncheckedProof};

mod decimal;
mod key;

pub use key::{key_from_json, key_to_json};

/// Longest `proof.json`; snarkjs writes about 800 bytes.
pub const MAX_PROOF: usize = 16 << 10;
/// Most public inputs, as many as a verifying key can count.
pub const MAX_INPUTS: usize = u16::MAX as usize;
/// Longest `public.json`: 78 digits and some space for every input.
pub const MAX_PUBLIC: usize = MAX_INPUTS * 100;

const PROTOCOL: &str = "groth16";
/// What iden3's tools call BN254.
const CURVE: &str = "bn128";

/// Why JSON text was refused or not written.
#[derive(Debug, Error)]
pub enum JsonError {
    /// Longer than such a file can be.
    #[error("the JSON has {given} bytes; such a file has at most {limit}: give the right file")]
    TooLong {
        /// Length of the text.
        given: usize,
        /// Longest that is read.
        limit: usize,
    },
    /// Not JSON, or not these fields.
    #[error("the JSON is not as snarkjs writes it: {0}")]
    Form(#[from] serde_json::Error),
    /// A top-level value of the wrong kind.
    #[error("the JSON must start with {0}; give the file that snarkjs wrote")]
    Start(char),
    /// A field that can have one value only.
    #[error("field {field} must be \"{expected}\"; make the file with snarkjs groth16 over bn128")]
    Field {
        /// Name of the field.
        field: &'static str,
        /// Its only value.
        expected: &'static str,
    },
    /// Not a decimal number in its one form below the modulus.
    #[error("field {0} holds a number that is not canonical; write the file again")]
    Number(&'static str),
    /// A point whose third coordinate is not one.
    #[error("the third coordinate in {0} is not 1; write affine points, as snarkjs does")]
    NotAffine(&'static str),
    /// More public inputs than a key can have.
    #[error("{0} public inputs are more than a verifying key can have; give the right file")]
    Inputs(usize),
    /// The proof is refused.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// The verifying key is refused.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The pairing that the key file repeats is another one.
    #[error("vk_alphabeta_12 is not the pairing of vk_alpha_1 and vk_beta_2; export the key again")]
    AlphaBeta,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProofText {
    pi_a: G1Text,
    pi_b: G2Text,
    pi_c: G1Text,
    protocol: String,
    /// rapidsnark leaves it out; where it stands, it is a name.
    #[serde(default, deserialize_with = "given")]
    curve: Option<String>,
}

fn given<'de, D: serde::Deserializer<'de>>(text: D) -> Result<Option<String>, D::Error> {
    String::deserialize(text).map(Some)
}

/// `proof.json` of a proof.
///
/// # Errors
/// None for a proof that exists; the signature spares a panic.
pub fn proof_to_json(proof: &impl AsRef<UncheckedProof>) -> Result<String, JsonError> {
    let proof = proof.as_ref();
    let text = ProofText {
        pi_a: decimal::g1_text(proof.a()),
        pi_b: decimal::g2_text(proof.b()),
        pi_c: decimal::g1_text(proof.c()),
        protocol: PROTOCOL.to_owned(),
        curve: Some(CURVE.to_owned()),
    };
    Ok(serde_json::to_string_pretty(&text)?)
}

/// Reads a `proof.json` of snarkjs or rapidsnark.
///
/// # Errors
/// [`JsonError`] if the text is not one, or if [`Proof::new`] refuses a point.
pub fn proof_from_json(text: &[u8]) -> Result<Proof, JsonError> {
    Ok(unchecked_proof_from_json(text)?.check()?)
}

/// [`proof_from_json`] for [`verify_batch`](crate::verify_batch), which finds out whether B is in its subgroup.
///
/// # Errors
/// [`JsonError`] if the text is not one, or if [`UncheckedProof::new`] refuses a point.
pub fn unchecked_proof_from_json(text: &[u8]) -> Result<UncheckedProof, JsonError> {
    let proof: ProofText = parse(text, '{', MAX_PROOF)?;
    check_field("protocol", &proof.protocol, PROTOCOL)?;
    check_field("curve", proof.curve.as_deref().unwrap_or(CURVE), CURVE)?;
    let proof = UncheckedProof::new(
        decimal::g1(&proof.pi_a, "pi_a")?,
        decimal::g2(&proof.pi_b, "pi_b")?,
        decimal::g1(&proof.pi_c, "pi_c")?,
    )?;
    Ok(proof)
}

/// `public.json` of public inputs.
///
/// # Errors
/// None; the signature spares a panic.
pub fn inputs_to_json(inputs: &[Fr]) -> Result<String, JsonError> {
    let text: Vec<String> = inputs.iter().map(Fr::to_string).collect();
    Ok(serde_json::to_string_pretty(&text)?)
}

/// Reads a `public.json`.
///
/// # Errors
/// [`JsonError`] if the text is not an array of canonical numbers.
pub fn inputs_from_json(text: &[u8]) -> Result<Vec<Fr>, JsonError> {
    let inputs: Vec<String> = parse(text, '[', MAX_PUBLIC)?;
    if inputs.len() > MAX_INPUTS {
        return Err(JsonError::Inputs(inputs.len()));
    }
    inputs
        .iter()
        .map(|number| decimal::number(number).ok_or(JsonError::Number("public")))
        .collect()
}

/// Parses text of limited length. `start` is demanded because serde takes an array for a struct.
fn parse<T: DeserializeOwned>(text: &[u8], start: char, limit: usize) -> Result<T, JsonError> {
    if text.len() > limit {
        return Err(JsonError::TooLong {
            given: text.len(),
            limit,
        });
    }
    if text.trim_ascii_start().first().copied().map(char::from) != Some(start) {
        return Err(JsonError::Start(start));
    }
    Ok(serde_json::from_slice(text)?)
}

fn check_field(field: &'static str, given: &str, expected: &'static str) -> Result<(), JsonError> {
    if given == expected {
        Ok(())
    } else {
        Err(JsonError::Field { field, expected })
    }
}

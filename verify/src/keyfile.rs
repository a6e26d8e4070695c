//! Files of verifying keys: the canonical encoding, or `verification_key.json` of snarkjs.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use obolus_verifier::snarkjs::{JsonError, key_from_json};
use obolus_verifier::{CircuitName, KeyError, PointError, VerifyingKey};
use thiserror::Error;

use crate::report::{Fault, Finding};
use crate::source::read_file;

#[cfg(test)]
mod tests;

/// Longest key file: `verification_key.json` of a circuit with as many public inputs as a key can have.
const MAX_KEY_FILE: usize = 20 << 20;

/// `FILE`, or `CIRCUIT=FILE` for a file of snarkjs, which does not say what its circuit is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyArg {
    /// Name of the circuit.
    pub circuit: Option<CircuitName>,
    /// The file.
    pub path: PathBuf,
}

/// Why an argument names no key file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum KeyArgError {
    /// No path.
    #[error("no file: write FILE, or CIRCUIT=FILE for a verification_key.json")]
    Empty,
}

impl FromStr for KeyArg {
    type Err = KeyArgError;

    fn from_str(text: &str) -> Result<Self, KeyArgError> {
        // A path with = in it is taken as one if what stands before is no circuit's name.
        let split = text.split_once('=');
        let named = split.and_then(|(name, path)| Some((CircuitName::new(name).ok()?, path)));
        let (circuit, path) = match named {
            Some((circuit, path)) => (Some(circuit), path),
            None => (None, text),
        };
        if path.is_empty() {
            return Err(KeyArgError::Empty);
        }
        Ok(Self {
            circuit,
            path: PathBuf::from(path),
        })
    }
}

/// Reads and lints a key.
///
/// # Errors
/// A finding: unreadable, malformed, or refused by the lint.
pub fn read_key(arg: &KeyArg) -> Result<VerifyingKey, Finding> {
    let bytes = read_file(&arg.path, MAX_KEY_FILE)?;
    let is_json = bytes.trim_ascii_start().first() == Some(&b'{');
    match (&arg.circuit, is_json) {
        (Some(circuit), true) => key_from_json(circuit, &bytes).map_err(|e| json_finding(&e)),
        (None, true) => Err(Finding::new(
            Fault::Malformed,
            "key_unnamed",
            "a verification_key.json does not name its circuit: write CIRCUIT=FILE",
        )),
        (circuit, false) => {
            let key = VerifyingKey::decode(&bytes).map_err(|e| key_finding(&e))?;
            match circuit {
                Some(name) if name != key.circuit() => Err(Finding::new(
                    Fault::Refused,
                    "key_circuit",
                    format!("the key is of circuit {}, not {name}", key.circuit()),
                )),
                _ => Ok(key),
            }
        }
    }
}

/// Reads `verification_key.json` of any circuit.
///
/// # Errors
/// As [`read_key`].
pub fn read_snarkjs_key(circuit: &CircuitName, path: &Path) -> Result<VerifyingKey, Finding> {
    let bytes = read_file(path, MAX_KEY_FILE)?;
    key_from_json(circuit, &bytes).map_err(|error| json_finding(&error))
}

/// A key that is no encoding is malformed; one with bad points is refused.
pub(crate) fn key_finding(error: &KeyError) -> Finding {
    let (fault, code) = match error {
        KeyError::Length
        | KeyError::Format
        | KeyError::Name(_)
        | KeyError::Point {
            reason: PointError::NotCanonical,
            ..
        } => (Fault::Malformed, "key_malformed"),
        KeyError::Point { .. } => (Fault::Refused, "key_point"),
        KeyError::IcLength { .. } => (Fault::Refused, "key_ic_length"),
        KeyError::DeltaIsGamma
        | KeyError::DeltaIsGenerator
        | KeyError::BetaIs(_)
        | KeyError::RepeatedIc(..) => (Fault::Refused, "key_degenerate"),
    };
    Finding::new(fault, code, error)
}

fn json_finding(error: &JsonError) -> Finding {
    match error {
        JsonError::Key(error) => key_finding(error),
        // How snarkjs writes the identity, for example for a public input that nothing depends on.
        JsonError::NotAffine(_) => Finding::new(Fault::Refused, "key_point", error),
        JsonError::AlphaBeta => Finding::new(Fault::Refused, "key_alpha_beta", error),
        _ => Finding::new(Fault::Malformed, "key_malformed", error),
    }
}

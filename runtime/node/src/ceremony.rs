//! Production chains take keys whose ceremony this node has verified itself, when it starts.
//!
//! For every verifying key of the genesis the configured folder has `NAME.r1cs` and `NAME.zkey`, and for all of them
//! `powers.ptau`; `obolus ceremony import` writes these files. The circuit of one of the protocol's statements must be
//! the pinned one. A chain may list keys of other circuits; then the `.r1cs` file in the folder is what the operator
//! vouches for.

use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Instant;

use obolus_ceremony::container::MAX_FILE_BYTES;
use obolus_ceremony::{
    CeremonyError, Policy, Powers, PowersError, R1cs, R1csError, Zkey, ZkeyFileError, verify_under,
};
use obolus_chain::{ChainMode, Genesis};
use obolus_protocol::statement::circuit_digest;
use obolus_verifier::{CircuitName, KeyError, KeyIdText, VerifyingKey};
use serde::Deserialize;

#[cfg(test)]
mod tests;

/// Name of the powers of tau in the folder.
const POWERS: &str = "powers.ptau";

/// The `[ceremony]` section.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CeremonyConfig {
    /// The folder of `NAME.r1cs`, `NAME.zkey` and `powers.ptau`.
    pub dir: PathBuf,
    /// Least number of participants that contributed to each key; beacons do not count.
    #[serde(default = "one")]
    pub minimum_contributions: NonZeroUsize,
}

const fn one() -> NonZeroUsize {
    NonZeroUsize::MIN
}

/// Why a production node does not start.
#[derive(Debug, thiserror::Error)]
pub enum CeremonyCheckError {
    /// No folder.
    #[error(
        "a production chain needs the ceremonies of its keys: set ceremony.dir to the folder that `obolus ceremony import` wrote"
    )]
    NotConfigured,
    /// A key of the genesis.
    #[error("verifying key number {0} of the genesis is refused: {1}")]
    Genesis(usize, KeyError),
    /// A file.
    #[error("{path}: {source}; import the ceremony with `obolus ceremony import`", path = path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// Larger than any file that is read.
    #[error("{path} has {bytes} bytes, at most {MAX_FILE_BYTES} can be read", path = path.display())]
    TooLarge {
        /// Which file.
        path: PathBuf,
        /// How large.
        bytes: u64,
    },
    /// Another circuit than the statement's.
    #[error(
        "{path} is not the circuit of statement {circuit} in this release (its BLAKE3 hash is {given}, not {expected}); write it with `obolus ceremony export`", path = path.display()
    )]
    OtherCircuit {
        /// The circuit's file.
        path: PathBuf,
        /// The statement.
        circuit: CircuitName,
        /// Digest of the file.
        given: String,
        /// Digest that this release pins.
        expected: &'static str,
    },
    /// A circuit that cannot be read.
    #[error("{path}: {1}", path = .0.display())]
    R1cs(PathBuf, R1csError),
    /// A key that cannot be read.
    #[error("{path}: {1}", path = .0.display())]
    Zkey(PathBuf, ZkeyFileError),
    /// Powers of tau that do not hold.
    #[error("{path}: {1}", path = .0.display())]
    Powers(PathBuf, PowersError),
    /// A ceremony that does not hold.
    #[error("the ceremony of circuit {0} does not hold: {1}")]
    Ceremony(CircuitName, CeremonyError),
    /// A ceremony that made another key.
    #[error(
        "the ceremony of circuit {circuit} made the key {made}, but the genesis has {listed}: import the ceremony that the chain was begun with"
    )]
    OtherKey {
        /// The circuit.
        circuit: CircuitName,
        /// The ceremony's key.
        made: KeyIdText,
        /// The genesis's key.
        listed: KeyIdText,
    },
}

/// The circuit of a key with its files' content.
struct Candidate {
    key: VerifyingKey,
    r1cs: R1cs,
    zkey_path: PathBuf,
}

/// Verifies the ceremonies of all keys of a production chain; a development chain needs none. Uses rayon's current
/// pool and may take from a second to minutes.
///
/// # Errors
/// [`CeremonyCheckError`] names the file or the check.
pub fn check(genesis: &Genesis, config: Option<&CeremonyConfig>) -> Result<(), CeremonyCheckError> {
    if genesis.mode != ChainMode::Production || genesis.verifying_keys.is_empty() {
        return Ok(());
    }
    let config = config.ok_or(CeremonyCheckError::NotConfigured)?;
    let begun = Instant::now();
    let mut candidates = Vec::new();
    for (index, bytes) in genesis.verifying_keys.iter().enumerate() {
        let key = VerifyingKey::decode(bytes)
            .map_err(|error| CeremonyCheckError::Genesis(index, error))?;
        candidates.push(candidate(&config.dir, key)?);
    }
    let limit = candidates.iter().map(|c| c.r1cs.domain_power()).max();
    let powers_path = config.dir.join(POWERS);
    let powers = read(&powers_path)?;
    let policy = Policy {
        minimum_contributions: config.minimum_contributions.get(),
        ..Policy::default()
    };
    let powers = Powers::verify(&powers, limit.unwrap_or_default(), policy.minimum_powers)
        .map_err(|error| CeremonyCheckError::Powers(powers_path, error))?;
    for candidate in &candidates {
        verify_one(candidate, &powers, policy)?;
    }
    tracing::info!(
        keys = candidates.len(),
        milliseconds = begun.elapsed().as_millis() as u64,
        "the ceremonies of the chain's keys were verified"
    );
    Ok(())
}

/// Reads the circuit of a key and compares it with the pinned one.
fn candidate(folder: &Path, key: VerifyingKey) -> Result<Candidate, CeremonyCheckError> {
    let circuit = key.circuit();
    let path = folder.join(format!("{circuit}.r1cs"));
    let r1cs =
        R1cs::read(&read(&path)?).map_err(|error| CeremonyCheckError::R1cs(path.clone(), error))?;
    let given = r1cs.digest().to_string();
    match circuit_digest(circuit.as_str()) {
        Some(expected) if expected != given => {
            return Err(CeremonyCheckError::OtherCircuit {
                path,
                circuit: circuit.clone(),
                given,
                expected,
            });
        }
        Some(_) => {}
        None => tracing::warn!(
            %circuit, r1cs = given,
            "no statement of the protocol: the operator's file says what its circuit is"
        ),
    }
    Ok(Candidate {
        zkey_path: folder.join(format!("{circuit}.zkey")),
        key,
        r1cs,
    })
}

fn verify_one(
    candidate: &Candidate,
    powers: &Powers<'_>,
    policy: Policy,
) -> Result<(), CeremonyCheckError> {
    let Candidate {
        key,
        r1cs,
        zkey_path,
    } = candidate;
    let circuit = key.circuit();
    let zkey = read(zkey_path)?;
    let zkey =
        Zkey::read(&zkey).map_err(|error| CeremonyCheckError::Zkey(zkey_path.clone(), error))?;
    let verified = verify_under(circuit, powers, r1cs, &zkey, policy)
        .map_err(|error| CeremonyCheckError::Ceremony(circuit.clone(), error))?;
    if verified.key != *key {
        return Err(CeremonyCheckError::OtherKey {
            circuit: circuit.clone(),
            made: KeyIdText(verified.key.id()),
            listed: KeyIdText(key.id()),
        });
    }
    for contribution in &verified.transcript.phase2 {
        tracing::info!(
            %circuit, contributor = %contribution.contributor, hash = %contribution.hash,
            "contribution to the key"
        );
    }
    Ok(())
}

fn read(path: &Path) -> Result<Vec<u8>, CeremonyCheckError> {
    let io = |source| CeremonyCheckError::Io {
        path: path.to_path_buf(),
        source,
    };
    let bytes = fs::metadata(path).map_err(io)?.len();
    if bytes > MAX_FILE_BYTES {
        return Err(CeremonyCheckError::TooLarge {
            path: path.to_path_buf(),
            bytes,
        });
    }
    fs::read(path).map_err(io)
}

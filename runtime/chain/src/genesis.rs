//! What a chain starts from. Its hash is the chain id, so nothing here can change later.

use std::collections::BTreeMap;
use std::fmt;

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::{ChainId, KeyId, RoleSet};
use obolus_protocol::address::Network;
use obolus_protocol::tx::{Height, MAX_EXPIRY_HORIZON};
use obolus_verifier::{CircuitName, KeyOrigin, VerifyingKey};

use crate::Timestamp;

const CHAIN_ID: &str = "obolus 2026 chain id v1";

/// Name of a chain for people: 1 to 32 characters of `a-z`, `0-9`, `-`.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize)]
pub struct ChainName(String);

impl ChainName {
    /// Longest name in bytes.
    pub const MAX_LEN: usize = 32;

    /// Checks a name.
    ///
    /// # Errors
    /// [`GenesisError::Name`].
    pub fn new(name: &str) -> Result<Self, GenesisError> {
        let charset = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
        if name.is_empty() || name.len() > Self::MAX_LEN || !name.bytes().all(charset) {
            return Err(GenesisError::Name);
        }
        Ok(Self(name.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ChainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl BorshDeserialize for ChainName {
    fn deserialize_reader<R: borsh::io::Read>(reader: &mut R) -> borsh::io::Result<Self> {
        let name = String::deserialize_reader(reader)?;
        Self::new(&name).map_err(|error| {
            borsh::io::Error::new(borsh::io::ErrorKind::InvalidData, error.to_string())
        })
    }
}

/// Which keys a chain may accept proofs under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum ChainMode {
    /// Ceremony keys only.
    Production,
    /// Also keys labelled INSECURE, under which anybody can forge proofs. For tests and demos.
    Development,
}

/// The beginning of a chain.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Genesis {
    /// Name for people.
    pub name: ChainName,
    /// Decides how addresses begin.
    pub network: Network,
    /// Production or development.
    pub mode: ChainMode,
    /// When the chain began; no block is earlier.
    pub time: Timestamp,
    /// Who may upload and instantiate contracts.
    pub operator: RoleSet,
    /// Canonical encodings of the verifying keys that proofs are checked under, each with its
    /// circuit and origin inside.
    pub verifying_keys: Vec<Vec<u8>>,
    /// How many blocks ahead of the tip a transaction may expire, 1 to [`MAX_EXPIRY_HORIZON`].
    pub expiry_horizon: Height,
}

/// Why a genesis was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GenesisError {
    /// Malformed name.
    #[error("the chain name must be 1 to 32 characters of a-z, 0-9 and -")]
    Name,
    /// Malformed operator role.
    #[error(
        "the operator role is malformed ({0:?}): list 1 to 16 distinct keys in ascending order and a threshold within them"
    )]
    Operator(obolus_abi::role::RoleSetError),
    /// A development chain that calls itself the main network.
    #[error("a development chain cannot be on the main network: choose the test network")]
    DevelopmentOnMain,
    /// Horizon out of range.
    #[error("the expiry horizon must be 1 to {MAX_EXPIRY_HORIZON} blocks")]
    Horizon,
    /// A verifying key that does not decode or fails the lint.
    #[error("verifying key number {index} is refused: {reason}")]
    Key {
        /// Its place in the list, from 0.
        index: usize,
        /// What is wrong with it.
        reason: obolus_verifier::KeyError,
    },
    /// A development key on a production chain.
    #[error(
        "the key of circuit {circuit} is labelled INSECURE: a production chain takes ceremony keys only; run a ceremony, or declare a development chain"
    )]
    InsecureKey {
        /// The circuit.
        circuit: String,
    },
    /// One key twice.
    #[error("the key of circuit {circuit} is listed twice: list each key once")]
    RepeatedKey {
        /// The circuit.
        circuit: String,
    },
    /// Bytes that are no genesis.
    #[error("the genesis does not decode: fetch the file again, or use the release that wrote it")]
    Malformed,
}

impl Genesis {
    /// Identity of the chain: BLAKE3 of the encoding.
    pub fn chain_id(&self) -> ChainId {
        ChainId(blake3::derive_key(CHAIN_ID, &self.encode()))
    }

    /// The canonical encoding.
    pub fn encode(&self) -> Vec<u8> {
        crate::encode(self)
    }

    /// Reads [`Self::encode`]'s bytes.
    ///
    /// # Errors
    /// [`GenesisError::Malformed`] on anything else, trailing bytes included.
    pub fn decode(bytes: &[u8]) -> Result<Self, GenesisError> {
        borsh::from_slice(bytes).map_err(|_| GenesisError::Malformed)
    }

    /// Checks every part and loads the keys.
    ///
    /// # Errors
    /// [`GenesisError`] names the first part that is wrong.
    pub fn check(&self) -> Result<Circuits, GenesisError> {
        self.operator.validate().map_err(GenesisError::Operator)?;
        if self.mode == ChainMode::Development && self.network == Network::Main {
            return Err(GenesisError::DevelopmentOnMain);
        }
        if !(1..=MAX_EXPIRY_HORIZON).contains(&self.expiry_horizon.0) {
            return Err(GenesisError::Horizon);
        }
        let mut keys = BTreeMap::new();
        for (index, bytes) in self.verifying_keys.iter().enumerate() {
            let key = VerifyingKey::decode(bytes)
                .map_err(|reason| GenesisError::Key { index, reason })?;
            let circuit = key.circuit().as_str().to_owned();
            // The origin is part of the key's encoding and so of its id: a label cannot be removed
            // without making another key, which no contract pins.
            if self.mode == ChainMode::Production && key.origin() != KeyOrigin::Ceremony {
                return Err(GenesisError::InsecureKey { circuit });
            }
            if keys.insert(key.id(), key).is_some() {
                return Err(GenesisError::RepeatedKey { circuit });
            }
        }
        Ok(Circuits { keys })
    }
}

/// The verifying keys of a chain, checked and prepared.
pub struct Circuits {
    keys: BTreeMap<KeyId, VerifyingKey>,
}

impl Circuits {
    /// The key of this id.
    pub fn key(&self, id: &KeyId) -> Option<&VerifyingKey> {
        self.keys.get(id)
    }

    /// Ids with the circuits they belong to.
    pub fn ids(&self) -> impl Iterator<Item = (KeyId, &CircuitName)> {
        self.keys.iter().map(|(id, key)| (*id, key.circuit()))
    }
}

#[cfg(test)]
mod tests;

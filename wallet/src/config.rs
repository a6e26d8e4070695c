//! Which token a wallet follows, and the file in which its issuer publishes that.

use std::path::{Path, PathBuf};

use obolus_abi::{ChainId, ContractId, PointBytes};
use obolus_protocol::address::Network;
use obolus_protocol::audit::AuditorKey;
use obolus_runtime_api::hex;
use serde::{Deserialize, Serialize};

/// One token on one chain, as its issuer publishes it.
///
/// The auditor's key belongs to it: a node that could choose the key would read every payment. Keys
/// of later epochs are trusted one by one, see
/// [`TokenView::trust_auditor`](crate::view::TokenView::trust_auditor).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenConfig {
    /// The chain.
    pub chain: ChainId,
    /// The token contract.
    pub token: ContractId,
    /// The token's registry.
    pub registry: ContractId,
    /// The auditor's key that the registry was instantiated with.
    pub auditor: AuditorKey,
}

/// A token with what people call it: the content of a token file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Which token.
    pub config: TokenConfig,
    /// The network, which decides how addresses begin.
    pub network: Network,
    /// Display name.
    pub name: String,
    /// Currency or instrument code.
    pub unit: String,
    /// Decimal digits of the minor unit.
    pub exponent: u8,
}

/// The file's fields.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    name: String,
    unit: String,
    exponent: u8,
    network: NetworkName,
    chain: String,
    token: String,
    registry: String,
    auditor: String,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum NetworkName {
    Main,
    Test,
}

/// Why a token file could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum TokenFileError {
    /// The file.
    #[error("{path}: {source}; check path and permissions", path = path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// Its form.
    #[error("{path} is no token file: {reason}", path = path.display())]
    Form {
        /// Which.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
}

impl Token {
    /// The file's text.
    pub fn to_toml(&self) -> String {
        let fields = Fields {
            name: self.name.clone(),
            unit: self.unit.clone(),
            exponent: self.exponent,
            network: match self.network {
                Network::Main => NetworkName::Main,
                Network::Test => NetworkName::Test,
            },
            chain: hex::encode(&self.config.chain.0),
            token: hex::encode(&self.config.token.0),
            registry: hex::encode(&self.config.registry.0),
            auditor: hex::encode(&self.config.auditor.encode().0),
        };
        // Strings and numbers always encode.
        toml::to_string(&fields).unwrap_or_default()
    }

    /// Reads the file's text.
    ///
    /// # Errors
    /// A sentence that names the field.
    pub fn from_toml(text: &str) -> Result<Self, String> {
        let fields: Fields = toml::from_str(text).map_err(|error| error.to_string())?;
        let auditor =
            hex::decode_array(&fields.auditor).map_err(|error| format!("auditor: {error}"))?;
        let auditor = AuditorKey::decode(&PointBytes(auditor))
            .map_err(|error| format!("auditor: {error}"))?;
        if fields.exponent > 18 {
            return Err("exponent: must be at most 18".into());
        }
        let contract = |name: &str, text: &str| {
            hex::decode_fixed(text).map_err(|error| format!("{name}: {error}"))
        };
        Ok(Self {
            config: TokenConfig {
                chain: hex::decode_fixed(&fields.chain)
                    .map_err(|error| format!("chain: {error}"))?,
                token: contract("token", &fields.token)?,
                registry: contract("registry", &fields.registry)?,
                auditor,
            },
            network: match fields.network {
                NetworkName::Main => Network::Main,
                NetworkName::Test => Network::Test,
            },
            name: fields.name,
            unit: fields.unit,
            exponent: fields.exponent,
        })
    }

    /// Reads a token file.
    ///
    /// # Errors
    /// [`TokenFileError`].
    pub fn read(path: &Path) -> Result<Self, TokenFileError> {
        let text = std::fs::read_to_string(path).map_err(|source| TokenFileError::Io {
            path: path.to_path_buf(),
            source,
        })?;
        Self::from_toml(&text).map_err(|reason| TokenFileError::Form {
            path: path.to_path_buf(),
            reason,
        })
    }
}

#[cfg(test)]
mod tests;

//! Which token a wallet follows, and the file in which its issuer publishes that.

use std::path::{Path, PathBuf};

use obolus_abi::{ChainId, ContractId, PointBytes};
use obolus_protocol::address::Network;
use obolus_protocol::audit::AuditorKey;
use obolus_runtime_api::hex;
use serde::{Deserialize, Serialize};

use crate::files::read_at_most;

mod money;

pub use money::{Money, OtherMoney};

/// Longest name in bytes, as the token contract has it.
const MAX_NAME: usize = 64;
/// Longest unit in bytes, as the token contract has it.
const MAX_UNIT: usize = 12;
/// Largest token file that is read, in bytes; a real one has a few hundred.
const MAX_FILE: u64 = 64 * 1024;

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

/// Whether a character rules a terminal, breaks lines or turns the direction of writing: nobody sees it, and what is seen is
/// no longer what was said.
pub fn hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A text that is printed beside amounts.
fn printable(field: &str, text: &str, longest: usize) -> Result<(), String> {
    if text.is_empty() || text.len() > longest || text.chars().any(hidden) {
        return Err(format!(
            "{field}: must be 1 to {longest} bytes without control characters; ask the issuer for its file"
        ));
    }
    Ok(())
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
        let contract = |name: &str, text: &str| {
            hex::decode_fixed(text).map_err(|error| format!("{name}: {error}"))
        };
        let token = Self {
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
        };
        token.check()?;
        Ok(token)
    }

    /// Name, unit and exponent can be shown. Whoever makes a token of what somebody else said asks first: its name and unit
    /// are printed as they are.
    ///
    /// # Errors
    /// A sentence that names the field.
    pub fn check(&self) -> Result<(), String> {
        printable("name", &self.name, MAX_NAME)?;
        printable("unit", &self.unit, MAX_UNIT)?;
        if self.exponent > 18 {
            return Err("exponent: must be at most 18".into());
        }
        Ok(())
    }

    /// Reads a token file.
    ///
    /// # Errors
    /// [`TokenFileError`].
    pub fn read(path: &Path) -> Result<Self, TokenFileError> {
        let form = |reason| TokenFileError::Form {
            path: path.to_path_buf(),
            reason,
        };
        let read = read_at_most(path, MAX_FILE).map_err(|source| TokenFileError::Io {
            path: path.to_path_buf(),
            source,
        })?;
        let bytes = read.ok_or_else(|| {
            form(format!(
                "it is larger than {MAX_FILE} bytes; give the file that the issuer published"
            ))
        })?;
        let text = String::from_utf8(bytes).map_err(|error| form(error.to_string()))?;
        Self::from_toml(&text).map_err(form)
    }
}

#[cfg(test)]
mod tests;

//! The token file, as far as a verifier reads it, and amounts in the token's unit.

use std::path::Path;

use obolus_abi::{ChainId, ContractId};
use obolus_protocol::Amount;
use obolus_protocol::address::Network;
use obolus_protocol::amount::{AmountError, Exponent};
use serde::Deserialize;

use crate::hex;
use crate::ledger::Settings;
use crate::report::{Fault, Finding};
use crate::source::read_file;

/// Longest token file in bytes.
const MAX_FILE: usize = 16 << 10;

/// A token as its issuer publishes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenFile {
    /// The chain.
    pub chain: ChainId,
    /// The token contract.
    pub token: ContractId,
    /// Its registry.
    pub registry: ContractId,
    /// How addresses begin.
    pub network: Network,
    /// Currency or instrument code.
    pub unit: String,
    /// Decimal digits of the minor unit.
    pub exponent: Exponent,
}

#[derive(Deserialize)]
struct Fields {
    unit: String,
    exponent: u8,
    network: NetworkName,
    chain: String,
    token: String,
    registry: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum NetworkName {
    Main,
    Test,
}

impl TokenFile {
    /// Reads a token file.
    ///
    /// # Errors
    /// A finding: unreadable, or malformed with the field.
    pub fn read(path: &Path) -> Result<Self, Finding> {
        let bytes = read_file(path, MAX_FILE).map_err(|finding| Finding {
            message: format!("token file {}: {}", path.display(), finding.message),
            ..finding
        })?;
        let text = std::str::from_utf8(&bytes).map_err(|_| malformed("it is not UTF-8"))?;
        Self::parse(text)
    }

    /// Parses the file's text.
    ///
    /// # Errors
    /// A finding with the field that is wrong.
    pub fn parse(text: &str) -> Result<Self, Finding> {
        let fields: Fields = toml::from_str(text).map_err(|error| malformed(error.message()))?;
        let id = |name: &str, text: &str| {
            hex::decode_array(text)
                .ok_or_else(|| malformed(&format!("{name} is not 64 lower-case digits")))
        };
        Ok(Self {
            chain: ChainId(id("chain", &fields.chain)?),
            token: ContractId(id("token", &fields.token)?),
            registry: ContractId(id("registry", &fields.registry)?),
            network: match fields.network {
                NetworkName::Main => Network::Main,
                NetworkName::Test => Network::Test,
            },
            unit: fields.unit,
            exponent: Exponent::new(fields.exponent)
                .map_err(|error| malformed(&error.to_string()))?,
        })
    }

    /// Holds the file against the token on the ledger: under another unit or exponent the same minor units are another amount,
    /// and another registry has other participants.
    ///
    /// # Errors
    /// A finding with what differs.
    pub fn check(&self, ledger: Option<&Settings>) -> Result<(), Finding> {
        let refused = |code, message: String| {
            let message = format!("{message}: get the token file from the issuer again");
            Err(Finding::new(Fault::Refused, code, message))
        };
        let Some(ledger) = ledger else {
            return refused(
                "no_token",
                format!(
                    "the ledger has no token {} up to the block that is asked about",
                    hex::encode(&self.token.0)
                ),
            );
        };
        if (self.unit.as_str(), self.exponent.get()) != (ledger.unit.as_str(), ledger.exponent) {
            return refused(
                "token_differs",
                format!(
                    "the token file counts in {:?} with {} decimal digits, the ledger in {:?} with {}",
                    self.unit,
                    self.exponent.get(),
                    ledger.unit,
                    ledger.exponent
                ),
            );
        }
        if self.registry != ledger.registry {
            return refused(
                "token_differs",
                format!(
                    "the token file names the registry {}, the ledger {}",
                    hex::encode(&self.registry.0),
                    hex::encode(&ledger.registry.0)
                ),
            );
        }
        Ok(())
    }

    /// An amount in the token's unit.
    ///
    /// # Errors
    /// [`AmountError`].
    pub fn amount(&self, text: &str) -> Result<Amount, AmountError> {
        Amount::parse(text, self.exponent)
    }

    /// Minor units as people write them.
    pub fn decimal(&self, minor_units: u128) -> String {
        let places = usize::from(self.exponent.get());
        let scale = 10_u128.pow(u32::from(self.exponent.get()));
        let (whole, fraction) = (minor_units / scale, minor_units % scale);
        match places {
            0 => format!("{whole} {}", self.unit),
            _ => format!("{whole}.{fraction:0places$} {}", self.unit),
        }
    }
}

fn malformed(reason: &str) -> Finding {
    Finding::new(
        Fault::Malformed,
        "token_malformed",
        format!("the token file cannot be used: {reason}; get it from the issuer again"),
    )
}

#[cfg(test)]
mod tests;

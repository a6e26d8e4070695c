//! Sealed items: what a request hides behind hashes, so that nobody is warned, and whoever has to answer is shown.

use std::fmt;

use obolus_abi::accesslog::{AccessItem, RequestAccessMsg};
use obolus_abi::{FieldBytes, TxDigest};
use obolus_runtime_api::hex;
use rand::{CryptoRng, RngCore};
use serde::{Deserialize, Serialize};

use super::AccessError;

const SCHEMA: &str = "obolus.audit.opening/2";
const SALT: usize = 32;

/// Items with the salts of their hashes. Confidential until those whom they are about may know.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedItems(Vec<(AccessItem, [u8; SALT])>);

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: String,
    item: Vec<FileItem>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileItem {
    opens: ItemText,
    salt: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum ItemText {
    Transaction(String),
    Note { position: u64, commitment: String },
    Escrow { slot: u32, owner: String },
}

impl SealedItems {
    /// Draws a salt for each item.
    pub fn seal<R: RngCore + CryptoRng>(items: &[AccessItem], rng: &mut R) -> Self {
        let salted = |item: &AccessItem| {
            let mut salt = [0; SALT];
            rng.fill_bytes(&mut salt);
            (*item, salt)
        };
        Self(items.iter().map(salted).collect())
    }

    /// What a request names instead of the items.
    pub fn hashes(&self) -> Vec<AccessItem> {
        let sealed = |(item, salt): &_| AccessItem::Sealed {
            hash: hash(item, salt),
        };
        self.0.iter().map(sealed).collect()
    }

    /// The file's text.
    ///
    /// # Errors
    /// [`AccessError::Opening`] for an item that is sealed already, or that the file cannot hold.
    pub fn to_toml(&self) -> Result<String, AccessError> {
        let item = |(item, salt): &(AccessItem, [u8; SALT])| {
            Ok::<_, AccessError>(FileItem {
                opens: ItemText::of(item)?,
                salt: hex::encode(salt),
            })
        };
        let file = File {
            schema: SCHEMA.into(),
            item: self.0.iter().map(item).collect::<Result<_, _>>()?,
        };
        toml::to_string(&file).map_err(|error| AccessError::Opening(error.to_string()))
    }

    /// Reads the file's text.
    ///
    /// # Errors
    /// [`AccessError::Opening`].
    pub fn from_toml(text: &str) -> Result<Self, AccessError> {
        let bad = |reason: &dyn fmt::Display| AccessError::Opening(reason.to_string());
        let file: File = toml::from_str(text).map_err(|error| bad(&error))?;
        if file.schema != SCHEMA {
            return Err(bad(&format!("expected {SCHEMA}")));
        }
        let item = |read: &FileItem| {
            Ok::<_, AccessError>((read.opens.item()?, bytes("salt", &read.salt)?))
        };
        Ok(Self(file.item.iter().map(item).collect::<Result<_, _>>()?))
    }

    /// What a hash stands for.
    pub fn item(&self, sealed: &[u8; 32]) -> Option<AccessItem> {
        let mut items = self.0.iter();
        items
            .find(|(item, salt)| hash(item, salt) == *sealed)
            .map(|(item, _)| *item)
    }
}

/// What a request is about: its items, and for each hash the item that it stands for.
///
/// # Errors
/// [`AccessError::Sealed`] where nothing given has the hash.
pub fn unsealed(
    message: &RequestAccessMsg,
    opening: Option<&SealedItems>,
) -> Result<Vec<AccessItem>, AccessError> {
    let item = |(place, item): (usize, &AccessItem)| match item {
        AccessItem::Sealed { hash } => opening
            .and_then(|opening| opening.item(hash))
            .ok_or(AccessError::Sealed(place)),
        item => Ok(*item),
    };
    message.items.iter().enumerate().map(item).collect()
}

/// BLAKE3 of the item in borsh, which has one encoding for each, and the salt.
fn hash(item: &AccessItem, salt: &[u8; SALT]) -> [u8; 32] {
    #[expect(clippy::expect_used, reason = "an item of fixed size serialises")]
    let item = borsh::to_vec(item).expect("an item serialises");
    let mut hasher = blake3::Hasher::new();
    hasher.update(&item).update(salt).finalize().into()
}

impl ItemText {
    fn of(item: &AccessItem) -> Result<Self, AccessError> {
        Ok(match item {
            AccessItem::Transaction { digest } => Self::Transaction(hex::encode(digest.as_bytes())),
            AccessItem::Note {
                position,
                commitment,
            } => Self::Note {
                position: *position,
                commitment: commitment.to_string(),
            },
            AccessItem::Escrow { slot, owner } => Self::Escrow {
                slot: *slot,
                owner: owner.to_string(),
            },
            AccessItem::Sealed { .. } => {
                return Err(AccessError::Opening("an item is sealed already".into()));
            }
        })
    }

    fn item(&self) -> Result<AccessItem, AccessError> {
        Ok(match self {
            Self::Transaction(text) => AccessItem::Transaction {
                digest: TxDigest(bytes("transaction", text)?),
            },
            Self::Note {
                position,
                commitment,
            } => AccessItem::Note {
                position: *position,
                commitment: FieldBytes(bytes("commitment", commitment)?),
            },
            Self::Escrow { slot, owner } => AccessItem::Escrow {
                slot: *slot,
                owner: FieldBytes(bytes("owner", owner)?),
            },
        })
    }
}

/// 32 bytes out of the file.
fn bytes(name: &str, text: &str) -> Result<[u8; 32], AccessError> {
    hex::decode_array(text).map_err(|error| AccessError::Opening(format!("{name}: {error}")))
}

#[cfg(test)]
mod tests;

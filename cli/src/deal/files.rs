//! Offers and transactions of several wallets on their way between machines. Nothing in these files is secret: amounts and
//! parties are hidden as they are on the ledger. Only the bytes count; the rest says what they are.

use std::path::{Path, PathBuf};

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_protocol::tx::{Transaction, TxBody};
use obolus_runtime_api::hex;
use obolus_wallet::deal::together::Offer;
use serde::{Deserialize, Serialize};

use super::DealError;

const OFFER: &str = "obolus.offer/1";
const JOINT: &str = "obolus.joint/1";
/// Largest file that is read; eight payments with their proofs are far below.
const MAX_FILE: u64 = 1 << 20;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct OfferFile {
    schema: String,
    token: String,
    offer: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct JointFile {
    schema: String,
    id: String,
    contract: String,
    entry: String,
    expiry: u64,
    body: String,
    parts: Vec<String>,
}

/// A transaction of several wallets, with the parts that were signed so far.
pub struct Joint {
    /// What everybody signs.
    pub body: TxBody,
    /// Each signer's proofs and signatures, as a transaction that lacks the others'.
    pub parts: Vec<Transaction>,
}

/// Writes an offer to a new file.
pub fn write_offer(path: &Path, offer: &Offer) -> Result<(), DealError> {
    let file = OfferFile {
        schema: OFFER.into(),
        token: offer.token.to_string(),
        offer: hex::encode(&encode(path, offer)?),
    };
    create(path, &json(&file))
}

/// Reads an offer.
pub fn read_offer(path: &Path) -> Result<Offer, DealError> {
    let file: OfferFile = parse(path)?;
    check(path, &file.schema, OFFER)?;
    bytes(path, &file.offer)
}

impl Joint {
    /// Reads a transaction; parts of another one are refused.
    pub fn read(path: &Path) -> Result<Self, DealError> {
        let file: JointFile = parse(path)?;
        check(path, &file.schema, JOINT)?;
        let body: TxBody = bytes(path, &file.body)?;
        body.check_limits().map_err(|error| bad(path, &error))?;
        let mut parts = Vec::new();
        for part in &file.parts {
            let part: Transaction = bytes(path, part)?;
            if part.body != body {
                return Err(bad(path, &"a part of another transaction is in it"));
            }
            parts.push(part);
        }
        Ok(Self { body, parts })
    }

    /// Writes it to a new file.
    pub fn create(&self, path: &Path) -> Result<(), DealError> {
        create(path, &self.json(path)?)
    }

    /// Writes it in the place of the file, whole or not at all.
    pub fn replace(&self, path: &Path) -> Result<(), DealError> {
        let mut name = path.file_name().unwrap_or_default().to_os_string();
        name.push(format!(".{}.partial", std::process::id()));
        let partial = path.with_file_name(name);
        let json = self.json(path)?;
        // Only a new file: in a folder that others use, the name could be a link to somewhere else.
        let made = std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&partial);
        made.and_then(|mut file| std::io::Write::write_all(&mut file, json.as_bytes()))
            .and_then(|()| std::fs::rename(&partial, path))
            .map_err(io(path))
    }

    /// Puts a part in, unless it is there.
    pub fn add(&mut self, part: Transaction) {
        if !self.parts.contains(&part) {
            self.parts.push(part);
        }
    }

    fn json(&self, path: &Path) -> Result<String, DealError> {
        Ok(json(&JointFile {
            schema: JOINT.into(),
            id: self.body.digest().to_string(),
            contract: self.body.contract.to_string(),
            entry: self.body.entry.as_str().to_owned(),
            expiry: self.body.expiry.0,
            body: hex::encode(&encode(path, &self.body)?),
            parts: self
                .parts
                .iter()
                .map(|part| hex::encode(&part.encode()))
                .collect(),
        }))
    }
}

fn bad(path: &Path, reason: &dyn std::fmt::Display) -> DealError {
    DealError::File(path.to_path_buf(), reason.to_string())
}

fn io(path: &Path) -> impl FnOnce(std::io::Error) -> DealError {
    let path: PathBuf = path.to_path_buf();
    move |error| crate::wallet::WalletError::Io(path, error).into()
}

fn check(path: &Path, found: &str, expected: &str) -> Result<(), DealError> {
    if found == expected {
        Ok(())
    } else {
        Err(bad(path, &format!("its schema is {found}, not {expected}")))
    }
}

fn parse<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, DealError> {
    use std::io::Read;
    let mut text = String::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(MAX_FILE).read_to_string(&mut text))
        .map_err(io(path))?;
    serde_json::from_str(&text).map_err(|error| bad(path, &error))
}

fn bytes<T: BorshDeserialize>(path: &Path, text: &str) -> Result<T, DealError> {
    let bytes = hex::decode(text).map_err(|error| bad(path, &error))?;
    borsh::from_slice(&bytes).map_err(|error| bad(path, &error))
}

fn encode(path: &Path, value: &impl BorshSerialize) -> Result<Vec<u8>, DealError> {
    borsh::to_vec(value).map_err(|error| bad(path, &error))
}

fn json(file: &impl Serialize) -> String {
    // Records of strings and numbers always encode.
    serde_json::to_string_pretty(file).unwrap_or_default()
}

fn create(path: &Path, text: &str) -> Result<(), DealError> {
    use std::io::Write;
    std::fs::File::create_new(path)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(io(path))
}

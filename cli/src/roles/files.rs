//! Transactions that travel between machines while they collect signatures.

use std::fs::File;
use std::path::{Path, PathBuf};

use obolus_protocol::tx::{RoleSignature, Transaction};
use obolus_runtime_api::hex;
use obolus_wallet::roles::RoleSigner;
use serde::{Deserialize, Serialize};

use crate::committee::{read_file, replace};
use crate::wallet::WalletError;

const SCHEMA: &str = "obolus.transaction/1";

/// A transaction on file. Nothing in it is secret, and nothing but the bytes counts: the rest says what they are.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TransactionFile {
    schema: String,
    id: String,
    entry: String,
    expiry: u64,
    signatures: usize,
    transaction: String,
}

impl TransactionFile {
    /// Puts a transaction on file.
    pub fn new(transaction: &Transaction) -> Self {
        Self {
            schema: SCHEMA.into(),
            id: transaction.id().to_string(),
            entry: transaction.body.entry.as_str().to_owned(),
            expiry: transaction.body.expiry.0,
            signatures: transaction.role_signatures.len(),
            transaction: hex::encode(&transaction.encode()),
        }
    }

    /// The file's text.
    pub fn to_json(&self) -> String {
        // Records of strings and numbers always encode.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Reads a file; only its bytes count.
    pub fn read(path: &Path) -> Result<Transaction, WalletError> {
        let text = read_file(path)?;
        let bad = |reason: String| WalletError::Settings(path.to_owned(), reason);
        let file: Self = serde_json::from_slice(&text).map_err(|error| bad(error.to_string()))?;
        if file.schema != SCHEMA {
            return Err(bad(format!("its schema is {}, not {SCHEMA}", file.schema)));
        }
        let bytes = hex::decode(&file.transaction).map_err(|error| bad(error.to_string()))?;
        Transaction::decode(&bytes).map_err(|error| bad(error.to_string()))
    }
}

/// Signs, and puts the signature in its place; one of the same key is replaced.
pub fn add_signature(transaction: &mut Transaction, signer: &RoleSigner) {
    let signature = RoleSignature::create(signer.key(), &transaction.id());
    put(&mut transaction.role_signatures, signature);
}

fn put(signatures: &mut Vec<RoleSignature>, signature: RoleSignature) {
    signatures.retain(|other| other.key != signature.key);
    signatures.push(signature);
    signatures.sort_by_key(|signature| signature.key);
}

/// Writes a transaction for others to sign. It may take the place of the only copy, with signatures that were collected by
/// hand: it is there whole, before or after, and signatures that another process puts on the same draft meanwhile stay.
///
/// # Errors
/// [`WalletError::Io`].
pub fn write_draft(path: &Path, transaction: &Transaction) -> Result<(), WalletError> {
    let io = |error| WalletError::Io(path.to_owned(), error);
    // The folder is locked, since the file is replaced.
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = File::open(folder.unwrap_or_else(|| Path::new("."))).map_err(io)?;
    folder.lock().map_err(io)?;
    let mut transaction = transaction.clone();
    if let Ok(there) = TransactionFile::read(path)
        && there.id() == transaction.id()
    {
        for signature in there.role_signatures {
            let ours = &mut transaction.role_signatures;
            if !ours.iter().any(|one| one.key == signature.key) {
                put(ours, signature);
            }
        }
    }
    replace(
        path,
        TransactionFile::new(&transaction).to_json().as_bytes(),
    )
}

/// Where the opening of a draft goes: without a file of its own beside the draft, named after it. It must not exist.
///
/// # Errors
/// [`WalletError::Io`].
pub fn opening_file(given: Option<&Path>, draft: &Path) -> Result<PathBuf, WalletError> {
    let file = given.map_or_else(
        || {
            let mut name = draft.to_owned().into_os_string();
            name.push(".opening");
            name.into()
        },
        Path::to_owned,
    );
    match file.exists() {
        true => Err(WalletError::Io(
            file,
            std::io::ErrorKind::AlreadyExists.into(),
        )),
        false => Ok(file),
    }
}

//! What a seizure's draft hides, for those who sign it: its commitments are opened, so that nobody signs on the auditor's
//! word alone.
//!
//! The first commitment binds payee, amount and text; the second one binds the participant whose notes are taken, since the
//! statement returns the change to the sender of every payment. The order's hash is in the draft itself. The opening leads
//! to no nullifier, which takes the participant's `nk`, and to no other note.

use obolus_abi::{TxDigest, token::SeizeMsg};
use obolus_protocol::{
    Address, Amount,
    address::Network,
    memo::{Blind, MemoText},
    note::{Note, Rcm},
    tx::TxBody,
};
use obolus_runtime_api::hex;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::SEIZE;

const SCHEMA: &str = "obolus.seizure-opening/1";
/// Room for the longest text, escaped, so that no copy of the file is left behind by growing.
const CAPACITY: usize = 4096;

/// What a seizure does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seizure {
    /// Whose notes are taken.
    pub from: Address,
    /// Who is paid.
    pub to: Address,
    /// How much.
    pub amount: Amount,
    /// What of the notes that are taken returns to the frozen participant.
    pub change: Amount,
    /// What both sides read with it.
    pub text: MemoText,
}

/// A seizure with the randomness of its commitments: as secret as what it shows.
#[derive(Clone)]
pub struct SeizureOpening {
    pub(super) seizure: Seizure,
    pub(super) blind: Blind,
    pub(super) change_rcm: Rcm,
}

/// Why a seizure is not signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpeningError {
    /// The file.
    #[error("the opening cannot be read ({0}): have the auditor write it again")]
    Malformed(String),
    /// Another entry, or arguments that are none of a seizure.
    #[error("the draft is no seizure: an opening belongs to a draft of `obolus audit seize`")]
    NotASeizure,
    /// Made with another draft.
    #[error(
        "the opening is of transaction {0}, the draft is another: take the opening that was written with it"
    )]
    OtherDraft(TxDigest),
    /// The first commitment.
    #[error(
        "the draft does not pay this amount to this payee with this text: its first commitment is another; do not sign it"
    )]
    Payee,
    /// The second commitment.
    #[error(
        "the draft does not take the notes of this participant with this change: its second commitment is another; do not sign it"
    )]
    Source,
    /// The order.
    #[error(
        "the draft carries out the order with hash {0}, and this file is another: do not sign it"
    )]
    Order(blake3::Hash),
}

#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
struct OpeningFile {
    schema: String,
    transaction: String,
    from: String,
    to: String,
    /// In minor units.
    amount: u64,
    /// In minor units.
    change: u64,
    text: String,
    blind: String,
    change_randomness: String,
}

impl SeizureOpening {
    /// Compares a draft with what is said of it, and returns what it does.
    ///
    /// # Errors
    /// [`OpeningError::NotASeizure`], [`OpeningError::Payee`], [`OpeningError::Source`], in this order.
    pub fn check(&self, body: &TxBody) -> Result<Seizure, OpeningError> {
        let transfer = message(body)?.transfer;
        let Seizure {
            from,
            to,
            amount,
            change,
            text,
        } = &self.seizure;
        let paid = Note {
            value: *amount,
            owner: to.owner,
            rcm: self.blind.rcm(&body.contract, text),
        };
        if paid.commitment().to_bytes() != transfer.cm1 {
            return Err(OpeningError::Payee);
        }
        let back = Note {
            value: *change,
            owner: from.owner,
            rcm: self.change_rcm.clone(),
        };
        if back.commitment().to_bytes() != transfer.cm2 {
            return Err(OpeningError::Source);
        }
        Ok(self.seizure.clone())
    }

    /// Its file, which goes with the draft to those who sign.
    pub fn to_json(&self, transaction: &TxDigest, network: Network) -> Zeroizing<Vec<u8>> {
        let blind = borsh::to_vec(&self.blind).map(Zeroizing::new);
        let change = self.change_rcm.to_bytes();
        let file = OpeningFile {
            schema: SCHEMA.into(),
            transaction: transaction.to_string(),
            from: self.seizure.from.encode(network),
            to: self.seizure.to.encode(network),
            amount: self.seizure.amount.get(),
            change: self.seizure.change.get(),
            text: self.seizure.text.as_str().to_owned(),
            // 32 bytes always encode.
            blind: hex::encode(&blind.unwrap_or_default()),
            change_randomness: hex::encode(change.as_bytes()),
        };
        let mut json = Zeroizing::new(Vec::with_capacity(CAPACITY));
        // Strings and numbers always encode, and a Vec takes any bytes.
        let _ = serde_json::to_writer_pretty(&mut *json, &file);
        json.push(b'\n');
        json
    }

    /// Reads a file, which must be that of this transaction, and the network of its addresses.
    ///
    /// # Errors
    /// [`OpeningError::Malformed`], [`OpeningError::OtherDraft`].
    pub fn from_json(json: &[u8], transaction: &TxDigest) -> Result<(Self, Network), OpeningError> {
        let bad = |reason: String| OpeningError::Malformed(reason);
        let file: OpeningFile =
            serde_json::from_slice(json).map_err(|error| bad(error.to_string()))?;
        if file.schema != SCHEMA {
            return Err(bad(format!("its schema is not {SCHEMA}")));
        }
        let own: TxDigest = hex::decode_fixed(&file.transaction)
            .map_err(|error| bad(format!("transaction: {error}")))?;
        if own != *transaction {
            return Err(OpeningError::OtherDraft(own));
        }
        let blind = hex::decode(&file.blind).map(Zeroizing::new).ok();
        let blind = blind.and_then(|bytes| borsh::from_slice(&bytes).ok());
        let change_rcm = hex::decode_fixed(&file.change_randomness).ok();
        let prefix = format!("{}1", Network::Test.prefix());
        let network = match file.to.starts_with(&prefix) {
            true => Network::Test,
            false => Network::Main,
        };
        let address = |name, text: &str| {
            Address::decode(text, network).map_err(|error| bad(format!("{name}: {error}")))
        };
        let opening = Self {
            seizure: Seizure {
                from: address("from", &file.from)?,
                to: address("to", &file.to)?,
                amount: Amount::new(file.amount),
                change: Amount::new(file.change),
                text: MemoText::new(file.text.as_str())
                    .map_err(|error| bad(format!("text: {error}")))?,
            },
            blind: blind.ok_or_else(|| bad("blind: not 64 hexadecimal digits".into()))?,
            change_rcm: change_rcm
                .and_then(|bytes| Rcm::from_bytes(&bytes).ok())
                .ok_or_else(|| bad("change_randomness: no element of the field".into()))?,
        };
        Ok((opening, network))
    }
}

/// The hash of the order that a seizure's draft carries out; with a hash of the order's file it must be this one.
///
/// # Errors
/// [`OpeningError::NotASeizure`], [`OpeningError::Order`].
pub fn check_order(
    body: &TxBody,
    file: Option<&blake3::Hash>,
) -> Result<blake3::Hash, OpeningError> {
    let case = blake3::Hash::from_bytes(message(body)?.case);
    match file {
        Some(file) if *file != case => Err(OpeningError::Order(case)),
        _ => Ok(case),
    }
}

fn message(body: &TxBody) -> Result<SeizeMsg, OpeningError> {
    if body.entry.as_str() != SEIZE {
        return Err(OpeningError::NotASeizure);
    }
    borsh::from_slice(&body.args).map_err(|_| OpeningError::NotASeizure)
}

/// Openings are for those who sign, logs are not.
impl core::fmt::Debug for SeizureOpening {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("SeizureOpening(redacted)")
    }
}

#[cfg(test)]
mod tests;

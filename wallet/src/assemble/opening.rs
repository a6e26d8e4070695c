//! What a draft hides, for those who sign it: its commitments are opened, so that nobody signs on the drafter's word alone.
//!
//! The first commitment binds payee, amount and text. An issue's second one is the value that enters circulation; a seizure's
//! binds the participant whose notes are taken, since the statement returns the change to the sender of every payment. The
//! order's hash is in the draft itself. An opening leads to no nullifier, which takes the participant's `nk`, and to no other
//! note.

use borsh::BorshDeserialize;
use obolus_abi::{
    FieldBytes, PointBytes, TxDigest,
    token::{IssueMsg, SeizeMsg},
};
use obolus_protocol::{
    Address, Amount,
    address::Network,
    field::{fr_from_bytes, fr_to_bytes},
    memo::{Blind, MemoText},
    note::{Note, Rcm},
    pedersen::{Blinding, ValueCommitment},
    tx::TxBody,
};
use obolus_runtime_api::hex;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::{attest::ISSUE_BACKED, issue::ISSUE, seize::SEIZE};

const ISSUE_SCHEMA: &str = "obolus.issue-opening/1";
const SEIZURE_SCHEMA: &str = "obolus.seizure-opening/1";
/// Room for the longest text, escaped, so that no copy of the file is left behind by growing.
const CAPACITY: usize = 4096;

/// What a draft does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Who is paid.
    pub to: Address,
    /// How much.
    pub amount: Amount,
    /// What the payee reads with it, and whoever was seized.
    pub text: MemoText,
    /// Where the money comes from.
    pub source: Source,
}

/// Where the money of a draft comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// It enters circulation.
    Issue,
    /// It is taken from a frozen participant.
    Seizure {
        /// Whose notes are taken.
        from: Address,
        /// What of them returns to it.
        change: Amount,
    },
}

/// A draft's payment with the randomness of its commitments: as secret as what it shows.
#[derive(Clone)]
pub struct Opening {
    pub(super) to: Address,
    pub(super) amount: Amount,
    pub(super) text: MemoText,
    pub(super) blind: Blind,
    pub(super) second: Second,
}

/// What opens the second commitment.
#[derive(Clone)]
pub(super) enum Second {
    /// The value that is issued.
    Issue { blinding: Blinding },
    /// The change of a seizure.
    Seizure {
        from: Address,
        change: Amount,
        change_rcm: Rcm,
    },
}

/// Why a draft is not signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpeningError {
    /// The file.
    #[error("the opening cannot be read ({0}): have whoever drafted it write it again")]
    Malformed(String),
    /// Another entry, or arguments that are none of a seizure.
    #[error(
        "the draft is no seizure: a seizure's opening belongs to a draft of `obolus audit seize`"
    )]
    NotASeizure,
    /// Another entry, or arguments that are none of an issue.
    #[error(
        "the draft is no issue: an issue's opening belongs to a draft of `obolus issuer issue`"
    )]
    NotAnIssue,
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
    /// An issue's second commitment.
    #[error(
        "the draft does not put this amount into circulation: its value commitment is another; do not sign it"
    )]
    Value,
    /// A seizure's second commitment.
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    to: String,
    /// In minor units.
    amount: u64,
    /// In minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    change: Option<u64>,
    text: String,
    blind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    change_randomness: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value_randomness: Option<String>,
}

impl Opening {
    /// Compares a draft with what is said of it, and returns what it does.
    ///
    /// # Errors
    /// [`OpeningError`]: another entry, then the first commitment, then the second.
    pub fn check(&self, body: &TxBody) -> Result<Opened, OpeningError> {
        let source = match &self.second {
            Second::Issue { blinding } => {
                let issue: IssueMsg = message(body, &ISSUES, OpeningError::NotAnIssue)?;
                self.first(body, &issue.cm1)?;
                let value: PointBytes = ValueCommitment::commit(self.amount, blinding)
                    .point()
                    .encode();
                if value != issue.cv {
                    return Err(OpeningError::Value);
                }
                Source::Issue
            }
            Second::Seizure {
                from,
                change,
                change_rcm,
            } => {
                let transfer = seizure(body)?.transfer;
                self.first(body, &transfer.cm1)?;
                let back = Note {
                    value: *change,
                    owner: from.owner,
                    rcm: change_rcm.clone(),
                };
                if back.commitment().to_bytes() != transfer.cm2 {
                    return Err(OpeningError::Source);
                }
                Source::Seizure {
                    from: *from,
                    change: *change,
                }
            }
        };
        Ok(Opened {
            to: self.to,
            amount: self.amount,
            text: self.text.clone(),
            source,
        })
    }

    /// The commitment to payee, amount and text.
    fn first(&self, body: &TxBody, stated: &FieldBytes) -> Result<(), OpeningError> {
        let paid = Note {
            value: self.amount,
            owner: self.to.owner,
            rcm: self.blind.rcm(&body.contract, &self.text),
        };
        match paid.commitment().to_bytes() == *stated {
            true => Ok(()),
            false => Err(OpeningError::Payee),
        }
    }

    /// Its file, which goes with the draft to those who sign.
    pub fn to_json(&self, transaction: &TxDigest, network: Network) -> Zeroizing<Vec<u8>> {
        let blind = borsh::to_vec(&self.blind).map(Zeroizing::new);
        let mut file = OpeningFile {
            schema: String::new(),
            transaction: transaction.to_string(),
            from: None,
            to: self.to.encode(network),
            amount: self.amount.get(),
            change: None,
            text: self.text.as_str().to_owned(),
            // 32 bytes always encode.
            blind: hex::encode(&blind.unwrap_or_default()),
            change_randomness: None,
            value_randomness: None,
        };
        match &self.second {
            Second::Issue { blinding } => {
                ISSUE_SCHEMA.clone_into(&mut file.schema);
                let value = fr_to_bytes(&blinding.odd_representative());
                file.value_randomness = Some(hex::encode(value.as_bytes()));
            }
            Second::Seizure {
                from,
                change,
                change_rcm,
            } => {
                SEIZURE_SCHEMA.clone_into(&mut file.schema);
                file.from = Some(from.encode(network));
                file.change = Some(change.get());
                file.change_randomness = Some(hex::encode(change_rcm.to_bytes().as_bytes()));
            }
        }
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
        let file: OpeningFile =
            serde_json::from_slice(json).map_err(|error| bad(error.to_string()))?;
        if ![ISSUE_SCHEMA, SEIZURE_SCHEMA].contains(&file.schema.as_str()) {
            return Err(bad(format!(
                "its schema is neither {ISSUE_SCHEMA} nor {SEIZURE_SCHEMA}"
            )));
        }
        let own: TxDigest = hex::decode_fixed(&file.transaction)
            .map_err(|error| bad(format!("transaction: {error}")))?;
        if own != *transaction {
            return Err(OpeningError::OtherDraft(own));
        }
        let blind = hex::decode(&file.blind).map(Zeroizing::new).ok();
        let blind = blind.and_then(|bytes| borsh::from_slice(&bytes).ok());
        let prefix = format!("{}1", Network::Test.prefix());
        let network = match file.to.starts_with(&prefix) {
            true => Network::Test,
            false => Network::Main,
        };
        let opening = Self {
            to: address("to", &file.to, network)?,
            amount: Amount::new(file.amount),
            text: MemoText::new(file.text.as_str())
                .map_err(|error| bad(format!("text: {error}")))?,
            blind: blind.ok_or_else(|| bad("blind: not 64 hexadecimal digits"))?,
            second: file.second(network)?,
        };
        Ok((opening, network))
    }
}

impl OpeningFile {
    /// A file has the fields of its kind and no others.
    fn second(&self, network: Network) -> Result<Second, OpeningError> {
        match (
            self.schema.as_str(),
            (&self.from, self.change, &self.change_randomness),
            &self.value_randomness,
        ) {
            (ISSUE_SCHEMA, (None, None, None), Some(value)) => {
                let element = hex::decode_fixed(value).ok();
                let element = element.and_then(|bytes| fr_from_bytes(&bytes).ok());
                // One of the two representatives is written, so the other one is not read.
                let blinding = element.and_then(|element| {
                    let blinding = Blinding::from_representative(&element).ok()?;
                    (blinding.odd_representative() == element).then_some(blinding)
                });
                let blinding = blinding.ok_or_else(|| bad("value_randomness: no blinding"))?;
                Ok(Second::Issue { blinding })
            }
            (SEIZURE_SCHEMA, (Some(from), Some(change), Some(rcm)), None) => {
                let rcm = hex::decode_fixed(rcm).ok();
                let rcm = rcm.and_then(|bytes| Rcm::from_bytes(&bytes).ok());
                Ok(Second::Seizure {
                    from: address("from", from, network)?,
                    change: Amount::new(change),
                    change_rcm: rcm
                        .ok_or_else(|| bad("change_randomness: no element of the field"))?,
                })
            }
            _ => Err(bad(
                "an issue has value_randomness; a seizure has from, change and change_randomness",
            )),
        }
    }
}

fn bad(reason: impl Into<String>) -> OpeningError {
    OpeningError::Malformed(reason.into())
}

fn address(name: &str, text: &str, network: Network) -> Result<Address, OpeningError> {
    Address::decode(text, network).map_err(|error| bad(format!("{name}: {error}")))
}

/// The hash of the order that a seizure's draft carries out; with a hash of the order's file it must be this one.
///
/// # Errors
/// [`OpeningError::NotASeizure`], [`OpeningError::Order`].
pub fn check_order(
    body: &TxBody,
    file: Option<&blake3::Hash>,
) -> Result<blake3::Hash, OpeningError> {
    let case = blake3::Hash::from_bytes(seizure(body)?.case);
    match file {
        Some(file) if *file != case => Err(OpeningError::Order(case)),
        _ => Ok(case),
    }
}

fn seizure(body: &TxBody) -> Result<SeizeMsg, OpeningError> {
    message(body, &[SEIZE], OpeningError::NotASeizure)
}

/// Names of the entries that issue.
const ISSUES: [&str; 2] = [ISSUE, ISSUE_BACKED];

/// The arguments of one of these entries.
fn message<M: BorshDeserialize>(
    body: &TxBody,
    entries: &[&str],
    other: OpeningError,
) -> Result<M, OpeningError> {
    if !entries.contains(&body.entry.as_str()) {
        return Err(other);
    }
    borsh::from_slice(&body.args).map_err(|_| other)
}

/// Openings are for those who sign, logs are not.
impl core::fmt::Debug for Opening {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Opening(redacted)")
    }
}

#[cfg(test)]
mod tests;

//! What institutions say of their payments: references and texts. The auditor's ciphertext does not hold them, so they are
//! claims, until a text is checked against the payment's commitment.
//!
//! A note's randomness is a hash of its memo's text and of a blind that payer and payee know
//! ([`Blind`]). Who hands over text and blind shows what the memo said; nobody can show another text.

use std::collections::{BTreeMap, BTreeSet};

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::{ContractId, TxDigest};
use obolus_protocol::memo::{Blind, MemoText};
use obolus_runtime_api::hex;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::entry::{Entry, RecordId};

/// Longest reference, in bytes.
const MAX_REFERENCE: usize = 140;

/// What a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The movement that made the note at this position.
    Position(u64),
    /// The movements of a transaction.
    Transaction(TxDigest),
}

/// Whether somebody vouches for a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum State {
    /// Somebody said so.
    Claimed,
    /// The ledger's commitment binds it.
    Checked,
}

impl State {
    /// As queries and exports write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Claimed => "claimed",
            Self::Checked => "checked",
        }
    }
}

/// What was said of one movement.
#[derive(Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Annotation {
    /// The payment's reference (a UETR), if it was given.
    pub uetr: Option<String>,
    /// What the memo said.
    pub text: String,
    /// Whether the ledger vouches for the text. Nothing vouches for a reference that the text does not hold.
    pub state: State,
}

/// Why a row was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnnotateError {
    /// Not a CSV file.
    #[error("not a CSV file with a head of position or transaction, uetr, text, blind: {0}")]
    Csv(String),
    /// A row.
    #[error("line {line}: {reason}")]
    Row {
        /// Its number, from 1.
        line: u64,
        /// What is wrong.
        reason: String,
    },
}

/// Why a text was not vouched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckError {
    /// The movement made no note for a recipient.
    #[error("this movement has no recipient's note, so nothing binds a text to it")]
    NoNote,
    /// The text or the blind is another.
    #[error(
        "the payment's commitment does not hold this text: ask for text and blind as the memo has them"
    )]
    Mismatch,
}

/// A row of the file.
pub struct Row {
    /// Its line, from 1.
    pub line: u64,
    /// What it is about.
    pub subject: Subject,
    /// The reference.
    pub uetr: Option<String>,
    /// The text.
    pub text: MemoText,
    /// What binds the text, if it was handed over.
    pub blind: Option<Blind>,
}

/// All annotations of an index.
#[derive(Clone, Default, BorshSerialize, BorshDeserialize)]
pub struct Annotations(BTreeMap<RecordId, Annotation>);

impl Annotations {
    /// What was said of a movement.
    pub fn of(&self, id: RecordId) -> Option<&Annotation> {
        self.0.get(&id)
    }

    /// Movements with this reference, in any spelling of the UUID.
    pub fn with_uetr(&self, uetr: &str) -> BTreeSet<RecordId> {
        let wanted = spelling(uetr);
        let all = self.0.iter();
        all.filter(|(_, note)| note.uetr.as_ref() == Some(&wanted))
            .map(|(id, _)| *id)
            .collect()
    }

    /// Writes down what was said. What was checked is not replaced by a claim.
    pub fn set(&mut self, id: RecordId, annotation: Annotation) -> bool {
        let keeps = self.of(id).is_some_and(|known| {
            known.state == State::Checked && annotation.state == State::Claimed
        });
        if !keeps {
            self.0.insert(id, annotation);
        }
        !keeps
    }
}

/// Compares a text with a movement's commitment.
///
/// # Errors
/// [`CheckError`].
pub fn check_text(
    token: &ContractId,
    entry: &Entry,
    text: &MemoText,
    blind: &Blind,
) -> Result<(), CheckError> {
    let to = entry.to.ok_or(CheckError::NoNote)?;
    let note = entry.created.first().filter(|note| note.owner == to);
    let note = note.ok_or(CheckError::NoNote)?;
    if blind.rcm(token, text) == note.rcm {
        Ok(())
    } else {
        Err(CheckError::Mismatch)
    }
}

/// Reads a blind's 32 bytes in hexadecimal.
pub fn parse_blind(text: &str) -> Option<Blind> {
    let bytes = Zeroizing::new(hex::decode(text.trim()).ok()?);
    borsh::from_slice(&bytes).ok()
}

/// Reads a file with the columns `position` or `transaction`, `uetr`, `text`, `blind`.
///
/// # Errors
/// [`AnnotateError`].
pub fn read(file: impl std::io::Read) -> Result<Vec<Row>, AnnotateError> {
    let csv_error = |error: csv::Error| AnnotateError::Csv(error.to_string());
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(file);
    let head: Vec<String> = {
        let head = reader.headers().map_err(csv_error)?;
        head.iter().map(str::to_lowercase).collect()
    };
    let column = |name: &str| head.iter().position(|known| known == name);
    let known = ["position", "transaction", "uetr", "text", "blind"];
    if let Some(other) = head.iter().find(|name| !known.contains(&name.as_str())) {
        return Err(AnnotateError::Csv(format!("no such column: {other}")));
    }
    if column("position").is_none() && column("transaction").is_none() {
        return Err(AnnotateError::Csv(
            "neither position nor transaction".into(),
        ));
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(csv_error)?;
        let line = record.position().map_or(0, csv::Position::line);
        let field = |name| {
            column(name)
                .and_then(|at| record.get(at))
                .filter(|f| !f.is_empty())
        };
        let bad = |reason: &str| AnnotateError::Row {
            line,
            reason: reason.to_owned(),
        };
        let subject = match (field("position"), field("transaction")) {
            (Some(position), _) => Subject::Position(
                position
                    .parse()
                    .map_err(|_| bad("position: not a number"))?,
            ),
            (None, Some(id)) => Subject::Transaction(
                hex::decode_fixed(id).map_err(|_| bad("transaction: not 64 hexadecimal digits"))?,
            ),
            (None, None) => return Err(bad("neither position nor transaction")),
        };
        let blind = field("blind")
            .map(|text| parse_blind(text).ok_or_else(|| bad("blind: not 64 hexadecimal digits")));
        let uetr = field("uetr").map(spelling);
        if uetr.as_ref().is_some_and(|uetr| uetr.len() > MAX_REFERENCE) {
            return Err(bad("uetr: longer than 140 bytes"));
        }
        rows.push(Row {
            line,
            subject,
            uetr,
            text: MemoText::new(field("text").unwrap_or_default())
                .map_err(|error| bad(&format!("text: {error}")))?,
            blind: blind.transpose()?,
        });
    }
    Ok(rows)
}

/// What came of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// Texts that the ledger vouches for.
    pub checked: u64,
    /// Claims written down.
    pub claimed: u64,
    /// Lines whose movement is not in the index, and why others were left out.
    pub refused: Vec<(u64, String)>,
}

/// Matches rows with movements and writes them down.
///
/// # Errors
/// What reading the movements gave.
pub fn apply<E>(
    rows: &[Row],
    token: &ContractId,
    entries: impl Iterator<Item = Result<Entry, E>>,
    annotations: &mut Annotations,
) -> Result<Applied, E> {
    let mut found: Vec<Vec<Entry>> = rows.iter().map(|_| Vec::new()).collect();
    for entry in entries {
        let entry = entry?;
        for (row, found) in rows.iter().zip(&mut found) {
            let is = match row.subject {
                Subject::Position(at) => entry.created.iter().any(|n| n.position.get() == at),
                Subject::Transaction(id) => entry.tx == id,
            };
            if is {
                found.push(entry.clone());
            }
        }
    }
    let mut applied = Applied::default();
    for (row, entries) in rows.iter().zip(found) {
        match settle(row, token, &entries) {
            Ok((id, annotation)) => {
                let state = annotation.state;
                if !annotations.set(id, annotation) {
                    let why = "a checked text is there already; a claim does not replace it";
                    applied.refused.push((row.line, why.into()));
                } else if state == State::Checked {
                    applied.checked += 1;
                } else {
                    applied.claimed += 1;
                }
            }
            Err(reason) => applied.refused.push((row.line, reason)),
        }
    }
    Ok(applied)
}

fn settle(
    row: &Row,
    token: &ContractId,
    entries: &[Entry],
) -> Result<(RecordId, Annotation), String> {
    let annotation = |state| Annotation {
        uetr: row.uetr.clone(),
        text: row.text.as_str().to_owned(),
        state,
    };
    match (entries, &row.blind) {
        ([], _) => Err("no such movement in the index: check it, or sync".into()),
        // Of several payments in one transaction, the one whose commitment holds the text.
        (entries, Some(blind)) => {
            let mut last = CheckError::NoNote;
            for entry in entries {
                match check_text(token, entry, &row.text, blind) {
                    Ok(()) => return Ok((entry.id, annotation(State::Checked))),
                    Err(error) => last = error,
                }
            }
            Err(last.to_string())
        }
        ([entry], None) => Ok((entry.id, annotation(State::Claimed))),
        (_, None) => Err("the transaction makes several payments: name one by its position".into()),
    }
}

/// A UUID in its canonical spelling; other references as they are.
fn spelling(reference: &str) -> String {
    let reference = reference.trim();
    Uuid::parse_str(reference).map_or_else(|_| reference.to_owned(), |uuid| uuid.to_string())
}

#[cfg(test)]
mod tests;

//! Checking what a payment's memo said: by the text and its blind, or by a disclosure that payer or payee made for the auditor.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use obolus_audit::annotate::{CheckError, check_text, parse_blind};
use obolus_audit::{Entry, RecordId};
use obolus_protocol::disclosure::{Disclosure, DisclosureError};
use obolus_protocol::memo::MemoText;
use obolus_wallet::disclose::{self, DiscloseError};
use obolus_wallet::{ChainSource, SourceError};
use serde::Serialize;

use super::AuditError;
use super::context::{Context, IndexArgs};
use crate::endpoint::NodeArgs;
use crate::secret;
use crate::wallet::{audience, clean};

/// Arguments of `check-memo`.
#[derive(Args)]
pub struct CheckMemoArgs {
    #[command(flatten)]
    common: IndexArgs,
    /// The movement's number, as `obolus audit list` shows it.
    #[arg(long, value_name = "NUMBER")]
    record: u64,
    /// The text, exactly as the memo has it.
    #[arg(long, value_name = "TEXT", required_unless_present = "disclosure")]
    text: Option<String>,
    /// File with the payment's blind in hexadecimal, as payer or payee handed it over; without it the environment variable
    /// OBOLUS_BLIND.
    #[arg(long, value_name = "FILE", conflicts_with = "disclosure")]
    blind_file: Option<PathBuf>,
    /// What payer or payee wrote with `obolus wallet disclose`, for the name and challenge given here; its text is shown.
    #[arg(long, value_name = "FILE")]
    disclosure: Option<PathBuf>,
    /// Whom the disclosure was made for, as its maker was told to write it.
    #[arg(long = "for", value_name = "NAME", requires = "disclosure")]
    verifier: Option<String>,
    /// The challenge that it was made for: 64 hexadecimal digits.
    #[arg(long, value_name = "HEX", requires = "disclosure")]
    challenge: Option<String>,
    #[command(flatten)]
    node: NodeArgs,
}

#[derive(Serialize)]
struct CheckOut {
    record: u64,
    transaction: String,
    verdict: &'static str,
    /// What a disclosure showed.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// The slot of the one who disclosed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    discloser: Option<u32>,
}

/// A text that a disclosure showed, and who made it.
struct Told {
    text: MemoText,
    discloser: Option<u32>,
}

/// Checks a text against a payment's commitment.
pub fn check_memo(args: &CheckMemoArgs) -> Result<(), AuditError> {
    let context = args.common.open()?;
    let said = args.text.as_deref().map(MemoText::new).transpose();
    let said = said.map_err(|error| AuditError::Argument("text", error.to_string()))?;
    let entry = find(&context, RecordId(args.record))?;
    let (outcome, told) = match (&args.disclosure, said) {
        (Some(path), said) => {
            let told = args.disclosed(path, &context, &entry)?;
            let same = told.as_ref().ok_or(CheckError::NoNote).and_then(|told| {
                match said.is_none_or(|said| said == told.text) {
                    true => Ok(()),
                    false => Err(CheckError::Mismatch),
                }
            });
            (same, told)
        }
        (None, Some(said)) => (args.claimed(&context, &entry, &said)?, None),
        (None, None) => {
            let reason = "give --text and the blind, or --disclosure";
            return Err(AuditError::Argument("text", reason.into()));
        }
    };
    let verdict = match outcome {
        Ok(()) => "holds",
        Err(CheckError::Mismatch) => "differs",
        Err(CheckError::NoNote) => "no_note",
    };
    let shown = match (outcome, &told) {
        (Ok(()), Some(told)) => format!(
            "the payment's commitment holds this text, says its party in slot {}: {}",
            told.discloser
                .map_or("?".to_owned(), |slot| slot.to_string()),
            clean(told.text.as_str())
        ),
        (Ok(()), None) => "the payment's commitment holds this text".to_owned(),
        (Err(error), _) => error.to_string(),
    };
    let out = CheckOut {
        record: args.record,
        transaction: entry.tx.to_string(),
        verdict,
        discloser: told.as_ref().and_then(|told| told.discloser),
        text: told.map(|told| told.text.as_str().to_owned()),
    };
    args.common
        .output
        .print("obolus.audit.check-memo/1", &out, shown);
    Ok(outcome?)
}

fn find(context: &Context, id: RecordId) -> Result<Entry, AuditError> {
    for entry in context.index.entries() {
        let entry = entry?;
        if entry.id == id {
            return Ok(entry);
        }
    }
    Err(AuditError::NoMovement(format!("number {id}")))
}

impl CheckMemoArgs {
    /// With text and blind, which anybody may have handed over.
    fn claimed(
        &self,
        context: &Context,
        entry: &Entry,
        text: &MemoText,
    ) -> Result<Result<(), CheckError>, AuditError> {
        let blind = secret::read(
            self.blind_file.as_deref(),
            "OBOLUS_BLIND",
            ("blind", "blind-file"),
            secret::Choosing::No,
        )?;
        let bad = || AuditError::Argument("blind", "expected 64 hexadecimal digits".into());
        let blind = parse_blind(&blind).ok_or_else(bad)?;
        let token = context.index.token().config.token;
        Ok(check_text(&token, entry, text, &blind))
    }

    /// With a disclosure; none for a payment whose commitment binds no text.
    fn disclosed(
        &self,
        path: &Path,
        context: &Context,
        entry: &Entry,
    ) -> Result<Option<Told>, AuditError> {
        let argument = |reason: &str| AuditError::Argument("disclosure", reason.into());
        let (Some(verifier), Some(challenge)) = (&self.verifier, &self.challenge) else {
            return Err(argument(
                "give --for and --challenge, as it was made for you",
            ));
        };
        let text = std::fs::read_to_string(path)
            .map_err(|error| AuditError::Io(path.to_owned(), error))?;
        let disclosure = STANDARD
            .decode(text.trim_end())
            .map_err(|_| DisclosureError::Malformed)
            .and_then(|bytes| Disclosure::decode(&bytes));
        let disclosure = disclosure.map_err(DiscloseError::from)?;
        if disclosure.place() != (entry.tx, entry.height()) {
            return Err(argument("it is of another payment than this movement"));
        }
        let token = context.index.token().config;
        let client = crate::wallet::client(&self.node.settings())?.following(token);
        let failed = |error: SourceError| AuditError::from(obolus_audit::IndexError::from(error));
        let updates = client.updates(entry.height()).map_err(failed)?;
        let block = updates.iter().find(|block| block.height == entry.height);
        let block = block.ok_or_else(|| failed(SourceError::Malformed))?;
        let view = context.index.ledger().view();
        let shown = disclose::check(view, block, &disclosure, &audience(verifier, challenge)?)?;
        // A transaction may make several payments, and the movement is one of them.
        let slot = |owner| view.directory().by_owner(owner).map(|entry| entry.slot);
        let note = entry.created.first();
        let same = note.is_some_and(|note| {
            note.value == shown.amount && slot(&shown.payee) == Some(note.owner)
        });
        if !same {
            return Err(argument("it is of another payment of this transaction"));
        }
        let discloser = slot(&shown.discloser).map(|slot| slot.get());
        Ok(shown.text.map(|text| Told { text, discloser }))
    }
}

//! What others say: names of participants, references and texts of payments.

use std::fs::File;
use std::path::PathBuf;

use clap::Args;
use obolus_audit::annotate::{self, CheckError, parse_blind};
use obolus_audit::{Entry, RecordId};
use obolus_protocol::memo::MemoText;
use serde::Serialize;

use super::AuditError;
use super::context::IndexArgs;
use crate::secret;
use crate::wallet::clean;

/// Arguments of `names`.
#[derive(Args)]
pub struct NamesArgs {
    #[command(flatten)]
    common: IndexArgs,
    /// CSV with the columns participant (slot, address or owner hash) and name.
    file: PathBuf,
}

/// Arguments of `people`.
#[derive(Args)]
pub struct PeopleArgs {
    #[command(flatten)]
    common: IndexArgs,
}

/// Arguments of `annotate`.
#[derive(Args)]
pub struct AnnotateArgs {
    #[command(flatten)]
    common: IndexArgs,
    /// CSV with the columns position or transaction, and uetr, text, blind.
    file: PathBuf,
}

/// Arguments of `check-memo`.
#[derive(Args)]
pub struct CheckMemoArgs {
    #[command(flatten)]
    common: IndexArgs,
    /// The movement's number, as `obolus audit list` shows it.
    #[arg(long, value_name = "NUMBER")]
    record: u64,
    /// The text, exactly as the memo has it.
    #[arg(long, value_name = "TEXT")]
    text: String,
    /// File with the payment's blind in hexadecimal, as payer or payee handed it over; without it the environment variable
    /// OBOLUS_BLIND.
    #[arg(long, value_name = "FILE")]
    blind_file: Option<PathBuf>,
}

#[derive(Serialize)]
struct NamesOut {
    names: usize,
}

#[derive(Serialize)]
struct PeopleOut {
    height: u64,
    participants: Vec<PersonOut>,
}

#[derive(Serialize)]
struct PersonOut {
    slot: u32,
    name: String,
    address: Option<String>,
    owner: String,
    frozen: bool,
    deal: bool,
    went_on_as: Option<u32>,
}

#[derive(Serialize)]
struct AnnotateOut {
    checked: u64,
    claimed: u64,
    refused: Vec<RefusedOut>,
}

#[derive(Serialize)]
struct RefusedOut {
    line: u64,
    reason: String,
}

#[derive(Serialize)]
struct CheckOut {
    record: u64,
    transaction: String,
    verdict: &'static str,
}

/// Names participants.
pub fn names(args: &NamesArgs) -> Result<(), AuditError> {
    let context = args.common.open()?;
    let mut names = context.names.clone();
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(open(&args.file)?);
    let head = reader.headers()?;
    let column = |name| head.iter().position(|known| known == name);
    let (Some(who), Some(called)) = (column("participant"), column("name")) else {
        return Err(AuditError::NamesFile {
            line: 1,
            reason: "the head must name the columns participant and name".into(),
        });
    };
    for record in reader.records() {
        let record = record?;
        let line = record.position().map_or(0, csv::Position::line);
        let bad = |error: obolus_audit::names::NameError| AuditError::NamesFile {
            line,
            reason: error.to_string(),
        };
        let field = |at| record.get(at).unwrap_or_default();
        let slot = context.people().find(field(who)).map_err(bad)?;
        names.set(slot, field(called)).map_err(bad)?;
    }
    context.index.set_names(&names)?;
    let out = NamesOut { names: names.len() };
    let text = format!("{} names", out.names);
    args.common.output.print("obolus.audit.names/1", &out, text);
    Ok(())
}

/// Lists participants.
pub fn people(args: &PeopleArgs) -> Result<(), AuditError> {
    let context = args.common.open()?;
    let people = context.people();
    let rows = people.all().map(|entry| PersonOut {
        slot: entry.slot.get(),
        name: people.label(entry.slot),
        address: people.address(entry.slot),
        owner: entry.owner.to_bytes().to_string(),
        frozen: entry.frozen,
        deal: entry.deal.is_some(),
        went_on_as: people
            .rotation(entry.slot)
            .map(|rotation| rotation.to.get()),
    });
    let out = PeopleOut {
        height: context.index.height().0,
        participants: rows.collect(),
    };
    let lines: Vec<_> = out
        .participants
        .iter()
        .map(|row| {
            format!(
                "{:>6}  {:<24} {}{}",
                row.slot,
                clean(&row.name),
                row.address.as_deref().unwrap_or(&row.owner),
                if row.frozen { "  frozen" } else { "" }
            )
        })
        .collect();
    args.common
        .output
        .print("obolus.audit.people/1", &out, lines.join("\n"));
    Ok(())
}

/// Writes down what institutions say.
pub fn annotate(args: &AnnotateArgs) -> Result<(), AuditError> {
    let mut context = args.common.open()?;
    let rows = annotate::read(open(&args.file)?)?;
    let token = context.index.token().config.token;
    let entries = context.index.entries();
    let applied = annotate::apply(&rows, &token, entries, &mut context.annotations)?;
    context.index.set_annotations(&context.annotations)?;
    for (line, reason) in &applied.refused {
        eprintln!("line {line}: {reason}");
    }
    let left_out = applied.refused.len();
    let refused = applied.refused.into_iter();
    let out = AnnotateOut {
        checked: applied.checked,
        claimed: applied.claimed,
        refused: refused
            .map(|(line, reason)| RefusedOut { line, reason })
            .collect(),
    };
    let text = format!(
        "{} texts checked, {} claims written down",
        out.checked, out.claimed
    );
    args.common
        .output
        .print("obolus.audit.annotate/1", &out, text);
    if left_out > 0 {
        return Err(AuditError::LeftOut(left_out));
    }
    Ok(())
}

/// Checks a text against a payment's commitment.
pub fn check_memo(args: &CheckMemoArgs) -> Result<(), AuditError> {
    let context = args.common.open()?;
    let argument = |name, error: String| AuditError::Argument(name, error);
    let text =
        MemoText::new(args.text.clone()).map_err(|error| argument("text", error.to_string()))?;
    let blind = secret::read(
        args.blind_file.as_deref(),
        "OBOLUS_BLIND",
        ("blind", "blind-file"),
        secret::Choosing::No,
    )?;
    let blind = parse_blind(&blind)
        .ok_or_else(|| argument("blind", "expected 64 hexadecimal digits".into()))?;
    let mut found: Option<Entry> = None;
    for entry in context.index.entries() {
        let entry = entry?;
        if entry.id == RecordId(args.record) {
            found = Some(entry);
        }
    }
    let entry = found.ok_or_else(|| AuditError::NoMovement(format!("number {}", args.record)))?;
    let token = context.index.token().config.token;
    let outcome = annotate::check_text(&token, &entry, &text, &blind);
    let out = CheckOut {
        record: args.record,
        transaction: entry.tx.to_string(),
        verdict: match outcome {
            Ok(()) => "holds",
            Err(CheckError::Mismatch) => "differs",
            Err(CheckError::NoNote) => "no_note",
        },
    };
    let said = match outcome {
        Ok(()) => "the payment's commitment holds this text".to_owned(),
        Err(error) => error.to_string(),
    };
    args.common
        .output
        .print("obolus.audit.check-memo/1", &out, said);
    Ok(outcome?)
}

fn open(path: &std::path::Path) -> Result<File, AuditError> {
    File::open(path).map_err(|error| AuditError::Io(path.to_owned(), error))
}

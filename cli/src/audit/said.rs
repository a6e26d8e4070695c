//! What others say: names of participants, references and texts of payments.

use std::fs::File;
use std::path::PathBuf;

use clap::Args;
use obolus_audit::annotate;
use serde::Serialize;

use super::AuditError;
use super::context::IndexArgs;
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

fn open(path: &std::path::Path) -> Result<File, AuditError> {
    File::open(path).map_err(|error| AuditError::Io(path.to_owned(), error))
}

//! What a participant holds that has lost its key.

use std::path::PathBuf;

use clap::Args;
use obolus_audit::recover as made;
use obolus_wallet::{Passphrase, WorkFactor};
use serde::Serialize;

use super::AuditError;
use super::context::IndexArgs;
use crate::secret::{self, Choosing};

/// Arguments of `recover`.
#[derive(Args)]
pub struct RecoverArgs {
    #[command(flatten)]
    common: IndexArgs,
    /// The participant's old slot, address or name.
    #[arg(long, value_name = "WHO", alias = "slot")]
    participant: String,
    /// Write the encrypted file here.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Read the file's own passphrase, which the issuer is told by another way, from this file. Without it: the environment
    /// variable OBOLUS_RECOVERY_PASSPHRASE, or a prompt.
    #[arg(long, value_name = "FILE")]
    recovery_passphrase_file: Option<PathBuf>,
    /// Cost of guessing the passphrase: 2^N scrypt rounds.
    #[arg(long, value_name = "N", default_value_t = 18)]
    scrypt: u8,
}

#[derive(Serialize)]
struct RecoverOut {
    file: PathBuf,
    slot: u32,
    notes: usize,
    total: String,
    unit: String,
    height: u64,
    frozen: bool,
    went_on_as: Option<u32>,
}

/// Writes the openings.
pub fn recover(args: &RecoverArgs) -> Result<(), AuditError> {
    let context = args.common.open()?;
    let people = context.people();
    let slot = people.find(&args.participant)?;
    let recovery = made(&context.index, slot)?;
    let passphrase = secret::read(
        args.recovery_passphrase_file.as_deref(),
        "OBOLUS_RECOVERY_PASSPHRASE",
        ("recovery passphrase", "recovery-passphrase-file"),
        Choosing::Yes,
    )?;
    let passphrase = Passphrase::new(passphrase.as_str().to_owned())?;
    recovery.create(&args.out, &passphrase, WorkFactor::new(args.scrypt)?)?;
    let out = RecoverOut {
        file: args.out.clone(),
        slot: slot.get(),
        notes: recovery.notes.len(),
        total: context.decimals().text(recovery.total()),
        unit: context.unit().to_owned(),
        height: recovery.height,
        frozen: people.entry(slot).is_some_and(|entry| entry.frozen),
        went_on_as: people.rotation(slot).map(|rotation| rotation.to.get()),
    };
    let mut text = format!(
        "{} {} in {} notes of slot {}, as of block {}\nwritten to {}",
        out.total,
        out.unit,
        out.notes,
        out.slot,
        out.height,
        out.file.display()
    );
    if !out.frozen {
        text.push_str("\nthe slot is not frozen: what is seized must be frozen first, and may move until then");
    }
    args.common
        .output
        .print("obolus.audit.recover/1", &out, text);
    Ok(())
}

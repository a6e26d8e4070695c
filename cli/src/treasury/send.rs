//! Putting shares together, and submitting.

use std::path::PathBuf;

use clap::Args;
use obolus_wallet::assemble::with_signature;
use obolus_wallet::committee::{Detail, Proposal};
use obolus_wallet::treasury::Pays;
use serde::Serialize;

use super::context::TreasuryArgs;
use super::own::OwnArgs;
use crate::committee::{read_file, read_files, write_new};
use crate::roles::TransactionFile;
use crate::wallet::{WalletError, conclude, conclude_resumed};

/// Arguments of `send`.
#[derive(Args)]
pub struct SendArgs {
    #[command(flatten)]
    common: TreasuryArgs,
    /// The proposal, as it was prepared here.
    #[arg(value_name = "PROPOSAL")]
    proposal: PathBuf,
    /// The shares of all signers.
    #[arg(value_name = "SHARE", required = true)]
    shares: Vec<PathBuf>,
    #[command(flatten)]
    own: OwnArgs,
    /// Write a registration's application here; the registrar runs `obolus registrar add`.
    #[arg(long, value_name = "FILE")]
    application: Option<PathBuf>,
    /// Wait so many seconds for the block; the payment goes on without.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(0..=60))]
    wait: u64,
}

/// Arguments of `resume`.
#[derive(Args)]
pub struct ResumeArgs {
    #[command(flatten)]
    common: TreasuryArgs,
    /// Wait so many seconds for each block.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(0..=60))]
    wait: u64,
}

#[derive(Serialize)]
struct ApplicationOut {
    file: PathBuf,
    transaction: String,
    expiry: u64,
}

/// Submits.
pub fn send(args: &SendArgs) -> Result<(), WalletError> {
    let context = args.common.open()?;
    let (member, group) = (&context.treasury.member, &context.treasury.group);
    let proposal = Proposal::open(member, group, &read_file(&args.proposal)?)?;
    let what = (&proposal.transaction, &proposal.detail);
    let seen = context.look(what, &args.common, &args.own)?;
    let signature = proposal.collect(member, group, &read_files(&args.shares)?)?;
    let output = args.common.member.output;
    if matches!(proposal.detail, Detail::Register | Detail::Rotation) {
        let Some(file) = &args.application else {
            return Err(WalletError::Argument(
                "application",
                "this is a registration: give a file for the registrar".into(),
            ));
        };
        let signed = with_signature(proposal.transaction, signature, &seen.key)?;
        let transaction = signed.into_transaction();
        write_new(
            file,
            TransactionFile::new(&transaction).to_json().as_bytes(),
        )?;
        let out = ApplicationOut {
            file: file.clone(),
            transaction: transaction.id().to_string(),
            expiry: transaction.body.expiry.0,
        };
        let next = match &seen.pays {
            Pays::Registration {
                replaces: Some(_), ..
            } => "the members of the old key run: obolus treasury rotate",
            _ => "the registrar runs: obolus registrar add",
        };
        let text = format!(
            "application  {}\nvalid until block {}; {next} {}",
            out.file.display(),
            out.expiry,
            out.file.display()
        );
        output.print("obolus.treasury.application/1", &out, text);
        return Ok(());
    }
    let client = context.client()?;
    let treasurer = context.treasurer(&client, args.wait);
    let paid = treasurer.deliver(proposal.transaction, signature, &seen.key, &|_| ())?;
    conclude(output, "obolus.treasury.send/1", &paid)
}

/// Goes on.
pub fn resume(args: &ResumeArgs) -> Result<(), WalletError> {
    let context = args.common.open()?;
    let client = context.client()?;
    let results = context.treasurer(&client, args.wait).resume(&|_| ())?;
    conclude_resumed(
        args.common.member.output,
        "obolus.treasury.resume/1",
        results,
    )
}

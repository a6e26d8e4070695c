//! Looking at a proposal, and signing it.

use std::path::PathBuf;

use clap::Args;
use obolus_wallet::committee::Proposal;
use obolus_wallet::treasury::Pays;
use serde::Serialize;

use super::context::TreasuryArgs;
use super::own::OwnArgs;
use super::pays::PaysOut;
use crate::committee::{NewFile, confirm, free_name, read_file};
use crate::wallet::WalletError;

/// Arguments of `approve`.
#[derive(Args)]
pub struct ApproveArgs {
    #[command(flatten)]
    common: TreasuryArgs,
    /// The proposal.
    #[arg(value_name = "FILE")]
    proposal: PathBuf,
    #[command(flatten)]
    own: OwnArgs,
    /// Sign only if it does exactly this: "12.34 to ADDRESS", "redeem 12.34 to PAYOUT INSTRUCTION", "merge", "move 12.34" (to the
    /// treasury's own new key), "migrate 12.34" (to the successor), "register, no limit", "register in slot 3, no limit" or "rotate
    /// to ADDRESS, no limit"; "limit 12.34" in place of "no limit".
    #[arg(long, value_name = "AMOUNT to ADDRESS")]
    pays: Option<String>,
    /// Sign without asking; what it pays must be given.
    #[arg(long, requires = "pays")]
    yes: bool,
    /// Write this member's share of the signature here, for the member who prepared the proposal.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Serialize)]
struct ApprovedOut {
    file: PathBuf,
    transaction: String,
    from: String,
    #[serde(flatten)]
    pays: PaysOut,
}

/// Shows what a proposal does, asks, and signs.
pub fn approve(args: &ApproveArgs) -> Result<(), WalletError> {
    let context = args.common.open()?;
    let (member, group) = (&context.treasury.member, &context.treasury.group);
    let proposal = Proposal::open(member, group, &read_file(&args.proposal)?)?;
    let token = &context.token;
    let what = (&proposal.transaction, &proposal.detail);
    let seen = context.look(what, &args.common, &args.own)?;
    let from = group.seat(proposal.from)?.name.to_string();
    let out = ApprovedOut {
        file: args.out.clone(),
        transaction: proposal.transaction.id().to_string(),
        pays: PaysOut::new(&seen, token),
        from,
    };
    eprintln!("{}", out.pays.summary(&out.from));
    if let Some(expected) = &args.pays {
        out.pays.check(expected, token)?;
    }
    free_name(&args.out)?;
    if !args.yes {
        confirm("Approve?")?;
    }
    // Nonces are used up by signing: not for a file that cannot be written.
    let file = NewFile::make(&args.out)?;
    if let Pays::Rotation { to, .. } = &seen.pays {
        // Before it is signed: money is moved to no other new key with this member's approval.
        context.treasury.agree(to)?;
    }
    file.write(&proposal.approve(member, group)?)?;
    let text = format!(
        "approved; the share is in {} for {}",
        out.file.display(),
        out.from
    );
    args.common
        .member
        .output
        .print("obolus.treasury.approve/1", &out, text);
    Ok(())
}

//! Nonces drawn ahead.

use std::path::PathBuf;

use clap::Args;
use obolus_wallet::committee::draw;
use serde::Serialize;

use super::context::{MemberArgs, write_new};
use crate::wallet::WalletError;

/// Arguments of `nonces`.
#[derive(Args)]
pub struct NoncesArgs {
    #[command(flatten)]
    common: MemberArgs,
    /// How many signatures they are for.
    #[arg(long, value_name = "N", default_value_t = 20)]
    count: u16,
    /// Write the commitments here, for whoever prepares proposals.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Serialize)]
struct NoncesOut {
    file: PathBuf,
    member: String,
    count: usize,
}

/// Draws nonces.
pub fn nonces(args: &NoncesArgs) -> Result<(), WalletError> {
    let dir = args.common.open()?;
    let group = dir.group()?;
    let file = draw(&dir, args.count)?;
    write_new(&args.out, file.to_json().as_bytes())?;
    let out = NoncesOut {
        file: args.out.clone(),
        member: group.member(dir.card())?.1.name.to_string(),
        count: file.commitments().len(),
    };
    let text = format!(
        "{} pairs of nonces, commitments in {}",
        out.count,
        out.file.display()
    );
    args.common
        .output
        .print("obolus.committee.nonces/1", &out, text);
    Ok(())
}

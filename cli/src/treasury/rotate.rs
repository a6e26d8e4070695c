//! Another key takes over: the members of the old one agree to it.

use std::path::PathBuf;

use clap::Args;
use obolus_protocol::schnorr::Randomizer;
use obolus_wallet::committee::Detail;
use obolus_wallet::treasury::Prepared;

use super::context::TreasuryArgs;
use super::own::OwnArgs;
use super::prepare::{conclude, propose};
use crate::committee::{AskArgs, free_name};
use crate::roles::TransactionFile;
use crate::wallet::WalletError;

/// Arguments of `rotate`.
#[derive(Args)]
pub struct RotateArgs {
    #[command(flatten)]
    common: TreasuryArgs,
    #[command(flatten)]
    ask: AskArgs,
    /// This member's directory of the new key: it must be the one that takes over.
    #[arg(long, value_name = "DIR")]
    new: Option<PathBuf>,
    /// The application of the new key, which its members signed (`treasury apply` and `send` in their directory).
    #[arg(value_name = "APPLICATION")]
    application: PathBuf,
    /// Write the proposal here, for the signers of the old key.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Proposes to the old key's members what the new key's members signed.
pub fn rotate(args: &RotateArgs) -> Result<(), WalletError> {
    free_name(&args.out)?;
    let context = args.common.open()?;
    let prepared = Prepared {
        transaction: TransactionFile::read(&args.application)?,
        detail: Detail::Rotation,
        // A registration is signed under the key itself.
        alpha: Randomizer::zero(),
    };
    // First: nothing is asked of anybody for an application that is not signed, or none to this treasury's place.
    let own = OwnArgs::new_key(args.new.clone());
    let what = (&prepared.transaction, &prepared.detail);
    context.look(what, &args.common, &own)?;
    let member = &context.treasury.member;
    let commitments = args.ask.choose(member, &context.treasury.group)?;
    let out = propose(
        (&context, &args.common, &own),
        (None, prepared),
        commitments,
        &args.out,
    )?;
    conclude(&args.common, "obolus.treasury.rotate/1", &out);
    Ok(())
}

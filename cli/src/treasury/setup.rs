//! Making the treasury's wallet, and giving its viewing key to all members.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use obolus_wallet::config::Token;
use obolus_wallet::treasury::Treasury;
use serde::Serialize;

use super::context::{Context, SETTINGS, TOKEN, TreasuryArgs};
use super::own::open_beside;
use crate::committee::{NewFile, free_name, read_file};
use crate::wallet::{AuditorArgs, WalletError, trusted};

/// Arguments of `init`.
#[derive(Args)]
pub struct InitArgs {
    #[command(flatten)]
    common: TreasuryArgs,
    /// The token, as its issuer publishes it: chain, contracts and the auditor's key.
    #[arg(long, value_name = "FILE")]
    token: PathBuf,
    /// The key takes over from the one of this member's directory: the letter tells its viewing key too, so that all see what was
    /// paid with it. Both directories have the same passphrase.
    #[arg(long, value_name = "DIR")]
    replaces: Option<PathBuf>,
    /// Write the letter with the viewing key here; the other members run `obolus treasury join` with it.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Arguments of `join`.
#[derive(Args)]
pub struct JoinArgs {
    #[command(flatten)]
    common: TreasuryArgs,
    /// The token, as its issuer publishes it.
    #[arg(long, value_name = "FILE")]
    token: PathBuf,
    /// The letter.
    #[arg(value_name = "FILE")]
    letter: PathBuf,
}

/// Arguments of `trust-auditor`.
#[derive(Args)]
pub struct TrustArgs {
    #[command(flatten)]
    common: TreasuryArgs,
    #[command(flatten)]
    auditor: AuditorArgs,
}

#[derive(Serialize)]
struct SetupOut {
    address: String,
    token: String,
    unit: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    letter: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    /// Address of the key that it takes over from.
    #[serde(skip_serializing_if = "Option::is_none")]
    replaces: Option<String>,
}

impl SetupOut {
    fn before(&self) -> String {
        let line = |old| format!("replaces {old}\n");
        self.replaces.as_ref().map(line).unwrap_or_default()
    }
}

/// Makes the wallet.
pub fn init(args: &InitArgs) -> Result<(), WalletError> {
    free_name(&args.out)?;
    let token = Token::read(&args.token)?;
    let member = args.common.member.open()?;
    let replaces = args.replaces.as_deref();
    let replaces = replaces.map(|dir| open_beside(&args.common, dir));
    // Whatever ends it early: there is no wallet without its letter and settings.
    let first = |letter: &[u8]| {
        NewFile::make(&args.out)?.write(letter)?;
        settle(&args.common, &token)
    };
    let treasury = Treasury::found(member, replaces.transpose()?.as_ref(), first)?;
    let mut out = described(&context_of(&args.common, treasury)?);
    out.letter = Some(args.out.clone());
    let text = format!(
        "address  {}\n{}letter   {}\nThe other members join with the letter; all compare the address.",
        out.address,
        out.before(),
        args.out.display()
    );
    args.common
        .member
        .output
        .print("obolus.treasury.init/1", &out, text);
    Ok(())
}

/// Takes the viewing key.
pub fn join(args: &JoinArgs) -> Result<(), WalletError> {
    let token = Token::read(&args.token)?;
    let letter = read_file(&args.letter)?;
    let member = args.common.member.open()?;
    let (treasury, from) = Treasury::join(member, &letter, || settle(&args.common, &token))?;
    let mut out = described(&context_of(&args.common, treasury)?);
    out.from = Some(from.to_string());
    let text = format!(
        "address  {}\n{}from     {from}\nCompare the address with the other members.",
        out.address,
        out.before()
    );
    args.common
        .member
        .output
        .print("obolus.treasury.join/1", &out, text);
    Ok(())
}

/// Trusts an auditor's key.
pub fn trust(args: &TrustArgs) -> Result<(), WalletError> {
    let context = args.common.open()?;
    let client = context.client()?;
    let session = context.session(&client)?;
    trusted(
        &args.auditor,
        (&context.treasury.wallet, &context.token),
        session,
        ("obolus.treasury.trust-auditor/1", args.common.member.output),
    )
}

fn settle(args: &TreasuryArgs, token: &Token) -> Result<(), WalletError> {
    let dir = &args.member.dir;
    write(&dir.join(TOKEN), &token.to_toml())?;
    // Strings always encode.
    write(
        &dir.join(SETTINGS),
        &toml::to_string(&args.node.settings()).unwrap_or_default(),
    )
}

fn context_of(args: &TreasuryArgs, treasury: Treasury) -> Result<Context, WalletError> {
    Context::new(treasury, args.node.settings(), &args.member.dir)
}

fn described(context: &Context) -> SetupOut {
    SetupOut {
        address: context.address(),
        token: context.token.config.token.to_string(),
        unit: context.token.unit.clone(),
        letter: None,
        from: None,
        replaces: context.replaces(),
    }
}

fn write(path: &Path, text: &str) -> Result<(), WalletError> {
    let written = fs::write(path, text).and_then(|()| fs::File::open(path)?.sync_all());
    written.map_err(|error| WalletError::Io(path.to_owned(), error))
}

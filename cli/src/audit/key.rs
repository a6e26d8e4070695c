//! Taking over as the auditor: the group shows together that it has the key.

use std::path::PathBuf;

use clap::Args;
use obolus_abi::registry::SetAuditorMsg;
use obolus_audit::committee::{AccessError, check_key};
use obolus_protocol::schnorr::Randomizer;
use obolus_runtime_api::hex;
use obolus_wallet::ChainSource;
use obolus_wallet::assemble::with_signature;
use obolus_wallet::committee::{Detail, Group, MemberDir, Proposal};
use obolus_wallet::config::Token;
use serde::Serialize;

use super::AuditError;
use crate::committee::{AskArgs, MemberArgs, confirm, read_file, read_files, write_new};
use crate::endpoint::NodeArgs;
use crate::roles::{TransactionFile, call};
use crate::wallet::WalletError;

/// Arguments of `propose-key`.
#[derive(Args)]
pub struct ProposeKeyArgs {
    #[command(flatten)]
    member: MemberArgs,
    #[command(flatten)]
    ask: AskArgs,
    /// The token file.
    #[arg(long, value_name = "FILE")]
    token: PathBuf,
    #[command(flatten)]
    node: NodeArgs,
    /// For how many more blocks proofs made for the key before are accepted; 0 if that key is compromised.
    #[arg(long, value_name = "BLOCKS", default_value_t = 1_000)]
    window: u64,
    /// Write the proposal here, for the signers.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Arguments of `approve-key`.
#[derive(Args)]
pub struct ApproveKeyArgs {
    #[command(flatten)]
    member: MemberArgs,
    /// The token file.
    #[arg(long, value_name = "FILE")]
    token: PathBuf,
    /// The proposal.
    #[arg(value_name = "FILE")]
    proposal: PathBuf,
    /// Sign only if the key before is accepted for exactly so many more blocks.
    #[arg(long, value_name = "BLOCKS")]
    window: Option<u64>,
    /// Sign without asking; the window must be given.
    #[arg(long, requires = "window")]
    yes: bool,
    /// Write this member's share of the signature here.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Arguments of `finish-key`.
#[derive(Args)]
pub struct FinishKeyArgs {
    #[command(flatten)]
    member: MemberArgs,
    /// The token file.
    #[arg(long, value_name = "FILE")]
    token: PathBuf,
    /// The proposal.
    #[arg(value_name = "PROPOSAL")]
    proposal: PathBuf,
    /// The shares of all signers.
    #[arg(value_name = "SHARE", required = true)]
    shares: Vec<PathBuf>,
    /// Write the transaction here; the registrar runs `obolus roles approve` and `obolus roles submit`.
    #[arg(long, value_name = "FILE")]
    draft: PathBuf,
}

#[derive(Serialize)]
struct KeyOut {
    file: PathBuf,
    transaction: String,
    auditor: String,
    window: u64,
    signers: Vec<String>,
    expiry: u64,
}

/// Writes the proposal.
pub fn propose(args: &ProposeKeyArgs) -> Result<(), AuditError> {
    let dir = args.member.open()?;
    let group = dir.group()?;
    let token = token(&args.token)?;
    let key = group
        .key()
        .auditor_key()
        .map_err(|error| AuditError::Argument("group", error.to_string()))?;
    let client = crate::wallet::client(&args.node.settings())?.following_file(&token);
    let tip = ChainSource::tip(&client).map_err(AccessError::from)?;
    let message = SetAuditorMsg {
        auditor: key.encode(),
        window: args.window,
    };
    let config = token.config;
    let transaction = call(config.chain, tip, config.registry, "set_auditor", &message)?;
    let commitments = args.ask.choose(&dir, &group)?;
    let what = (transaction, Detail::AuditorKey);
    let proposal = Proposal::new((&dir, &group), what, &Randomizer::zero(), commitments)?;
    write_new(&args.out, &proposal.seal(&dir, &group)?)?;
    print(
        "obolus.audit.propose-key/1",
        &args.member,
        &args.out,
        (&proposal, &group, &token),
    )
}

/// Looks and signs.
pub fn approve(args: &ApproveKeyArgs) -> Result<(), AuditError> {
    let dir = args.member.open()?;
    let (group, proposal) = open(&dir, &args.proposal)?;
    let token = token(&args.token)?;
    let message = check_key(&proposal, &group, &token.config)?;
    eprintln!(
        "makes this group the auditor of {}; the key before is accepted for {} more blocks; valid until block {}",
        token.name, message.window, proposal.transaction.body.expiry
    );
    if args.window.is_some_and(|window| window != message.window) {
        let reason = format!("the proposal says {}: it is not signed", message.window);
        return Err(AuditError::Argument("window", reason));
    }
    if args.out.exists() {
        let reason = format!("{} exists: name a new file", args.out.display());
        return Err(AuditError::Argument("out", reason));
    }
    if !args.yes {
        confirm("Approve?")?;
    }
    write_new(&args.out, &proposal.approve(&dir, &group)?)?;
    print(
        "obolus.audit.approve-key/1",
        &args.member,
        &args.out,
        (&proposal, &group, &token),
    )
}

/// Puts the proof together.
pub fn finish(args: &FinishKeyArgs) -> Result<(), AuditError> {
    let dir = args.member.open()?;
    let (group, proposal) = open(&dir, &args.proposal)?;
    let token = token(&args.token)?;
    let message = check_key(&proposal, &group, &token.config)?;
    let signature = proposal.collect(&dir, &group, &read_files(&args.shares)?)?;
    let signed = with_signature(proposal.transaction.clone(), signature, &message.auditor)
        .map_err(WalletError::from)?;
    let file = TransactionFile::new(signed.transaction());
    write_new(&args.draft, file.to_json().as_bytes())?;
    print(
        "obolus.audit.finish-key/1",
        &args.member,
        &args.draft,
        (&proposal, &group, &token),
    )
}

fn token(path: &std::path::Path) -> Result<Token, AuditError> {
    Ok(Token::read(path).map_err(WalletError::from)?)
}

fn open(dir: &MemberDir, path: &std::path::Path) -> Result<(Group, Proposal), AuditError> {
    let group = dir.group()?;
    let proposal = Proposal::open(dir, &group, &read_file(path)?)?;
    Ok((group, proposal))
}

fn print(
    schema: &'static str,
    args: &MemberArgs,
    file: &std::path::Path,
    (proposal, group, token): (&Proposal, &Group, &Token),
) -> Result<(), AuditError> {
    let message = check_key(proposal, group, &token.config)?;
    let out = KeyOut {
        file: file.to_owned(),
        transaction: proposal.transaction.id().to_string(),
        auditor: hex::encode(&message.auditor.0),
        window: message.window,
        signers: proposal.signer_names(group)?,
        expiry: proposal.transaction.body.expiry.0,
    };
    let text = format!(
        "transaction {} for key {}\nsigners     {}\nwritten to  {}, valid until block {}",
        out.transaction,
        out.auditor,
        out.signers.join(", "),
        out.file.display(),
        out.expiry
    );
    args.output.print(schema, &out, text);
    Ok(())
}

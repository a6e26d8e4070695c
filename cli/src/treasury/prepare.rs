//! Proposals: registrations, payments, redemptions, merges.

use std::path::{Path, PathBuf};

use clap::Args;
use obolus_protocol::{Address, Amount};
use obolus_wallet::PayerIdentity;
use obolus_wallet::committee::Proposal;
use obolus_wallet::outbox::{Order, PaymentId};
use obolus_wallet::treasury::{Prepared, Seen};
use serde::Serialize;
use uuid::Uuid;

use super::context::{Context, TreasuryArgs};
use super::own::OwnArgs;
use super::pays::PaysOut;
use crate::committee::{AskArgs, free_name, replace};
use crate::endpoint::ProverArgs;
use crate::wallet::{WalletError, clean, minor_units_of, prover_of};

/// Arguments of `apply`.
#[derive(Args)]
pub struct ApplyArgs {
    #[command(flatten)]
    common: TreasuryArgs,
    #[command(flatten)]
    ask: AskArgs,
    #[command(flatten)]
    prover: ProverArgs,
    /// The per-transfer limit agreed on with the registrar; without it the one of the key that it takes over from, or none.
    #[arg(long, value_name = "AMOUNT")]
    limit: Option<String>,
    /// Address of the key that it takes over from; without it the one that `init --replaces` named, if any.
    #[arg(long, value_name = "ADDRESS")]
    replaces: Option<String>,
    /// Write the proposal here, for the signers.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Arguments of `prepare`.
#[derive(Args)]
pub struct PrepareArgs {
    #[command(flatten)]
    common: TreasuryArgs,
    #[command(flatten)]
    ask: AskArgs,
    #[command(flatten)]
    prover: ProverArgs,
    /// Whom to pay.
    #[arg(long, value_name = "ADDRESS", requires = "amount")]
    to: Option<String>,
    /// How much, for example 12.34.
    #[arg(long, value_name = "AMOUNT")]
    amount: Option<String>,
    /// What both sides keep with it, at most 256 bytes.
    #[arg(long, value_name = "TEXT", default_value = "")]
    text: String,
    /// Let the recipient know for certain who pays it.
    #[arg(long)]
    show_payer: bool,
    /// Redeem the amount; this is the payout instruction, of which the ledger gets the BLAKE3 hash only.
    #[arg(long, value_name = "TEXT", requires = "amount", conflicts_with = "to")]
    payout: Option<String>,
    /// Merge two notes towards this amount; one payment takes at most two notes.
    #[arg(long, value_name = "AMOUNT", conflicts_with_all = ["to", "payout", "amount"])]
    merge: Option<String>,
    /// Name of the payment (a UUID): the same name never pays twice, and proposes the same transaction again to other
    /// signers.
    #[arg(long, value_name = "UUID")]
    id: Option<Uuid>,
    /// Write the proposal here, for the signers.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Serialize)]
pub struct ProposedOut {
    file: PathBuf,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    transaction: String,
    signers: Vec<String>,
    #[serde(flatten)]
    pays: PaysOut,
}

/// Proposes the registration.
pub fn apply(args: &ApplyArgs) -> Result<(), WalletError> {
    free_name(&args.out)?;
    let context = args.common.open()?;
    let limit = args.limit.as_deref();
    let limit = limit.map(|text| minor_units_of(&context.token, text).map(Amount::new));
    let limit = limit.transpose()?;
    let replaces = args.replaces.clone().or_else(|| context.replaces());
    let replaces = replaces.map(|text| Address::decode(&text, context.token.network));
    let replaces = replaces
        .transpose()
        .map_err(|error| WalletError::Argument("replaces", error.to_string()))?;
    let client = context.client()?;
    let (prover, circuits) = prover_of(&args.common.member.dir, &client, &args.prover)?;
    let commitments = args
        .ask
        .choose(&context.treasury.member, &context.treasury.group)?;
    let treasurer = context.treasurer(&client, 0);
    let prepared = treasurer.register(limit, replaces.as_ref(), (&*prover, &circuits))?;
    let of = (&context, &args.common, &OwnArgs::default());
    let out = propose(of, (None, prepared), commitments, &args.out)?;
    conclude(&args.common, "obolus.treasury.apply/1", &out);
    Ok(())
}

/// Proposes a payment.
pub fn prepare(args: &PrepareArgs) -> Result<(), WalletError> {
    // First: no notes are reserved for a proposal that cannot be written.
    free_name(&args.out)?;
    let context = args.common.open()?;
    let order = order(args, &context)?;
    let id = args.id.map_or_else(PaymentId::random, PaymentId::new);
    let client = context.client()?;
    let (prover, circuits) = prover_of(&args.common.member.dir, &client, &args.prover)?;
    // First: without signers no notes are reserved.
    let commitments = args
        .ask
        .choose(&context.treasury.member, &context.treasury.group)?;
    let treasurer = context.treasurer(&client, 0);
    let prepared = treasurer.propose(id, &order, (&*prover, &circuits), &|_| ())?;
    let of = (&context, &args.common, &OwnArgs::default());
    let out = propose(of, (Some(id), prepared), commitments, &args.out)?;
    conclude(&args.common, "obolus.treasury.prepare/1", &out);
    Ok(())
}

fn order(args: &PrepareArgs, context: &Context) -> Result<Order, WalletError> {
    let token = &context.token;
    let amount = || {
        let text = args.amount.as_deref().unwrap_or_default();
        minor_units_of(token, text)
    };
    match (&args.to, &args.payout, &args.merge) {
        (Some(to), None, None) => {
            Address::decode(to, token.network)
                .map_err(|error| WalletError::Argument("to", error.to_string()))?;
            obolus_protocol::memo::MemoText::new(args.text.as_str())
                .map_err(|error| WalletError::Argument("text", error.to_string()))?;
            Ok(Order::Pay {
                to: to.clone(),
                amount: amount()?,
                text: args.text.clone(),
                identity: match args.show_payer {
                    true => PayerIdentity::Shown,
                    false => PayerIdentity::Hidden,
                },
            })
        }
        (None, Some(payout), None) => Ok(Order::Redeem {
            amount: amount()?,
            payout_reference: *blake3::hash(payout.as_bytes()).as_bytes(),
            text: payout.clone(),
        }),
        (None, None, Some(towards)) => Ok(Order::Merge {
            towards: minor_units_of(token, towards)?,
        }),
        _ => Err(WalletError::Argument(
            "prepare",
            "give --to and --amount, or --payout and --amount, or --merge".into(),
        )),
    }
}

/// Writes the letter to the signers.
pub fn propose(
    (context, args, own): (&Context, &TreasuryArgs, &OwnArgs),
    (id, prepared): (Option<PaymentId>, Prepared),
    commitments: Vec<obolus_threshold::NonceCommitments>,
    file: &Path,
) -> Result<ProposedOut, WalletError> {
    let (member, group) = (&context.treasury.member, &context.treasury.group);
    let what = (prepared.transaction, prepared.detail);
    let proposal = Proposal::new((member, group), what, &prepared.alpha, commitments)?;
    // What the others will see.
    let what = (&proposal.transaction, &proposal.detail);
    let seen = context.look(what, args, own)?;
    let out = ProposedOut::new(context, file, (id, &proposal), &seen)?;
    if file.exists() {
        let exists = std::io::ErrorKind::AlreadyExists.into();
        return Err(WalletError::Io(file.to_path_buf(), exists));
    }
    replace(file, &proposal.seal(member, group)?)?;
    Ok(out)
}

/// Prints what was proposed.
pub fn conclude(args: &TreasuryArgs, schema: &'static str, out: &ProposedOut) {
    let text = format!(
        "{}\nproposal     {}\nto be approved by {}",
        out.pays.summary("this member"),
        out.file.display(),
        out.signers.join(", ")
    );
    args.member.output.print(schema, out, text);
}

impl ProposedOut {
    /// A proposal in a file.
    pub fn new(
        context: &Context,
        file: &Path,
        (id, proposal): (Option<PaymentId>, &Proposal),
        seen: &Seen,
    ) -> Result<Self, WalletError> {
        Ok(Self {
            file: file.to_path_buf(),
            id: id.map(|id| id.to_string()),
            transaction: proposal.transaction.id().to_string(),
            signers: proposal.signer_names(&context.treasury.group)?,
            pays: PaysOut::new(seen, &context.token),
        })
    }

    /// In one line.
    pub fn line(&self) -> String {
        format!(
            "{}  {}; to be approved by {}",
            self.file.display(),
            clean(&self.pays.pays()),
            self.signers.join(", ")
        )
    }
}

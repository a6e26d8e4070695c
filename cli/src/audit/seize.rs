//! Preparing a seizure: the auditor opens the notes and makes the proof, the issuer's holders sign.

use std::path::PathBuf;

use clap::Args;
use obolus_protocol::Address;
use obolus_protocol::amount::{Amount, Exponent};
use obolus_protocol::memo::MemoText;
use obolus_wallet::{
    ChainSource, CircuitKeys, Follower, SeizedNotes, SeizureOrder, TokenView, Unproven,
};
use rand::rngs::OsRng;
use serde::Serialize;

use super::AuditError;
use super::context::IndexArgs;
use crate::dev;
use crate::endpoint::{NodeArgs, ProvingKeyArgs};
use crate::roles::write_draft;
use crate::wallet::WalletError;

/// For how many blocks the issuer's holders may collect signatures.
const VALIDITY: u64 = 900;

/// Arguments of `seize`.
#[derive(Args)]
pub struct SeizeArgs {
    #[command(flatten)]
    common: IndexArgs,
    #[command(flatten)]
    node: NodeArgs,
    /// The frozen participant: slot, address or name.
    #[arg(long, value_name = "WHO")]
    from: String,
    /// Whose note it becomes: after a lost key the participant's new address.
    #[arg(long, value_name = "ADDRESS")]
    to: String,
    /// How much; the rest of the notes that are taken returns to the participant. One seizure takes at most two notes, and at
    /// most the participant's limit.
    #[arg(long, value_name = "AMOUNT")]
    amount: String,
    /// The order that is carried out; its BLAKE3 hash goes on the ledger.
    #[arg(long, value_name = "FILE")]
    order: PathBuf,
    /// What both sides read with it, at most 256 bytes.
    #[arg(long, value_name = "TEXT", default_value = "")]
    text: String,
    #[command(flatten)]
    keys: ProvingKeyArgs,
    /// Write the transaction here; the issuer's holders sign it with `obolus roles approve`.
    #[arg(long, value_name = "FILE")]
    draft: PathBuf,
}

#[derive(Serialize)]
struct SeizeOut {
    draft: PathBuf,
    transaction: String,
    slot: u32,
    amount: String,
    unit: String,
    case: String,
    expiry: u64,
}

/// Writes the transaction.
pub fn seize(args: &SeizeArgs) -> Result<(), AuditError> {
    let context = args.common.open()?;
    let token = context.index.token().clone();
    let argument =
        |name, error: &dyn std::fmt::Display| AuditError::Argument(name, error.to_string());
    let exponent = Exponent::new(token.exponent).map_err(|error| argument("token", &error))?;
    let amount =
        Amount::parse(&args.amount, exponent).map_err(|error| argument("amount", &error))?;
    let document =
        std::fs::read(&args.order).map_err(|error| AuditError::Io(args.order.clone(), error))?;
    let to = Address::decode(&args.to, token.network).map_err(|error| argument("to", &error))?;
    let text = MemoText::new(args.text.as_str()).map_err(|error| argument("text", &error))?;
    let slot = context.people().find(&args.from)?;
    let recovery = obolus_audit::recover(&context.index, slot)?;

    let client = crate::wallet::client(&args.node.settings())?.following(token.config);
    let mut view = TokenView::new(token.config);
    view.sync(&client)
        .map_err(|error| WalletError::Pay(obolus_wallet::payer::PayError::Scan(error)))?;
    if let Some(newest) = args.common.key.open()?.newest() {
        view.trust_auditor(newest.public());
    }
    let registry = client
        .registry_state()
        .map_err(obolus_audit::IndexError::from)?;
    let assembled = |error| AuditError::from(WalletError::Assemble(error));
    let notes = SeizedNotes::find(&recovery, amount, &view, &client).map_err(assembled)?;
    let order = SeizureOrder {
        to,
        amount,
        case: *blake3::hash(&document).as_bytes(),
        text,
        expiry: obolus_protocol::tx::Height(view.tip().0.saturating_add(VALIDITY)),
    };
    let unproven = Unproven::seize(&view, &registry, (&recovery, &notes), &order, &mut OsRng);
    let unproven = unproven.map_err(assembled)?;
    let provers = args
        .keys
        .provers(dev::default_directory(&args.common.index))
        .map_err(WalletError::from)?;
    let proven = unproven
        .prove(&provers, &CircuitKeys::from(&provers))
        .map_err(assembled)?;
    let transaction = proven
        .authorise(Vec::new())
        .map_err(assembled)?
        .into_transaction();
    write_draft(&args.draft, &transaction)?;
    let out = SeizeOut {
        draft: args.draft.clone(),
        transaction: transaction.id().to_string(),
        slot: slot.get(),
        amount: context.decimals().text(u128::from(amount.get())),
        unit: context.unit().to_owned(),
        case: blake3::hash(&document).to_string(),
        expiry: order.expiry.0,
    };
    let shown = format!(
        "{} {} of slot {}, valid until block {}\nwritten to {}; the issuer's holders run: obolus roles approve {}",
        out.amount,
        out.unit,
        out.slot,
        out.expiry,
        out.draft.display(),
        out.draft.display()
    );
    args.common
        .output
        .print("obolus.audit.seize/1", &out, shown);
    Ok(())
}

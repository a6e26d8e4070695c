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
use crate::roles::{hash, opening_file, write_draft};
use crate::wallet::{WalletError, write_private};

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
    /// Write what the transaction hides to this new file, which goes with it to those who sign, and to nobody else; without
    /// it beside the draft, named after it.
    #[arg(long, value_name = "FILE")]
    opening: Option<PathBuf>,
}

#[derive(Serialize)]
struct SeizeOut {
    draft: PathBuf,
    opening: PathBuf,
    transaction: String,
    slot: u32,
    to: String,
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
    let case = hash(&args.order)?;
    let to = Address::decode(&args.to, token.network).map_err(|error| argument("to", &error))?;
    let text = MemoText::new(args.text.as_str()).map_err(|error| argument("text", &error))?;
    let file = opening_file(args.opening.as_deref(), &args.draft)?;
    let slot = context.people().find(&args.from)?;
    let recovery = obolus_audit::recover(&context.index, slot)?;

    let client = crate::wallet::client(&args.node.settings())?.following_file(&token);
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
        case: *case.as_bytes(),
        text,
        expiry: obolus_protocol::tx::Height(view.tip().0.saturating_add(VALIDITY)),
    };
    let unproven = Unproven::seize(&view, &registry, (&recovery, &notes), &order, &mut OsRng);
    let (unproven, opening) = unproven.map_err(assembled)?;
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
    // A draft without its opening is one that nobody signs.
    let shown = opening.to_json(&transaction.id(), token.network);
    write_private(&file, &shown)?;
    write_draft(&args.draft, &transaction)?;
    let out = SeizeOut {
        draft: args.draft.clone(),
        opening: file,
        transaction: transaction.id().to_string(),
        slot: slot.get(),
        to: order.to.encode(token.network),
        amount: context.decimals().text(u128::from(amount.get())),
        unit: context.unit().to_owned(),
        case: case.to_string(),
        expiry: order.expiry.0,
    };
    let payee = view.directory().by_owner(&order.to.owner);
    let text = format!(
        "{} {} of slot {}, for slot {}, {}\nvalid until block {}\nwritten to {} and {}; the issuer's holders run: obolus roles approve {} --opening {} --order {} --token TOKEN",
        out.amount,
        out.unit,
        out.slot,
        payee.map_or("?".to_owned(), |entry| entry.slot.get().to_string()),
        out.to,
        out.expiry,
        out.draft.display(),
        out.opening.display(),
        out.draft.display(),
        out.opening.display(),
        args.order.display()
    );
    args.common.output.print("obolus.audit.seize/1", &out, text);
    Ok(())
}

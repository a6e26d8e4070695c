//! Entering, freezing and unfreezing participants.

use std::path::PathBuf;

use clap::Args;
use obolus_abi::registry::SlotMsg;
use obolus_protocol::Address;
use obolus_protocol::tx::Transaction;
use obolus_wallet::TokenView;
use obolus_wallet::config::{Token, TokenConfig};

use super::approve::registrars;
use super::context::{RoleArgs, call, view};
use super::files::TransactionFile;
use crate::wallet::WalletError;

/// Arguments of `add`.
#[derive(Args)]
pub struct AddArgs {
    #[command(flatten)]
    common: RoleArgs,
    /// The application that the participant wrote with `obolus wallet apply`.
    application: PathBuf,
}

/// Arguments of `freeze` and `unfreeze`.
#[derive(Args)]
pub struct SlotArgs {
    #[command(flatten)]
    common: RoleArgs,
    /// The participant's address.
    #[arg(long, value_name = "ADDRESS", required_unless_present = "slot")]
    address: Option<String>,
    /// The participant's slot in the registry.
    #[arg(long, value_name = "SLOT", conflicts_with = "address")]
    slot: Option<u32>,
}

/// Freezing or unfreezing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Freeze.
    Freeze,
    /// Unfreeze.
    Unfreeze,
}

/// Approves an application. What is signed is the application's own bytes: chain, registry and entry are checked first, and
/// what it does, to whom, is shown.
pub fn add(args: &AddArgs) -> Result<(), WalletError> {
    let token = args.common.token()?;
    let transaction = TransactionFile::read(&args.application)?;
    let bad = |reason: &str| WalletError::Settings(args.application.clone(), reason.to_owned());
    let body = &transaction.body;
    if body.chain != token.config.chain {
        return Err(bad("it is for another chain"));
    }
    let applies = ["register", "rotate", "recover"].contains(&body.entry.as_str());
    if body.contract != token.config.registry || !applies {
        return Err(bad("it is no application to this token's registry"));
    }
    let client = args.common.client(&token)?;
    show(&transaction, &view(&client, &token)?, &token)?;
    args.common
        .finish("obolus.registrar.add/1", &client, transaction)
}

/// Shows what is signed here, and whom it is about, as `roles approve` shows it to the others.
fn show(transaction: &Transaction, view: &TokenView, token: &Token) -> Result<(), WalletError> {
    for line in registrars(transaction, view, token)? {
        eprintln!("{line}");
    }
    eprintln!("until block {}", transaction.body.expiry);
    Ok(())
}

/// Freezes or unfreezes.
pub fn freeze(args: &SlotArgs, turn: Turn) -> Result<(), WalletError> {
    let token = args.common.token()?;
    let client = args.common.client(&token)?;
    let view = view(&client, &token)?;
    let slot = match (&args.address, args.slot) {
        (_, Some(slot)) => slot,
        (Some(text), None) => {
            let address = Address::decode(text, token.network)
                .map_err(|error| WalletError::Argument("address", error.to_string()))?;
            let entry = view.directory().by_owner(&address.owner);
            let entry = entry.ok_or_else(|| {
                WalletError::Argument("address", "no participant has it".to_owned())
            })?;
            entry.slot.get()
        }
        (None, None) => {
            return Err(WalletError::Argument(
                "participant",
                "give --address or --slot".into(),
            ));
        }
    };
    let (entry, schema) = match turn {
        Turn::Freeze => ("freeze", "obolus.registrar.freeze/1"),
        Turn::Unfreeze => ("unfreeze", "obolus.registrar.unfreeze/1"),
    };
    let TokenConfig {
        chain, registry, ..
    } = token.config;
    let transaction = call(chain, view.tip(), registry, entry, &SlotMsg { slot })?;
    show(&transaction, &view, &token)?;
    args.common.finish(schema, &client, transaction)
}

//! Entering, freezing and unfreezing participants.

use std::path::PathBuf;

use clap::Args;
use obolus_abi::registry::{RegisterMsg, RotateMsg, SlotMsg};
use obolus_protocol::Address;
use obolus_protocol::tx::TxBody;
use obolus_wallet::config::TokenConfig;

use super::approve::limit_words;
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

/// Approves an application. What is signed is the application's own bytes: chain, registry, entry, keys and limit are
/// checked and shown first.
pub fn add(args: &AddArgs) -> Result<(), WalletError> {
    let token = args.common.token()?;
    let transaction = TransactionFile::read(&args.application)?;
    let bad = |reason: &str| WalletError::Settings(args.application.clone(), reason.to_owned());
    let body = &transaction.body;
    if body.chain != token.config.chain {
        return Err(bad("it is for another chain"));
    }
    if body.contract != token.config.registry {
        return Err(bad("it is no application to this token's registry"));
    }
    let (message, what) = application(body).map_err(bad)?;
    let limit = limit_words(message.limit, Some(&token));
    eprintln!(
        "{what} owner {} with {limit}, until block {}",
        message.owner, body.expiry
    );
    let client = args.common.client(&token)?;
    args.common
        .finish("obolus.registrar.add/1", &client, transaction)
}

/// What an application asks for.
fn application(body: &TxBody) -> Result<(RegisterMsg, String), &'static str> {
    let malformed = |_| "its message does not decode";
    if body.entry.as_str() == "register" {
        let message = borsh::from_slice(&body.args).map_err(malformed)?;
        return Ok((message, "registers".to_owned()));
    }
    let how = match body.entry.as_str() {
        "rotate" => "replaces the key of slot {slot}, which takes its holder's signature, by",
        "recover" => "replaces the LOST key of frozen slot {slot} by",
        _ => return Err("it is no application to this token's registry"),
    };
    let RotateMsg { slot, register } = borsh::from_slice(&body.args).map_err(malformed)?;
    Ok((register, how.replace("{slot}", &slot.to_string())))
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
    let message = borsh::to_vec(&SlotMsg { slot })
        .map_err(|error| WalletError::Argument("slot", error.to_string()))?;
    let (entry, schema) = match turn {
        Turn::Freeze => ("freeze", "obolus.registrar.freeze/1"),
        Turn::Unfreeze => ("unfreeze", "obolus.registrar.unfreeze/1"),
    };
    let TokenConfig {
        chain, registry, ..
    } = token.config;
    let transaction = call(chain, view.tip(), registry, entry, message)?;
    args.common.finish(schema, &client, transaction)
}

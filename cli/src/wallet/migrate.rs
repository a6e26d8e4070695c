//! Moving notes to the successor of the token.

use std::path::{Path, PathBuf};

use clap::Args;
use obolus_abi::token::TokenState;
use obolus_protocol::Address;
use obolus_wallet::client::NodeClient;
use obolus_wallet::config::{Token, TokenConfig};
use obolus_wallet::outbox::{Order, Successor};
use uuid::Uuid;

use super::WalletError;
use super::context::{WalletArgs, token_state};
use super::paid::conclude_series;
use super::send::{Desk, PayArgs, minor_units};
use super::sweep::everything;

/// Arguments of `migrate`.
#[derive(Args)]
pub struct MigrateArgs {
    #[command(flatten)]
    common: WalletArgs,
    #[command(flatten)]
    pay: PayArgs,
    /// Token file of the successor, as the issuer publishes it.
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    /// How much, for example 12.34; without it everything, one transaction after another. Each takes at most two notes, and at
    /// most the limit.
    #[arg(long, value_name = "AMOUNT")]
    amount: Option<String>,
    /// Whose note it becomes: an address in the successor's registry; without it this wallet's own.
    #[arg(long, value_name = "ADDRESS")]
    recipient: Option<String>,
    /// Name of the move (a UUID): the same name never moves twice.
    #[arg(long, value_name = "UUID", requires = "amount")]
    id: Option<Uuid>,
}

/// Moves. Amounts stay hidden; the successor's own wallet, made from the same seed, finds the notes.
pub fn migrate(args: &MigrateArgs) -> Result<(), WalletError> {
    let context = args.common.open()?;
    let ours = &context.token;
    let theirs = successor_file(ours, &args.to)?;
    let to = args.recipient.clone().unwrap_or_else(|| context.address());
    Address::decode(&to, ours.network)
        .map_err(|error| WalletError::Argument("recipient", error.to_string()))?;
    let order = |amount| Order::Migrate {
        successor: Successor::new(&theirs.config),
        to: to.clone(),
        amount,
    };
    let amount = args.amount.as_deref();
    let amount = amount.map(|text| minor_units(&context, text)).transpose()?;
    let desk = Desk::open_moving(&context, &args.pay, theirs.config)?;
    let series = match amount {
        Some(amount) => {
            let paid = desk.pay(args.id, &order(amount))?;
            (vec![(paid.id, Ok(paid))], Ok(()))
        }
        None => everything(&context, &desk, order),
    };
    conclude_series(args.common.output, "obolus.wallet.migrate/1", series)
}

/// The token file of a successor.
pub fn successor_file(ours: &Token, path: &Path) -> Result<Token, WalletError> {
    let theirs = Token::read(path)?;
    if (ours.config.chain, ours.network) != (theirs.config.chain, theirs.network) {
        return Err(wrong(
            "it is a token of another chain: a successor is on the same one",
        ));
    }
    if ours.config.token == theirs.config.token {
        return Err(wrong(
            "it is this wallet's own token: give the successor's file",
        ));
    }
    same_money(ours, &theirs.unit, theirs.exponent)?;
    Ok(theirs)
}

/// The state of a token whose notes move to a successor, which may pin another key for what enters it. The client follows the
/// token again afterwards.
pub fn state_for_moves(
    client: &mut NodeClient,
    ours: &Token,
    successor: TokenConfig,
) -> Result<TokenState, WalletError> {
    client.follow(successor);
    let settings = token_state(client)?.settings;
    // A file can say what it likes: notes carry minor units, and the contract says of what.
    same_money(ours, &settings.unit, settings.exponent)?;
    let enters = settings.pins.issue;
    client.follow(ours.config);
    let mut state = token_state(client)?;
    state.settings.pins.issue = enters;
    Ok(state)
}

/// A move keeps the number of minor units, so it keeps what is held only if both tokens count the same thing in the same digits.
fn same_money(ours: &Token, unit: &str, exponent: u8) -> Result<(), WalletError> {
    if (ours.unit.as_str(), ours.exponent) == (unit, exponent) {
        return Ok(());
    }
    Err(wrong(&format!(
        "it counts {unit} with {exponent} decimal digits, this wallet's token {} with {}: notes move to a successor of the same \
         unit and digits only",
        ours.unit, ours.exponent
    )))
}

fn wrong(reason: &str) -> WalletError {
    WalletError::Argument("to", reason.to_owned())
}

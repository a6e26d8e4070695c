//! Paying everything out to one address, as the holder of a key does that was replaced.

use std::collections::BTreeSet;

use clap::Args;
use obolus_protocol::{Address, Amount};
use obolus_wallet::PayerIdentity;
use obolus_wallet::outbox::{Order, Stage};
use obolus_wallet::payer::Session;

use super::WalletError;
use super::context::{Context, WalletArgs};
use super::paid::{Outcomes, Series, conclude_series};
use super::send::{Desk, PayArgs, free_text};

/// Arguments of `sweep`.
#[derive(Args)]
pub struct SweepArgs {
    #[command(flatten)]
    common: WalletArgs,
    #[command(flatten)]
    pay: PayArgs,
    /// Whom to pay: after a rotation the address of the new key.
    #[arg(long, value_name = "ADDRESS")]
    to: String,
    /// What the recipient reads with every payment.
    #[arg(long, value_name = "TEXT", default_value = "moved to the new key")]
    text: String,
}

/// Pays until no note is left, one payment after another. Each takes at most two notes, and at most the limit.
pub fn sweep(args: &SweepArgs) -> Result<(), WalletError> {
    let context = args.common.open()?;
    Address::decode(&args.to, context.token.network)
        .map_err(|error| WalletError::Argument("to", error.to_string()))?;
    free_text(&args.text)?;
    let desk = Desk::open(&context, &args.pay)?;
    let series = everything(&context, &desk, |amount| Order::Pay {
        to: args.to.clone(),
        amount,
        text: args.text.clone(),
        identity: PayerIdentity::Shown,
    });
    conclude_series(args.common.output, "obolus.wallet.sweep/1", series)
}

/// Orders of two notes each until no note is left, or one is not committed. `order` makes one of so many minor units.
pub(super) fn everything(
    context: &Context,
    desk: &Desk<'_>,
    order: impl Fn(u64) -> Order,
) -> Series {
    let mut results = Vec::new();
    let end = each(context, desk, order, &mut results);
    (results, end)
}

fn each(
    context: &Context,
    desk: &Desk<'_>,
    order: impl Fn(u64) -> Order,
    results: &mut Outcomes,
) -> Result<(), WalletError> {
    let mut seen = BTreeSet::new();
    while let Some(amount) = next(context)? {
        let paid = desk.pay(None, &order(amount.get()))?;
        let committed = matches!(paid.stage, Stage::Committed { .. });
        let again = !seen.insert(paid.id);
        results.push((paid.id, Ok(paid)));
        // What is in flight or refused is said below; going on would only repeat it.
        if !committed || again {
            break;
        }
    }
    Ok(())
}

/// What the next payment takes; none when nothing is left.
fn next(context: &Context) -> Result<Option<Amount>, WalletError> {
    let client = context.client()?;
    let (directory, token) = (&context.directory, context.token.config);
    let session = Session::begin(directory, token, &context.keys, &client)?;
    Ok(session.wallet.next_of_all())
}

//! The queue of redemptions: what the issuer owes.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args;
use obolus_protocol::amount::Exponent;
use obolus_protocol::tx::Height;
use obolus_runtime_api::hex;
use obolus_wallet::auditor::Record;
use obolus_wallet::events::{LedgerEvent, read_block};
use obolus_wallet::roles::open_auditor;
use obolus_wallet::{AuditorView, Follower};
use serde::Serialize;

use super::context::scan;
use crate::decimal::decimal;
use crate::endpoint::NodeArgs;
use crate::output::OutputArgs;
use crate::secret::{Choosing, PassphraseArgs};
use crate::wallet::WalletError;

/// Arguments of `redeem-queue`.
#[derive(Args)]
pub struct QueueArgs {
    /// The token file.
    #[arg(long, value_name = "FILE")]
    token: PathBuf,
    #[command(flatten)]
    node: NodeArgs,
    #[command(flatten)]
    passphrase: PassphraseArgs,
    #[command(flatten)]
    output: OutputArgs,
    /// The auditor's key file: amounts and holders are known to the auditor only.
    #[arg(long, value_name = "FILE")]
    auditor_key: Option<PathBuf>,
    /// Only redemptions from this block on.
    #[arg(long, value_name = "HEIGHT", default_value_t = 1)]
    from: u64,
}

#[derive(Serialize)]
struct Queue {
    unit: String,
    redemptions: Vec<Redeemed>,
}

#[derive(Serialize)]
struct Redeemed {
    height: u64,
    transaction: String,
    payout_reference: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    holder_slot: Option<u32>,
}

/// Lists redemptions.
pub fn list(args: &QueueArgs) -> Result<(), WalletError> {
    let token = obolus_wallet::config::Token::read(&args.token)?;
    let client = crate::wallet::client(&args.node.settings())?.following(token.config);
    let redemptions = match &args.auditor_key {
        None => {
            let mut found = Vec::new();
            let mut next = args.from.max(1);
            loop {
                let updates = client.blocks(Height(next))?;
                let Some(last) = updates.last() else { break };
                next = last.height + 1;
                for update in &updates {
                    for tx in read_block(update, &token.config, &BTreeSet::new()).map_err(scan)? {
                        for event in &tx.events {
                            if let LedgerEvent::Redeemed { msg, .. } = event {
                                found.push(Redeemed {
                                    height: update.height,
                                    transaction: tx.place.tx.to_string(),
                                    payout_reference: hex::encode(&msg.payout_reference),
                                    amount: None,
                                    holder_slot: None,
                                });
                            }
                        }
                    }
                }
            }
            found
        }
        Some(path) => {
            let secret = open_auditor(path, || {
                Ok::<_, WalletError>(args.passphrase.get(Choosing::No)?)
            })?;
            let mut audit = AuditorView::new(token.config, vec![secret]);
            audit.sync(&client).map_err(scan)?;
            let exponent = Exponent::new(token.exponent)
                .map_err(|error| WalletError::Argument("token", error.to_string()))?;
            let records = audit.records().iter();
            let redeemed = records.filter_map(|record| match record {
                Record::Redeemed {
                    place,
                    holder,
                    amount,
                    payout_reference,
                    ..
                } if place.height.0 >= args.from => Some(Redeemed {
                    height: place.height.0,
                    transaction: place.tx.to_string(),
                    payout_reference: hex::encode(payout_reference),
                    amount: Some(decimal(u128::from(amount.get()), exponent)),
                    holder_slot: Some(holder.get()),
                }),
                _ => None,
            });
            redeemed.collect()
        }
    };
    let lines: Vec<String> = redemptions
        .iter()
        .map(|redeemed| {
            format!(
                "block {:<8} {:>20} {}  payout {}",
                redeemed.height,
                redeemed
                    .amount
                    .as_deref()
                    .unwrap_or("(auditor's key needed)"),
                token.unit,
                redeemed.payout_reference
            )
        })
        .collect();
    let out = Queue {
        unit: token.unit,
        redemptions,
    };
    args.output
        .print("obolus.issuer.redeem-queue/1", &out, lines.join("\n"));
    Ok(())
}

//! The queue of redemptions: what the issuer owes.

use std::collections::{BTreeSet, HashMap};

use clap::Args;
use obolus_protocol::amount::Exponent;
use obolus_protocol::tx::Height;
use obolus_runtime_api::{BlockUpdate, hex};
use obolus_wallet::auditor::Record;
use obolus_wallet::client::NodeClient;
use obolus_wallet::config::Token;
use obolus_wallet::events::{LedgerEvent, read_block};
use obolus_wallet::{AuditorView, Follower, ScanError, TokenConfig};
use serde::Serialize;

use super::attest::AuditorArgs;
use super::context::scan;
use crate::decimal::decimal;
use crate::endpoint::NodeArgs;
use crate::output::OutputArgs;
use crate::secret::PassphraseArgs;
use crate::wallet::WalletError;

/// Arguments of `redeem-queue`.
#[derive(Args)]
pub struct QueueArgs {
    /// The token file.
    #[arg(long, value_name = "FILE")]
    token: std::path::PathBuf,
    #[command(flatten)]
    node: NodeArgs,
    #[command(flatten)]
    passphrase: PassphraseArgs,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    auditor: AuditorArgs,
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
    #[serde(skip)]
    number: u64,
    height: u64,
    transaction: String,
    payout_reference: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    holder_slot: Option<u32>,
}

/// Lists redemptions: all that the ledger has, with amount and holder where the auditor's key opens them.
pub fn list(args: &QueueArgs) -> Result<(), WalletError> {
    let token = Token::read(&args.token)?;
    let client = crate::wallet::client(&args.node.settings())?.following_file(&token);
    let mut seen = Seen {
        config: token.config,
        next: Height(args.from.max(1)),
        redemptions: Vec::new(),
    };
    seen.sync(&client).map_err(scan)?;
    // Read later, so that it has at least as many.
    let opened = match args.auditor.files.is_empty() {
        true => HashMap::new(),
        false => args.opened(&token, &client)?,
    };
    let mut redemptions = seen.redemptions;
    for redeemed in &mut redemptions {
        if let Some((amount, holder)) = opened.get(&redeemed.number) {
            redeemed.amount = Some(amount.clone());
            redeemed.holder_slot = Some(*holder);
        }
    }
    let sealed = redemptions.iter().filter(|one| one.amount.is_none());
    let sealed = sealed.count();
    let lines: Vec<String> = redemptions
        .iter()
        .map(|redeemed| {
            format!(
                "block {:<8} {:>20} {}  payout {}  transaction {}",
                redeemed.height,
                redeemed
                    .amount
                    .as_deref()
                    .unwrap_or("(auditor's key needed)"),
                token.unit,
                redeemed.payout_reference,
                redeemed.transaction
            )
        })
        .collect();
    let out = Queue {
        unit: token.unit,
        redemptions,
    };
    args.output
        .print("obolus.issuer.redeem-queue/1", &out, lines.join("\n"));
    if sealed > 0 && !args.auditor.files.is_empty() {
        return Err(WalletError::Sealed(sealed));
    }
    Ok(())
}

impl QueueArgs {
    /// Amounts and holders by the redemption's number.
    fn opened(
        &self,
        token: &Token,
        client: &NodeClient,
    ) -> Result<HashMap<u64, (String, u32)>, WalletError> {
        let secrets = self.auditor.secrets(&self.passphrase)?;
        let mut audit = AuditorView::new(token.config, secrets);
        audit.sync(client).map_err(scan)?;
        let exponent = Exponent::new(token.exponent)
            .map_err(|error| WalletError::Argument("token", error.to_string()))?;
        let records = audit.records().iter();
        let redeemed = records.filter_map(|record| match record {
            Record::Redeemed {
                holder,
                amount,
                number,
                ..
            } => {
                let amount = decimal(u128::from(amount.get()), exponent);
                Some((*number, (amount, holder.get())))
            }
            _ => None,
        });
        Ok(redeemed.collect())
    }
}

/// Redemptions as everybody sees them, from some block on.
struct Seen {
    config: TokenConfig,
    next: Height,
    redemptions: Vec<Redeemed>,
}

impl Follower for Seen {
    fn next_height(&self) -> Height {
        self.next
    }

    fn apply(&mut self, update: &BlockUpdate) -> Result<(), ScanError> {
        ScanError::check_next(update, self.next)?;
        for tx in read_block(update, &self.config, &BTreeSet::new())? {
            for event in &tx.events {
                if let LedgerEvent::Redeemed { msg, number, .. } = event {
                    self.redemptions.push(Redeemed {
                        number: *number,
                        height: update.height,
                        transaction: tx.place.tx.to_string(),
                        payout_reference: hex::encode(&msg.payout_reference),
                        amount: None,
                        holder_slot: None,
                    });
                }
            }
        }
        self.next = Height(update.height.saturating_add(1));
        Ok(())
    }
}

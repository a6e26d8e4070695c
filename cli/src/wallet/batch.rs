//! Payments from a file, several at once.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use obolus_wallet::PayerIdentity;
use obolus_wallet::outbox::{Order, PaymentId};
use serde::Deserialize;
use uuid::Uuid;

use super::WalletError;
use super::context::Context;
use super::paid::conclude_all;
use super::send::{Desk, SendArgs, order};

/// One row of a payments file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    to: String,
    amount: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    id: Option<String>,
}

/// Pays every row of a file.
pub fn pay_all(
    args: &SendArgs,
    file: &Path,
    context: &Context,
    desk: &Desk<'_>,
) -> Result<(), WalletError> {
    let orders = rows(context, file, args.identity())?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let workers = args
        .parallel()
        .unwrap_or(cores)
        .clamp(1, 64)
        .min(orders.len().max(1));
    let next = AtomicUsize::new(0);
    let results = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some((id, order)) = orders.get(next.fetch_add(1, Ordering::SeqCst)) {
                    let paid = desk.with_payer(|payer| payer.pay(*id, order, &|_| ()));
                    let mut results = results.lock().unwrap_or_else(PoisonError::into_inner);
                    results.insert(*id, paid);
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    let ordered = orders
        .iter()
        .filter_map(|(id, _)| results.remove_entry(id))
        .collect();
    conclude_all(args.common().output, "obolus.wallet.send-batch/1", ordered)
}

/// Reads a payments file; nothing is paid if a row is malformed. A row without an id gets one from the file's content, so
/// that running the same file again does not pay again.
fn rows(
    context: &Context,
    file: &Path,
    identity: PayerIdentity,
) -> Result<Vec<(PaymentId, Order)>, WalletError> {
    let text = std::fs::read(file).map_err(|error| WalletError::Io(file.to_owned(), error))?;
    let digest = blake3::hash(&text);
    let mut reader = csv::Reader::from_reader(text.as_slice());
    let mut seen = BTreeSet::new();
    let mut sequence = Vec::new();
    for (line, row) in (2_u64..).zip(reader.deserialize::<Row>()) {
        let bad = |reason: String| WalletError::Row { line, reason };
        let row = row.map_err(|error| bad(error.to_string()))?;
        let id = match row.id.as_deref().filter(|id| !id.is_empty()) {
            Some(id) => Uuid::try_parse(id).map_err(|error| bad(error.to_string()))?,
            None => {
                let mut hasher = blake3::Hasher::new_keyed(digest.as_bytes());
                hasher.update(&line.to_le_bytes());
                let mut bytes = [0; 16];
                hasher.finalize_xof().fill(&mut bytes);
                uuid::Builder::from_random_bytes(bytes).into_uuid()
            }
        };
        let order = order(context, &row.to, &row.amount, &row.text, identity)
            .map_err(|error| bad(error.to_string()))?;
        if !seen.insert(id) {
            return Err(bad("the id occurs twice".into()));
        }
        sequence.push((PaymentId::new(id), order));
    }
    Ok(sequence)
}

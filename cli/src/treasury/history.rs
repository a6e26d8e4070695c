//! What happened to the treasury's money, with its earlier keys too.

use obolus_wallet::treasury::Known;
use serde::Serialize;

use super::context::TreasuryArgs;
use crate::wallet::{EntryOut, WalletError};

#[derive(Serialize)]
struct HistoryOut {
    unit: String,
    height: u64,
    keys: Vec<KeyOut>,
    entries: Vec<KeyedOut>,
}

#[derive(Serialize)]
struct KeyOut {
    address: String,
    /// Whether the registry lists the present key as the one that took over from it.
    replaced: bool,
}

#[derive(Serialize)]
struct KeyedOut {
    /// With which key, by its address.
    key: String,
    #[serde(flatten)]
    entry: EntryOut,
}

/// Shows the entries of the present key and of those before, in the order of the ledger.
pub fn history(args: &TreasuryArgs) -> Result<(), WalletError> {
    let context = args.open()?;
    let client = context.client()?;
    let network = context.token.network;
    let own = context.keys().address();
    let mut keys = Vec::new();
    let mut entries = Vec::new();
    for past in &context.treasury.past {
        let session = context.session_of((&past.wallet, &past.keys), &client)?;
        let key = past.keys.address().encode(network);
        // That it was the treasury's is what a member said; that it gave its place to this key is on the ledger.
        let known = Known::listed(session.wallet.view(), &past.keys.owner());
        let all = EntryOut::all(&session.wallet, &context.token).into_iter();
        entries.extend(all.map(|entry| KeyedOut {
            key: key.clone(),
            entry,
        }));
        keys.push(KeyOut {
            address: key,
            replaced: known.listed.contains(&own),
        });
    }
    let session = context.session(&client)?;
    let key = own.encode(network);
    let all = EntryOut::all(&session.wallet, &context.token).into_iter();
    entries.extend(all.map(|entry| KeyedOut {
        key: key.clone(),
        entry,
    }));
    keys.insert(
        0,
        KeyOut {
            address: key.clone(),
            replaced: false,
        },
    );
    // Stable: within a block the earlier key's come first.
    entries.sort_by_key(|entry| entry.entry.height);
    let out = HistoryOut {
        unit: context.token.unit.clone(),
        height: session.wallet.view().tip().0,
        keys,
        entries,
    };
    let mut lines: Vec<String> = out
        .entries
        .iter()
        .map(|entry| {
            let mark = if entry.key == key {
                ""
            } else {
                "  (earlier key)"
            };
            format!("{}{mark}", entry.entry.line(&out.unit))
        })
        .collect();
    for past in out.keys.iter().skip(1).filter(|past| !past.replaced) {
        lines.push(format!(
            "the registry does not list this key as the one that took over from {}",
            past.address
        ));
    }
    args.member
        .output
        .print("obolus.treasury.history/1", &out, lines.join("\n"));
    Ok(())
}

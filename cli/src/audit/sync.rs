//! Bringing the index up to date.

use std::path::PathBuf;

use clap::Args;
use obolus_audit::index::CHECKPOINT_BLOCKS;
use serde::Serialize;

use super::AuditError;
use super::context::IndexArgs;
use crate::endpoint::NodeArgs;

/// Gaps that are shown.
const SHOWN: usize = 20;

/// Arguments of `sync`.
#[derive(Args)]
pub struct SyncArgs {
    #[command(flatten)]
    common: IndexArgs,
    #[command(flatten)]
    node: NodeArgs,
    /// The token file; needed for the first sync, and remembered. Given later, it puts right what was remembered.
    #[arg(long, value_name = "FILE")]
    token: Option<PathBuf>,
    /// Forget what was read and read the chain from its start, for example with the secret of an epoch that was missing.
    #[arg(long)]
    again: bool,
    /// Write down what was read at least every so many blocks.
    #[arg(long, value_name = "BLOCKS", default_value_t = CHECKPOINT_BLOCKS)]
    every: u64,
}

/// Arguments of `status`.
#[derive(Args)]
pub struct StatusArgs {
    #[command(flatten)]
    common: IndexArgs,
}

#[derive(Serialize)]
struct SyncOut {
    height: u64,
    blocks: u64,
    new_records: u64,
    records: u64,
    unread: u64,
}

#[derive(Serialize)]
struct StatusOut {
    token: String,
    unit: String,
    height: u64,
    records: u64,
    participants: usize,
    unread: Vec<Unread>,
}

#[derive(Serialize)]
struct Unread {
    height: u64,
    transaction: String,
    reason: String,
}

/// Reads new blocks.
pub fn sync(args: &SyncArgs) -> Result<(), AuditError> {
    let given = args.token.as_deref();
    let token = args.common.token_for_sync(given)?;
    let ring = args.common.key.open()?;
    let client = crate::wallet::client(&args.node.settings())?.following_file(&token);
    let key = ring.index_key();
    let mut index = args.common.open_for_sync(token, given, args.again, key)?;
    let mut progress = |height| tracing::info!(%height, "written down");
    let done = index.sync(&client, ring.secrets(), args.every, &mut progress)?;
    let out = SyncOut {
        height: index.height().0,
        blocks: done.blocks,
        new_records: done.records,
        records: index.ledger().records(),
        unread: index.ledger().gaps(),
    };
    let mut text = format!(
        "block {}: {} new movements in {} blocks, {} in all",
        out.height, out.new_records, out.blocks, out.records
    );
    if out.unread > 0 {
        text.push_str(&format!(
            "\n{} ciphertexts could not be read; `obolus audit status` lists them",
            out.unread
        ));
    }
    args.common.output.print("obolus.audit.sync/1", &out, text);
    Ok(())
}

/// Shows how far the index has come.
pub fn status(args: &StatusArgs) -> Result<(), AuditError> {
    let context = args.common.open()?;
    let index = &context.index;
    let gaps = index.gaps()?.into_iter().map(|gap| Unread {
        height: gap.height,
        transaction: gap.tx.to_string(),
        reason: gap.reason,
    });
    let out = StatusOut {
        token: index.token().name.clone(),
        unit: index.token().unit.clone(),
        height: index.height().0,
        records: index.ledger().records(),
        participants: context.people().all().count(),
        unread: gaps.collect(),
    };
    let mut lines = vec![format!(
        "{}: block {}, {} movements, {} participants",
        out.token, out.height, out.records, out.participants
    )];
    for gap in out.unread.iter().take(SHOWN) {
        lines.push(format!(
            "unread in block {}, transaction {}: {}",
            gap.height, gap.transaction, gap.reason
        ));
    }
    if out.unread.len() > SHOWN {
        lines.push(format!("and {} more", out.unread.len() - SHOWN));
    }
    args.common
        .output
        .print("obolus.audit.status/1", &out, lines.join("\n"));
    Ok(())
}

//! How a node sequences: limits of the mempool, batches and blocks.

use std::time::Duration;

use obolus_chain::{MAX_BLOCK_BYTES, MAX_BLOCK_TXS};
use serde::Deserialize;

/// Settings of mempool, admission and blocks.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SequencingSettings {
    /// Most transactions waiting, of all clients together.
    pub mempool_transactions: usize,
    /// Most bytes of them.
    pub mempool_bytes: usize,
    /// Most transactions waiting of one client.
    pub client_transactions: usize,
    /// Most bytes of them.
    pub client_bytes: usize,
    /// Most transactions whose proofs are verified together.
    pub batch_transactions: usize,
    /// How long a client stays in batches of its own after it sent a false proof or spend signature, in milliseconds.
    pub isolation_ms: u64,
    /// Least time between two blocks, in milliseconds; a full block does not wait for it.
    pub block_interval_ms: u64,
    /// An empty block is made after so long without one, in milliseconds, so that transactions can expire; 0 for never.
    pub idle_block_ms: u64,
    /// Most transactions in a block.
    pub block_transactions: usize,
    /// How many settled transactions are remembered for clients that ask again.
    pub remembered: usize,
}

impl Default for SequencingSettings {
    fn default() -> Self {
        Self {
            mempool_transactions: 20_000,
            mempool_bytes: 256 << 20,
            client_transactions: 5_000,
            client_bytes: 64 << 20,
            batch_transactions: 128,
            isolation_ms: 60_000,
            block_interval_ms: 200,
            idle_block_ms: 10_000,
            block_transactions: MAX_BLOCK_TXS,
            remembered: 65_536,
        }
    }
}

/// A setting out of range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("sequencing.{field} must be {range}")]
pub struct BadSetting {
    field: &'static str,
    range: &'static str,
}

impl SequencingSettings {
    /// Checks every setting.
    ///
    /// # Errors
    /// [`BadSetting`] names the first one out of range.
    pub fn check(&self) -> Result<(), BadSetting> {
        let rule = |holds: bool, field, range| {
            if holds {
                Ok(())
            } else {
                Err(BadSetting { field, range })
            }
        };
        rule(
            self.mempool_transactions > 0,
            "mempool_transactions",
            "at least 1",
        )?;
        // One transaction of any size must fit.
        rule(
            self.mempool_bytes >= MAX_BLOCK_BYTES,
            "mempool_bytes",
            "at least the bytes of a block, 8388608",
        )?;
        rule(
            self.client_transactions > 0,
            "client_transactions",
            "at least 1",
        )?;
        rule(
            self.client_bytes >= 1 << 20,
            "client_bytes",
            "at least 1048576",
        )?;
        rule(
            (1..=1024).contains(&self.batch_transactions),
            "batch_transactions",
            "1 to 1024",
        )?;
        rule(
            (1..=MAX_BLOCK_TXS).contains(&self.block_transactions),
            "block_transactions",
            "1 to 1024",
        )?;
        rule(
            self.block_interval_ms <= 60_000,
            "block_interval_ms",
            "0 to 60000",
        )?;
        rule(self.remembered > 0, "remembered", "at least 1")
    }

    pub(crate) const fn block_interval(&self) -> Duration {
        Duration::from_millis(self.block_interval_ms)
    }

    pub(crate) const fn idle_interval(&self) -> Option<Duration> {
        match self.idle_block_ms {
            0 => None,
            ms => Some(Duration::from_millis(ms)),
        }
    }

    pub(crate) const fn isolation(&self) -> Duration {
        Duration::from_millis(self.isolation_ms)
    }
}

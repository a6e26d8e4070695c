//! What a node measures of itself, for Prometheus. No label names a client, a transaction or anything a contract
//! chose, so that the number of series is bounded.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use obolus_http::server::process::resident_bytes;
use prometheus_client::encoding::{EncodeLabelSet, text::encode};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// Where CPU time goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Signatures and proofs.
    Verify,
    /// Contracts.
    Execute,
    /// Log and store.
    Commit,
}

/// Where a transaction was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RefusedAt {
    /// At the door: form, chain, expiry, quota.
    Door,
    /// Signatures and proofs, or the contract.
    Ledger,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StageLabel {
    stage: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct AtLabel {
    at: &'static str,
}

type Seconds = Counter<f64, AtomicU64>;

/// All metrics of a node.
pub(crate) struct Metrics {
    registry: Registry,
    submitted: Counter,
    committed: Counter,
    refused: Family<AtLabel, Counter>,
    stage_cpu: Family<StageLabel, Seconds>,
    durable: Histogram,
    batch: Histogram,
    block: Histogram,
    height: Gauge,
    waiting: Gauge,
    resident: Gauge,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("obolus");
        let metrics = Self {
            submitted: Counter::default(),
            committed: Counter::default(),
            refused: Family::default(),
            stage_cpu: Family::default(),
            durable: Histogram::new([
                0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1.0, 2.0, 5.0, 10.0,
            ]),
            batch: Histogram::new([
                1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1024.0,
            ]),
            block: Histogram::new([
                1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1024.0,
            ]),
            height: Gauge::default(),
            waiting: Gauge::default(),
            resident: Gauge::default(),
            registry: Registry::default(),
        };
        registry.register(
            "transactions_submitted",
            "Transactions taken for checking",
            metrics.submitted.clone(),
        );
        registry.register(
            "transactions_committed",
            "Transactions whose block is on disk",
            metrics.committed.clone(),
        );
        registry.register(
            "transactions_refused",
            "Transactions refused",
            metrics.refused.clone(),
        );
        registry.register_with_unit(
            "stage_cpu",
            "CPU time by stage",
            Unit::Seconds,
            metrics.stage_cpu.clone(),
        );
        registry.register_with_unit(
            "submit_to_durable",
            "From acceptance to the fsync of the block",
            Unit::Seconds,
            metrics.durable.clone(),
        );
        registry.register(
            "batch_transactions",
            "Transactions verified together",
            metrics.batch.clone(),
        );
        registry.register(
            "block_transactions",
            "Transactions in a block",
            metrics.block.clone(),
        );
        registry.register(
            "block_height",
            "Height of the last committed block",
            metrics.height.clone(),
        );
        registry.register(
            "mempool_transactions",
            "Transactions between acceptance and block",
            metrics.waiting.clone(),
        );
        registry.register_with_unit(
            "resident_memory",
            "Resident memory of the process",
            Unit::Bytes,
            metrics.resident.clone(),
        );
        for stage in [Stage::Verify, Stage::Execute, Stage::Commit] {
            metrics.add_cpu(stage, 0.0);
        }
        Self {
            registry,
            ..metrics
        }
    }

    pub(crate) fn count_submitted(&self) {
        self.submitted.inc();
    }

    pub(crate) fn count_refused(&self, at: RefusedAt) {
        let at = match at {
            RefusedAt::Door => "door",
            RefusedAt::Ledger => "ledger",
        };
        self.refused.get_or_create(&AtLabel { at }).inc();
    }

    pub(crate) fn count_committed(&self, latency: Duration) {
        self.committed.inc();
        self.durable.observe(latency.as_secs_f64());
    }

    pub(crate) fn count_batch(&self, transactions: usize) {
        self.batch.observe(transactions as f64);
    }

    pub(crate) fn count_block(&self, height: u64, transactions: usize) {
        self.block.observe(transactions as f64);
        self.set_height(height);
    }

    pub(crate) fn set_height(&self, height: u64) {
        self.height.set(i64::try_from(height).unwrap_or(i64::MAX));
    }

    pub(crate) fn add_cpu(&self, stage: Stage, seconds: f64) {
        let stage = match stage {
            Stage::Verify => "verify",
            Stage::Execute => "execute",
            Stage::Commit => "commit",
        };
        // Clocks of threads do not go backwards, but a counter must not even if they do.
        self.stage_cpu
            .get_or_create(&StageLabel { stage })
            .inc_by(seconds.max(0.0));
    }

    /// The text that Prometheus reads.
    pub(crate) fn text(&self, waiting: usize) -> String {
        self.waiting.set(i64::try_from(waiting).unwrap_or(i64::MAX));
        if let Some(bytes) = resident_bytes() {
            self.resident.set(i64::try_from(bytes).unwrap_or(i64::MAX));
        }
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

//! What a service measures of itself, for Prometheus. No label names a tenant or a job.

use std::time::Duration;

use obolus_http::server::process::resident_bytes;
use obolus_prover_queue::Depth;
use prometheus_client::encoding::{EncodeLabelSet, text::encode};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

const SECONDS: [f64; 14] = [
    0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0, 120.0, 300.0, 900.0,
];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CircuitLabel {
    circuit: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ReasonLabel {
    reason: &'static str,
}

/// All metrics of a process.
pub(crate) struct Metrics {
    registry: Registry,
    accepted: Counter,
    refused: Family<ReasonLabel, Counter>,
    proved: Family<CircuitLabel, Counter>,
    failed: Family<ReasonLabel, Counter>,
    requeued: Counter,
    wait: Histogram,
    prove: Family<CircuitLabel, Histogram>,
    queued: Gauge,
    running: Gauge,
    queue_bytes: Gauge,
    reserved: Gauge,
    resident: Gauge,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("obolus_prover");
        let metrics = Self {
            accepted: Counter::default(),
            refused: Family::default(),
            proved: Family::default(),
            failed: Family::default(),
            requeued: Counter::default(),
            wait: Histogram::new(SECONDS),
            prove: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            queued: Gauge::default(),
            running: Gauge::default(),
            queue_bytes: Gauge::default(),
            reserved: Gauge::default(),
            resident: Gauge::default(),
            registry: Registry::default(),
        };
        registry.register("jobs_accepted", "Jobs queued", metrics.accepted.clone());
        registry.register(
            "jobs_refused",
            "Jobs not queued, by reason",
            metrics.refused.clone(),
        );
        registry.register(
            "jobs_proved",
            "Proofs made and verified here, by circuit",
            metrics.proved.clone(),
        );
        registry.register(
            "jobs_failed",
            "Jobs that ended without a proof, by reason",
            metrics.failed.clone(),
        );
        registry.register(
            "jobs_requeued",
            "Jobs that lost their worker and were queued again",
            metrics.requeued.clone(),
        );
        registry.register_with_unit(
            "queue_wait",
            "From acceptance to the first attempt",
            Unit::Seconds,
            metrics.wait.clone(),
        );
        registry.register_with_unit(
            "prove_time",
            "From claim to verified proof, by circuit",
            Unit::Seconds,
            metrics.prove.clone(),
        );
        registry.register("jobs_queued", "Jobs that wait", metrics.queued.clone());
        registry.register("jobs_running", "Jobs being proved", metrics.running.clone());
        registry.register_with_unit(
            "queue",
            "Sealed witnesses that wait or are being proved",
            Unit::Bytes,
            metrics.queue_bytes.clone(),
        );
        registry.register_with_unit(
            "reserved_memory",
            "Memory set aside for proofs being made here",
            Unit::Bytes,
            metrics.reserved.clone(),
        );
        registry.register_with_unit(
            "resident_memory",
            "Resident memory of the process",
            Unit::Bytes,
            metrics.resident.clone(),
        );
        Self {
            registry,
            ..metrics
        }
    }

    pub(crate) fn count_accepted(&self) {
        self.accepted.inc();
    }

    pub(crate) fn count_refused(&self, reason: &'static str) {
        self.refused.get_or_create(&ReasonLabel { reason }).inc();
    }

    pub(crate) fn count_wait(&self, wait: Duration) {
        self.wait.observe(wait.as_secs_f64());
    }

    pub(crate) fn count_proved(&self, circuit: &str, time: Duration) {
        let label = CircuitLabel {
            circuit: circuit.to_owned(),
        };
        self.proved.get_or_create(&label).inc();
        self.prove.get_or_create(&label).observe(time.as_secs_f64());
    }

    pub(crate) fn count_failed(&self, reason: &'static str) {
        self.failed.get_or_create(&ReasonLabel { reason }).inc();
    }

    pub(crate) fn count_requeued(&self, jobs: u64) {
        self.requeued.inc_by(jobs);
    }

    pub(crate) fn reserve(&self, bytes: usize) {
        self.reserved
            .inc_by(i64::try_from(bytes).unwrap_or(i64::MAX));
    }

    pub(crate) fn release(&self, bytes: usize) {
        self.reserved
            .dec_by(i64::try_from(bytes).unwrap_or(i64::MAX));
    }

    /// The text that Prometheus reads.
    pub(crate) fn text(&self, depth: Depth) -> String {
        let signed = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
        self.queued.set(signed(depth.queued));
        self.running.set(signed(depth.running));
        self.queue_bytes.set(signed(depth.bytes));
        if let Some(bytes) = resident_bytes() {
            self.resident.set(signed(bytes));
        }
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

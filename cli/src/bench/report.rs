//! What a load measured, checked against the chain.

use std::collections::HashMap;
use std::io::Write;
use std::time::Duration;

use obolus_abi::TxDigest;
use obolus_http::Problem;
use obolus_protocol::tx::Height;
use obolus_runtime_api::{Accepted, TxState};
use obolus_wallet::client::{ClientError, NodeClient};
use serde::Serialize;

use super::BenchError;
use super::load::{Load, Sample};

/// Prints what has no form but JSON: in one line for a program, spread out for a person.
pub fn print_json(report: &impl Serialize, json: bool) -> Result<(), BenchError> {
    let text = if json {
        serde_json::to_string(report)?
    } else {
        serde_json::to_string_pretty(report)?
    };
    writeln!(std::io::stdout().lock(), "{text}").map_err(BenchError::io("standard output"))
}

/// CPU time of a node by stage, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Cpu {
    verify: f64,
    execute: f64,
    commit: f64,
}

/// Times from submission to the disk, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Millis {
    p50: f64,
    p99: f64,
}

/// The figures of a load.
#[derive(Debug, Serialize)]
pub struct Report {
    transfers: usize,
    committed: usize,
    tps: f64,
    ms: Millis,
    cpu: Cpu,
    /// What the node said of the first transfer that is not on the chain once.
    #[serde(skip)]
    first: Option<String>,
}

impl Cpu {
    /// What the node has used so far.
    pub fn read(client: &NodeClient) -> Result<Self, BenchError> {
        let metrics = client.metrics()?;
        let stage = |name: &str| {
            let prefix = format!("obolus_stage_cpu_seconds_total{{stage=\"{name}\"}} ");
            metrics
                .lines()
                .find_map(|line| line.strip_prefix(&prefix)?.trim().parse().ok())
                .ok_or(BenchError::Node(ClientError::Malformed))
        };
        Ok(Self {
            verify: stage("verify")?,
            execute: stage("execute")?,
            commit: stage("commit")?,
        })
    }

    /// What it used between two readings.
    pub fn since(&self, before: &Self) -> Self {
        Self {
            verify: rounded(self.verify - before.verify),
            execute: rounded(self.execute - before.execute),
            commit: rounded(self.commit - before.commit),
        }
    }
}

/// How often each transaction is on the chain from `height` on.
pub fn digests(
    client: &NodeClient,
    height: Height,
) -> Result<HashMap<TxDigest, usize>, BenchError> {
    let (mut found, mut next) = (HashMap::new(), height);
    loop {
        let page = client.blocks(next)?;
        let Some(last) = page.last() else {
            return Ok(found);
        };
        next = Height(last.height + 1);
        for tx in page.iter().flat_map(|update| &update.txs) {
            *found.entry(tx.digest).or_default() += 1;
        }
    }
}

impl Report {
    /// The figures; a transfer counts if the node said it is committed and the chain has it once.
    pub fn new(load: &Load, cpu: Cpu, on_chain: &HashMap<TxDigest, usize>) -> Self {
        let mut first = None;
        let mut times = Vec::with_capacity(load.samples.len());
        for sample in &load.samples {
            match acknowledged(sample) {
                Ok(id) if on_chain.get(&id) == Some(&1) => times.push(sample.elapsed),
                Ok(id) => drop(first.get_or_insert(format!(
                    "{id} was acknowledged and is on the chain {} times",
                    on_chain.get(&id).unwrap_or(&0)
                ))),
                Err(reason) => drop(first.get_or_insert(reason)),
            }
        }
        times.sort_unstable();
        Self {
            transfers: load.samples.len(),
            committed: times.len(),
            tps: rounded(times.len() as f64 / load.elapsed.as_secs_f64()),
            ms: Millis {
                p50: percentile(&times, 50),
                p99: percentile(&times, 99),
            },
            cpu,
            first,
        }
    }

    /// Prints it.
    pub fn print(&self, json: bool) -> Result<(), BenchError> {
        let text = if json {
            serde_json::to_string(self).map_err(|_| BenchError::Encoding)?
        } else {
            let each = 1e3 / self.committed.max(1) as f64;
            format!(
                "{} of {} transfers committed, {} per second\nsubmit to durable   p50 {} ms, p99 {} ms\n\
                 CPU per transfer    verify {:.3} ms, execute {:.3} ms, commit {:.3} ms",
                self.committed,
                self.transfers,
                self.tps,
                self.ms.p50,
                self.ms.p99,
                self.cpu.verify * each,
                self.cpu.execute * each,
                self.cpu.commit * each,
            )
        };
        writeln!(std::io::stdout().lock(), "{text}").map_err(BenchError::io("standard output"))
    }

    /// Whether every transfer was committed exactly once.
    pub fn verdict(self) -> Result<(), BenchError> {
        match self.first {
            None => Ok(()),
            Some(first) => Err(BenchError::NotCommitted {
                missing: self.transfers - self.committed,
                transfers: self.transfers,
                first,
            }),
        }
    }
}

/// The id that the node says is committed, or what it said instead.
fn acknowledged(sample: &Sample) -> Result<TxDigest, String> {
    let body = &sample.answer.body;
    match serde_json::from_slice::<Accepted>(body) {
        Ok(accepted) if accepted.status.state == TxState::Committed => Ok(accepted.id),
        Ok(accepted) => Err(format!(
            "{:?}: {}",
            accepted.status.state,
            accepted.status.detail.unwrap_or_default()
        )),
        Err(_) => match serde_json::from_slice::<Problem>(body) {
            Ok(problem) => Err(problem.detail),
            Err(_) => Err(format!("status {}", sample.answer.status)),
        },
    }
}

/// Nearest-rank percentile of sorted times, in milliseconds.
pub fn percentile(sorted: &[Duration], percent: usize) -> f64 {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    let time = sorted.get(rank - 1).copied().unwrap_or_default();
    rounded(time.as_secs_f64() * 1e3)
}

/// To a thousandth.
pub fn rounded(value: f64) -> f64 {
    (value * 1e3).round() / 1e3
}

#[cfg(test)]
mod tests;

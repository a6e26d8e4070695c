//! `obolus bench`: loads on a running node with transfers that were proved beforehand, on provers and on verifiers.

mod child;
mod error;
mod fixture;
mod http;
mod ledger;
mod load;
mod notes;
mod prepare;
mod prove;
mod prover;
mod report;
mod verify;

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use obolus_protocol::tx::Height;
use obolus_prover::{DevSimulator, Provers};
use obolus_wallet::client::{Endpoint, NodeClient};
use obolus_wallet::config::Token;
use obolus_wallet::{CircuitKeys, StatementProver};
use zeroize::Zeroizing;

use crate::dev;
use crate::progress::Progress;
use child::Child;
pub use error::BenchError;
use fixture::{Fixture, Place};
use http::Target;
use prepare::Preparation;
use report::Report;

/// Measure a node, a prover or the verifier.
#[derive(Subcommand)]
pub enum BenchCommand {
    /// Committed transfers per second, and the time from submission to the disk.
    Node(NodeBench),
    /// A note tree of many notes: growth, paths, scanning, memory, restart after a kill.
    Notes(notes::NotesBench),
    /// Milliseconds of one proof, for circuits of several sizes, beside `ark-groth16`.
    Prove(prove::ProveBench),
    /// Proofs per second in this process, by a service, and by a pool.
    Prover(prover::ProverBench),
    /// Time and memory to verify a whole chain from its export.
    Ledger(ledger::LedgerBench),
    /// Time to verify proofs from memory and from folders.
    Verify(verify::VerifyBench),
}

/// Where proofs come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Proofs {
    /// Proved; half a second each on one core.
    Real,
    /// Simulated with the published trapdoor of the INSECURE development keys: verified like any other, made in a
    /// millisecond.
    Simulated,
}

/// Arguments of `obolus bench node`.
#[derive(Args)]
pub struct NodeBench {
    /// How many transfers.
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=200_000))]
    transfers: u32,
    /// How many connections, each with one transfer in flight.
    #[arg(long, value_name = "C", default_value_t = 400, value_parser = clap::value_parser!(u16).range(1..=1_000))]
    clients: u16,
    /// How the transfers are proved.
    #[arg(long, value_enum, default_value_t = Proofs::Real)]
    proofs: Proofs,
    /// Load this development node (`obolus node run --dev`) instead of one that is started for the run; nothing is cached
    /// then.
    #[arg(long, value_name = "URL", requires = "dev_keys")]
    url: Option<String>,
    /// Token file and role keys of that node's chain: the folder `dev` in its data directory.
    #[arg(long, value_name = "DIR", requires = "url")]
    dev_keys: Option<PathBuf>,
    /// Keep prepared transfers here; without it `obolus-bench` in the build's target directory, or in the folder for
    /// temporary files.
    #[arg(long, value_name = "DIR", conflicts_with = "url")]
    cache: Option<PathBuf>,
    /// Keep proving keys here; without it as for `obolus demo`.
    #[arg(long, value_name = "DIR")]
    keys_dir: Option<PathBuf>,
    /// Print one JSON object: rates per second, times in milliseconds, CPU in seconds.
    #[arg(long)]
    json: bool,
}

/// Runs the command.
///
/// # Errors
/// [`BenchError`], also when a transfer was not committed exactly once.
pub fn run(command: &BenchCommand) -> Result<(), BenchError> {
    match command {
        BenchCommand::Node(args) => args.run(),
        BenchCommand::Notes(args) => notes::run(args),
        BenchCommand::Prove(args) => prove::run(args),
        BenchCommand::Prover(args) => prover::run(args),
        BenchCommand::Ledger(args) => ledger::run(args),
        BenchCommand::Verify(args) => verify::run(args),
    }
}

impl NodeBench {
    fn run(&self) -> Result<(), BenchError> {
        let mut progress = Progress::new(self.json);
        let report = match (&self.url, &self.dev_keys) {
            (Some(url), Some(keys)) => {
                let transfers = self.over_the_api(url, keys, &mut progress)?;
                self.measure(url, &transfers, &mut progress)?
            }
            _ => {
                let fixture = self.fixture(&mut progress)?;
                let copy = fixture.copy()?;
                let node = Child::start(copy.path())?;
                let report = self.measure(node.url(), &fixture.payload, &mut progress)?;
                node.stop()?;
                report
            }
        };
        report.print(self.json)?;
        report.verdict()
    }

    /// The prepared chain, from the cache if it is there.
    fn fixture(&self, progress: &mut Progress) -> Result<Fixture, BenchError> {
        let simulator = DevSimulator::new()?;
        let keys = CircuitKeys::from(&simulator);
        let cache = self.cache.clone().unwrap_or_else(fixture::default_cache);
        let proofs = match self.proofs {
            Proofs::Real => "real",
            Proofs::Simulated => "simulated",
        };
        let label = format!("{}-transfers-{proofs}", self.transfers);
        let place = Place::new(&cache, &keys, &label);
        if let Some(fixture) = place.load()? {
            return Ok(fixture);
        }
        let prover = self.prover(progress)?;
        let (fresh, mut desk) = place.begin()?;
        let preparation = Preparation {
            token: fresh.token.config,
            authorities: &dev::read_authorities(&fresh.dev)?,
            simulator: &simulator,
            prover: prover.as_deref().unwrap_or(&simulator),
            keys: &keys,
        };
        let transfers = preparation.run(&mut desk, self.transfers, progress)?;
        drop(desk);
        place.finish(fresh, transfers)
    }

    /// Transfers on the chain of a node that is running already.
    fn over_the_api(
        &self,
        url: &str,
        dev_keys: &std::path::Path,
        progress: &mut Progress,
    ) -> Result<Vec<Vec<u8>>, BenchError> {
        let simulator = DevSimulator::new()?;
        let prover = self.prover(progress)?;
        let token = Token::read(&dev_keys.join("token.toml"))?;
        let mut remote = dev::Remote::new(client(url)?);
        dev::Counter::follow(&mut remote, token.config);
        let preparation = Preparation {
            token: token.config,
            authorities: &dev::read_authorities(dev_keys)?,
            simulator: &simulator,
            prover: prover.as_deref().unwrap_or(&simulator),
            keys: &CircuitKeys::from(&simulator),
        };
        preparation.run(&mut remote, self.transfers, progress)
    }

    /// A real prover, if one is wanted.
    fn prover(
        &self,
        progress: &mut Progress,
    ) -> Result<Option<Box<dyn StatementProver + Sync>>, BenchError> {
        if self.proofs == Proofs::Simulated {
            return Ok(None);
        }
        let stage = progress.start("proving keys (INSECURE)", 0);
        let keys = self
            .keys_dir
            .clone()
            .unwrap_or_else(|| dev::default_directory(&std::env::temp_dir()));
        let provers = Provers::development(keys, &())?;
        progress.finish(stage);
        Ok(Some(Box::new(provers)))
    }

    /// The load itself, and whether every transfer is on the chain once.
    fn measure(
        &self,
        url: &str,
        transfers: &[Vec<u8>],
        progress: &mut Progress,
    ) -> Result<Report, BenchError> {
        let client = client(url)?;
        let begin = client.tip()?.height + 1;
        let before = report::Cpu::read(&client)?;
        let stage = progress.start("load", transfers.len() as u64);
        let target = Target::new(url, token())?;
        let load = load::run(&target, transfers, usize::from(self.clients), &stage)?;
        progress.finish(stage);
        let cpu = report::Cpu::read(&client)?.since(&before);
        let on_chain = report::digests(&client, Height(begin))?;
        Ok(Report::new(&load, cpu, &on_chain))
    }
}

fn token() -> Option<Zeroizing<String>> {
    std::env::var("OBOLUS_TOKEN").ok().map(Zeroizing::new)
}

fn client(url: &str) -> Result<NodeClient, BenchError> {
    let endpoint = Endpoint {
        url: url.to_owned(),
        token: token(),
        ..Endpoint::default()
    };
    Ok(NodeClient::new(&endpoint)?)
}

/// How long a child may take to start or stop.
const CHILD: Duration = Duration::from_secs(60);

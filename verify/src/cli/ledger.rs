//! `verify ledger`.

use std::fs::{self, File};
use std::io::{self, BufReader, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use obolus_abi::{ChainId, ContractId};
use obolus_chain::export::{ExportError, ExportReader};
use obolus_chain::{Circuits, Genesis};
use obolus_runtime_api::BlockHash;

use super::{OutputArgs, RuleArgs, UsageError, id};
use crate::bundle::MadeAt;
use crate::ledger::{Engine, ReplayError, Replayed, ReplicaError, replay};
use crate::policy::{Policy, Rules};
use crate::report::{Fact, Fault, Finding, Format, Item, Kind, Report, Source, Subject};

/// Arguments of `verify ledger`.
#[derive(Args, Debug)]
pub struct LedgerArgs {
    /// What `obolus node export` wrote, or - for standard input.
    #[arg(value_name = "EXPORT")]
    pub export: PathBuf,
    /// The chain that the export must be of: 64 hexadecimal digits. It must be given here or in the policy, since anybody
    /// can begin a chain of their own.
    #[arg(long, value_name = "ID")]
    pub chain: Option<String>,
    /// The last block that the export must have, by its hash: 64 hexadecimal digits. Without it, a ledger that ends early, or
    /// to which empty blocks were added, is accepted.
    #[arg(long, value_name = "HASH")]
    pub tip: Option<String>,
    /// Where the replay keeps its state; a later run with the same directory goes on from there. Without it a temporary
    /// directory is used and removed.
    #[arg(long, value_name = "DIR")]
    pub work: Option<PathBuf>,
    /// Rules; keys that are named are the only ones that the chain may use.
    #[command(flatten)]
    pub rules: RuleArgs,
    /// Accept a development chain, whose proofs anybody can forge.
    #[arg(long)]
    pub allow_insecure: bool,
    /// Output.
    #[command(flatten)]
    pub output: OutputArgs,
}

const NAME: &str = "ledger";

pub(super) fn run(args: &LedgerArgs, engine: &dyn Engine) -> Result<Report, UsageError> {
    let read =
        |option, text: &Option<String>| text.as_deref().map(|text| id(option, text)).transpose();
    let chain = read("--chain", &args.chain)?.map(ChainId);
    let tip = read("--tip", &args.tip)?.map(BlockHash);
    let own = Policy {
        chain,
        allow_insecure: args.allow_insecure,
        ..Policy::default()
    };
    let policies = match args.rules.policies(own) {
        Ok(policies) => policies,
        Err(finding) => return Ok(Report::failed(NAME, finding)),
    };
    if policies.iter().all(|policy| policy.chain.is_none()) {
        return Err(UsageError::NoChain);
    }
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(rayon::current_num_threads())
        .build()?;
    let mut subject = Subject::default();
    let found = verify(
        args,
        tip,
        engine,
        &Rules::new(policies),
        &pool,
        &mut subject,
    );
    let mut report = Report::new(NAME);
    let (outcome, facts) = match found {
        Ok(facts) => (Ok(()), facts),
        Err(finding) => (Err(finding), Vec::new()),
    };
    report.facts.push(("engine", engine.name().to_owned()));
    report.items.push(Item {
        source: Source::file(args.export.to_string_lossy()),
        kind: Kind::Ledger,
        subject,
        outcome,
        facts,
        elapsed: std::time::Duration::ZERO,
    });
    Ok(report)
}

fn verify(
    args: &LedgerArgs,
    tip: Option<BlockHash>,
    engine: &dyn Engine,
    rules: &Rules,
    pool: &rayon::ThreadPool,
    subject: &mut Subject,
) -> Result<Vec<Fact>, Finding> {
    let unreadable = |error: &io::Error| {
        Finding::new(
            Fault::Unreadable,
            "unreadable",
            format!("it cannot be read: {error}"),
        )
    };
    let (input, size): (Box<dyn Read + Send>, u64) = if args.export == Path::new("-") {
        (Box::new(io::stdin()), 0)
    } else {
        let file = File::open(&args.export).map_err(|error| unreadable(&error))?;
        let size = file.metadata().map_err(|error| unreadable(&error))?.len();
        (Box::new(file), size)
    };
    let reader = ExportReader::new(BufReader::with_capacity(1 << 20, input))
        .map_err(|error| finding(&error.into()))?;
    let genesis = reader.genesis().clone();
    subject.chain = Some(genesis.chain_id());
    let circuits = accepted(&genesis, None, rules)?;

    let temporary;
    let directory = match &args.work {
        Some(directory) => {
            fs::create_dir_all(directory).map_err(|error| unreadable(&error))?;
            directory.as_path()
        }
        None => {
            temporary = tempfile::tempdir().map_err(|error| unreadable(&error))?;
            temporary.path()
        }
    };
    let mut replica = engine
        .open(directory, &genesis)
        .map_err(|error| finding(&ReplayError::Failed(error)))?;
    let bar = Bar::new(args.output.format, size);
    let replayed = replay(reader, &circuits, replica.as_mut(), pool, |read| {
        bar.show(read)
    })
    .map_err(|error| finding(&error))?;
    drop(bar);
    rules.check_claims(
        &Subject {
            chain: subject.chain,
            ..Subject::default()
        },
        Some(MadeAt(replayed.time_ms)),
    )?;
    if let Some(expected) = tip
        && replayed.block != expected
    {
        return Err(Finding::new(
            Fault::Refused,
            "other_tip",
            format!(
                "the last block is {}, not {expected}: export the ledger up to the block that is asked for",
                replayed.block
            ),
        ));
    }
    let transactions = replayed.counts.transactions + replayed.counts.resumed_transactions;
    if transactions < rules.minimum() {
        return Err(Finding::new(
            Fault::Refused,
            "too_few",
            format!(
                "the ledger has {transactions} transactions; the policy demands {}",
                rules.minimum()
            ),
        ));
    }
    Ok(facts(&replayed))
}

/// The genesis holds together, and its chain and keys are accepted. A rule about tokens is asked about `token`.
pub(super) fn accepted(
    genesis: &Genesis,
    token: Option<ContractId>,
    rules: &Rules,
) -> Result<Circuits, Finding> {
    let chain = Some(genesis.chain_id());
    rules.check_claims(
        &Subject {
            chain,
            token,
            ..Subject::default()
        },
        // How old the ledger is, its last block will say.
        Some(rules.now()),
    )?;
    let circuits = genesis.check().map_err(|error| finding(&error.into()))?;
    for (id, circuit) in circuits.ids() {
        let subject = Subject {
            chain,
            token,
            key: Some(id),
            circuit: Some(circuit.clone()),
            ..Subject::default()
        };
        rules.check_claims(&subject, Some(rules.now()))?;
        if let Some(key) = circuits.key(&id) {
            rules.check_origin(key)?;
        }
    }
    Ok(circuits)
}

fn facts(replayed: &Replayed) -> Vec<Fact> {
    let counts = replayed.counts;
    let mut facts = vec![
        ("height", replayed.height.to_string()),
        ("tip", replayed.block.to_string()),
        ("blocks", counts.blocks.to_string()),
        ("resumed", counts.resumed.to_string()),
        ("transactions", counts.transactions.to_string()),
        (
            "resumed_transactions",
            counts.resumed_transactions.to_string(),
        ),
        ("proofs", counts.proofs.to_string()),
        ("signatures", counts.signatures.to_string()),
    ];
    if let Some(app_hash) = replayed.app_hash {
        facts.push(("app_hash", app_hash.to_string()));
    }
    facts
}

pub(super) fn finding(error: &ReplayError) -> Finding {
    let (fault, code) = match error {
        ReplayError::Export(ExportError::Io(_)) => (Fault::Unreadable, "unreadable"),
        ReplayError::Export(error) => (Fault::Malformed, error.code()),
        ReplayError::Genesis(_) => (Fault::Refused, "bad_genesis"),
        ReplayError::Block { fault, .. } => (Fault::Invalid, fault.code()),
        ReplayError::Replica { reason, .. } => match reason {
            ReplicaError::NeedsExecution { .. } => (Fault::Refused, "needs_execution"),
            ReplicaError::Transaction { .. } => (Fault::Invalid, "transaction_refused"),
            ReplicaError::Block { .. } => (Fault::Invalid, "block_refused"),
            ReplicaError::Failed(_) => (Fault::Unreadable, "replay_failed"),
        },
        ReplayError::OtherHistory(_) => (Fault::Refused, "other_history"),
        ReplayError::Behind { .. } => (Fault::Refused, "export_behind"),
        ReplayError::AppHash { .. } => (Fault::Invalid, "app_hash"),
        ReplayError::Failed(_) => (Fault::Unreadable, "replay_failed"),
    };
    Finding::new(fault, code, error)
}

/// How much of the file was read, on a terminal.
pub(super) struct Bar {
    shown: bool,
    size: u64,
}

impl Bar {
    pub(super) fn new(format: Format, size: u64) -> Self {
        Self {
            shown: format == Format::Human && io::stderr().is_terminal(),
            size,
        }
    }

    pub(super) fn show(&self, read: u64) {
        if !self.shown {
            return;
        }
        // A line that cannot be shown is no reason to stop.
        let _ = match read.saturating_mul(100).checked_div(self.size) {
            Some(percent) => write!(io::stderr(), "\r{percent:>3} % replayed"),
            None => write!(io::stderr(), "\r{} MiB replayed", read >> 20),
        };
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if self.shown {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}

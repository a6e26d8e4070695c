//! Statements that somebody made for this verifier, about one token of one ledger: what they leave open is asked of the
//! ledger itself, replayed up to its end.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use obolus_abi::TxDigest;
use obolus_chain::Circuits;
use obolus_chain::export::ExportReader;
use obolus_protocol::audience::{Audience, Challenge, VerifierName};
use obolus_protocol::tx::Height;

use super::ledger::{Bar, accepted, finding};
use super::{OutputArgs, RuleArgs, UsageError};
use crate::bundle::MadeAt;
use crate::ledger::{
    Engine, Facts, FetchError, Interest, NodeSource, ReplayError, ReplicaError, Seen, Watch, replay,
};
use crate::policy::{Policy, Rules};
use crate::report::{Fact, Fault, Finding, Item, Kind, Report, Source, Subject};
use crate::token::TokenFile;

mod balance;
mod disclosure;
mod reserves;

pub use balance::BalanceArgs;
pub(super) use balance::run as balance;
pub use disclosure::DisclosureArgs;
pub(super) use disclosure::run as disclosure;
pub use reserves::ReservesArgs;
pub(super) use reserves::run as reserves;

/// What every statement takes.
#[derive(Args, Debug)]
pub struct StatementArgs {
    /// The token file, as the issuer publishes it: it names chain, token and registry.
    #[arg(long, value_name = "FILE")]
    pub token: PathBuf,
    /// What `obolus node export` wrote.
    #[arg(long, value_name = "FILE")]
    pub ledger: Option<PathBuf>,
    /// The same from a node.
    #[command(flatten)]
    pub node: NodeSource,
    /// Rules; keys that are named are the only ones that the chain and the statement may use.
    #[command(flatten)]
    pub rules: RuleArgs,
    /// Accept a development chain and keys, under which anybody can forge proofs.
    #[arg(long)]
    pub allow_insecure: bool,
    /// Output.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// For whom a statement must be.
#[derive(Args, Debug)]
pub struct AudienceArgs {
    /// Your name, as you gave it to whoever made the statement.
    #[arg(long = "for", value_name = "NAME")]
    pub verifier: String,
    /// The challenge that you drew for this occasion: 64 hexadecimal digits.
    #[arg(long, value_name = "HEX")]
    pub challenge: String,
}

impl AudienceArgs {
    fn get(&self) -> Result<Audience, UsageError> {
        let wrong = |option, error: obolus_protocol::audience::AudienceError| {
            UsageError::Value(option, error.to_string())
        };
        Ok(Audience {
            verifier: VerifierName::new(self.verifier.as_str())
                .map_err(|error| wrong("--for", error))?,
            challenge: Challenge::parse(&self.challenge)
                .map_err(|error| wrong("--challenge", error))?,
        })
    }
}

/// What is asked: about which block, and which transaction.
#[derive(Clone, Copy, Debug, Default)]
struct Point {
    at: Option<Height>,
    tx: Option<TxDigest>,
}

/// Where the answer comes from.
struct Ledger<'a> {
    token: &'a TokenFile,
    circuits: &'a Circuits,
    rules: &'a Rules,
    facts: &'a dyn Facts,
    seen: &'a Seen,
}

/// What a statement showed, and what it is about.
struct Shown {
    facts: Vec<Fact>,
    subject: Subject,
}

impl StatementArgs {
    fn rules(&self, token: &TokenFile) -> Result<Rules, Finding> {
        let own = Policy {
            chain: Some(token.chain),
            allow_insecure: self.allow_insecure,
            ..Policy::default()
        };
        self.rules.policies(own).map(Rules::new)
    }

    /// Replays the ledger and asks `question` after the block.
    fn consult(
        &self,
        engine: &dyn Engine,
        token: &TokenFile,
        point: Point,
        question: &(dyn Fn(&Ledger<'_>) -> Result<Shown, Finding> + Sync),
    ) -> Result<Shown, Finding> {
        let rules = self.rules(token)?;
        let unreadable = |error: io::Error| {
            Finding::new(
                Fault::Unreadable,
                "unreadable",
                format!("the ledger cannot be read: {error}"),
            )
        };
        let work = tempfile::tempdir().map_err(unreadable)?;
        let path = match &self.ledger {
            Some(path) => path.clone(),
            None => {
                let path = work.path().join("node.obx");
                engine
                    .fetch(&self.node, point.at, &path)
                    .map_err(|error| match error {
                        FetchError::NoNetwork => Finding::new(Fault::Refused, "no_network", error),
                        FetchError::Failed(_) => {
                            Finding::new(Fault::Unreadable, "node_failed", error)
                        }
                    })?;
                path
            }
        };
        let file = File::open(&path).map_err(unreadable)?;
        let size = file.metadata().map_err(unreadable)?.len();
        let reader = ExportReader::new(BufReader::with_capacity(1 << 20, file))
            .map_err(|error| finding(&error.into()))?;
        let genesis = reader.genesis().clone();
        let circuits = accepted(&genesis, Some(token.token), &rules)?;
        let replica = engine
            .open(work.path(), &genesis)
            .map_err(|error| finding(&ReplayError::Failed(error)))?;
        let interest = Interest {
            token: token.token,
            registry: token.registry,
            tx: point.tx,
            at: point.at,
        };
        let ask = |facts: &dyn Facts, seen: &Seen| {
            let settings = facts.settings(&token.token).map_err(unanswered)?;
            token.check(settings.as_ref())?;
            question(&Ledger {
                token,
                circuits: &circuits,
                rules: &rules,
                facts,
                seen,
            })
        };
        let mut watch = Watch::new(replica, interest, Box::new(ask));
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(rayon::current_num_threads())
            .build()
            .map_err(|error| Finding::new(Fault::Unreadable, "replay_failed", error))?;
        let bar = Bar::new(self.output.format, size);
        let replayed = replay(reader, &circuits, &mut watch, &pool, |read| bar.show(read))
            .map_err(|error| finding(&error))?;
        drop(bar);
        rules.check_claims(
            &Subject {
                chain: Some(token.chain),
                token: Some(token.token),
                ..Subject::default()
            },
            Some(MadeAt(replayed.time_ms)),
        )?;
        let mut shown = watch.answer().unwrap_or_else(|| {
            Err(Finding::new(
                Fault::Refused,
                "ledger_short",
                format!(
                    "the ledger ends at block {}, before the one that is asked about: export it again",
                    replayed.height
                ),
            ))
        })?;
        shown
            .facts
            .push(("ledger_height", replayed.height.to_string()));
        shown.facts.push(("ledger_tip", replayed.block.to_string()));
        Ok(shown)
    }

    /// The report of one statement.
    fn report(
        &self,
        kind: Kind,
        source: Source,
        engine: &dyn Engine,
        make: impl FnOnce(&TokenFile) -> Result<Shown, Finding>,
    ) -> Result<Report, UsageError> {
        if self.ledger.is_none() && self.node.node.is_none() {
            return Err(UsageError::NoLedger);
        }
        let token = TokenFile::read(&self.token);
        let mut subject = Subject::default();
        if let Ok(token) = &token {
            subject.chain = Some(token.chain);
            subject.token = Some(token.token);
        }
        let shown = token.and_then(|token| make(&token));
        let mut report = Report::new(kind.as_str());
        let (outcome, facts) = match shown {
            Ok(shown) => {
                subject = shown.subject;
                (Ok(()), shown.facts)
            }
            Err(finding) => (Err(finding), Vec::new()),
        };
        report.facts.push(("engine", engine.name().to_owned()));
        report.items.push(Item {
            source,
            kind,
            subject,
            outcome,
            facts,
            elapsed: Duration::ZERO,
        });
        Ok(report)
    }
}

impl Ledger<'_> {
    fn subject(&self) -> Subject {
        Subject {
            chain: Some(self.token.chain),
            token: Some(self.token.token),
            ..Subject::default()
        }
    }
}

/// The replica's own failure.
fn unanswered(error: ReplicaError) -> Finding {
    finding(&ReplayError::Failed(error))
}

#[cfg(test)]
mod tests;

//! What a verification found: one item for each thing looked at, findings about the run as a whole, one exit status.

use std::fmt;
use std::time::Duration;

use obolus_abi::{ChainId, ContractId, KeyId};
use obolus_verifier::CircuitName;

use crate::bundle::BundleId;

mod format;
mod github;
mod human;
mod json;
mod junit;
mod sarif;
mod text;

pub use format::Format;

#[cfg(test)]
mod tests;

/// How bad a finding is. The order is that of the exit status: the greatest one of a report decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// Well formed and allowed, but it does not hold.
    Invalid,
    /// Not an encoding of what it should be.
    Malformed,
    /// A key or a policy does not allow it; whether it holds was not looked at, or does not matter.
    Refused,
    /// It could not be read.
    Unreadable,
}

impl Fault {
    /// All of them, least first.
    pub const ALL: [Self; 4] = [
        Self::Invalid,
        Self::Malformed,
        Self::Refused,
        Self::Unreadable,
    ];

    /// The word in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::Malformed => "malformed",
            Self::Refused => "refused",
            Self::Unreadable => "unreadable",
        }
    }

    /// The exit status that it leads to.
    pub const fn exit(self) -> Exit {
        match self {
            Self::Invalid => Exit::Invalid,
            Self::Malformed => Exit::Malformed,
            Self::Refused => Exit::Refused,
            Self::Unreadable => Exit::Unreadable,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Exit status of a verification. The numbers are part of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: everything holds.
    Valid,
    /// 1: something does not hold.
    Invalid,
    /// 2: the command line says nothing that can be done.
    Usage,
    /// 3: something could not be decoded.
    Malformed,
    /// 4: a key was refused, a policy was not met, or nothing was there to verify.
    Refused,
    /// 5: something could not be read or written.
    Unreadable,
}

impl Exit {
    /// The number.
    pub const fn code(self) -> u8 {
        match self {
            Self::Valid => 0,
            Self::Invalid => 1,
            Self::Usage => 2,
            Self::Malformed => 3,
            Self::Refused => 4,
            Self::Unreadable => 5,
        }
    }

    /// The word in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Invalid => "invalid",
            Self::Usage => "usage",
            Self::Malformed => "malformed",
            Self::Refused => "refused",
            Self::Unreadable => "unreadable",
        }
    }
}

/// A stable name of a kind of finding, in `snake_case`; listed in `docs/verify.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub &'static str);

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How bad.
    pub fault: Fault,
    /// Which kind.
    pub code: Code,
    /// What it is and what to do next, for people. May quote hostile input: writers escape it.
    pub message: String,
}

impl Finding {
    /// A finding.
    pub fn new(fault: Fault, code: &'static str, message: impl fmt::Display) -> Self {
        Self {
            fault,
            code: Code(code),
            message: cut(message.to_string()),
        }
    }
}

/// Most bytes of a message: it may quote what is as long as a file.
const MAX_MESSAGE: usize = 500;

fn cut(mut message: String) -> String {
    if message.len() > MAX_MESSAGE {
        let end = (0..=MAX_MESSAGE)
            .rev()
            .find(|&at| message.is_char_boundary(at));
        message.truncate(end.unwrap_or(0));
        message.push_str(" […]");
    }
    message
}

/// What kind of thing an item is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A proof.
    Proof,
    /// A verifying key.
    Key,
    /// A circuit rebuilt from the code.
    Circuit,
    /// A ledger, or a part of one.
    Ledger,
    /// A trusted setup, or a part of one.
    Ceremony,
    /// A claim about a holder's balance.
    Balance,
    /// A payment that was disclosed.
    Disclosure,
    /// A token's attested reserves.
    Reserves,
}

impl Kind {
    /// The word in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Proof => "proof",
            Self::Key => "key",
            Self::Circuit => "circuit",
            Self::Ledger => "ledger",
            Self::Ceremony => "ceremony",
            Self::Balance => "balance",
            Self::Disclosure => "disclosure",
            Self::Reserves => "reserves",
        }
    }
}

/// Where an item was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Path as given or found, or `-` for standard input. May hold any character: writers escape it.
    pub path: String,
    /// Line of a file of JSON lines, from 1.
    pub line: Option<u64>,
}

impl Source {
    /// A whole file.
    pub fn file(path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            line: None,
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}", self.path),
            None => f.write_str(&self.path),
        }
    }
}

/// What an item says it is about. Until the item is valid, these are claims.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// Name of a bundle.
    pub bundle: Option<BundleId>,
    /// Circuit.
    pub circuit: Option<CircuitName>,
    /// Verifying key.
    pub key: Option<KeyId>,
    /// Chain.
    pub chain: Option<ChainId>,
    /// Token.
    pub token: Option<ContractId>,
}

/// A named figure or id that a command adds to an item or a report: names are `snake_case`.
pub type Fact = (&'static str, String);

/// One thing that was looked at.
#[derive(Clone, Debug)]
pub struct Item {
    /// Where it was found.
    pub source: Source,
    /// What it is.
    pub kind: Kind,
    /// What it says it is about.
    pub subject: Subject,
    /// The verdict.
    pub outcome: Result<(), Finding>,
    /// Further facts, in order.
    pub facts: Vec<Fact>,
    /// Time spent on it; for proofs verified together, its share.
    pub elapsed: Duration,
}

impl Item {
    /// The word for the verdict.
    pub fn verdict(&self) -> &'static str {
        self.outcome
            .as_ref()
            .err()
            .map_or("valid", |finding| finding.fault.as_str())
    }
}

/// Everything a command found.
#[derive(Clone, Debug)]
pub struct Report {
    /// The subcommand: `proof`, `snarkjs`, `keys`.
    pub command: &'static str,
    /// Things looked at, in the order they were found.
    pub items: Vec<Item>,
    /// What is wrong with the run as a whole, such as too few proofs.
    pub findings: Vec<Finding>,
    /// Further facts about the run, in order.
    pub facts: Vec<Fact>,
    /// Time from start to end.
    pub elapsed: Duration,
}

impl Report {
    /// An empty report of a subcommand.
    pub fn new(command: &'static str) -> Self {
        Self {
            command,
            items: Vec::new(),
            findings: Vec::new(),
            facts: Vec::new(),
            elapsed: Duration::ZERO,
        }
    }

    /// A report of a run that ended before it began.
    pub fn failed(command: &'static str, finding: Finding) -> Self {
        Self {
            findings: vec![finding],
            ..Self::new(command)
        }
    }

    /// The exit status: that of the worst finding. An empty report is no success: a run that looked at nothing
    /// must say so with a finding, and if it did not, it counts as refused.
    pub fn exit(&self) -> Exit {
        let faults = self.problems().map(|(_, finding)| finding.fault).max();
        match faults {
            Some(fault) => fault.exit(),
            None if self.items.is_empty() => Exit::Refused,
            None => Exit::Valid,
        }
    }

    /// All findings: of items with the item, of the run without.
    pub fn problems(&self) -> impl Iterator<Item = (Option<&Item>, &Finding)> {
        let of_items = self
            .items
            .iter()
            .filter_map(|item| Some((Some(item), item.outcome.as_ref().err()?)));
        of_items.chain(self.findings.iter().map(|finding| (None, finding)))
    }

    /// Number of valid items.
    pub fn valid(&self) -> usize {
        self.items.iter().filter(|i| i.outcome.is_ok()).count()
    }

    /// Number of items with a verdict.
    pub fn count(&self, fault: Fault) -> usize {
        let has = |item: &&Item| item.outcome.as_ref().is_err_and(|f| f.fault == fault);
        self.items.iter().filter(has).count()
    }
}

//! The command line, shared by `obolus-verify` and `obolus verify`.
//!
//! A subcommand is a struct of arguments and a function that makes a [`Report`] of them; [`run`] does the rest:
//! threads, writing, exit status. A new subcommand is a variant of [`VerifyCommand`] and an arm in [`run`]. What this
//! crate may not link, the virtual machine that contracts are replayed with, comes as an [`Engine`] from the binary
//! that has it.

use std::time::Instant;

use clap::Subcommand;
use thiserror::Error;

use crate::hex;
use crate::ledger::Engine;
use crate::report::{Exit, Report};

mod ceremony;
mod keys;
mod ledger;
mod output;
mod proof;
mod rules;
mod snarkjs;
mod statement;

pub use ceremony::CeremonyArgs;
pub use keys::KeysArgs;
pub use ledger::LedgerArgs;
pub use output::{OutputArgs, WriteArg, WriteArgError};
pub use proof::ProofArgs;
pub use rules::RuleArgs;
pub use snarkjs::SnarkjsArgs;
pub use statement::{AudienceArgs, BalanceArgs, DisclosureArgs, ReservesArgs, StatementArgs};

/// What to verify.
#[derive(Subcommand, Debug)]
pub enum VerifyCommand {
    /// Verify proof bundles: files, folders, JSON lines, or - for standard input.
    Proof(ProofArgs),
    /// Verify one proof in the files of snarkjs.
    Snarkjs(SnarkjsArgs),
    /// Replay an exported ledger from its genesis.
    Ledger(LedgerArgs),
    /// Verify a trusted setup from its three files.
    Ceremony(CeremonyArgs),
    /// Verify a balance claim that a holder made for you.
    Balance(BalanceArgs),
    /// Verify a payment that one of its parties disclosed to you.
    Disclosure(DisclosureArgs),
    /// Verify that a token's reserves are attested and cover what is in circulation.
    Reserves(ReservesArgs),
    /// Rebuild the circuits, compare them with the golden files, and check verifying keys.
    Keys(KeysArgs),
}

/// Why nothing was verified, although every argument for itself is one.
#[derive(Debug, Error)]
pub enum UsageError {
    /// No key was named.
    #[error(
        "name the keys that you accept, with --key-id obolvk1… or key_ids in a policy: a proof under a key that its \
         maker chose proves nothing"
    )]
    NoPin,
    /// No chain was named.
    #[error(
        "name the chain that you expect, with --chain or chain in a policy: anybody can begin a chain of their own"
    )]
    NoChain,
    /// No ledger was named.
    #[error("name the ledger: --ledger FILE, as `obolus node export` writes it, or --node URL")]
    NoLedger,
    /// No path was given.
    #[error("name at least one bundle, folder or .jsonl file, or - for standard input")]
    NoPaths,
    /// A number that is not one.
    #[error("{0}: {1}")]
    Value(&'static str, String),
    /// Threads could not be started.
    #[error("the threads could not be started: {0}; give a smaller --jobs")]
    Threads(#[from] rayon::ThreadPoolBuildError),
}

/// Runs a subcommand, writes its reports and says how it ended. `engine` is what ledgers are replayed with.
pub fn run(command: &VerifyCommand, engine: &(dyn Engine + Sync)) -> Exit {
    match command {
        VerifyCommand::Proof(args) => args.output.finish(|| proof::run(args)),
        VerifyCommand::Snarkjs(args) => args.output.finish(|| snarkjs::run(args)),
        VerifyCommand::Ledger(args) => args.output.finish(|| ledger::run(args, engine)),
        VerifyCommand::Balance(args) => args
            .common
            .output
            .finish(|| statement::balance(args, engine)),
        VerifyCommand::Disclosure(args) => args
            .common
            .output
            .finish(|| statement::disclosure(args, engine)),
        VerifyCommand::Reserves(args) => args
            .common
            .output
            .finish(|| statement::reserves(args, engine)),
        VerifyCommand::Ceremony(args) => args.output.finish(|| ceremony::run(args)),
        VerifyCommand::Keys(args) => args.output.finish(|| keys::run(args)),
    }
}

/// Takes the time of a run.
fn timed(run: impl FnOnce() -> Result<Report, UsageError>) -> Result<Report, UsageError> {
    let start = Instant::now();
    let mut report = run()?;
    report.elapsed = start.elapsed();
    Ok(report)
}

/// The 32 bytes of an id in an option.
fn id(option: &'static str, text: &str) -> Result<[u8; 32], UsageError> {
    hex::decode_array(text).ok_or_else(|| {
        UsageError::Value(
            option,
            format!("{text:?} is not 64 lower-case hexadecimal digits"),
        )
    })
}

//! `obolus-verify`: the verifying commands of `obolus` in a small binary without prover, WASM engine and network.

use std::process::ExitCode;

use clap::Parser;
use obolus_verify::cli::{VerifyCommand, run};
use obolus_verify::ledger::Statements;

/// Verify proofs and keys, offline.
///
/// Exit status: 0 valid, 1 invalid, 2 usage, 3 malformed, 4 key or policy refused, 5 input or output.
#[derive(Parser)]
#[command(name = "obolus-verify", version, about)]
struct Cli {
    #[command(subcommand)]
    command: VerifyCommand,
}

fn main() -> ExitCode {
    ExitCode::from(run(&Cli::parse().command, &Statements).code())
}

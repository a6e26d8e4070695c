//! The `obolus` command.

mod demo;
mod dev;
mod logging;
mod node;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Confidential digital money: shielded deposit tokens on a verifiable ledger.
#[derive(Parser)]
#[command(name = "obolus", version, about)]
struct Cli {
    /// What to log on standard error: error, warn, info, debug, trace, or a filter such as
    /// `obolus_runtime=debug`.
    #[arg(
        long,
        global = true,
        env = "OBOLUS_LOG",
        default_value = "warn",
        value_name = "FILTER"
    )]
    log: String,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the whole life of a token with real proofs: register, issue, pay, attack, redeem, reopen.
    Demo(demo::DemoArgs),
    /// Run a ledger node.
    Node(node::NodeArgs),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Err(error) = logging::start(&cli.log) {
        eprintln!("error: {error}");
        return ExitCode::from(2);
    }
    match cli.command {
        Command::Demo(args) => report(demo::run(&args)),
        Command::Node(args) => match node::run(&args) {
            Err(error) if error.is_usage() => {
                report::<node::NodeError>(Err(error));
                ExitCode::from(2)
            }
            outcome => report(outcome),
        },
    }
}

/// Says on standard error what went wrong.
fn report<E: std::error::Error>(outcome: Result<(), E>) -> ExitCode {
    let Err(error) = outcome else {
        return ExitCode::SUCCESS;
    };
    eprintln!("error: {error}");
    let mut source = error.source();
    while let Some(cause) = source {
        eprintln!("  because: {cause}");
        source = cause.source();
    }
    ExitCode::FAILURE
}

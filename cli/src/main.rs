//! The `obolus` command.

mod demo;
mod logging;

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
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Err(error) = logging::start(&cli.log) {
        eprintln!("error: {error}");
        return ExitCode::from(2);
    }
    let outcome = match cli.command {
        Command::Demo(args) => demo::run(&args),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            let mut source = std::error::Error::source(&error);
            while let Some(cause) = source {
                eprintln!("  because: {cause}");
                source = cause.source();
            }
            ExitCode::FAILURE
        }
    }
}

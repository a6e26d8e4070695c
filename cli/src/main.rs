//! The `obolus` command.

mod audit;
mod balance;
mod bench;
mod ceremony;
mod circuits;
mod committee;
mod contract;
mod deal;
mod decimal;
mod demo;
mod dev;
mod endpoint;
mod generate;
mod iso;
mod keys;
mod logging;
mod node;
mod output;
mod progress;
mod prove;
mod prover;
mod replica;
mod roles;
mod secret;
mod treasury;
mod verify;
mod wallet;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use obolus_verify::cli::VerifyCommand;

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
    /// Hold, pay and redeem tokens.
    #[command(subcommand)]
    Wallet(wallet::WalletCommand),
    /// Show one verifier that a wallet holds at least so much, and nothing else of it.
    ProveBalance(balance::BalanceArgs),
    /// Hold a key together with others: key ceremonies by files.
    #[command(subcommand)]
    Committee(committee::CommitteeCommand),
    /// Pay with several approvals, from a wallet whose key a committee holds.
    #[command(subcommand)]
    Treasury(Box<treasury::TreasuryCommand>),
    /// Agree on deals in two tokens or on a condition, and settle them or take them back.
    #[command(subcommand)]
    Deal(deal::DealCommand),
    /// Pay by ISO 20022 messages, report in them, and post events to a webhook.
    #[command(subcommand)]
    Iso(iso::IsoCommand),
    /// Issue tokens, and see what must be paid out.
    #[command(subcommand)]
    Issuer(roles::IssuerCommand),
    /// Enter, freeze and unfreeze participants.
    #[command(subcommand)]
    Registrar(roles::RegistrarCommand),
    /// Read a token as its auditor: index, queries, alerts, reports, recovery.
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Make, build, check, deploy, call and query contracts.
    #[command(subcommand)]
    Contract(contract::ContractCommand),
    /// Role holders' keys and signatures.
    #[command(subcommand)]
    Roles(roles::RolesCommand),
    /// Run a proving service or a worker of one.
    Prover(prover::ProverCommandArgs),
    /// Prove a circom circuit with its .zkey and .wtns, here or by a proving service.
    Prove(prove::ProveArgs),
    /// Exchange keys and circuits with snarkjs.
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// Verify proofs, keys, whole ledgers, and what others claim about them.
    #[command(subcommand)]
    Verify(VerifyCommand),
    /// Run a trusted setup with snarkjs and take its keys.
    #[command(subcommand)]
    Ceremony(ceremony::CeremonyCommand),
    /// Measure a node or a prover under load.
    #[command(subcommand)]
    Bench(bench::BenchCommand),
    /// Print a completion script for a shell.
    Completions(generate::CompletionArgs),
    /// Write manual pages.
    Man(generate::ManArgs),
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
        Command::Prover(args) => match prover::run(&args) {
            Err(error) if error.is_usage() => {
                report::<prover::ProverError>(Err(error));
                ExitCode::from(2)
            }
            outcome => report(outcome),
        },
        Command::Prove(args) => report(prove::run(&args)),
        Command::Keys(command) => report(keys::run(&command)),
        Command::Wallet(command) => report_status(wallet::run(&command)),
        Command::ProveBalance(args) => report_status(balance::run(&args)),
        Command::Committee(command) => report_status(committee::run(&command)),
        Command::Treasury(command) => report_status(treasury::run(&command)),
        Command::Deal(command) => {
            let outcome = deal::run(&command);
            let status = outcome.as_ref().err().map_or(0, deal::DealError::status);
            report(outcome);
            ExitCode::from(status)
        }
        Command::Iso(command) => {
            let outcome = iso::run(&command);
            let status = outcome.as_ref().err().map_or(0, iso::IsoError::status);
            report(outcome);
            ExitCode::from(status)
        }
        Command::Issuer(command) => report_status(roles::issuer(&command)),
        Command::Registrar(command) => report_status(roles::registrar(&command)),
        Command::Roles(command) => report_status(roles::roles(&command)),
        Command::Audit(command) => {
            let outcome = audit::run(&command);
            let status = outcome.as_ref().err().map_or(0, audit::AuditError::status);
            report(outcome);
            ExitCode::from(status)
        }
        Command::Contract(command) => report_status(contract::run(&command)),
        Command::Verify(command) => verify::run(&command),
        Command::Ceremony(command) => report(ceremony::run(&command)),
        Command::Bench(command) => report(bench::run(&command)),
        Command::Completions(args) => report(generate::completions(&args, Cli::command())),
        Command::Man(args) => report(generate::man(&args, Cli::command())),
    }
}

/// The same with the command's own exit status.
fn report_status(outcome: Result<(), wallet::WalletError>) -> ExitCode {
    let status = outcome
        .as_ref()
        .err()
        .map_or(0, wallet::WalletError::status);
    report(outcome);
    ExitCode::from(status)
}

/// Says on standard error what went wrong.
fn report<E: std::error::Error>(outcome: Result<(), E>) -> ExitCode {
    let Err(error) = outcome else {
        return ExitCode::SUCCESS;
    };
    // Parts of it may be a contract's, a node's or a file's own words.
    eprintln!("error: {}", wallet::clean(&error.to_string()));
    let mut source = error.source();
    while let Some(cause) = source {
        eprintln!("  because: {}", wallet::clean(&cause.to_string()));
        source = cause.source();
    }
    ExitCode::FAILURE
}

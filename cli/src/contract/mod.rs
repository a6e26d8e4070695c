//! `obolus contract`: make, build and check a contract on this machine; deploy, call and query it on a node.
//!
//! Exit status as for `obolus wallet`.

mod local;
mod remote;

use clap::Subcommand;

use crate::wallet::WalletError;

/// What is done with contracts.
#[derive(Subcommand)]
pub enum ContractCommand {
    /// Make a new contract's crate.
    New(local::NewArgs),
    /// Build a contract's module, its schema and the archive of its sources.
    Build(local::BuildArgs),
    /// Say what an upload would refuse, and how much of each limit a module uses.
    Check(local::CheckArgs),
    /// Upload a module and make a contract of it.
    Deploy(Box<remote::DeployArgs>),
    /// Call a mutable entry in a transaction.
    Call(remote::CallArgs),
    /// Call a read-only entry.
    Query(remote::QueryArgs),
}

/// Runs a command.
///
/// # Errors
/// [`WalletError`].
pub fn run(command: &ContractCommand) -> Result<(), WalletError> {
    match command {
        ContractCommand::New(args) => local::new(args),
        ContractCommand::Build(args) => local::build(args),
        ContractCommand::Check(args) => local::check(args),
        ContractCommand::Deploy(args) => remote::deploy(args),
        ContractCommand::Call(args) => remote::call(args),
        ContractCommand::Query(args) => remote::query(args),
    }
}

/// An error of the contract itself, of its crate or of its arguments.
fn contract(error: impl std::fmt::Display) -> WalletError {
    WalletError::Argument("contract", error.to_string())
}

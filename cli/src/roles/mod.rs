//! `obolus issuer`, `obolus registrar`, `obolus roles`: what role holders do. A role is n of m Ed25519 keys; each holder may
//! sign on a machine of its own: `--draft` writes the transaction, `obolus roles approve` shows what it does and adds a
//! signature, `obolus roles submit` hands it in.
//!
//! Exit status as for `obolus wallet`.

mod approve;
mod attest;
mod context;
mod files;
mod issuer;
mod keys;
mod queue;
mod registrar;

use clap::Subcommand;

pub use approve::ApproveError;
pub use attest::hash;
pub use context::{SignArgs, call, call_with, open_key, submit};
pub use files::{TransactionFile, add_signature, opening_file, write_draft};
pub use keys::NewKeyArgs;

use crate::wallet::WalletError;

/// What the issuer does.
#[derive(Subcommand)]
pub enum IssuerCommand {
    /// Issue tokens against a deposit.
    Issue(issuer::IssueArgs),
    /// List redemptions: what must be paid out.
    RedeemQueue(queue::QueueArgs),
    /// State the reserves, with a proof that they cover what is in circulation.
    Attest(attest::AttestArgs),
}

/// What the registrar does.
#[derive(Subcommand)]
pub enum RegistrarCommand {
    /// Approve an application and enter the participant.
    Add(registrar::AddArgs),
    /// Freeze a participant: it can neither pay nor be paid from the next block on.
    Freeze(registrar::SlotArgs),
    /// Let a frozen participant act again.
    Unfreeze(registrar::SlotArgs),
}

/// Keys and signatures of roles.
#[derive(Subcommand)]
pub enum RolesCommand {
    /// Make a role holder's key.
    New(NewKeyArgs),
    /// Sign a drafted transaction, after showing what it does.
    Approve(approve::ApproveArgs),
    /// Submit a transaction that has all its signatures.
    Submit(keys::SubmitArgs),
}

/// Runs an issuer's command.
///
/// # Errors
/// [`WalletError`].
pub fn issuer(command: &IssuerCommand) -> Result<(), WalletError> {
    match command {
        IssuerCommand::Issue(args) => issuer::issue(args),
        IssuerCommand::RedeemQueue(args) => queue::list(args),
        IssuerCommand::Attest(args) => attest::attest(args),
    }
}

/// Runs a registrar's command.
///
/// # Errors
/// [`WalletError`].
pub fn registrar(command: &RegistrarCommand) -> Result<(), WalletError> {
    match command {
        RegistrarCommand::Add(args) => registrar::add(args),
        RegistrarCommand::Freeze(args) => registrar::freeze(args, registrar::Turn::Freeze),
        RegistrarCommand::Unfreeze(args) => registrar::freeze(args, registrar::Turn::Unfreeze),
    }
}

/// Runs a command on keys and signatures.
///
/// # Errors
/// [`WalletError`].
pub fn roles(command: &RolesCommand) -> Result<(), WalletError> {
    match command {
        RolesCommand::New(args) => keys::new(args),
        RolesCommand::Approve(args) => approve::approve(args),
        RolesCommand::Submit(args) => keys::submit(args),
    }
}

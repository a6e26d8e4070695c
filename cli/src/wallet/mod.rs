//! `obolus wallet`: what a payment desk does.
//!
//! Exit status: 0 done; 1 failed or refused; 2 wrong usage; 3 the node cannot be reached; 4 in flight: the payment is signed
//! and not yet known to be committed (`obolus wallet resume` goes on with it).

mod apply;
mod batch;
mod context;
mod disclose;
mod entries;
mod error;
mod export;
mod init;
mod migrate;
mod paid;
mod send;
mod sweep;
mod trust;
mod views;

use clap::Subcommand;

pub use context::{Context, WalletArgs, client, prover_of, prover_under, read_settings};
pub use disclose::{AudienceArgs, audience};
pub use entries::EntryOut;
pub use error::WalletError;
pub use export::write_private;
pub use migrate::{state_for_moves, successor_file};
pub use paid::{PaidOut, conclude, conclude_resumed};
pub use send::{Desk, PayArgs, free_text, minor_units_of};
pub use trust::{AuditorArgs, trusted};
pub use views::{amount, clean};

/// Verbs of a wallet.
#[derive(Subcommand)]
pub enum WalletCommand {
    /// Make a wallet: a fresh seed, encrypted at rest.
    Init(init::InitArgs),
    /// Make a wallet again from its seed, and find its notes.
    Restore(init::RestoreArgs),
    /// Show the address that payers use.
    Address(WalletArgs),
    /// Write an application for registration, which the registrar approves with `obolus registrar add`.
    Apply(apply::ApplyArgs),
    /// Trust a new auditor's key, learnt from the auditor itself.
    TrustAuditor(trust::TrustArgs),
    /// Read new blocks.
    Sync(WalletArgs),
    /// Show what is available, pending and locked.
    Balance(views::ViewArgs),
    /// Pay one recipient, or every row of a file.
    Send(send::SendArgs),
    /// Pay everything out to one address: the last step of a key's rotation.
    Sweep(sweep::SweepArgs),
    /// Move notes to the token's successor, amounts hidden.
    Migrate(migrate::MigrateArgs),
    /// Turn tokens back into deposits.
    Redeem(send::RedeemArgs),
    /// Go on with payments that were interrupted.
    Resume(send::ResumeArgs),
    /// Show what happened, and what is in flight.
    History(views::ViewArgs),
    /// Show one payment to one verifier: amount, parties, time and text, and nothing else.
    Disclose(disclose::DiscloseArgs),
    /// Write the full viewing key, which sees everything and cannot spend.
    ExportViewKey(export::ExportArgs),
}

/// Runs a verb.
///
/// # Errors
/// [`WalletError`].
pub fn run(command: &WalletCommand) -> Result<(), WalletError> {
    match command {
        WalletCommand::Init(args) => init::init(args),
        WalletCommand::Restore(args) => init::restore(args),
        WalletCommand::Address(args) => views::address(args),
        WalletCommand::Apply(args) => apply::apply(args),
        WalletCommand::TrustAuditor(args) => trust::trust(args),
        WalletCommand::Sync(args) => views::sync(args),
        WalletCommand::Balance(args) => views::balance(args),
        WalletCommand::Send(args) => send::send(args),
        WalletCommand::Sweep(args) => sweep::sweep(args),
        WalletCommand::Migrate(args) => migrate::migrate(args),
        WalletCommand::Redeem(args) => send::redeem(args),
        WalletCommand::Resume(args) => send::resume(args),
        WalletCommand::History(args) => views::history(args),
        WalletCommand::Disclose(args) => disclose::disclose(args),
        WalletCommand::ExportViewKey(args) => export::export(args),
    }
}

//! `obolus treasury`: a wallet whose spending key is a committee's. One member prepares, enough members look and approve,
//! the one who prepared submits.
//!
//! Exit status as for `obolus wallet`.

mod approve;
mod context;
mod pays;
mod prepare;
mod send;
mod setup;
mod views;

use clap::Subcommand;

use context::TreasuryArgs;

use crate::wallet::WalletError;

/// What a member of a treasury does.
#[derive(Subcommand)]
pub enum TreasuryCommand {
    /// Make the treasury's wallet: draws its viewing key and writes a letter that gives it to the other members.
    Init(setup::InitArgs),
    /// Take the viewing key from the letter of the member who made the wallet.
    Join(setup::JoinArgs),
    /// Show the address that payers use: members compare it.
    Address(TreasuryArgs),
    /// Trust a new auditor's key, learnt from the auditor itself.
    TrustAuditor(setup::TrustArgs),
    /// Propose the treasury's registration.
    Apply(prepare::ApplyArgs),
    /// Propose a payment, a redemption or a merge: chooses notes, proves, and writes the proposal for the signers.
    Prepare(prepare::PrepareArgs),
    /// Look at what a proposal does, and sign it: writes this member's share of the signature.
    Approve(approve::ApproveArgs),
    /// Put the shares of all signers together and submit; a registration is written as an application for the registrar.
    Send(send::SendArgs),
    /// Go on with what was signed and is in no block yet.
    Resume(send::ResumeArgs),
    /// Show what the treasury holds.
    Balance(TreasuryArgs),
    /// Show proposals and payments of this member.
    List(TreasuryArgs),
}

/// Runs a verb.
///
/// # Errors
/// [`WalletError`].
pub fn run(command: &TreasuryCommand) -> Result<(), WalletError> {
    match command {
        TreasuryCommand::Init(args) => setup::init(args),
        TreasuryCommand::Join(args) => setup::join(args),
        TreasuryCommand::Address(args) => views::address(args),
        TreasuryCommand::TrustAuditor(args) => setup::trust(args),
        TreasuryCommand::Apply(args) => prepare::apply(args),
        TreasuryCommand::Prepare(args) => prepare::prepare(args),
        TreasuryCommand::Approve(args) => approve::approve(args),
        TreasuryCommand::Send(args) => send::send(args),
        TreasuryCommand::Resume(args) => send::resume(args),
        TreasuryCommand::Balance(args) => views::balance(args),
        TreasuryCommand::List(args) => views::list(args),
    }
}

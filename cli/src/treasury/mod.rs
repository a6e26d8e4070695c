//! `obolus treasury`: a wallet whose spending key is a committee's. One member prepares, enough members look and approve,
//! the one who prepared submits.
//!
//! Exit status as for `obolus wallet`.

mod approve;
mod context;
mod history;
mod own;
mod pays;
mod prepare;
mod rotate;
mod send;
mod setup;
mod sweep;
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
    /// Propose the treasury's registration; of a key that takes over from an earlier one, its registration in that one's place.
    Apply(prepare::ApplyArgs),
    /// Propose to the members of an old key that a new one takes over, which the new one's members have signed.
    Rotate(rotate::RotateArgs),
    /// Propose payments of everything to the key that took over: the last step of a key's rotation.
    Sweep(sweep::SweepArgs),
    /// Propose moves of notes to the token's successor, amounts hidden.
    Migrate(sweep::MigrateArgs),
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
    /// Show what happened, with the treasury's earlier keys too.
    History(TreasuryArgs),
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
        TreasuryCommand::Rotate(args) => rotate::rotate(args),
        TreasuryCommand::Sweep(args) => sweep::sweep(args),
        TreasuryCommand::Migrate(args) => sweep::migrate(args),
        TreasuryCommand::Prepare(args) => prepare::prepare(args),
        TreasuryCommand::Approve(args) => approve::approve(args),
        TreasuryCommand::Send(args) => send::send(args),
        TreasuryCommand::Resume(args) => send::resume(args),
        TreasuryCommand::Balance(args) => views::balance(args),
        TreasuryCommand::List(args) => views::list(args),
        TreasuryCommand::History(args) => history::history(args),
    }
}

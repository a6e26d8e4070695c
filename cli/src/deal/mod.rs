//! `obolus deal`: agreeing, locking, settling and taking back, and payments of several wallets at once.
//!
//! Exit status as of `obolus wallet`: 0 done, or done before; 1 failed or refused; 2 wrong usage; 3 the node cannot be
//! reached; 4 in flight. No verb moves money twice: deposits are in the wallet's outbox under the name of their leg, and
//! every other verb is refused by the contract once it has taken effect, which is looked up first.

mod act;
mod condition;
mod context;
mod error;
mod files;
mod next;
mod offer;
mod open;
mod show;
mod sign;
mod submit;
mod time;

use clap::Subcommand;

pub use error::DealError;

/// Verbs of deals.
#[derive(Subcommand)]
pub enum DealCommand {
    /// Open a deal with a counterparty; nothing is locked yet.
    #[command(subcommand)]
    Open(open::OpenCommand),
    /// Show every deal that these wallets are a party of.
    List(show::ListArgs),
    /// Show one deal: legs, verdict, what can be done next and until when.
    Show(show::ShowArgs),
    /// Lock what this wallet pays.
    Deposit(act::LegArgs),
    /// Release both legs of a pair to their payees.
    Settle(act::ActArgs),
    /// Pay a leg out to its payee.
    Release(act::LegArgs),
    /// Pay a leg back to its payer.
    Refund(act::LegArgs),
    /// Give up a conditional payment that this wallet would receive.
    Decline(act::ActArgs),
    /// Cancel what is not due yet of a standing order that this wallet pays.
    Cancel(act::ActArgs),
    /// Bring an oracle's attestation. Needs no wallet.
    Attest(condition::AttestArgs),
    /// Approve a conditional payment as one of its approvers. Needs no wallet.
    Approve(condition::ApproveArgs),
    /// What oracles sign.
    #[command(subcommand)]
    Statement(condition::StatementCommand),
    /// Offer a payment that will be made together with others, or not at all.
    Offer(offer::OfferArgs),
    /// Put a swap or a netting cycle together from offers.
    Join(offer::JoinArgs),
    /// Look at a transaction of several wallets, and sign this wallet's payment in it.
    Sign(sign::SignArgs),
    /// Submit a transaction that every payer has signed. Needs no wallet.
    Submit(sign::SubmitArgs),
}

/// Runs a verb.
///
/// # Errors
/// [`DealError`].
pub fn run(command: &DealCommand) -> Result<(), DealError> {
    match command {
        DealCommand::Open(command) => open::open(command),
        DealCommand::List(args) => show::list(args),
        DealCommand::Show(args) => show::show(args),
        DealCommand::Deposit(args) => act::deposit(args),
        DealCommand::Settle(args) => act::settle(args),
        DealCommand::Release(args) => act::release(args),
        DealCommand::Refund(args) => act::refund(args),
        DealCommand::Decline(args) => act::decline(args),
        DealCommand::Cancel(args) => act::cancel(args),
        DealCommand::Attest(args) => condition::attest(args),
        DealCommand::Approve(args) => condition::approve(args),
        DealCommand::Statement(command) => condition::statement(command),
        DealCommand::Offer(args) => offer::offer(args),
        DealCommand::Join(args) => offer::join(args),
        DealCommand::Sign(args) => sign::sign(args),
        DealCommand::Submit(args) => sign::submit(args),
    }
}

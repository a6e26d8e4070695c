//! `obolus audit`: what an auditor does with what it can read.
//!
//! Exit status: 0 done; 1 failed or refused; 2 wrong usage; 3 the node cannot be reached; 4 alerts were found and
//! `--fail-on-alert` was given.

mod combine;
mod context;
mod error;
mod key;
mod keys;
mod list;
mod log;
mod memo;
mod partial;
mod recover;
mod report;
mod request;
mod said;
mod seize;
mod serve;
mod sync;
mod together;
mod witness;

use clap::Subcommand;

pub use error::AuditError;

use crate::roles::NewKeyArgs;

/// What an auditor does.
#[derive(Subcommand)]
pub enum AuditCommand {
    /// Make a key file with the key of a first epoch.
    Keygen(NewKeyArgs),
    /// Add the key of the next epoch to a key file; the earlier ones stay.
    AddEpoch(keys::AddEpochArgs),
    /// Show the public keys of a key file, oldest first.
    Keys(keys::KeysArgs),
    /// Write the transaction that starts an epoch under the newest key, with the proof that its holder has it; the registrar
    /// approves and submits it.
    SetKeyDraft(keys::SetKeyArgs),
    /// Add the proof that its holder has the newest key to a drafted transaction, such as a registry's instantiation.
    SignDraft(keys::SignDraftArgs),
    /// Read new blocks into the index.
    Sync(sync::SyncArgs),
    /// Show how far the index has come, and what could not be read.
    Status(sync::StatusArgs),
    /// Name participants, from a CSV file with the columns participant and name.
    Names(said::NamesArgs),
    /// List participants with their slots, addresses and names.
    People(said::PeopleArgs),
    /// List movements.
    List(list::ListArgs),
    /// Add up who received, paid and holds what.
    Totals(list::TotalsArgs),
    /// Show what one participant holds.
    Balance(list::BalanceArgs),
    /// Write down what institutions say of their payments, from a CSV file with the columns position or transaction, uetr,
    /// text, blind.
    Annotate(said::AnnotateArgs),
    /// Check a text against a payment's commitment, with its blind or with a disclosure by payer or payee.
    CheckMemo(memo::CheckMemoArgs),
    /// Look for patterns.
    Alerts(report::AlertsArgs),
    /// Write flows, totals and alerts of a period as one HTML page.
    Report(report::ReportArgs),
    /// Write what a participant holds that has lost its key, for the issuer who moves it to the new one.
    Recover(recover::RecoverArgs),
    /// Prepare the seizure of a frozen participant's notes; the issuer approves and submits it.
    Seize(seize::SeizeArgs),
    /// Show the journal as pages in a browser on this machine.
    Serve(serve::ServeArgs),
    #[command(flatten)]
    Together(together::TogetherCommand),
}

/// Runs a verb.
///
/// # Errors
/// [`AuditError`].
pub fn run(command: &AuditCommand) -> Result<(), AuditError> {
    match command {
        AuditCommand::Keygen(args) => keys::keygen(args),
        AuditCommand::AddEpoch(args) => keys::add_epoch(args),
        AuditCommand::Keys(args) => keys::keys(args),
        AuditCommand::SetKeyDraft(args) => keys::set_key_draft(args),
        AuditCommand::SignDraft(args) => keys::sign_draft(args),
        AuditCommand::Sync(args) => sync::sync(args),
        AuditCommand::Status(args) => sync::status(args),
        AuditCommand::Names(args) => said::names(args),
        AuditCommand::People(args) => said::people(args),
        AuditCommand::List(args) => list::list(args),
        AuditCommand::Totals(args) => list::totals(args),
        AuditCommand::Balance(args) => list::balance(args),
        AuditCommand::Annotate(args) => said::annotate(args),
        AuditCommand::CheckMemo(args) => memo::check_memo(args),
        AuditCommand::Alerts(args) => report::alerts(args),
        AuditCommand::Report(args) => report::report(args),
        AuditCommand::Recover(args) => recover::recover(args),
        AuditCommand::Seize(args) => seize::seize(args),
        AuditCommand::Serve(args) => serve::serve(args),
        AuditCommand::Together(command) => together::run(command),
    }
}

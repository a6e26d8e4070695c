//! `obolus iso`: ISO 20022 in and out of a wallet, and webhooks about what happens to it.
//!
//! Exit status: 0 done; 1 failed, or payments rejected; 2 wrong usage; 3 node or webhook cannot be reached; 4 payments in
//! process.

mod accounts;
mod context;
mod decisions;
mod entries;
mod error;
mod events;
mod journal;
mod message;
mod past;
mod pay;
mod records;
mod report;
mod statement;
#[cfg(test)]
mod testing;
mod verdict;
mod watch;
mod webhook;

use clap::Subcommand;

pub use error::IsoError;
pub use past::paid_elsewhere;
pub use statement::statement;

/// Verbs of ISO 20022.
#[derive(Subcommand)]
pub enum IsoCommand {
    /// Pay every transfer of a pacs.008 or pacs.009, each at most once, and answer with a pacs.002.
    Pay(Box<pay::IsoPayArgs>),
    /// Answer a message that was paid once more: what has become of its payments.
    Status(pay::IsoStatusArgs),
    /// Write a camt.054 for each movement.
    Notify(accounts::NotifyArgs),
    /// Write the camt.053 of a period; it agrees with the ledger, or it is not written.
    Statement(accounts::StatementArgs),
    /// Follow wallet and outbox, and post signed events to a webhook, each at least once.
    Watch(watch::WatchArgs),
    /// Post events again, with the same ids and bytes.
    Replay(watch::ReplayArgs),
}

/// Runs a verb.
///
/// # Errors
/// [`IsoError`].
pub fn run(command: &IsoCommand) -> Result<(), IsoError> {
    match command {
        IsoCommand::Pay(args) => pay::pay(args),
        IsoCommand::Status(args) => pay::status(args),
        IsoCommand::Notify(args) => accounts::notify(args),
        IsoCommand::Statement(args) => accounts::statement(args),
        IsoCommand::Watch(args) => watch::watch(args),
        IsoCommand::Replay(args) => watch::replay(args),
    }
}

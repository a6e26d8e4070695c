//! `obolus committee`: keys that t of n people hold together. Members exchange files; none of these commands uses a network.
//!
//! Exit status as for `obolus wallet`.

mod ceremony;
mod context;
mod identity;
mod nonces;
mod show;

use clap::Subcommand;

pub use context::{
    AskArgs, MemberArgs, NewFile, confirm, free_name, read_file, read_files, replace, write_new,
};

use crate::wallet::WalletError;

/// What a member of a committee does.
#[derive(Subcommand)]
pub enum CommitteeCommand {
    /// Make a member's long-term identity, and show its public side for the members' file.
    Identity(identity::IdentityArgs),
    /// Take a seat in a key ceremony: writes this member's message of round 1 for all others.
    Begin(ceremony::BeginArgs),
    /// Begin to refresh the shares of a key, all members together: the key stays, and shares from before are worth nothing
    /// then. Goes on with round2, finish and adopt.
    Refresh(ceremony::RefreshArgs),
    /// Answer all messages of round 1: writes one message for each other member.
    Round2(ceremony::Round2Args),
    /// Make this member's share of the messages of round 2 to it, and the group's file.
    Finish(ceremony::FinishArgs),
    /// Use the refreshed share from now on, once all members have compared its fingerprint; the one before is deleted.
    Adopt(ceremony::AdoptArgs),
    /// End a ceremony that will not be finished; its secrets are deleted.
    Abandon(MemberArgs),
    /// Show the group and what its members compare.
    Show(MemberArgs),
    /// Draw nonces ahead, so that approving takes one step: writes their commitments for whoever prepares proposals.
    Nonces(nonces::NoncesArgs),
}

/// Runs a verb.
///
/// # Errors
/// [`WalletError`].
pub fn run(command: &CommitteeCommand) -> Result<(), WalletError> {
    match command {
        CommitteeCommand::Identity(args) => identity::identity(args),
        CommitteeCommand::Begin(args) => ceremony::begin(args),
        CommitteeCommand::Refresh(args) => ceremony::refresh(args),
        CommitteeCommand::Round2(args) => ceremony::round2(args),
        CommitteeCommand::Finish(args) => ceremony::finish(args),
        CommitteeCommand::Adopt(args) => ceremony::adopt(args),
        CommitteeCommand::Abandon(args) => ceremony::abandon(args),
        CommitteeCommand::Show(args) => show::show(args),
        CommitteeCommand::Nonces(args) => nonces::nonces(args),
    }
}

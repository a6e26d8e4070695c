//! Moving everything: to the key that took over, or to the token's successor. Each transaction is a proposal of its own, in a file
//! that has its name.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Args;
use obolus_wallet::client::NodeClient;
use obolus_wallet::committee::{CommitteeError, Proposal};
use obolus_wallet::outbox::{Order, PaymentId, Successor};
use obolus_wallet::treasury::{Moving, Towards};
use obolus_wallet::{CircuitKeys, StatementProver};
use serde::Serialize;
use uuid::Uuid;

use super::context::{Context, TreasuryArgs};
use super::own::OwnArgs;
use super::prepare::{ProposedOut, propose};
use crate::committee::{AskArgs, read_file};
use crate::endpoint::ProverArgs;
use crate::wallet::{
    WalletError, amount, free_text, minor_units_of, prover_of, prover_under, state_for_moves,
    successor_file,
};

/// Arguments of `sweep`.
#[derive(Args)]
pub struct SweepArgs {
    #[command(flatten)]
    series: SeriesArgs,
    /// This member's directory of the treasury's new key: nothing is moved to another one. Both directories have the same
    /// passphrase.
    #[arg(long, value_name = "DIR")]
    new: Option<PathBuf>,
    /// What the members of both keys read with every payment.
    #[arg(long, value_name = "TEXT", default_value = "moved to the new key")]
    text: String,
}

/// Arguments of `migrate`.
#[derive(Args)]
pub struct MigrateArgs {
    #[command(flatten)]
    series: SeriesArgs,
    /// Token file of the successor, as the issuer publishes it.
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    /// How much, for example 12.34; without it everything, in several proposals. Each takes at most two notes, and at most the
    /// limit.
    #[arg(long, value_name = "AMOUNT")]
    amount: Option<String>,
    /// Name of the move (a UUID): the same name never moves twice.
    #[arg(long, value_name = "UUID", requires = "amount")]
    id: Option<Uuid>,
}

/// Arguments of a series of proposals.
#[derive(Args)]
struct SeriesArgs {
    #[command(flatten)]
    common: TreasuryArgs,
    #[command(flatten)]
    ask: AskArgs,
    #[command(flatten)]
    prover: ProverArgs,
    /// Write the proposals into this folder, for the signers. Run again with the same folder, it goes on.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

#[derive(Serialize)]
struct SweepOut {
    proposals: Vec<ProposedOut>,
    unit: String,
    /// Free, and in no proposal: more nonces are needed.
    left: String,
    /// In proposals and payments of this member that no block has yet, these proposals too.
    locked: String,
    /// Part of it that comes back as change; it is moved by a later run.
    returning: String,
    /// Why the run ended early.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
}

/// Proposals that move everything to the new key.
pub fn sweep(args: &SweepArgs) -> Result<(), WalletError> {
    let context = args.series.common.open()?;
    free_text(&args.text)?;
    let client = context.client()?;
    let root = &args.series.common.member.dir;
    let (prover, circuits) = prover_of(root, &client, &args.series.prover)?;
    let own = OwnArgs::new_key(args.new.clone());
    let towards = Towards::NewKey {
        text: args.text.clone(),
        known: context.known_keys(&args.series.common, &own)?,
    };
    let run = Run {
        args: &args.series,
        own,
        context: &context,
        client: &client,
        prover: (&*prover, &circuits),
    };
    let series = run.everything(&towards);
    run.conclude("obolus.treasury.sweep/1", series)
}

/// Proposals that move notes to the successor.
pub fn migrate(args: &MigrateArgs) -> Result<(), WalletError> {
    let context = args.series.common.open()?;
    let theirs = successor_file(&context.token, &args.to)?;
    let amount = args.amount.as_deref();
    let amount = amount.map(|text| minor_units_of(&context.token, text));
    let amount = amount.transpose()?;
    let mut client = context.client()?;
    let state = state_for_moves(&mut client, &context.token, theirs.config)?;
    let root = &args.series.common.member.dir;
    let (prover, circuits) = prover_under(root, &client, &args.series.prover, &state)?;
    let run = Run {
        args: &args.series,
        own: OwnArgs::default(),
        context: &context,
        client: &client,
        prover: (&*prover, &circuits),
    };
    let successor = Successor::new(&theirs.config);
    let series = match amount {
        None => run.everything(&Towards::Successor(successor)),
        Some(amount) => {
            let to = context.address();
            let one = run.one(&Moving {
                id: args.id.map_or_else(PaymentId::random, PaymentId::new),
                order: Order::Migrate {
                    successor,
                    to,
                    amount,
                },
                waits: false,
            })?;
            (vec![one], Ok(()))
        }
    };
    run.conclude("obolus.treasury.migrate/1", series)
}

/// What was proposed, and how the run ended.
type Series = (Vec<ProposedOut>, Result<(), WalletError>);

/// One run.
struct Run<'a> {
    args: &'a SeriesArgs,
    own: OwnArgs,
    context: &'a Context,
    client: &'a NodeClient,
    prover: (&'a dyn StatementProver, &'a CircuitKeys),
}

impl Run<'_> {
    /// Until nothing is free any more, or signers have no nonces left for the next one.
    fn everything(&self, towards: &Towards) -> Series {
        let mut proposals = Vec::new();
        let end = match self.each(towards, &mut proposals) {
            Err(WalletError::Committee(CommitteeError::Nonces { .. })) if !proposals.is_empty() => {
                Ok(())
            }
            end => end,
        };
        (proposals, end)
    }

    fn each(&self, towards: &Towards, proposals: &mut Vec<ProposedOut>) -> Result<(), WalletError> {
        let mut done = BTreeSet::new();
        let treasurer = self.context.treasurer(self.client, 0);
        while let Some(moving) = treasurer.next_move(towards, &done)? {
            proposals.push(self.one(&moving)?);
            done.insert(moving.id);
        }
        Ok(())
    }

    /// A proposal in its file; one that waits for approvals, and whose file is there, stays as it is.
    fn one(&self, moving: &Moving) -> Result<ProposedOut, WalletError> {
        let folder = &self.args.out;
        std::fs::create_dir_all(folder).map_err(|error| WalletError::Io(folder.clone(), error))?;
        let file = folder.join(format!("{}.proposal", moving.id));
        if file.exists() {
            return self.kept(moving, &file);
        }
        let treasury = &self.context.treasury;
        // First: without signers no notes are reserved.
        let commitments = self.args.ask.choose(&treasury.member, &treasury.group)?;
        let treasurer = self.context.treasurer(self.client, 0);
        let prepared = treasurer.propose(moving.id, &moving.order, self.prover, &|_| ())?;
        let what = (Some(moving.id), prepared);
        let of = (self.context, &self.args.common, &self.own);
        propose(of, what, commitments, &file)
    }

    /// What an earlier run wrote, if it is this.
    fn kept(&self, moving: &Moving, file: &Path) -> Result<ProposedOut, WalletError> {
        let treasury = &self.context.treasury;
        let treasurer = self.context.treasurer(self.client, 0);
        let prepared = treasurer.propose(moving.id, &moving.order, self.prover, &|_| ())?;
        let bytes = read_file(file)?;
        let proposal = Proposal::open(&treasury.member, &treasury.group, &bytes);
        let own = prepared.transaction.id();
        match proposal {
            Ok(proposal) if proposal.transaction.id() == own => {
                let what = (&proposal.transaction, &proposal.detail);
                let seen = self.context.look(what, &self.args.common, &self.own)?;
                ProposedOut::new(self.context, file, (Some(moving.id), &proposal), &seen)
            }
            _ => Err(WalletError::Argument(
                "out",
                format!(
                    "{} is not the proposal of this name as it is now: give another folder, or move the file away",
                    file.display()
                ),
            )),
        }
    }

    /// Tells what was proposed, also before a failure; a run that failed at once tells its failure alone.
    fn conclude(&self, schema: &'static str, (proposals, end): Series) -> Result<(), WalletError> {
        if proposals.is_empty() {
            end?;
            return self.tell(schema, proposals, None);
        }
        let failure = end.as_ref().err().map(ToString::to_string);
        self.tell(schema, proposals, failure)?;
        end
    }

    fn tell(
        &self,
        schema: &'static str,
        proposals: Vec<ProposedOut>,
        failure: Option<String>,
    ) -> Result<(), WalletError> {
        let token = &self.context.token;
        // As of the last block that was read: the node may be what failed.
        let balance = self.context.offline()?.wallet.balance();
        let out = SweepOut {
            unit: token.unit.clone(),
            left: amount(balance.available, token),
            locked: amount(balance.locked, token),
            returning: amount(balance.returning, token),
            failure,
            proposals,
        };
        let mut lines: Vec<_> = out.proposals.iter().map(ProposedOut::line).collect();
        if lines.is_empty() {
            lines.push("nothing was proposed: no note is free".into());
        }
        if balance.available > 0 {
            lines.push(format!(
                "{} {} is in no proposal yet: run it again",
                out.left, out.unit
            ));
        }
        if balance.locked > 0 {
            lines.push(format!(
                "{} {} is in proposals and payments that no block has yet: it has not moved",
                out.locked, out.unit
            ));
        }
        if balance.returning > 0 {
            lines.push(format!(
                "{} {} of it comes back as change: run it again when the proposals are in blocks",
                out.returning, out.unit
            ));
        }
        let output = self.args.common.member.output;
        output.print(schema, &out, lines.join("\n"));
        Ok(())
    }
}

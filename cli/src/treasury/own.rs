//! What a member knows by itself when it looks at a proposal, whoever prepared it: the registry, the new key that it has a share of,
//! the successor's token file.

use std::path::{Path, PathBuf};

use clap::Args;
use obolus_protocol::tx::Transaction;
use obolus_wallet::committee::{Detail, MemberDir};
use obolus_wallet::outbox::{Order, Successor};
use obolus_wallet::treasury::{Known, Seen, Treasury, check};
use obolus_wallet::{AssembleError, ScanError, payer::PayError, source::ChainSource};

use super::context::{Context, TreasuryArgs};
use crate::secret::Choosing;
use crate::wallet::{WalletError, successor_file};

/// Arguments that say what the member knows.
#[derive(Args, Clone, Debug, Default)]
pub struct OwnArgs {
    /// This member's directory of the treasury's new key: a rotation, or a move of money to the new key, must be to this very key.
    /// Both directories have the same passphrase.
    #[arg(long, value_name = "DIR")]
    new: Option<PathBuf>,
    /// This member's own token file of the successor, as the issuer publishes it, for a move of notes to it.
    #[arg(long, value_name = "FILE")]
    successor: Option<PathBuf>,
}

impl OwnArgs {
    /// The new key alone.
    pub const fn new_key(new: Option<PathBuf>) -> Self {
        Self {
            new,
            successor: None,
        }
    }
}

impl Context {
    /// Looks at a transaction, with what this member knows by itself.
    pub fn look(
        &self,
        (transaction, detail): (&Transaction, &Detail),
        args: &TreasuryArgs,
        own: &OwnArgs,
    ) -> Result<Seen, WalletError> {
        let known = match detail {
            Detail::Move { .. } | Detail::Rotation => self.known_keys(args, own)?,
            Detail::Migration => Known {
                successor: Some(
                    self.known_successor(transaction, own.successor.as_deref())?
                        .token,
                ),
                ..Known::default()
            },
            _ => Known::default(),
        };
        let token = (&self.token.config, self.token.network);
        Ok(check((transaction, detail), self.keys(), token, &known)?)
    }

    /// The keys that took over from the treasury's, as the registry lists them, as this member approved them, and in its own
    /// directory.
    pub fn known_keys(&self, args: &TreasuryArgs, own: &OwnArgs) -> Result<Known, WalletError> {
        let client = self.client()?;
        let mut known = {
            let session = self.session(&client)?;
            self.treasury.known(session.wallet.view())?
        };
        if let Some(dir) = &own.new {
            let new = open_beside(args, dir)?;
            known.held = Some(new.keys);
        }
        Ok(known)
    }

    /// The successor of this member's own file, or of its own order; the token must name it.
    fn known_successor(
        &self,
        transaction: &Transaction,
        file: Option<&Path>,
    ) -> Result<Successor, WalletError> {
        let client = self.client()?;
        let successor = match file {
            Some(file) => Successor::new(&successor_file(&self.token, file)?.config),
            None => {
                let records = self.session(&client)?.records()?;
                let own = records.iter().find_map(|record| match &record.order {
                    Order::Migrate { successor, .. }
                        if successor.token == transaction.body.contract =>
                    {
                        Some(*successor)
                    }
                    _ => None,
                });
                own.ok_or_else(|| {
                    WalletError::Argument(
                        "successor",
                        "this moves notes to another token: give the successor's token file, as the issuer publishes it".into(),
                    )
                })?
            }
        };
        let state = client.token_state();
        let state = state.map_err(|error| PayError::Scan(ScanError::Source(error)))?;
        if state.successor != Some(successor.token) {
            return Err(AssembleError::NotSuccessor.into());
        }
        Ok(successor)
    }
}

/// Opens the directory of another key of the same treasury, with the passphrase of this one.
pub fn open_beside(args: &TreasuryArgs, dir: &Path) -> Result<Treasury, WalletError> {
    let member = MemberDir::open(dir, || {
        Ok::<_, WalletError>(args.member.passphrase.get(Choosing::No)?)
    })?;
    Ok(Treasury::open(member)?)
}

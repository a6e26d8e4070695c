//! Moving everything that a treasury holds: to the key that took over from its own, or to the token's successor. Each transaction
//! takes two notes and at most the limit, and is a proposal of its own.

use std::collections::BTreeSet;

use super::coordinate::is_proposal;
use super::{Known, Treasurer, TreasuryError};
use crate::assemble::PayerIdentity;
use crate::outbox::{Order, PaymentId, Record, Stage, Submitter, Successor};
use crate::payer::Session;
use crate::source::ChainSource;

/// Where everything goes.
#[derive(Clone)]
pub enum Towards {
    /// To the treasury's own new key, with this text.
    NewKey {
        /// What both keys' members read with it.
        text: String,
        /// What this member knows of the new key: nothing is moved to one that it knows to be false.
        known: Known,
    },
    /// To the token's successor, where it stays the treasury's.
    Successor(Successor),
}

/// One proposal of a series that moves everything.
pub struct Moving {
    /// Its name.
    pub id: PaymentId,
    /// What it does.
    pub order: Order,
    /// Whether it was proposed in an earlier run and still waits for approvals.
    pub waits: bool,
}

impl<N: ChainSource + Submitter> Treasurer<'_, N> {
    /// What comes next until nothing is left, without what is `done`: first the proposals of earlier runs that wait for
    /// approvals, then new ones of the notes that no proposal holds. What waits for a move to another key than the newest is
    /// given up.
    ///
    /// # Errors
    /// [`TreasuryError::NotReplaced`] while the registry lists no new key to move to; [`TreasuryError::OtherKey`].
    pub fn next_move(
        &self,
        towards: &Towards,
        done: &BTreeSet<PaymentId>,
    ) -> Result<Option<Moving>, TreasuryError> {
        let to = match towards {
            Towards::NewKey { known, .. } => {
                let newest = known.newest().ok_or(TreasuryError::NotReplaced)?;
                // Before notes are reserved for what no member may sign.
                known.vouch(newest)?;
                *newest
            }
            Towards::Successor(_) => self.keys.address(),
        };
        let to = to.encode(self.network);
        let mut session = Session::begin(self.directory, self.token, self.keys, self.node)?;
        if let Towards::NewKey { .. } = towards {
            self.give_up_others(&mut session, &to)?;
        }
        for record in session.records()? {
            let ours = match (&record.order, towards) {
                (Order::Pay { to: payee, .. }, Towards::NewKey { .. }) => *payee == to,
                (Order::Migrate { successor, .. }, Towards::Successor(wanted)) => {
                    successor == wanted
                }
                _ => false,
            };
            if ours
                && !done.contains(&record.id)
                && let Stage::Signed { bytes, .. } = &record.stage
                && is_proposal(bytes)?
            {
                return Ok(Some(Moving {
                    id: record.id,
                    order: record.order,
                    waits: true,
                }));
            }
        }
        let Some(amount) = session.wallet.next_of_all() else {
            return Ok(None);
        };
        let amount = amount.get();
        Ok(Some(Moving {
            id: PaymentId::random(),
            order: match towards {
                Towards::NewKey { text, .. } => Order::Pay {
                    to,
                    amount,
                    text: text.clone(),
                    identity: PayerIdentity::Shown,
                },
                Towards::Successor(successor) => Order::Migrate {
                    successor: *successor,
                    to,
                    amount,
                },
            },
            waits: false,
        }))
    }

    /// Gives the notes free of proposed moves to another key than this, which no member approves any more. Whoever has enough
    /// approvals from before can still submit one: then what was made of the same notes since is refused, so nothing is paid twice.
    fn give_up_others(&self, session: &mut Session<'_>, to: &str) -> Result<(), TreasuryError> {
        for record in session.records()? {
            let (Order::Pay { to: payee, .. }, Stage::Signed { held, bytes }) =
                (&record.order, &record.stage)
            else {
                continue;
            };
            if payee == to || !is_proposal(bytes)? || !self.is_move(record.id)? {
                continue;
            }
            let stage = Stage::Refused {
                held: held.clone(),
                code: "other_key".into(),
                message: "it moves to another key than the newest".into(),
            };
            session.wallet.release(&held.tx);
            session.put(&Record { stage, ..record })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;

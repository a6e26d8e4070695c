//! Moving everything that a treasury holds: to the key that took over from its own, or to the token's successor. Each transaction
//! takes two notes and at most the limit, and is a proposal of its own.

use std::collections::BTreeSet;

use super::coordinate::is_proposal;
use super::{Known, Treasurer, TreasuryError};
use crate::assemble::PayerIdentity;
use crate::outbox::{Order, PaymentId, Stage, Submitter, Successor};
use crate::payer::Session;
use crate::source::ChainSource;

/// Where everything goes.
#[derive(Clone)]
pub enum Towards {
    /// To the treasury's own new key, with this text.
    NewKey {
        /// What both keys' members read with it.
        text: String,
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
    /// approvals, then new ones of the notes that no proposal holds.
    ///
    /// # Errors
    /// [`TreasuryError::NotReplaced`] while the registry lists no new key to move to.
    pub fn next_move(
        &self,
        towards: &Towards,
        done: &BTreeSet<PaymentId>,
    ) -> Result<Option<Moving>, TreasuryError> {
        let session = Session::begin(self.directory, self.token, self.keys, self.node)?;
        let to = match towards {
            Towards::NewKey { .. } => {
                let known = Known::listed(session.wallet.view(), &self.keys.owner());
                *known.newest().ok_or(TreasuryError::NotReplaced)?
            }
            Towards::Successor(_) => self.keys.address(),
        };
        let to = to.encode(self.network);
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
                Towards::NewKey { text } => Order::Pay {
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
}

#[cfg(test)]
mod tests;

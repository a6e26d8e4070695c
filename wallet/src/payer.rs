//! Making payments from a wallet directory: many at a time, from several processes, each exactly once.
//!
//! The directory's lock is held only while notes are chosen and results are written down; proving and waiting for the node
//! happen outside it. What is in flight when a process dies is in the outbox, and [`Payer::resume`] goes on with it.

mod assembled;
mod deliver;
mod error;
mod joint;
mod session;

use std::collections::HashSet;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use obolus_protocol::address::Network;
use obolus_protocol::{FullViewingKey, SpendingKey};
use rand::rngs::OsRng;

use crate::assemble::AssembleError;
use crate::config::TokenConfig;
use crate::outbox::{Live, Order, PaymentId, Record, Stage, Submitter};
use crate::prove::{CircuitKeys, StatementProver};
use crate::reserve::ReserveError;
use crate::select::SelectError;
use crate::source::ChainSource;
use crate::store::WalletDir;
use crate::wallet::Wallet;
pub(crate) use assembled::{Assembled, assemble, held, successor};
pub(crate) use deliver::Delivery;
pub use error::PayError;
pub use session::Session;

/// Refusals that assembling anew with the newest roots, or with another ticket, can mend.
const STALE: [&str; 7] = [
    "sender_root_stale",
    "recipient_root_stale",
    "velocity_used",
    "velocity_period",
    "velocity_needed",
    "velocity_off",
    "unknown_anchor",
];

/// Where a payment is, for whoever watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Reading new blocks.
    Sync,
    /// Choosing notes.
    Select,
    /// Proving.
    Prove,
    /// Signing.
    Sign,
    /// Submitting, and waiting for the block.
    Submit,
}

/// What came of a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paid {
    /// Its name.
    pub id: PaymentId,
    /// How far it got.
    pub stage: Stage,
}

/// Makes payments of one wallet.
pub struct Payer<'a, N> {
    /// The wallet's directory.
    pub directory: &'a WalletDir,
    /// Which token.
    pub token: TokenConfig,
    /// How addresses begin.
    pub network: Network,
    /// Sees.
    pub keys: &'a FullViewingKey,
    /// Signs.
    pub spending: &'a SpendingKey,
    /// The node.
    pub node: &'a N,
    /// Proves.
    pub prover: &'a dyn StatementProver,
    /// The verifying keys of the prover.
    pub circuits: &'a CircuitKeys,
    /// How long to wait for a block.
    pub wait: Duration,
    /// How often a payment is assembled anew when its roots have become stale.
    pub retries: u32,
}

impl<N: ChainSource + Submitter> Payer<'_, N> {
    /// Makes a payment, or goes on with it if it was begun under the same name.
    ///
    /// # Errors
    /// [`PayError`]. The payment is in flight only after [`PayError::Node`].
    pub fn pay(
        &self,
        id: PaymentId,
        order: &Order,
        watch: &dyn Fn(Step),
    ) -> Result<Paid, PayError> {
        let mut tries = 0;
        loop {
            let paid = self.attempt(id, order, watch)?;
            match &paid.stage {
                Stage::Refused { code, .. }
                    if STALE.contains(&code.as_str()) && tries < self.retries =>
                {
                    tries += 1;
                }
                _ => return Ok(paid),
            }
        }
    }

    /// Whether this order is on its way already, under whatever name.
    ///
    /// # Errors
    /// [`PayError`].
    pub fn find_in_flight(&self, order: &Order) -> Result<Option<PaymentId>, PayError> {
        let session = Session::begin(self.directory, self.token, self.keys, self.node)?;
        let records = session.records()?;
        let same = records
            .iter()
            .find(|record| record.stage.held().is_some() && record.order == *order);
        Ok(same.map(|record| record.id))
    }

    /// Goes on with every payment whose process has ended. One that `paid` knows from the wallet's history to be made
    /// already, from another directory of the same seed, is not submitted again: it ends when its last block has passed.
    ///
    /// # Errors
    /// [`PayError`] of the directory or of reading the ledger; what fails of one payment is told with it, and the others go on.
    pub fn resume(
        &self,
        paid: &dyn Fn(&Record, &Wallet) -> bool,
        watch: &dyn Fn(Step),
    ) -> Result<Vec<Resumed>, PayError> {
        watch(Step::Sync);
        let session = Session::begin(self.directory, self.token, self.keys, self.node)?;
        let records = session.records()?;
        let held_back: HashSet<PaymentId> = records
            .iter()
            .filter(|record| {
                matches!(record.stage, Stage::Signed { .. }) && paid(record, &session.wallet)
            })
            .map(|record| record.id)
            .collect();
        drop(session);
        let mut results = Vec::new();
        for listed in records {
            if held_back.contains(&listed.id) {
                results.push((listed.id, Ok(listed.into())));
                continue;
            }
            // What others must sign too goes out with all of its parts, or expires.
            if matches!(listed.order, Order::Joint { .. }) {
                continue;
            }
            // While an earlier one was delivered, another process may have ended this one, or begun it anew.
            let session = Session::quiet(self.directory)?;
            if let Some(record) = session.record(listed.id)?
                && matches!(record.stage, Stage::Signed { .. })
                && let Some(live) = session.live(record.id)?
            {
                drop(session);
                results.push((listed.id, self.deliver(record, live, watch)));
            }
        }
        Ok(results)
    }

    fn attempt(
        &self,
        id: PaymentId,
        order: &Order,
        watch: &dyn Fn(Step),
    ) -> Result<Paid, PayError> {
        loop {
            watch(Step::Sync);
            // Read before the directory is locked: it may take a while.
            let successor = successor(self.node, &self.token, order)?;
            let mut session = Session::begin(self.directory, self.token, self.keys, self.node)?;
            let mut bound = None;
            if let Some(found) = session.record(id)? {
                if found.order != *order {
                    return Err(PayError::OtherOrder(id));
                }
                match found.stage {
                    Stage::Committed { .. } => return Ok(found.into()),
                    Stage::Refused { .. } | Stage::Expired { .. } => {
                        bound = session.bound_to(&found.stage).cloned();
                    }
                    Stage::Reserved(_) => return Err(PayError::Busy(id)),
                    Stage::Signed { .. } => {
                        let live = session.live(id)?.ok_or(PayError::Busy(id))?;
                        drop(session);
                        return self.deliver(found, live, watch);
                    }
                }
            }
            let live = session.live(id)?.ok_or(PayError::Busy(id))?;
            watch(Step::Select);
            let assembled = match self.assemble(
                &mut session.wallet,
                (order, successor.as_ref()),
                bound.as_ref(),
            ) {
                Ok(assembled) => assembled,
                Err(PayError::Assemble(AssembleError::Select(SelectError::Fragmented {
                    ..
                }))) if !matches!(order, Order::Merge { .. }) => {
                    drop(session);
                    self.merge(order, watch)?;
                    continue;
                }
                Err(PayError::Assemble(AssembleError::Reserve(ReserveError::NoteTaken)))
                    if bound.is_some() =>
                {
                    return Err(PayError::Bound(id));
                }
                Err(error) => return Err(error),
            };
            let held = held(&session.wallet, &assembled, bound)?;
            let record = session.reserve(id, order, &held)?;
            drop(session);

            let signed = self.prove_and_sign(assembled, watch);
            let session = Session::quiet(self.directory)?;
            let bytes = match signed {
                Ok(bytes) => bytes,
                Err(error) => {
                    // It never left this machine: its notes come free at once.
                    session.give_up(record)?;
                    return Err(error);
                }
            };
            let record = Record {
                stage: Stage::Signed { held, bytes },
                ..record
            };
            // A failed write may have left the record all the same, for the next resume to submit.
            let put = session.put(&record);
            put.map_err(|error| PayError::in_flight(id, &error))?;
            drop(session);
            return self.deliver(record, live, watch);
        }
    }

    /// Submits a signed payment and writes down what comes of it.
    fn deliver(&self, record: Record, live: Live, watch: &dyn Fn(Step)) -> Result<Paid, PayError> {
        let delivery = Delivery {
            directory: self.directory,
            token: self.token,
            keys: self.keys,
            node: self.node,
            wait: self.wait,
        };
        delivery.run(record, live, watch)
    }

    /// Merges notes until two of them reach what the order needs, one merge at a time.
    fn merge(&self, order: &Order, watch: &dyn Fn(Step)) -> Result<(), PayError> {
        let towards = match order {
            Order::Pay { amount, .. }
            | Order::Redeem { amount, .. }
            | Order::Deposit { amount, .. }
            | Order::Joint { amount, .. }
            | Order::Migrate { amount, .. } => *amount,
            Order::Merge { towards } => *towards,
        };
        let id = PaymentId::random();
        let paid = self.attempt(id, &Order::Merge { towards }, watch)?;
        match paid.stage {
            Stage::Committed { .. } => Ok(()),
            _ => Err(PayError::Merging(id)),
        }
    }
}

/// A payment that was resumed, and what came of it.
pub type Resumed = (PaymentId, Result<Paid, PayError>);

impl From<Record> for Paid {
    fn from(record: Record) -> Self {
        Self {
            id: record.id,
            stage: record.stage,
        }
    }
}

fn now_ms() -> u64 {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(now.as_millis()).unwrap_or(u64::MAX)
}

/// Sixteen bytes from the operating system.
pub fn random_bytes() -> [u8; 16] {
    let mut bytes = [0; 16];
    rand::RngCore::fill_bytes(&mut OsRng, &mut bytes);
    bytes
}

#[cfg(test)]
mod tests;

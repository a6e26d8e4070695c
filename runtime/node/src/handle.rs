//! What the HTTP side, the explorer and tests hold of a running node.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use obolus_abi::TxDigest;
use obolus_chain::TxFault;
use obolus_http::server::ClientName;
use obolus_runtime::ledger::{AdmitError, LedgerError, Reader};
use obolus_runtime_api::{Receipt, Tip, TxState, TxStatus};
use tokio::sync::watch;

use crate::admission::BatchNotes;
use crate::book::{Book, Entered, Settled, Standing};
use crate::history::{History, Sample};
use crate::metrics::{Metrics, RefusedAt, Stage};
use crate::pool::{CopyId, NoPlace, Pool, PoolView};
use crate::sequencer::{CommittedBlock, Outcomes};
use crate::settings::SequencingSettings;

/// A running node; clones are cheap and share it.
#[derive(Clone)]
pub struct NodeHandle {
    pub(crate) shared: Arc<Shared>,
}

/// What the node's threads have in common.
pub(crate) struct Shared {
    pub(crate) reader: Reader,
    pub(crate) pool: Pool,
    pub(crate) book: Book,
    pub(crate) metrics: Metrics,
    pub(crate) history: History,
    pub(crate) tip: watch::Sender<Tip>,
    pub(crate) health: watch::Sender<Health>,
    pub(crate) interval: Duration,
    /// Serialises changes of health, so that a failure is never overwritten.
    changing: Mutex<()>,
}

/// Whether a node takes transactions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    /// It does.
    Ready,
    /// The operator paused it: what was accepted goes on, nothing new is taken.
    Paused,
    /// It is shutting down: what was accepted is still committed.
    Draining,
    /// It cannot commit any more and must be restarted.
    Failed(String),
}

/// A submitted copy of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// The transaction's id.
    pub id: TxDigest,
    copy: CopyId,
}

/// The end of a submitted copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Its block is on disk.
    Committed(Box<Receipt>),
    /// It changed nothing.
    Refused {
        /// Stable code.
        code: String,
        /// The refusal in words.
        message: String,
    },
    /// The node failed, or no longer remembers the copy: submit the same bytes again to learn more.
    Unknown,
}

/// Why a transaction was not taken.
#[derive(Debug, thiserror::Error)]
pub enum SubmitError {
    /// It can never be committed.
    #[error(transparent)]
    Refused(AdmitError),
    /// The client has too much waiting.
    #[error("you have as many transactions waiting as your quota allows: wait for some of them")]
    Quota {
        /// When to try again.
        retry_after: Duration,
    },
    /// Everybody together has.
    #[error("the mempool is full: try again shortly")]
    Full {
        /// When to try again.
        retry_after: Duration,
    },
    /// By the operator.
    #[error("the operator has paused submissions: try again later")]
    Paused,
    /// For good.
    #[error("the node is shutting down: try again after its restart, or another node")]
    Draining,
    /// It must be restarted.
    #[error("the node cannot commit at present: try again after its restart")]
    Failed,
    /// The ledger cannot be read.
    #[error("the ledger cannot be read: try again later")]
    Ledger(#[source] LedgerError),
}

impl NodeHandle {
    pub(crate) fn new(reader: Reader, settings: &SequencingSettings) -> Self {
        let tip = reader.tip();
        let metrics = Metrics::new();
        metrics.set_height(tip.height);
        Self {
            shared: Arc::new(Shared {
                pool: Pool::new(settings.clone()),
                book: Book::new(settings.remembered),
                metrics,
                history: History::default(),
                tip: watch::Sender::new(tip),
                health: watch::Sender::new(Health::Ready),
                interval: settings.block_interval(),
                changing: Mutex::new(()),
                reader,
            }),
        }
    }

    /// The committed ledger.
    pub fn ledger(&self) -> &Reader {
        &self.shared.reader
    }

    /// Takes a transaction for checking and ordering. Bytes that were submitted before get the same ticket.
    ///
    /// # Errors
    /// [`SubmitError`]; the node has not taken it then.
    pub fn submit(&self, client: &ClientName, bytes: Vec<u8>) -> Result<Ticket, SubmitError> {
        let taken = self.take(client, bytes);
        match &taken {
            Ok(_) => self.shared.metrics.count_submitted(),
            Err(_) => self.shared.metrics.count_refused(RefusedAt::Door),
        }
        taken
    }

    fn take(&self, client: &ClientName, bytes: Vec<u8>) -> Result<Ticket, SubmitError> {
        let Shared {
            reader, book, pool, ..
        } = &*self.shared;
        let copy = Reader::copy_id(&bytes);
        if let Some(id) = book.id(&copy) {
            return Ok(Ticket { id, copy });
        }
        let screened = match reader.screen(bytes) {
            Ok(screened) => screened,
            Err(refusal) => return self.committed_before(copy, refusal),
        };
        match self.health() {
            Health::Ready => {}
            Health::Paused => return Err(SubmitError::Paused),
            Health::Draining => return Err(SubmitError::Draining),
            Health::Failed(_) => return Err(SubmitError::Failed),
        }
        let ticket = Ticket {
            id: screened.digest(),
            copy,
        };
        if book.enter(copy, ticket.id) == Entered::Known {
            return Ok(ticket);
        }
        let retry_after = self.shared.interval.max(Duration::from_secs(1));
        pool.push(client, screened).map_err(|reason| {
            book.strike(&copy);
            match reason {
                NoPlace::Quota => SubmitError::Quota { retry_after },
                NoPlace::Full => SubmitError::Full { retry_after },
                NoPlace::Closed => SubmitError::Draining,
            }
        })?;
        Ok(ticket)
    }

    /// A transaction that is too late because it is committed gets the answer that it got then.
    fn committed_before(&self, copy: CopyId, refusal: AdmitError) -> Result<Ticket, SubmitError> {
        let id = match &refusal {
            AdmitError::AlreadyCommitted(id)
            | AdmitError::Transaction(TxFault::Expired { id, .. }) => *id,
            _ => return Err(SubmitError::Refused(refusal)),
        };
        match self.shared.reader.receipt(&id) {
            Ok(Some(_)) => Ok(Ticket { id, copy }),
            Ok(None) => Err(SubmitError::Refused(refusal)),
            Err(error) => Err(SubmitError::Ledger(error)),
        }
    }

    /// What is known of a submitted copy; none while it is on its way.
    ///
    /// # Errors
    /// [`LedgerError`] when the ledger cannot be read.
    pub fn outcome(&self, ticket: &Ticket) -> Result<Option<Outcome>, LedgerError> {
        match self.shared.book.standing(&ticket.copy) {
            Some(Standing::Pending) => Ok(None),
            Some(Standing::Settled(end)) => self.conclude(&ticket.id, end).map(Some),
            // Forgotten, or committed before it was submitted again.
            None => self.conclude(&ticket.id, Settled::Unknown).map(Some),
        }
    }

    /// Waits for the end of a submitted copy.
    ///
    /// # Errors
    /// [`LedgerError`] when the ledger cannot be read.
    pub async fn settled(&self, ticket: &Ticket) -> Result<Outcome, LedgerError> {
        let end = self.shared.book.settled(&ticket.copy).await;
        self.conclude(&ticket.id, end.unwrap_or(Settled::Unknown))
    }

    /// Where a transaction is, over all copies of it; none if it is neither here nor on the ledger.
    ///
    /// # Errors
    /// [`LedgerError`] when the ledger cannot be read.
    pub fn status(&self, id: &TxDigest) -> Result<Option<TxStatus>, LedgerError> {
        let outcome = match self.shared.book.standing_of(id) {
            Some(Standing::Pending) => return Ok(Some(pending(*id))),
            Some(Standing::Settled(end)) => self.conclude(id, end)?,
            None => self.conclude(id, Settled::Unknown)?,
        };
        Ok(match outcome {
            Outcome::Unknown => None,
            outcome => Some(outcome.status(*id)),
        })
    }

    /// The ledger has the last word: another copy may have been committed.
    fn conclude(&self, id: &TxDigest, end: Settled) -> Result<Outcome, LedgerError> {
        if let Some(receipt) = self.shared.reader.receipt(id)? {
            return Ok(Outcome::Committed(Box::new(receipt)));
        }
        Ok(match end {
            Settled::Refused { code, message } => Outcome::Refused { code, message },
            Settled::Committed | Settled::Unknown => Outcome::Unknown,
        })
    }

    /// The last committed block, and a wake-up at each new one.
    pub fn tip(&self) -> watch::Receiver<Tip> {
        self.shared.tip.subscribe()
    }

    /// Whether the node takes transactions.
    pub fn health(&self) -> Health {
        self.shared.health.borrow().clone()
    }

    /// The same, with a wake-up at each change.
    pub fn health_changes(&self) -> watch::Receiver<Health> {
        self.shared.health.subscribe()
    }

    /// Takes no more transactions until [`Self::resume`].
    pub fn pause(&self) {
        self.shared.turn(&Health::Ready, Health::Paused);
    }

    /// Takes transactions again.
    pub fn resume(&self) {
        self.shared.turn(&Health::Paused, Health::Ready);
    }

    /// What waits, by client.
    pub fn mempool(&self) -> PoolView {
        self.shared.pool.view()
    }

    /// The last minutes, second by second.
    pub fn history(&self) -> Vec<Sample> {
        self.shared.history.samples()
    }

    /// The metrics in Prometheus' text format.
    pub fn metrics_text(&self) -> String {
        self.shared.metrics.text(self.shared.pool.len())
    }
}

impl Outcome {
    /// The same, as clients are told it.
    pub fn status(self, id: TxDigest) -> TxStatus {
        match self {
            Self::Committed(receipt) => TxStatus {
                state: TxState::Committed,
                receipt: Some(*receipt),
                ..pending(id)
            },
            Self::Refused { code, message } => TxStatus {
                state: TxState::Refused,
                code: Some(code),
                detail: Some(message),
                ..pending(id)
            },
            Self::Unknown => pending(id),
        }
    }
}

/// The status of a transaction that is on its way.
pub fn pending(id: TxDigest) -> TxStatus {
    TxStatus {
        id,
        state: TxState::Pending,
        code: None,
        detail: None,
        receipt: None,
    }
}

impl Shared {
    /// Changes the health if it is `from`.
    fn turn(&self, from: &Health, to: Health) {
        let _guard = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        if *self.health.borrow() == *from {
            self.health.send_replace(to);
        }
    }

    /// Begins to shut down; a failed node stays failed.
    pub(crate) fn drain(&self) {
        self.turn(&Health::Ready, Health::Draining);
        self.turn(&Health::Paused, Health::Draining);
        self.pool.close();
    }

    /// Nothing can be committed any more. Whether a block that was being written is there shows on reopening.
    pub(crate) fn fail(&self, reason: String) {
        let guard = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        self.health.send_replace(Health::Failed(reason));
        drop(guard);
        self.pool.close();
        self.book.settle_all(&Settled::Unknown);
    }
}

impl Outcomes for Shared {
    fn committed(&self, block: &CommittedBlock<'_>) {
        self.metrics.add_cpu(Stage::Execute, block.cost.execute);
        self.metrics.add_cpu(Stage::Commit, block.cost.commit);
        let latencies: Vec<Duration> = block
            .copies
            .iter()
            .filter_map(|copy| self.book.waited(copy))
            .collect();
        for latency in &latencies {
            self.metrics.count_committed(*latency);
        }
        let moved = self.tip.send_if_modified(|tip| {
            let moved = *tip != block.tip;
            *tip = block.tip;
            moved
        });
        if moved {
            self.metrics.count_block(block.tip.height, latencies.len());
            self.history.committed(&latencies);
        }
        // Last, so that whoever hears of it finds it counted.
        for copy in block.copies {
            self.book.settle(copy, Settled::Committed);
        }
    }

    fn refused(&self, copy: &CopyId, code: &str, message: &str) {
        self.metrics.count_refused(RefusedAt::Ledger);
        self.history.refused();
        let end = Settled::Refused {
            code: code.to_owned(),
            message: message.to_owned(),
        };
        self.book.settle(copy, end);
    }
}

impl BatchNotes for Shared {
    fn checked(&self, transactions: usize, cpu_seconds: f64) {
        self.metrics.count_batch(transactions);
        self.metrics.add_cpu(Stage::Verify, cpu_seconds);
    }
}

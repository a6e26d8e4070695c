//! The queue in SQL, the same for every database.
//!
//! Each method begins a transaction, runs the statements of one module below, commits, and wakes whoever waits for a
//! change. What differs between databases is how a transaction is begun ([`Database`]) and a few words of the statements
//! ([`tx::Sql`]). Nothing here waits for ever.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use async_trait::async_trait;
use obolus_prover_api::{JobId, JobView, Stage, Usage};
use tokio::sync::Notify;

use crate::{
    Alive, Cancelled, Claim, Claimed, Depth, Limits, NewJob, Outcome, Queue, QueueError, Reported,
    Submitted, Swept, Tenant, TimeMs, WorkerName,
};
use tx::Tx;

mod claim;
mod owner;
mod record;
mod report;
pub(crate) mod schema;
mod submit;
mod sweep;
pub(crate) mod tx;

/// How long a caller waits at most, whatever the database and the network do.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where the tables are.
#[async_trait]
pub trait Database: fmt::Debug + Send + Sync + 'static {
    /// Begins a transaction that may write.
    async fn write(&self) -> Result<Tx, QueueError>;

    /// Begins a transaction that only reads.
    async fn read(&self) -> Result<Tx, QueueError>;

    /// Removes what erased witnesses left behind, as far as the database can.
    async fn scrub(&self) -> Result<(), QueueError>;
}

/// A [`Queue`] in a database. Dropping it lets go of the database; what was queued stays.
#[derive(Debug)]
pub struct SqlQueue<D> {
    database: D,
    changes: Notify,
}

impl<D: Database> SqlQueue<D> {
    pub(crate) fn new(database: D) -> Self {
        Self {
            database,
            changes: Notify::new(),
        }
    }

    #[cfg(test)]
    pub(crate) fn database(&self) -> &D {
        &self.database
    }

    async fn commit(&self, tx: Tx) -> Result<(), QueueError> {
        tx.commit().await?;
        self.changes.notify_waiters();
        Ok(())
    }
}

/// Gives up after [`PATIENCE`]: a dropped transaction is rolled back.
pub(crate) async fn patiently<T>(
    work: impl Future<Output = Result<T, QueueError>> + Send,
) -> Result<T, QueueError> {
    let late = |_| QueueError::Database(format!("no answer within {} s", PATIENCE.as_secs()));
    tokio::time::timeout(PATIENCE, work).await.map_err(late)?
}

#[async_trait]
impl<D: Database> Queue for SqlQueue<D> {
    async fn submit(
        &self,
        job: NewJob,
        limits: &Limits,
        now: TimeMs,
    ) -> Result<Submitted, QueueError> {
        patiently(async {
            let mut tx = self.database.write().await?;
            let submitted = submit::submit(&mut tx, job, limits, now).await?;
            self.commit(tx).await?;
            Ok(submitted)
        })
        .await
    }

    async fn job(&self, tenant: &Tenant, id: JobId) -> Result<Option<JobView>, QueueError> {
        patiently(async {
            let mut tx = self.database.read().await?;
            let view = owner::job(&mut tx, tenant, id).await?;
            tx.commit().await?;
            Ok(view)
        })
        .await
    }

    async fn cancel(
        &self,
        tenant: &Tenant,
        id: JobId,
        now: TimeMs,
    ) -> Result<Option<Cancelled>, QueueError> {
        patiently(async {
            let mut tx = self.database.write().await?;
            let cancelled = owner::cancel(&mut tx, tenant, id, now).await?;
            self.commit(tx).await?;
            Ok(cancelled)
        })
        .await
    }

    async fn claim(
        &self,
        worker: &WorkerName,
        key_ids: &[String],
        lease: Duration,
        now: TimeMs,
    ) -> Result<Option<Claimed>, QueueError> {
        patiently(async {
            let mut tx = self.database.write().await?;
            let claimed = claim::claim(&mut tx, worker, key_ids, lease, now).await?;
            // Finding nothing is no change: or idle workers would wake each other for ever.
            match claimed {
                Some(_) => self.commit(tx).await?,
                None => tx.commit().await?,
            }
            Ok(claimed)
        })
        .await
    }

    async fn heartbeat(
        &self,
        claim: Claim,
        stage: Stage,
        lease: Duration,
        now: TimeMs,
    ) -> Result<Alive, QueueError> {
        patiently(async {
            let mut tx = self.database.write().await?;
            let alive = report::heartbeat(&mut tx, claim, stage, lease, now).await?;
            tx.commit().await?;
            Ok(alive)
        })
        .await
    }

    async fn finish(
        &self,
        claim: Claim,
        outcome: Outcome,
        now: TimeMs,
    ) -> Result<Reported, QueueError> {
        patiently(async {
            let mut tx = self.database.write().await?;
            let reported = report::finish(&mut tx, claim, &outcome, now).await?;
            self.commit(tx).await?;
            Ok(reported)
        })
        .await
    }

    async fn give_back(&self, claim: Claim) -> Result<Reported, QueueError> {
        patiently(async {
            let mut tx = self.database.write().await?;
            let reported = report::give_back(&mut tx, claim).await?;
            self.commit(tx).await?;
            Ok(reported)
        })
        .await
    }

    async fn sweep(&self, retention: Duration, now: TimeMs) -> Result<Swept, QueueError> {
        let swept = patiently(async {
            let mut tx = self.database.write().await?;
            let swept = sweep::sweep(&mut tx, retention, now).await?;
            if swept == Swept::default() {
                tx.commit().await?;
            } else {
                self.commit(tx).await?;
            }
            Ok(swept)
        })
        .await?;
        // What was swept is durable and must be told, whatever happens here.
        if let Err(error) = patiently(self.database.scrub()).await {
            tracing::warn!(%error, "traces of erased witnesses stay in the database until the next sweep");
        }
        Ok(swept)
    }

    async fn usage(&self, tenant: &Tenant, limits: &Limits) -> Result<Usage, QueueError> {
        patiently(async {
            let mut tx = self.database.read().await?;
            let usage = owner::usage(&mut tx, tenant, limits).await?;
            tx.commit().await?;
            Ok(usage)
        })
        .await
    }

    async fn depth(&self) -> Result<Depth, QueueError> {
        patiently(async {
            let mut tx = self.database.read().await?;
            let depth = owner::depth(&mut tx).await?;
            tx.commit().await?;
            Ok(depth)
        })
        .await
    }

    fn changed<'a>(&'a self, most: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> {
        // Made here and not when polled, so that it counts from the call.
        let change = self.changes.notified();
        Box::pin(async move {
            // Either way the caller looks again.
            let _ = tokio::time::timeout(most, change).await;
        })
    }
}

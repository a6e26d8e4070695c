//! What a queue promises, whatever it is kept in.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use async_trait::async_trait;
use obolus_prover_api::{
    Digest, IdempotencyKey, JobFailure, JobId, JobView, Priority, Proved, SealedWitness, Stage,
    Usage,
};

/// How often a job is begun at most: one that has lost so many workers has probably killed them.
pub const MAX_ATTEMPTS: u32 = 3;

/// Milliseconds since 1970, by the caller's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeMs(pub u64);

/// Whose job it is: the client's name. Nobody ever sees another tenant's job.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tenant(String);

/// A malformed [`Tenant`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a tenant's name has 1 to 64 characters of a-z, 0-9, -, _ and .")]
pub struct TenantError;

impl Tenant {
    /// Checks a name.
    ///
    /// # Errors
    /// [`TenantError`].
    pub fn new(name: &str) -> Result<Self, TenantError> {
        let charset =
            |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, b'-' | b'_' | b'.');
        if name.is_empty() || name.len() > 64 || !name.bytes().all(charset) {
            return Err(TenantError);
        }
        Ok(Self(name.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Name of a worker process, for operators to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkerName(pub String);

/// A job to be queued.
#[derive(Debug)]
pub struct NewJob {
    /// Its name.
    pub id: JobId,
    /// Whose.
    pub tenant: Tenant,
    /// The same key with the same request is the same job.
    pub idempotency: Option<IdempotencyKey>,
    /// SHA-256 of the request's body.
    pub request: Digest,
    /// Name of the circuit.
    pub circuit: String,
    /// Id of the verifying key, `obolvk1…`.
    pub key_id: String,
    /// Erased when the job ends.
    pub witness: SealedWitness,
    /// Among the tenant's own jobs.
    pub priority: Priority,
    /// When it is of no more use.
    pub deadline: Option<TimeMs>,
}

/// How much may wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Jobs of all tenants, queued and running.
    pub jobs: u64,
    /// Bytes of sealed witnesses of all tenants.
    pub bytes: u64,
    /// Jobs of one tenant, queued and running.
    pub tenant_jobs: u64,
    /// Bytes of sealed witnesses of one tenant.
    pub tenant_bytes: u64,
}

/// What became of a [`NewJob`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Submitted {
    /// It is queued, durably.
    New(JobView),
    /// It was there already, under the same idempotency key with the same request.
    Same(JobView),
}

/// Why a queue did not do it.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// The idempotency key belongs to another request.
    #[error("this Idempotency-Key was used for another request: give a new order a new key")]
    OtherRequest,
    /// The tenant has too much waiting.
    #[error("this client has as many jobs or bytes waiting as it may have: wait for some to end")]
    TenantFull,
    /// All tenants together have.
    #[error("the queue is full: try again shortly")]
    Full,
    /// A record that this version cannot have written.
    #[error(
        "the queue's database holds something that this version cannot read ({0}): use the version that wrote it"
    )]
    Unreadable(&'static str),
    /// The database.
    #[error("the queue's database: {0}")]
    Database(String),
}

/// What a worker shows to speak of a job: its lease. A report of an earlier attempt counts for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Claim {
    /// The job.
    pub id: JobId,
    /// Which attempt, from 1.
    pub attempt: u32,
}

/// A job given to a worker.
#[derive(Debug)]
pub struct Claimed {
    /// To be shown with every report.
    pub claim: Claim,
    /// Whose.
    pub tenant: Tenant,
    /// SHA-256 of the request's body.
    pub request: Digest,
    /// Name of the circuit.
    pub circuit: String,
    /// Id of the verifying key.
    pub key_id: String,
    /// To be opened.
    pub witness: SealedWitness,
    /// When it was queued.
    pub created: TimeMs,
    /// When it is of no more use.
    pub deadline: Option<TimeMs>,
    /// Whether no other job was queued or running, so that it may have the whole machine.
    pub alone: bool,
}

/// What a heartbeat found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alive {
    /// The lease is renewed.
    Go,
    /// The job has ended or belongs to another attempt: stop working.
    Stop,
}

/// How a worker ended a job.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Proved and verified.
    Proved(Box<Proved>),
    /// There will be no proof.
    Failed(JobFailure),
}

/// Whether a report counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reported {
    /// The job is final now.
    Counted,
    /// It was final already, or another attempt's: nothing changed.
    Ignored,
}

/// What a cancellation found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cancelled {
    /// It is cancelled, now or before.
    Done(JobView),
    /// It had ended otherwise, and stays as it is.
    TooLate(JobView),
}

/// A job that a sweep ended, for metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Its deadline passed.
    Expired,
    /// It lost its last worker.
    WorkerLost,
}

/// What a sweep did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Jobs that ended.
    pub ended: Vec<Ended>,
    /// Jobs that lost their worker and are queued again.
    pub requeued: u64,
    /// Records of jobs that ended long ago and are gone now.
    pub forgotten: u64,
}

/// What waits in all, for metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Depth {
    /// Waiting.
    pub queued: u64,
    /// Being proved.
    pub running: u64,
    /// Bytes of sealed witnesses of both.
    pub bytes: u64,
}

/// A queue. Every method is one transaction that is durable when it returns; all may be called by several processes at
/// once where the database allows several. `now` is the caller's time.
#[async_trait]
pub trait Queue: Send + Sync + fmt::Debug {
    /// Queues a job, or finds the one with the same idempotency key.
    ///
    /// # Errors
    /// [`QueueError::OtherRequest`], [`QueueError::TenantFull`], [`QueueError::Full`]; nothing is queued then.
    async fn submit(
        &self,
        job: NewJob,
        limits: &Limits,
        now: TimeMs,
    ) -> Result<Submitted, QueueError>;

    /// A tenant's job; none if it is another's or was forgotten.
    ///
    /// # Errors
    /// [`QueueError::Database`].
    async fn job(&self, tenant: &Tenant, id: JobId) -> Result<Option<JobView>, QueueError>;

    /// Ends a job that its owner does not want any more.
    ///
    /// # Errors
    /// [`QueueError::Database`].
    async fn cancel(
        &self,
        tenant: &Tenant,
        id: JobId,
        now: TimeMs,
    ) -> Result<Option<Cancelled>, QueueError>;

    /// Gives a worker the next job with one of these keys, under a lease: of the tenant with the fewest running jobs, then
    /// of the one served least recently; of that tenant's, the one of highest priority, then the oldest.
    ///
    /// # Errors
    /// [`QueueError::Database`].
    async fn claim(
        &self,
        worker: &WorkerName,
        key_ids: &[String],
        lease: Duration,
        now: TimeMs,
    ) -> Result<Option<Claimed>, QueueError>;

    /// Renews a lease and says what is being done.
    ///
    /// # Errors
    /// [`QueueError::Database`].
    async fn heartbeat(
        &self,
        claim: Claim,
        stage: Stage,
        lease: Duration,
        now: TimeMs,
    ) -> Result<Alive, QueueError>;

    /// Ends a job. Its witness is erased. A proof that comes after the deadline still counts while the job is running.
    ///
    /// # Errors
    /// [`QueueError::Database`]; the report may have counted, and may be repeated.
    async fn finish(
        &self,
        claim: Claim,
        outcome: Outcome,
        now: TimeMs,
    ) -> Result<Reported, QueueError>;

    /// Gives a job back, as a worker that shuts down does: the attempt does not count.
    ///
    /// # Errors
    /// [`QueueError::Database`].
    async fn give_back(&self, claim: Claim) -> Result<Reported, QueueError>;

    /// Ends queued jobs whose deadline has passed and running jobs whose deadline passed and whose lease ran out, queues
    /// again running jobs whose lease has run out (or fails them after [`MAX_ATTEMPTS`] with code `worker_lost`), and
    /// forgets jobs that ended longer than `retention` ago, 10,000 of them at most.
    ///
    /// # Errors
    /// [`QueueError::Database`].
    async fn sweep(&self, retention: Duration, now: TimeMs) -> Result<Swept, QueueError>;

    /// What a tenant has waiting; the limits are filled in.
    ///
    /// # Errors
    /// [`QueueError::Database`].
    async fn usage(&self, tenant: &Tenant, limits: &Limits) -> Result<Usage, QueueError>;

    /// What waits in all.
    ///
    /// # Errors
    /// [`QueueError::Database`].
    async fn depth(&self) -> Result<Depth, QueueError>;

    /// Waits until a job was queued, claimed, given back or ended, or for so long. It counts from the call, not from the
    /// first poll: call it, look, and await it only if there was nothing, and no change of this process is missed. Another
    /// process's change may go unnoticed, so look again when it returns.
    fn changed<'a>(&'a self, most: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>>;
}

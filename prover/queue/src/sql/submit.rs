//! Queueing a job: the same order again, quotas, the record.

use obolus_prover_api::{JobView, State};

use super::record::{number, stored, time, view, view_columns};
use super::tx::{Sql, Tx};
use crate::{Limits, NewJob, QueueError, Submitted, TimeMs};

/// One submission at a time, so that two cannot both take the last place. All else only makes places free.
const LOCK: Sql = Sql {
    sqlite: "SELECT version FROM prover_queue",
    postgres: "SELECT version FROM prover_queue FOR UPDATE",
};

const SAME_ORDER: Sql = Sql::same(concat!(
    "SELECT ",
    view_columns!(),
    " FROM prover_jobs WHERE tenant = $1 AND idempotency = $2"
));

const WAITING: Sql = Sql::same(
    "SELECT count(*), CAST(COALESCE(sum(witness_bytes), 0) AS BIGINT),
        count(*) FILTER (WHERE tenant = $1),
        CAST(COALESCE(sum(witness_bytes) FILTER (WHERE tenant = $1), 0) AS BIGINT)
     FROM prover_jobs WHERE finished IS NULL",
);

/// No other submission adds one meanwhile. ON CONFLICT would wait for a claim that serves this tenant.
const ADD_TENANT: Sql = Sql::same(
    "INSERT INTO prover_tenants (name, served)
     SELECT $1, 0 WHERE NOT EXISTS (SELECT 1 FROM prover_tenants WHERE name = $1)",
);

const ADD_JOB: Sql = Sql::same(
    "INSERT INTO prover_jobs (id, tenant, idempotency, request, circuit, key_id, priority, state, attempt, begun,
        witness_bytes, created, deadline)
     VALUES ($1, $2, $3, $4, $5, $6, $7, 'queued', 0, 0, $8, $9, $10) RETURNING seq",
);

const ADD_WITNESS: Sql = Sql::same("INSERT INTO prover_witnesses (job, sealed) VALUES ($1, $2)");

pub(super) async fn submit(
    tx: &mut Tx,
    job: NewJob,
    limits: &Limits,
    now: TimeMs,
) -> Result<Submitted, QueueError> {
    let tenant = job.tenant.as_str();
    tx.row(&LOCK, &[]).await?;
    // Before the quotas: an order that was accepted stays accepted.
    if let Some(key) = &job.idempotency {
        let values = [tenant.into(), key.as_str().into()];
        if let Some(row) = tx.row(&SAME_ORDER, &values).await? {
            let found = view(&row)?;
            return if found.request == job.request {
                Ok(Submitted::Same(found))
            } else {
                Err(QueueError::OtherRequest)
            };
        }
    }
    let bytes = job.witness.as_bytes();
    quotas(tx, tenant, bytes.len() as u64, limits).await?;

    let size = stored(bytes.len(), "a witness's size")?;
    let deadline = job.deadline.map(time).transpose()?;
    let id = job.id.to_string();
    let request = job.request.to_string();
    tx.run(&ADD_TENANT, &[tenant.into()]).await?;
    let added = tx
        .row(
            &ADD_JOB,
            &[
                id.as_str().into(),
                tenant.into(),
                job.idempotency.as_ref().map(|key| key.as_str()).into(),
                request.as_str().into(),
                job.circuit.as_str().into(),
                job.key_id.as_str().into(),
                i64::from(job.priority.get()).into(),
                size.into(),
                time(now)?.into(),
                deadline.into(),
            ],
        )
        .await?;
    let seq: i64 = added
        .ok_or(QueueError::Unreadable("no new row"))
        .and_then(|row| row.get(0))?;
    tx.run(&ADD_WITNESS, &[seq.into(), bytes.into()]).await?;
    Ok(Submitted::New(JobView {
        id: job.id,
        state: State::Queued,
        stage: None,
        circuit: job.circuit,
        key_id: job.key_id,
        request: job.request,
        priority: job.priority,
        attempts: 0,
        created_ms: now.0,
        deadline_ms: job.deadline.map(|time| time.0),
        started_ms: None,
        finished_ms: None,
        proved: None,
        failure: None,
    }))
}

async fn quotas(tx: &mut Tx, tenant: &str, size: u64, limits: &Limits) -> Result<(), QueueError> {
    let row = tx.row(&WAITING, &[tenant.into()]).await?;
    let row = row.ok_or(QueueError::Unreadable("no count"))?;
    let count = |column| number::<u64>(row.get(column)?, "a count");
    let (jobs, bytes) = (count(0)?, count(1)?);
    let (tenant_jobs, tenant_bytes) = (count(2)?, count(3)?);
    // Whoever has nothing waiting may send one of any size, or it could never be proved at all.
    let too_big = tenant_jobs > 0 && tenant_bytes.saturating_add(size) > limits.tenant_bytes;
    if tenant_jobs >= limits.tenant_jobs || too_big {
        return Err(QueueError::TenantFull);
    }
    if jobs >= limits.jobs || bytes.saturating_add(size) > limits.bytes {
        return Err(QueueError::Full);
    }
    Ok(())
}

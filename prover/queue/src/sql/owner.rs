//! What a tenant asks of its own jobs, and what operators count.

use obolus_prover_api::{JobId, JobView, State, Usage};

use super::record::{number, time, view, view_columns};
use super::report::ERASE;
use super::tx::{Sql, Tx};
use crate::{Cancelled, Depth, Limits, QueueError, Tenant, TimeMs};

const JOB: Sql = Sql::same(concat!(
    "SELECT ",
    view_columns!(),
    " FROM prover_jobs WHERE tenant = $1 AND id = $2"
));

const JOB_TO_CHANGE: Sql = Sql {
    sqlite: JOB.sqlite,
    postgres: concat!(
        "SELECT ",
        view_columns!(),
        " FROM prover_jobs WHERE tenant = $1 AND id = $2 FOR UPDATE"
    ),
};

const CANCEL: Sql = Sql::same(
    "UPDATE prover_jobs SET state = 'cancelled', finished = $3, stage = NULL, lease_until = NULL
     WHERE tenant = $1 AND id = $2 RETURNING seq",
);

const USAGE: Sql = Sql::same(
    "SELECT state, count(*), CAST(sum(witness_bytes) AS BIGINT) FROM prover_jobs
     WHERE finished IS NULL AND tenant = $1 GROUP BY state",
);

const DEPTH: Sql = Sql::same(
    "SELECT state, count(*), CAST(sum(witness_bytes) AS BIGINT) FROM prover_jobs
     WHERE finished IS NULL GROUP BY state",
);

pub(super) async fn job(
    tx: &mut Tx,
    tenant: &Tenant,
    id: JobId,
) -> Result<Option<JobView>, QueueError> {
    let id = id.to_string();
    let row = tx
        .row(&JOB, &[tenant.as_str().into(), id.as_str().into()])
        .await?;
    row.map(|row| view(&row)).transpose()
}

pub(super) async fn cancel(
    tx: &mut Tx,
    tenant: &Tenant,
    id: JobId,
    now: TimeMs,
) -> Result<Option<Cancelled>, QueueError> {
    let text = id.to_string();
    let [whose, which] = [tenant.as_str().into(), text.as_str().into()];
    let Some(row) = tx.row(&JOB_TO_CHANGE, &[whose, which]).await? else {
        return Ok(None);
    };
    let found = view(&row)?;
    if found.state.is_final() {
        return Ok(Some(match found.state {
            State::Cancelled => Cancelled::Done(found),
            _ => Cancelled::TooLate(found),
        }));
    }
    let row = tx.row(&CANCEL, &[whose, which, time(now)?.into()]).await?;
    let seq: i64 = row
        .ok_or(QueueError::Unreadable("a job that is gone"))
        .and_then(|row| row.get(0))?;
    tx.run(&ERASE, &[seq.into()]).await?;
    Ok(Some(Cancelled::Done(JobView {
        state: State::Cancelled,
        stage: None,
        finished_ms: Some(now.0),
        ..found
    })))
}

pub(super) async fn usage(
    tx: &mut Tx,
    tenant: &Tenant,
    limits: &Limits,
) -> Result<Usage, QueueError> {
    let name = tenant.as_str();
    let waiting = count(tx, &USAGE, Some(name)).await?;
    Ok(Usage {
        tenant: name.to_owned(),
        queued: waiting.queued,
        running: waiting.running,
        bytes: waiting.bytes,
        max_jobs: limits.tenant_jobs,
        max_bytes: limits.tenant_bytes,
    })
}

pub(super) async fn depth(tx: &mut Tx) -> Result<Depth, QueueError> {
    count(tx, &DEPTH, None).await
}

async fn count(tx: &mut Tx, sql: &Sql, tenant: Option<&str>) -> Result<Depth, QueueError> {
    let values: Vec<_> = tenant.map(Into::into).into_iter().collect();
    let mut depth = Depth::default();
    for row in tx.rows(sql, &values).await? {
        let jobs = number(row.get(1)?, "a count")?;
        match row.get(0)? {
            "queued" => depth.queued = jobs,
            "running" => depth.running = jobs,
            _ => return Err(QueueError::Unreadable("a job's state")),
        }
        let bytes: u64 = number(row.get(2)?, "a count")?;
        depth.bytes = depth.bytes.saturating_add(bytes);
    }
    Ok(depth)
}

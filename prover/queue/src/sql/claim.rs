//! Giving a worker its next job: the tenant first, then that tenant's job.
//!
//! In PostgreSQL a claim holds its tenant's row, so that two claims at once serve two tenants; rows that are held are
//! skipped, and waited for only if there is no other. Foreign keys do not wait for a claim (`NO KEY`), so neither do
//! submissions.

use std::time::Duration;

use obolus_prover_api::{JobId, SealedWitness};

use super::record::{later, maybe_time, number, time, word};
use super::tx::{Sql, Tx, Value};
use crate::{Claim, Claimed, QueueError, Tenant, TimeMs, WorkerName};

/// How often a claim whose job was taken from under it looks again.
const TRIES: u32 = 8;

// The subqueries with LIMIT 1 are read off the index `prover_jobs_queued`, one entry a key, however many jobs wait. In an
// EXISTS or a join PostgreSQL might read all that wait instead.
macro_rules! next_tenant {
    ($keys:literal, $lock:literal) => {
        concat!(
            "SELECT t.name FROM prover_tenants t
             WHERE (SELECT count(
                (SELECT j.seq FROM prover_jobs j
                 WHERE j.state = 'queued' AND j.tenant = t.name AND j.key_id = k.value
                    AND (j.deadline IS NULL OR j.deadline > $2)
                 ORDER BY j.priority DESC, j.seq LIMIT 1)
             ) FROM ", $keys, ") > 0
             ORDER BY (SELECT count(*) FROM prover_jobs r WHERE r.state = 'running' AND r.tenant = t.name),
                t.served, t.name
             LIMIT 1", $lock
        )
    };
}

macro_rules! next_job {
    ($keys:literal, $lock:literal) => {
        concat!(
            "SELECT seq FROM prover_jobs
             WHERE state = 'queued' AND seq IN (
                SELECT (SELECT j.seq FROM prover_jobs j
                    WHERE j.state = 'queued' AND j.tenant = $3 AND j.key_id = k.value
                        AND (j.deadline IS NULL OR j.deadline > $2)
                    ORDER BY j.priority DESC, j.seq LIMIT 1)
                FROM ",
            $keys,
            ")
             ORDER BY priority DESC, seq LIMIT 1",
            $lock
        )
    };
}

#[rustfmt::skip]
const NEXT_TENANT: Sql = Sql {
    sqlite: next_tenant!("json_each($1) AS k", ""),
    postgres: next_tenant!("json_array_elements_text($1::json) AS k(value)", " FOR NO KEY UPDATE OF t SKIP LOCKED"),
};

/// For when every tenant with a job is held by another claim. In SQLite there are no two at once: it finds nothing again.
#[rustfmt::skip]
const NEXT_TENANT_WAITING: Sql = Sql {
    sqlite: next_tenant!("json_each($1) AS k", ""),
    postgres: next_tenant!("json_array_elements_text($1::json) AS k(value)", " FOR NO KEY UPDATE OF t"),
};

#[rustfmt::skip]
const NEXT_JOB: Sql = Sql {
    sqlite: next_job!("json_each($1) AS k", ""),
    postgres: next_job!("json_array_elements_text($1::json) AS k(value)", " FOR UPDATE SKIP LOCKED"),
};

const TAKE: Sql = Sql::same(
    "UPDATE prover_jobs SET state = 'running', stage = 'opening', attempt = attempt + 1, begun = begun + 1,
        started = $2, lease_until = $3, worker = $4
     WHERE seq = $1 AND state = 'queued'
     RETURNING id, attempt, tenant, request, circuit, key_id, created, deadline",
);

/// Two claims at once may write the same number: then both were served at the same time.
const SERVE: Sql = Sql::same(
    "UPDATE prover_tenants SET served = (SELECT max(served) + 1 FROM prover_tenants) WHERE name = $1",
);

const SEALED: Sql = Sql::same("SELECT sealed FROM prover_witnesses WHERE job = $1");

const OTHERS: Sql = Sql::same(
    "SELECT count(*) FROM (SELECT 1 FROM prover_jobs WHERE finished IS NULL AND seq <> $1 LIMIT 1) AS one",
);

pub(super) async fn claim(
    tx: &mut Tx,
    worker: &WorkerName,
    key_ids: &[String],
    lease: Duration,
    now: TimeMs,
) -> Result<Option<Claimed>, QueueError> {
    let keys =
        serde_json::to_string(key_ids).map_err(|_| QueueError::Unreadable("a list of key ids"))?;
    let (at, until) = (time(now)?, later(now, lease)?);
    let looking: [Value<'_>; 2] = [keys.as_str().into(), at.into()];
    for _ in 0..TRIES {
        let tenant = match tx.row(&NEXT_TENANT, &looking).await? {
            Some(tenant) => tenant,
            None => match tx.row(&NEXT_TENANT_WAITING, &looking).await? {
                Some(tenant) => tenant,
                None => return Ok(None),
            },
        };
        let tenant: &str = tenant.get(0)?;
        let [keys, at] = looking;
        let Some(job) = tx.row(&NEXT_JOB, &[keys, at, tenant.into()]).await? else {
            continue;
        };
        let seq: i64 = job.get(0)?;
        let values = [seq.into(), at, until.into(), worker.0.as_str().into()];
        let Some(row) = tx.row(&TAKE, &values).await? else {
            continue;
        };
        tx.run(&SERVE, &[tenant.into()]).await?;
        return read(tx, seq, &row).await.map(Some);
    }
    Ok(None)
}

async fn read(tx: &mut Tx, seq: i64, row: &super::tx::Row) -> Result<Claimed, QueueError> {
    let sealed = tx.row(&SEALED, &[seq.into()]).await?;
    let sealed: Vec<u8> = sealed
        .ok_or(QueueError::Unreadable("a job without its witness"))
        .and_then(|row| row.get(0))?;
    let others = tx.row(&OTHERS, &[seq.into()]).await?;
    let others: i64 = others.map_or(Ok(1), |row| row.get(0))?;
    let id: JobId = word(row.get(0)?, "a job's id")?;
    Ok(Claimed {
        claim: Claim {
            id,
            attempt: number(row.get(1)?, "an attempt")?,
        },
        tenant: Tenant::new(row.get(2)?).map_err(|_| QueueError::Unreadable("a tenant's name"))?,
        request: word(row.get(3)?, "a request's digest")?,
        circuit: row.get(4)?,
        key_id: row.get(5)?,
        witness: SealedWitness::new(sealed)
            .map_err(|_| QueueError::Unreadable("a sealed witness"))?,
        created: TimeMs(number(row.get(6)?, "a time")?),
        deadline: maybe_time(row, 7)?.map(TimeMs),
        alone: others == 0,
    })
}

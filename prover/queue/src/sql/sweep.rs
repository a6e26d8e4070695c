//! What time does to jobs: deadlines, lost workers, old records. A row that another transaction holds is left to the next
//! sweep.

use std::time::Duration;

use obolus_prover_api::JobFailure;

use super::record::{earlier, time};
use super::report::failure_text;
use super::tx::{Sql, Tx};
use crate::{Ended, MAX_ATTEMPTS, QueueError, Swept, TimeMs};

/// A statement over the jobs that a condition picks.
macro_rules! each_job {
    ($change:literal, $condition:literal, $returning:literal) => {
        Sql {
            sqlite: concat!(
                $change,
                " WHERE seq IN (SELECT seq FROM prover_jobs WHERE ",
                $condition,
                ")",
                $returning
            ),
            postgres: concat!(
                $change,
                " WHERE seq IN (SELECT seq FROM prover_jobs WHERE ",
                $condition,
                " FOR UPDATE SKIP LOCKED)",
                $returning
            ),
        }
    };
}

const EXPIRE_QUEUED: Sql = each_job!(
    "UPDATE prover_jobs SET state = 'expired', finished = $1",
    "state = 'queued' AND deadline IS NOT NULL AND deadline <= $1",
    " RETURNING seq"
);

const EXPIRE_RUNNING: Sql = each_job!(
    "UPDATE prover_jobs SET state = 'expired', finished = $1, stage = NULL, lease_until = NULL",
    "state = 'running' AND lease_until <= $1 AND deadline <= $1",
    " RETURNING seq"
);

const GIVE_UP: Sql = each_job!(
    "UPDATE prover_jobs SET state = 'failed', finished = $1, failure = $3, stage = NULL, lease_until = NULL",
    "state = 'running' AND lease_until <= $1 AND begun >= $2 AND (deadline IS NULL OR deadline > $1)",
    " RETURNING seq"
);

const QUEUE_AGAIN: Sql = each_job!(
    "UPDATE prover_jobs SET state = 'queued', stage = NULL, lease_until = NULL, worker = NULL",
    "state = 'running' AND lease_until <= $1 AND begun < $2 AND (deadline IS NULL OR deadline > $1)",
    ""
);

#[rustfmt::skip]
const ERASE_EACH: Sql = Sql {
    sqlite: "DELETE FROM prover_witnesses WHERE job IN (SELECT value FROM json_each($1))",
    postgres: "DELETE FROM prover_witnesses
        WHERE job IN (SELECT CAST(k.value AS BIGINT) FROM json_array_elements_text($1::json) AS k(value))",
};

/// Not all at once after a long pause: the rest is for the next sweep.
const FORGET: Sql = each_job!(
    "DELETE FROM prover_jobs",
    "finished IS NOT NULL AND finished < $1 ORDER BY finished LIMIT 10000",
    ""
);

pub(super) async fn sweep(
    tx: &mut Tx,
    retention: Duration,
    now: TimeMs,
) -> Result<Swept, QueueError> {
    let at = time(now)?;
    let most = i64::from(MAX_ATTEMPTS);
    let lost = failure_text(&JobFailure {
        code: "worker_lost".into(),
        detail: format!(
            "{MAX_ATTEMPTS} workers were lost while they proved this: send it once more, and if it fails again, tell the service's operator"
        ),
    })?;

    let mut swept = Swept::default();
    let mut ended = Vec::new();
    for sql in [&EXPIRE_QUEUED, &EXPIRE_RUNNING] {
        for row in tx.rows(sql, &[at.into()]).await? {
            ended.push(row.get::<i64>(0)?);
            swept.ended.push(Ended::Expired);
        }
    }
    let values = [at.into(), most.into(), lost.as_str().into()];
    for row in tx.rows(&GIVE_UP, &values).await? {
        ended.push(row.get(0)?);
        swept.ended.push(Ended::WorkerLost);
    }
    if !ended.is_empty() {
        let list =
            serde_json::to_string(&ended).map_err(|_| QueueError::Unreadable("a list of jobs"))?;
        tx.run(&ERASE_EACH, &[list.as_str().into()]).await?;
    }
    swept.requeued = tx.run(&QUEUE_AGAIN, &[at.into(), most.into()]).await?;
    let before = earlier(now, retention)?;
    swept.forgotten = tx.run(&FORGET, &[before.into()]).await?;
    Ok(swept)
}

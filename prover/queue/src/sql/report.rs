//! What a worker says of the job that it holds. Only the attempt that is running is heard.

use std::time::Duration;

use obolus_prover_api::{JobFailure, Proved, Stage, State};

use super::record::{later, time};
use super::tx::{Sql, Tx};
use crate::{Alive, Claim, Outcome, QueueError, Reported, TimeMs};

const RENEW: Sql = Sql::same(
    "UPDATE prover_jobs SET lease_until = $3, stage = $4 WHERE id = $1 AND attempt = $2 AND state = 'running'",
);

const FINISH: Sql = Sql::same(
    "UPDATE prover_jobs SET state = $3, finished = $4, proved = $5, failure = $6, stage = NULL, lease_until = NULL
     WHERE id = $1 AND attempt = $2 AND state = 'running' RETURNING seq",
);

pub(super) const ERASE: Sql = Sql::same("DELETE FROM prover_witnesses WHERE job = $1");

const GIVE_BACK: Sql = Sql::same(
    "UPDATE prover_jobs SET state = 'queued', begun = begun - 1, stage = NULL, lease_until = NULL, worker = NULL,
        started = CASE WHEN begun > 1 THEN started END
     WHERE id = $1 AND attempt = $2 AND state = 'running'",
);

pub(super) async fn heartbeat(
    tx: &mut Tx,
    claim: Claim,
    stage: Stage,
    lease: Duration,
    now: TimeMs,
) -> Result<Alive, QueueError> {
    let id = claim.id.to_string();
    let until = later(now, lease)?;
    let values = [
        id.as_str().into(),
        i64::from(claim.attempt).into(),
        until.into(),
        stage.as_str().into(),
    ];
    Ok(match tx.run(&RENEW, &values).await? {
        0 => Alive::Stop,
        _ => Alive::Go,
    })
}

pub(super) async fn finish(
    tx: &mut Tx,
    claim: Claim,
    outcome: &Outcome,
    now: TimeMs,
) -> Result<Reported, QueueError> {
    let id = claim.id.to_string();
    let (state, proved, failure) = match outcome {
        Outcome::Proved(proved) => (State::Succeeded, Some(proof_text(proved)?), None),
        Outcome::Failed(failure) => (State::Failed, None, Some(failure_text(failure)?)),
    };
    let values = [
        id.as_str().into(),
        i64::from(claim.attempt).into(),
        state.as_str().into(),
        time(now)?.into(),
        proved.as_deref().into(),
        failure.as_deref().into(),
    ];
    let Some(row) = tx.row(&FINISH, &values).await? else {
        return Ok(Reported::Ignored);
    };
    let seq: i64 = row.get(0)?;
    tx.run(&ERASE, &[seq.into()]).await?;
    Ok(Reported::Counted)
}

pub(super) async fn give_back(tx: &mut Tx, claim: Claim) -> Result<Reported, QueueError> {
    let id = claim.id.to_string();
    let values = [id.as_str().into(), i64::from(claim.attempt).into()];
    Ok(match tx.run(&GIVE_BACK, &values).await? {
        0 => Reported::Ignored,
        _ => Reported::Counted,
    })
}

fn proof_text(proved: &Proved) -> Result<String, QueueError> {
    serde_json::to_string(proved).map_err(|_| QueueError::Unreadable("a proof"))
}

/// A failure as it is stored.
pub(super) fn failure_text(failure: &JobFailure) -> Result<String, QueueError> {
    serde_json::to_string(failure).map_err(|_| QueueError::Unreadable("a failure"))
}

//! Between rows and types. Whatever no version of ours can have written is refused.

use std::str::FromStr;
use std::time::Duration;

use obolus_prover_api::{JobView, Priority};

use super::tx::Row;
use crate::{QueueError, TimeMs};

/// The columns that [`view`] reads, in its order.
macro_rules! view_columns {
    () => {
        "id, state, stage, circuit, key_id, request, priority, begun, created, deadline, started, finished, proved, failure"
    };
}
pub(super) use view_columns;

/// Reads a job as its owner sees it.
pub(super) fn view(row: &Row) -> Result<JobView, QueueError> {
    let priority: u8 = number(row.get(6)?, "a priority")?;
    Ok(JobView {
        id: word(row.get(0)?, "a job's id")?,
        state: word(row.get(1)?, "a job's state")?,
        stage: row
            .get::<Option<&str>>(2)?
            .map(|stage| word(stage, "a job's stage"))
            .transpose()?,
        circuit: row.get(3)?,
        key_id: row.get(4)?,
        request: word(row.get(5)?, "a request's digest")?,
        priority: Priority::try_from(priority).map_err(|_| QueueError::Unreadable("a priority"))?,
        attempts: number(row.get(7)?, "a number of attempts")?,
        created_ms: number(row.get(8)?, "a time")?,
        deadline_ms: maybe_time(row, 9)?,
        started_ms: maybe_time(row, 10)?,
        finished_ms: maybe_time(row, 11)?,
        proved: json(row.get(12)?, "a proof")?,
        failure: json(row.get(13)?, "a failure")?,
    })
}

/// Reads a number that must fit.
pub(super) fn number<T: TryFrom<i64>>(value: i64, what: &'static str) -> Result<T, QueueError> {
    T::try_from(value).map_err(|_| QueueError::Unreadable(what))
}

/// Reads a text that must have the form.
pub(super) fn word<T: FromStr>(text: &str, what: &'static str) -> Result<T, QueueError> {
    text.parse().map_err(|_| QueueError::Unreadable(what))
}

/// Reads a time that may be none.
pub(super) fn maybe_time(row: &Row, column: usize) -> Result<Option<u64>, QueueError> {
    row.get::<Option<i64>>(column)?
        .map(|time| number(time, "a time"))
        .transpose()
}

fn json<T: serde::de::DeserializeOwned>(
    text: Option<&str>,
    what: &'static str,
) -> Result<Option<T>, QueueError> {
    text.map(serde_json::from_str)
        .transpose()
        .map_err(|_| QueueError::Unreadable(what))
}

/// A number as it is stored.
pub(super) fn stored<T>(value: T, what: &'static str) -> Result<i64, QueueError>
where
    i64: TryFrom<T>,
{
    i64::try_from(value).map_err(|_| QueueError::Unreadable(what))
}

/// A time as it is stored.
pub(super) fn time(time: TimeMs) -> Result<i64, QueueError> {
    stored(time.0, "a time")
}

/// A later time as it is stored.
pub(super) fn later(now: TimeMs, by: Duration) -> Result<i64, QueueError> {
    let by = stored(by.as_millis(), "a duration")?;
    time(now)?
        .checked_add(by)
        .ok_or(QueueError::Unreadable("a time"))
}

/// An earlier time as it is stored, not before the first.
pub(super) fn earlier(now: TimeMs, by: Duration) -> Result<i64, QueueError> {
    let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
    Ok(time(now)?.saturating_sub(by).max(0))
}

//! The tables, the same in both databases, and their version.
//!
//! A job's row is small and changes often; its sealed witness lies in a table of its own, so that a heartbeat does not
//! write it again and that erasing it is one DELETE. What waits and runs is counted from the jobs, never kept beside them,
//! so no count can drift. `attempt` numbers the leases and only grows; `begun` is how many of them count.
//!
//! Each index holds only the rows that its question is about, so that old records cost nothing: `queued` finds a tenant's
//! next job for a key, `deadline` and `running` are for sweeps and fairness, `finished` for forgetting. `active` answers
//! what waits and runs without reading a row; SQLite needs `finished` in it for that.

use super::tx::{Sql, Tx};
use crate::QueueError;

const VERSION: i64 = 1;

macro_rules! schema {
    ($sequence:literal, $int:literal, $bytes:literal, $table:literal, $more:literal) => {
        concat!(
            "CREATE TABLE prover_queue (version ", $int, " NOT NULL)", $table, ";
             INSERT INTO prover_queue VALUES (1);
             CREATE TABLE prover_tenants (
                name TEXT PRIMARY KEY,
                served ", $int, " NOT NULL
             )", $table, ";
             CREATE TABLE prover_jobs (
                seq ", $sequence, ",
                id TEXT NOT NULL UNIQUE,
                tenant TEXT NOT NULL REFERENCES prover_tenants (name),
                idempotency TEXT,
                request TEXT NOT NULL,
                circuit TEXT NOT NULL,
                key_id TEXT NOT NULL,
                priority ", $int, " NOT NULL,
                state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled', 'expired')),
                stage TEXT,
                attempt ", $int, " NOT NULL,
                begun ", $int, " NOT NULL CHECK (begun BETWEEN 0 AND attempt),
                witness_bytes ", $int, " NOT NULL,
                created ", $int, " NOT NULL,
                deadline ", $int, ",
                started ", $int, ",
                finished ", $int, " CHECK ((finished IS NULL) = (state IN ('queued', 'running'))),
                lease_until ", $int, " CHECK ((lease_until IS NOT NULL) = (state = 'running')),
                worker TEXT,
                proved TEXT CHECK ((proved IS NOT NULL) = (state = 'succeeded')),
                failure TEXT CHECK ((failure IS NOT NULL) = (state = 'failed')),
                UNIQUE (tenant, idempotency)
             )", $table, ";
             CREATE TABLE prover_witnesses (
                job ", $int, " PRIMARY KEY REFERENCES prover_jobs (seq),
                sealed ", $bytes, " NOT NULL
             )", $table, ";
             CREATE INDEX prover_jobs_queued ON prover_jobs (tenant, key_id, priority DESC, seq) WHERE state = 'queued';
             CREATE INDEX prover_jobs_deadline ON prover_jobs (deadline) WHERE state = 'queued' AND deadline IS NOT NULL;
             CREATE INDEX prover_jobs_running ON prover_jobs (tenant, lease_until) WHERE state = 'running';
             CREATE INDEX prover_jobs_active ON prover_jobs (tenant, state, witness_bytes, finished) WHERE finished IS NULL;
             CREATE INDEX prover_jobs_finished ON prover_jobs (finished) WHERE finished IS NOT NULL;",
            $more
        )
    };
}

#[rustfmt::skip]
const CREATE: Sql = Sql {
    sqlite: schema!("INTEGER PRIMARY KEY AUTOINCREMENT", "INTEGER", "BLOB", " STRICT", ""),
    // A sealed witness does not compress.
    postgres: schema!(
        "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "BIGINT", "BYTEA", "",
        "ALTER TABLE prover_witnesses ALTER COLUMN sealed SET STORAGE EXTERNAL;"
    ),
};

/// Two first processes must not both create the tables; the number is arbitrary ("obolus").
const LOCK: Sql = Sql {
    sqlite: "SELECT 1",
    postgres: "SELECT pg_advisory_xact_lock(122477930214771)",
};

const EXISTS: Sql = Sql {
    sqlite: "SELECT count(*) FROM sqlite_schema WHERE name = 'prover_queue'",
    postgres: "SELECT count(to_regclass('prover_queue'))",
};

const READ_VERSION: Sql = Sql::same("SELECT version FROM prover_queue");

/// Creates the tables if there are none, and refuses those of another version.
pub(crate) async fn prepare(tx: &mut Tx) -> Result<(), QueueError> {
    tx.run(&LOCK, &[]).await?;
    let exists = tx.row(&EXISTS, &[]).await?;
    let tables: i64 = exists.map_or(Ok(0), |row| row.get(0))?;
    if tables == 0 {
        return tx.script(&CREATE).await;
    }
    let version = tx.row(&READ_VERSION, &[]).await?;
    match version.map(|row| row.get::<i64>(0)).transpose()? {
        Some(VERSION) => Ok(()),
        _ => Err(QueueError::Unreadable("tables of another version")),
    }
}

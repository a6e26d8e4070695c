//! The proving service's queue.
//!
//! A [`Queue`] takes jobs from tenants and gives them to workers: bounded in all and per tenant, fair between tenants, by
//! priority within one. A job is claimed under a lease that its worker renews; a job whose worker is lost is queued again.
//! Every job ends exactly once in a final state, and its sealed witness is erased in the same transaction.
//!
//! [`SqliteQueue`] keeps it in a file that one process owns; [`PostgresQueue`] in a server that many processes share.
//! Both run the same statements ([`SqlQueue`]); nothing here seals, opens or proves.

mod postgres;
mod queue;
mod sql;
mod sqlite;
#[cfg(any(test, feature = "test-postgres"))]
pub mod testing;
#[cfg(test)]
mod tests;

pub use postgres::{PostgresQueue, PostgresServer};
pub use queue::{
    Alive, Cancelled, Claim, Claimed, Depth, Ended, Limits, MAX_ATTEMPTS, NewJob, Outcome, Queue,
    QueueError, Reported, Submitted, Swept, Tenant, TenantError, TimeMs, WorkerName,
};
pub use sql::SqlQueue;
pub use sqlite::{SqliteFile, SqliteQueue};

//! Messages as banks exchange them: read, written, refused, and compared with the schemas.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a failed test says where"
)]

mod batches;
mod common;
mod hostile;
mod memo;
mod orders;
mod participants;
mod refusals;
mod reports;
mod round_trip;
mod samples;
mod schemas;
mod statuses;

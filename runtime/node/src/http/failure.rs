//! What the ledger and the sequencer refuse, as answers.

use std::time::Duration;

use axum::http::StatusCode;
use obolus_chain::TxFault;
use obolus_http::server::Failure;
use obolus_runtime::ledger::{AdmitError, LedgerError, QueryError};

use crate::handle::SubmitError;

/// Turns an error of the ledger into an answer.
pub(crate) trait OrFail<T> {
    /// The value, or what the client is told.
    fn or_fail(self) -> Result<T, Failure>;
}

impl<T> OrFail<T> for Result<T, LedgerError> {
    fn or_fail(self) -> Result<T, Failure> {
        self.map_err(|error| Failure::internal(&error))
    }
}

impl<T> OrFail<T> for Result<T, QueryError> {
    fn or_fail(self) -> Result<T, Failure> {
        self.map_err(|error| match error {
            QueryError::Entry(reason) => Failure::parameter("entry", reason),
            QueryError::Call(reason) => Failure::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "query_refused",
                reason.to_string(),
            ),
            QueryError::Fault(fault) => Failure::internal(&fault),
        })
    }
}

impl From<SubmitError> for Failure {
    fn from(error: SubmitError) -> Self {
        let detail = error.to_string();
        let at = |status, code| Self::new(status, code, detail.clone());
        let pause = Duration::from_secs(5);
        match error {
            SubmitError::Refused(AdmitError::State(error)) => Self::internal(&error),
            SubmitError::Refused(reason) => {
                let status = match reason {
                    AdmitError::Transaction(TxFault::TooLarge) => StatusCode::PAYLOAD_TOO_LARGE,
                    AdmitError::Transaction(TxFault::Malformed(_) | TxFault::NonCanonical) => {
                        StatusCode::BAD_REQUEST
                    }
                    _ => StatusCode::UNPROCESSABLE_ENTITY,
                };
                at(status, reason.code())
            }
            SubmitError::Quota { retry_after } => {
                at(StatusCode::TOO_MANY_REQUESTS, "quota_exceeded").after(retry_after)
            }
            SubmitError::Full { retry_after } => {
                at(StatusCode::TOO_MANY_REQUESTS, "mempool_full").after(retry_after)
            }
            SubmitError::Paused => at(StatusCode::SERVICE_UNAVAILABLE, "paused").after(pause),
            SubmitError::Draining => {
                at(StatusCode::SERVICE_UNAVAILABLE, "shutting_down").after(pause)
            }
            SubmitError::Failed => at(StatusCode::SERVICE_UNAVAILABLE, "node_failed").after(pause),
            SubmitError::Ledger(error) => Self::internal(&error),
        }
    }
}

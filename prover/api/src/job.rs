//! A job and how far it is.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Digest, Priority, Proved};

/// Name of a job, given by the service.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, format = "uuid"))]
pub struct JobId(Uuid);

/// A malformed [`JobId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a job's id is a UUID in lower case with hyphens")]
pub struct JobIdError;

impl JobId {
    /// Names a job.
    pub const fn new(id: Uuid) -> Self {
        Self(id)
    }

    /// The UUID.
    pub const fn uuid(&self) -> Uuid {
        self.0
    }
}

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0.hyphenated(), f)
    }
}

impl fmt::Debug for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for JobId {
    type Err = JobIdError;

    fn from_str(text: &str) -> Result<Self, JobIdError> {
        let id = Self(Uuid::try_parse(text).map_err(|_| JobIdError)?);
        // Other spellings of a UUID are refused.
        if id.to_string() == text {
            Ok(id)
        } else {
            Err(JobIdError)
        }
    }
}

impl TryFrom<String> for JobId {
    type Error = JobIdError;

    fn try_from(text: String) -> Result<Self, JobIdError> {
        text.parse()
    }
}

impl From<JobId> for String {
    fn from(id: JobId) -> Self {
        id.to_string()
    }
}

/// A closed set of words, with its words as text, JSON and schema.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $error:ident, $what:literal { $($(#[$vdoc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum $name { $($(#[$vdoc])* $variant,)* }

        #[doc = concat!("Not a ", $what, ".")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
        #[error("this is no {}; the database was written by another version", $what)]
        pub struct $error;

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Its word.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = $error;

            fn from_str(text: &str) -> Result<Self, $error> {
                Self::ALL.iter().find(|one| one.as_str() == text).copied().ok_or($error)
            }
        }
    };
}

words! {
    /// Where a job is. It goes from queued over running to one of the final states and never leaves that; a running job whose
    /// worker is lost is queued again.
    State, StateError, "state of a job" {
        /// Waits for a worker.
        Queued = "queued",
        /// A worker has it.
        Running = "running",
        /// Proved and verified. Final.
        Succeeded = "succeeded",
        /// There is no proof and will be none. Final.
        Failed = "failed",
        /// Its owner does not want it any more. Final.
        Cancelled = "cancelled",
        /// Its deadline passed before it was proved. Final.
        Expired = "expired",
    }
}

impl State {
    /// Whether it can never change.
    pub const fn is_final(self) -> bool {
        !matches!(self, Self::Queued | Self::Running)
    }
}

words! {
    /// What a worker is doing with a running job.
    Stage, StageError, "stage of a job" {
        /// Opens and decodes the witness.
        Opening = "opening",
        /// Checks the statement's rules.
        Checking = "checking",
        /// Makes the proof.
        Proving = "proving",
        /// Verifies the proof.
        Verifying = "verifying",
    }
}

/// Why a job failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JobFailure {
    /// Stable code: `bad_seal`, `bad_witness`, `rule_broken`, `prover_error`, `worker_lost`.
    pub code: String,
    /// In words, without any value of the witness.
    pub detail: String,
}

/// A job as its owner sees it. Times are in milliseconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JobView {
    /// Its name.
    pub id: JobId,
    /// Where it is.
    pub state: State,
    /// What its worker is doing, while it is running.
    pub stage: Option<Stage>,
    /// Name of the circuit.
    pub circuit: String,
    /// Id of the verifying key, `obolvk1…`.
    pub key_id: String,
    /// SHA-256 of the request's body.
    pub request: Digest,
    /// Its priority among its owner's jobs.
    pub priority: Priority,
    /// How often a worker began it.
    pub attempts: u32,
    /// When it was accepted.
    pub created_ms: u64,
    /// When it is of no more use, if ever.
    pub deadline_ms: Option<u64>,
    /// When its last attempt began.
    pub started_ms: Option<u64>,
    /// When it got its final state.
    pub finished_ms: Option<u64>,
    /// The proof, when it succeeded.
    pub proved: Option<Proved>,
    /// What went wrong, when it failed.
    pub failure: Option<JobFailure>,
}

//! What a client asks for.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::{Priority, SealedWitness};

/// The body of `POST /v1/proofs`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProofRequest {
    /// Name of the circuit, or id of its verifying key (`obolvk1…`).
    pub circuit: String,
    /// The sealed witness, base64 with padding.
    pub witness: String,
    /// Among the client's own jobs, the highest first; 4 if not given.
    #[serde(default)]
    pub priority: Priority,
    /// How long from now on the proof is of use, in milliseconds, at most 30 days; a day if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline_ms: Option<u64>,
}

/// Why a [`ProofRequest`] was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// The witness is not base64.
    #[error("the witness must be base64 with padding, in its only spelling")]
    Base64,
    /// The witness is not sealed.
    #[error("the witness must be sealed to this service's key: see /v1/keys")]
    NotSealed,
}

impl ProofRequest {
    /// Asks for a proof.
    pub fn new(circuit: impl Into<String>, witness: &SealedWitness) -> Self {
        Self {
            circuit: circuit.into(),
            witness: STANDARD.encode(witness.as_bytes()),
            priority: Priority::default(),
            deadline_ms: None,
        }
    }

    /// The sealed witness.
    ///
    /// # Errors
    /// [`RequestError`].
    pub fn sealed(&self) -> Result<SealedWitness, RequestError> {
        let bytes = STANDARD
            .decode(&self.witness)
            .map_err(|_| RequestError::Base64)?;
        SealedWitness::new(bytes).map_err(|_| RequestError::NotSealed)
    }
}

//! What a service says of itself.

use serde::{Deserialize, Serialize};

use crate::ServiceKeys;

/// A circuit that the service proves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CircuitView {
    /// Its name here.
    pub name: String,
    /// Id of its verifying key, `obolvk1…`.
    pub key_id: String,
    /// How the key was made: `INSECURE development key`, `ceremony key` or `imported key`.
    pub origin: String,
    /// Number of constraints.
    pub constraints: usize,
    /// Number of public inputs.
    pub public_inputs: usize,
    /// What a sealed witness holds: `obolus` (context and witness codec) or `wtns` (a file of circom).
    pub witness: String,
    /// Bytes that key and matrices take in memory.
    pub key_bytes: u64,
    /// Most bytes that one job takes while it is proved, its witness included.
    pub proof_bytes: u64,
}

/// All circuits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CircuitList {
    /// By name.
    pub circuits: Vec<CircuitView>,
}

/// Which build answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VersionView {
    /// `obolus-prover-service`.
    pub name: String,
    /// Version of the build.
    pub version: String,
}

/// The keys of the service, to be compared with what the client pinned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PublishedKeys {
    /// Both keys in one text, `obolprover1…`: what clients pin.
    pub service_keys: String,
    /// X25519 key that witnesses are sealed to, hexadecimal.
    pub sealing_key: String,
    /// Ed25519 key that receipts are signed with, hexadecimal.
    pub receipt_key: String,
}

/// What a client has here and may have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Usage {
    /// The client's name.
    pub tenant: String,
    /// Its jobs that wait.
    pub queued: u64,
    /// Its jobs that are being proved.
    pub running: u64,
    /// Bytes of sealed witnesses of both.
    pub bytes: u64,
    /// Most jobs that may wait and run.
    pub max_jobs: u64,
    /// Most bytes.
    pub max_bytes: u64,
}

impl PublishedKeys {
    /// What a service with these keys publishes.
    pub fn of(keys: &ServiceKeys) -> Self {
        Self {
            service_keys: keys.to_string(),
            sealing_key: hex::encode(keys.sealing.to_bytes()),
            receipt_key: hex::encode(keys.receipts.to_bytes()),
        }
    }
}

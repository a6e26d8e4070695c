//! Who may call what: clients with roles, known by a bearer token or a TLS certificate. Fails closed: a list without
//! clients admits nobody.

mod clients;
mod origin;

pub use clients::{AccessConfig, AccessError, ClientConfig, Clients, Credential, Fingerprint};
pub use origin::{OriginError, check_browser};

use serde::Deserialize;

use super::ClientName;

/// What a client may do. Each service has its own few of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Read what the service publishes.
    Read,
    /// Submit transactions.
    Submit,
    /// Have proofs made.
    Prove,
    /// Read metrics.
    Metrics,
    /// Pause, resume, look into what waits.
    Operate,
}

/// A client that was recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Its name.
    pub name: ClientName,
    /// What it may do.
    pub roles: Vec<Role>,
}

/// Why a call is not allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// Nobody we know.
    #[error("send a bearer token or a client certificate that this service's configuration lists")]
    Unknown,
    /// Known, but without the role.
    #[error("this client may not do that: ask the operator for the role")]
    Role,
}

impl Caller {
    /// Whether the client has a role.
    ///
    /// # Errors
    /// [`Denied::Role`].
    pub fn check(&self, role: Role) -> Result<(), Denied> {
        if self.roles.contains(&role) {
            Ok(())
        } else {
            Err(Denied::Role)
        }
    }
}

#[cfg(test)]
mod tests;

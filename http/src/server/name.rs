//! How clients are called.

use std::fmt;

/// Name of a client as the configuration lists it; `anonymous` on an open loopback service. Quotas and standing are
/// kept by it, and it is no secret: 1 to 64 characters of `a-z`, `0-9`, `-`, `_`, `.`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientName(String);

/// A malformed [`ClientName`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a client's name must be 1 to 64 characters of a-z, 0-9, -, _ and .")]
pub struct BadClientName;

impl ClientName {
    /// Longest name in bytes.
    pub const MAX_LEN: usize = 64;

    /// Checks a name.
    ///
    /// # Errors
    /// [`BadClientName`].
    pub fn new(name: &str) -> Result<Self, BadClientName> {
        let charset =
            |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, b'-' | b'_' | b'.');
        if name.is_empty() || name.len() > Self::MAX_LEN || !name.bytes().all(charset) {
            return Err(BadClientName);
        }
        Ok(Self(name.to_owned()))
    }

    /// Whoever reaches an open loopback service.
    pub fn anonymous() -> Self {
        Self("anonymous".to_owned())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ClientName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

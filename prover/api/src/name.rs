//! What a client says about a job besides its witness: a key against repetition, a priority.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Names one order of a client: sent again with the same body it is the same job. 1 to 128 visible ASCII characters.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(String);

/// A malformed [`IdempotencyKey`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an Idempotency-Key has 1 to 128 visible ASCII characters without spaces; a UUID will do")]
pub struct IdempotencyKeyError;

impl IdempotencyKey {
    /// Longest key in bytes.
    pub const MAX_LEN: usize = 128;

    /// The key.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for IdempotencyKey {
    type Err = IdempotencyKeyError;

    fn from_str(text: &str) -> Result<Self, IdempotencyKeyError> {
        let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        if text.is_empty() || text.len() > Self::MAX_LEN || !visible {
            return Err(IdempotencyKeyError);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Which of a tenant's own jobs goes first: 0 to 9, the highest first. It counts for nothing against other tenants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = u8, minimum = 0, maximum = 9))]
pub struct Priority(u8);

/// A [`Priority`] out of range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a priority is a number from 0 to 9, the highest first; this one is {0}")]
pub struct PriorityError(u8);

impl Priority {
    /// The highest.
    pub const MAX: u8 = 9;

    /// The number.
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl Default for Priority {
    fn default() -> Self {
        Self(4)
    }
}

impl TryFrom<u8> for Priority {
    type Error = PriorityError;

    fn try_from(priority: u8) -> Result<Self, PriorityError> {
        if priority <= Self::MAX {
            Ok(Self(priority))
        } else {
            Err(PriorityError(priority))
        }
    }
}

impl From<Priority> for u8 {
    fn from(priority: Priority) -> Self {
        priority.0
    }
}

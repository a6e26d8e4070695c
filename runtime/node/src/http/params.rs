//! Parameters that several handlers take.

use obolus_abi::{CodeId, ContractId, TxDigest};
use obolus_http::server::{Failure, FromSegment};
use obolus_runtime_api::hex::{FixedBytes, decode_fixed};
use serde::Deserialize;

/// An id as part of a path.
pub(crate) struct PathId<T>(pub(crate) T);

/// Ids that paths have.
pub(crate) trait Named: FixedBytes {
    const NAME: &str;
}

impl Named for TxDigest {
    const NAME: &str = "transaction id";
}

impl Named for CodeId {
    const NAME: &str = "code id";
}

impl Named for ContractId {
    const NAME: &str = "contract id";
}

impl<T: Named> FromSegment for PathId<T> {
    fn from_segment(text: &str) -> Result<Self, Failure> {
        decode_fixed(text)
            .map(Self)
            .map_err(|error| Failure::parameter(T::NAME, error))
    }
}

/// A page counted down from a height.
#[derive(Clone, Copy, Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Before {
    /// Only below this height; the newest without it.
    pub(super) before: Option<u64>,
    /// At most so many, 1 to 100; 20 without it.
    #[param(minimum = 1, maximum = 100)]
    pub(super) limit: Option<usize>,
}

impl Before {
    /// The page's length.
    pub(super) fn limit(&self) -> Result<usize, Failure> {
        let limit = self.limit.unwrap_or(20);
        if (1..=100).contains(&limit) {
            Ok(limit)
        } else {
            Err(Failure::parameter("limit", "must be 1 to 100"))
        }
    }

    /// The highest height of the page.
    pub(super) fn top(&self, tip: u64) -> u64 {
        self.before
            .map_or(tip, |before| before.saturating_sub(1).min(tip))
    }
}

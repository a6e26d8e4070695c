//! Parameters of requests, parsed strictly: an id has one spelling, an unknown query parameter is an error.

use std::fmt::Display;
use std::str::FromStr;

use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use obolus_abi::{ContractId, TxDigest};
use obolus_runtime_api::hex::{HexError, decode_fixed};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Failure;

/// Query parameters.
pub(crate) struct Params<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let Query(params) = Query::<T>::from_request_parts(parts, state).await?;
        Ok(Self(params))
    }
}

/// The path's only parameter.
pub(crate) struct Segment<T>(pub(crate) T);

impl<T, S> FromRequestParts<S> for Segment<T>
where
    T: FromSegment,
    S: Send + Sync,
{
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let Path(text) = Path::<String>::from_request_parts(parts, state).await?;
        T::from_segment(&text).map(Self)
    }
}

/// What a part of a path can be.
pub(crate) trait FromSegment: Sized {
    fn from_segment(text: &str) -> Result<Self, Failure>;
}

impl FromSegment for TxDigest {
    fn from_segment(text: &str) -> Result<Self, Failure> {
        decode_fixed(text).map_err(|error: HexError| Failure::parameter("transaction id", error))
    }
}

impl FromSegment for ContractId {
    fn from_segment(text: &str) -> Result<Self, Failure> {
        decode_fixed(text).map_err(|error: HexError| Failure::parameter("contract id", error))
    }
}

impl FromSegment for String {
    fn from_segment(text: &str) -> Result<Self, Failure> {
        Ok(text.to_owned())
    }
}

impl FromSegment for u64 {
    fn from_segment(text: &str) -> Result<Self, Failure> {
        number(text)
    }
}

/// A number in its only spelling: no sign, no leading zero.
pub(super) fn number<T: FromStr + Display>(text: &str) -> Result<T, Failure> {
    let parsed: Option<T> = text.parse().ok();
    parsed
        .filter(|value| value.to_string() == text)
        .ok_or_else(|| Failure::parameter("number", "expected a decimal number without sign"))
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

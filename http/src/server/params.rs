//! Parameters of requests, parsed strictly: an unknown query parameter is an error, a number has one spelling.

use std::fmt::Display;
use std::str::FromStr;

use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::Failure;

/// Query parameters.
pub struct Params<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let Query(params) = Query::<T>::from_request_parts(parts, state).await?;
        Ok(Self(params))
    }
}

/// The path's only parameter.
pub struct Segment<T>(pub T);

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
pub trait FromSegment: Sized {
    /// Parses its only spelling.
    ///
    /// # Errors
    /// [`Failure`] with status 400.
    fn from_segment(text: &str) -> Result<Self, Failure>;
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
///
/// # Errors
/// [`Failure`] with status 400.
pub fn number<T: FromStr + Display>(text: &str) -> Result<T, Failure> {
    let parsed: Option<T> = text.parse().ok();
    parsed
        .filter(|value| value.to_string() == text)
        .ok_or_else(|| Failure::parameter("number", "expected a decimal number without sign"))
}

//! Errors as `application/problem+json`: each with its status, its stable code and what to do next.

use std::any::Any;
use std::borrow::Cow;
use std::time::Duration;

use axum::Json;
use axum::extract::rejection::{BytesRejection, JsonRejection, PathRejection, QueryRejection};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::access::{Denied, OriginError};
use crate::problem::{PROBLEM_JSON, Problem};

/// Why a request was not answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    status: StatusCode,
    code: Cow<'static, str>,
    detail: String,
    retry_after: Option<Duration>,
}

impl Failure {
    /// A failure with a stable code.
    pub fn new(
        status: StatusCode,
        code: impl Into<Cow<'static, str>>,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            status,
            code: code.into(),
            detail: detail.into(),
            retry_after: None,
        }
    }

    /// No such thing.
    pub fn missing(what: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            format!(
                "there is no such {what} here: check the id, and whether the service has caught up"
            ),
        )
    }

    /// A parameter that does not parse.
    pub fn parameter(name: &str, reason: impl std::fmt::Display) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "bad_parameter",
            format!("{name}: {reason}"),
        )
    }

    /// Too many of something at once.
    pub fn busy(detail: &str) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "busy", detail).after(Duration::from_secs(1))
    }

    /// The service's own trouble: logged in full, told in general.
    pub fn internal(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(%error, "a request failed");
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            "the service cannot answer this at present: try again later, or ask its operator",
        )
    }

    /// The same, with when to try again.
    #[must_use]
    pub const fn after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    /// The status.
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// The sentence.
    pub fn detail(&self) -> &str {
        &self.detail
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let problem = Problem {
            kind: format!("urn:obolus:problem:{}", self.code),
            title: self.status.canonical_reason().unwrap_or("Error").to_owned(),
            status: self.status.as_u16(),
            detail: self.detail,
            code: self.code.into_owned(),
            retry_after_ms: self
                .retry_after
                .map(|wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)),
        };
        let mut response = (self.status, Json(problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        if let Some(wait) = self.retry_after {
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer, Basic realm=\"obolus\", charset=\"UTF-8\""),
            );
        }
        response
    }
}

impl From<Denied> for Failure {
    fn from(denied: Denied) -> Self {
        let (status, code) = match denied {
            Denied::Unknown => (StatusCode::UNAUTHORIZED, "unauthenticated"),
            Denied::Role => (StatusCode::FORBIDDEN, "role_missing"),
        };
        Self::new(status, code, denied.to_string())
    }
}

impl From<OriginError> for Failure {
    fn from(error: OriginError) -> Self {
        Self::new(StatusCode::FORBIDDEN, "foreign_origin", error.to_string())
    }
}

impl From<PathRejection> for Failure {
    fn from(rejection: PathRejection) -> Self {
        Self::parameter("path", rejection.body_text())
    }
}

impl From<QueryRejection> for Failure {
    fn from(rejection: QueryRejection) -> Self {
        Self::parameter("query", rejection.body_text())
    }
}

impl From<JsonRejection> for Failure {
    fn from(rejection: JsonRejection) -> Self {
        body(rejection.status(), rejection.body_text())
    }
}

impl From<BytesRejection> for Failure {
    fn from(rejection: BytesRejection) -> Self {
        body(rejection.status(), rejection.body_text())
    }
}

fn body(status: StatusCode, detail: String) -> Failure {
    let code = match status {
        StatusCode::PAYLOAD_TOO_LARGE => "body_too_large",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "unsupported_media_type",
        _ => "bad_body",
    };
    // A body that stops half-way is the sender's doing.
    let status = if status.is_server_error() {
        StatusCode::BAD_REQUEST
    } else {
        status
    };
    Failure::new(status, code, detail)
}

pub(super) async fn not_found() -> Failure {
    Failure::new(
        StatusCode::NOT_FOUND,
        "no_such_endpoint",
        "nothing answers at this path: /openapi.json lists what does",
    )
}

pub(super) async fn method_not_allowed() -> Failure {
    Failure::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "this path does not answer to that method: /openapi.json lists what does",
    )
}

/// Must never run; a panic is a bug. The client is told no more than that.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the signature that the layer wants"
)]
pub(super) fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let what = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("unknown");
    tracing::error!(what, "a request handler panicked: this is a bug");
    Failure::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "internal_error",
        "the service made a mistake: report it to its operator",
    )
    .into_response()
}

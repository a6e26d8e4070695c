//! What every request passes: limits, recognition of the caller, roles, headers of the answer.

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::{AppState, Failure};
use crate::access::{Caller, Credential, Denied, Role, check_browser};

/// Refuses a declared body above the limit before it is read, and ends requests that take too long.
pub(super) async fn bound(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let limits = &state.limits;
    let declared = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.parse::<u64>().ok());
    if declared.is_some_and(|length| length > limits.body_bytes as u64) {
        let detail = format!("the body may have at most {} bytes", limits.body_bytes);
        return Failure::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail)
            .into_response();
    }
    match tokio::time::timeout(limits.request_timeout(), next.run(request)).await {
        Ok(response) => response,
        Err(_) => Failure::new(
            StatusCode::REQUEST_TIMEOUT,
            "request_timeout",
            "the request took too long: send its body faster, or ask for less",
        )
        .into_response(),
    }
}

/// Finds out who is calling, from the token or the certificate.
pub(super) async fn recognise(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    if state.clients.is_open()
        && let Err(error) = check_browser(request.method(), request.headers())
    {
        return Failure::from(error).into_response();
    }
    let mut shown = Vec::new();
    if let Some(value) = request.headers().get(header::AUTHORIZATION) {
        match value.to_str().ok().and_then(Credential::from_header) {
            Some(credential) => shown.push(credential),
            None => return Failure::from(Denied::Unknown).into_response(),
        }
    }
    if let Some(certificate) = request.extensions().get::<super::tls::PeerCertificate>() {
        shown.push(Credential::Certificate(certificate.0));
    }
    match state.clients.recognise(&shown) {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(denied) => Failure::from(denied).into_response(),
    }
}

/// Lets only callers with a role through.
pub(super) async fn require(State(role): State<Role>, request: Request, next: Next) -> Response {
    let verdict = match request.extensions().get::<Caller>() {
        Some(caller) => caller.check(role),
        None => Err(Denied::Unknown),
    };
    match verdict {
        Ok(()) => next.run(request).await,
        Err(denied) => Failure::from(denied).into_response(),
    }
}

/// Answers are nobody's to guess the type of, and what a caller may see is not a cache's to keep.
pub(super) async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    headers
        .entry(header::REFERRER_POLICY)
        .or_insert(HeaderValue::from_static("no-referrer"));
    response
}

//! What every request passes: limits, recognition of the caller, roles, headers of the answer.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use tower_http::catch_panic::CatchPanicLayer;

use super::access::{Caller, Clients, Credential, Denied, Role, check_browser};
use super::{Failure, HttpLimits, failure, tls::PeerCertificate};

/// What stands before every handler.
#[derive(Clone)]
pub struct Gate {
    clients: Arc<Clients>,
    limits: Arc<HttpLimits>,
}

impl Gate {
    /// For these clients, within these limits.
    pub fn new(clients: Clients, limits: HttpLimits) -> Self {
        Self {
            clients: Arc::new(clients),
            limits: Arc::new(limits),
        }
    }

    /// The limits.
    pub fn limits(&self) -> &HttpLimits {
        &self.limits
    }

    /// Puts the gate before `guarded`, whose routes say by [`require`] which role they need; `public` answers to anybody.
    pub fn before<S: Clone + Send + Sync + 'static>(
        &self,
        guarded: Router<S>,
        public: Router<S>,
    ) -> Router<S> {
        guarded
            .layer(from_fn_with_state(self.clone(), recognise))
            .merge(public)
            .fallback(failure::not_found)
            .method_not_allowed_fallback(failure::method_not_allowed)
            .layer(DefaultBodyLimit::max(self.limits.body_bytes))
            .layer(from_fn_with_state(self.clone(), bound))
            .layer(CatchPanicLayer::custom(failure::panicked))
            .layer(from_fn(headers))
    }
}

/// Refuses a declared body above the limit before it is read, and ends requests that take too long.
async fn bound(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let limits = &gate.limits;
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
async fn recognise(State(gate): State<Gate>, mut request: Request, next: Next) -> Response {
    if gate.clients.is_open()
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
    if let Some(certificate) = request.extensions().get::<PeerCertificate>() {
        shown.push(Credential::Certificate(certificate.0));
    }
    match gate.clients.recognise(&shown) {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(denied) => Failure::from(denied).into_response(),
    }
}

/// Lets only callers with a role through.
pub async fn require(State(role): State<Role>, request: Request, next: Next) -> Response {
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
async fn headers(request: Request, next: Next) -> Response {
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

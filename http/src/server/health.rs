//! What every service answers to whoever restarts or watches it.

use axum::http::header;
use axum::response::{IntoResponse, Response};

/// That the process answers at all.
pub async fn live() -> &'static str {
    "live\n"
}

/// Metrics, in the text format that Prometheus reads.
pub fn metrics(text: String) -> Response {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}

//! What every page has around its content, and pages that say what went wrong.

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::index::Index;

/// The head and foot of a page.
pub(super) struct Frame {
    pub(super) token: String,
    pub(super) unit: String,
    pub(super) height: u64,
    pub(super) gaps: u64,
    pub(super) version: &'static str,
}

impl Frame {
    pub(super) fn of(index: &Index) -> Self {
        Self {
            token: index.token().name.clone(),
            unit: index.token().unit.clone(),
            height: index.height().0,
            gaps: index.ledger().gaps(),
            version: env!("CARGO_PKG_VERSION"),
        }
    }
}

#[derive(Template)]
#[template(path = "trouble.html")]
struct Trouble<'a> {
    title: &'a str,
    detail: &'a str,
}

/// A page that says why there is none.
pub(super) fn trouble(status: StatusCode, title: &str, detail: &str) -> Response {
    match (Trouble { title, detail }).render() {
        Ok(html) => shown(status, html),
        Err(_) => status.into_response(),
    }
}

pub(super) fn shown(status: StatusCode, html: String) -> Response {
    let kind = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    (status, kind, html).into_response()
}

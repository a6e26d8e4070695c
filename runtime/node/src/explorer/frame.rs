//! What every page has around its content, and the page that says what went wrong.

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use obolus_chain::ChainMode;
use obolus_http::server::Failure;

use super::text::{Id, count};
use crate::handle::Health;
use crate::http::AppState;

/// The head and foot of a page.
pub(super) struct Frame {
    pub(super) chain: String,
    pub(super) chain_id: Id,
    pub(super) development: bool,
    pub(super) height: String,
    pub(super) health: &'static str,
    pub(super) ready: bool,
    pub(super) version: &'static str,
}

impl Frame {
    pub(super) fn of(state: &AppState) -> Self {
        let ledger = state.node.ledger();
        let health = state.node.health();
        Self {
            chain: ledger.genesis().name.to_string(),
            chain_id: Id::new(ledger.chain()),
            development: ledger.genesis().mode == ChainMode::Development,
            height: count(ledger.tip().height),
            ready: health == Health::Ready,
            health: match health {
                Health::Ready => "taking transactions",
                Health::Paused => "paused by the operator",
                Health::Draining => "shutting down",
                Health::Failed(_) => "cannot commit: needs a restart",
            },
            version: env!("CARGO_PKG_VERSION"),
        }
    }
}

/// A page that cannot be shown.
pub(super) struct Trouble(Failure);

impl<E: Into<Failure>> From<E> for Trouble {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

#[derive(Template)]
#[template(path = "trouble.html")]
struct TroublePage<'a> {
    frame: Frame,
    title: &'a str,
    detail: &'a str,
}

/// Makes a page off the threads that serve connections.
pub(super) async fn page<T: Content>(
    state: &AppState,
    work: impl FnOnce(&AppState) -> Result<T, Trouble> + Send + 'static,
) -> Response {
    let made = state
        .read(move |state| Ok(work(state).and_then(T::render)))
        .await;
    match made.map_err(Trouble).and_then(|made| made) {
        Ok(html) => shown(StatusCode::OK, html),
        Err(trouble) => trouble.show(state),
    }
}

impl Trouble {
    /// As a page.
    pub(super) fn show(self, state: &AppState) -> Response {
        let status = self.0.status();
        let content = TroublePage {
            frame: Frame::of(state),
            title: match status {
                StatusCode::NOT_FOUND => "Not found",
                StatusCode::BAD_REQUEST => "That does not parse",
                _ => "Not available",
            },
            detail: self.0.detail(),
        };
        match Template::render(&content) {
            Ok(html) => shown(status, html),
            Err(error) => Failure::internal(&error).into_response(),
        }
    }
}

fn shown(status: StatusCode, html: String) -> Response {
    let kind = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    (status, kind, html).into_response()
}

/// What a page is made of.
pub(super) trait Content: Send + 'static {
    fn render(self) -> Result<String, Trouble>;
}

impl<T: Template + Send + 'static> Content for T {
    fn render(self) -> Result<String, Trouble> {
        Template::render(&self).map_err(|error| Trouble(Failure::internal(&error)))
    }
}

//! The explorer: pages for people, made on the server, without scripts.
//!
//! A page is a template and the plain values that it shows; templates know nothing of the ledger. What the pages say is
//! what every caller with the `read` role may know: nothing in them depends on who asks.

mod blocks;
mod chart;
mod contracts;
mod frame;
mod hidden;
mod overview;
mod public;
mod reserves;
mod search;
mod text;
mod tokens;
mod transaction;

use axum::Router;
use axum::extract::State;
use axum::middleware::from_fn;
use axum::response::Response;
use axum::routing::get;

use frame::Trouble;
use obolus_http::server::Failure;
use obolus_http::server::pages::{asset, policy};

use crate::http::AppState;

/// The pages.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/", get(overview::overview))
        .route("/explorer", get(overview::overview))
        .route("/explorer/blocks", get(blocks::blocks))
        .route("/explorer/blocks/{height}", get(blocks::block))
        .route("/explorer/transactions/{id}", get(transaction::transaction))
        .route("/explorer/tokens", get(tokens::tokens))
        .route("/explorer/tokens/{id}", get(tokens::token))
        .route("/explorer/contracts", get(contracts::contracts))
        .route("/explorer/circuits", get(contracts::circuits))
        .route("/explorer/search", get(search::search))
        .route("/explorer/style.css", get(style))
        .route("/explorer/icon.svg", get(icon))
        .route("/explorer/{*rest}", get(nothing))
        .layer(from_fn(policy))
}

async fn style() -> Response {
    asset(
        "text/css; charset=utf-8",
        include_str!("../templates/style.css"),
    )
}

async fn icon() -> Response {
    asset("image/svg+xml", include_str!("../templates/icon.svg"))
}

async fn nothing(State(state): State<AppState>) -> Response {
    Trouble::from(Failure::missing("page")).show(&state)
}

#[cfg(test)]
mod tests;

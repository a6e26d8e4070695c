//! The node's HTTP side: routes and handlers behind the shared gate. It decides nothing about transactions.

mod chain;
mod contracts;
mod docs;
mod failure;
mod health;
mod operator;
mod params;
mod state;
mod stream;
mod submit;
mod tokens;
mod updates;

pub(crate) use chain::circuits_of;
pub use docs::openapi;
pub(crate) use failure::OrFail;
pub(crate) use params::PathId;
pub use state::AppState;

use axum::Router;
use axum::middleware::from_fn_with_state;
use obolus_http::server::{Role, require};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Everything that the node answers.
pub fn router(state: AppState) -> Router {
    let (api, _) = api().split_for_parts();
    let guarded =
        api.merge(crate::explorer::router().layer(from_fn_with_state(Role::Read, require)));
    let gate = state.gate.clone();
    gate.before(guarded, health::router()).with_state(state)
}

/// The documented part.
fn api() -> OpenApiRouter<AppState> {
    let read = OpenApiRouter::new()
        .routes(routes!(chain::version))
        .routes(routes!(chain::tip))
        .routes(routes!(chain::genesis))
        .routes(routes!(chain::circuits))
        .routes(routes!(chain::circuit_key))
        .routes(routes!(chain::blocks))
        .routes(routes!(chain::block))
        .routes(routes!(chain::block_bytes))
        .routes(routes!(updates::updates))
        .routes(routes!(stream::stream))
        .routes(routes!(submit::status))
        .routes(routes!(submit::receipt))
        .routes(routes!(submit::inclusion))
        .routes(routes!(tokens::tokens))
        .routes(routes!(tokens::token))
        .routes(routes!(tokens::anchors))
        .routes(routes!(tokens::path))
        .routes(routes!(tokens::registry))
        .routes(routes!(tokens::participants))
        .routes(routes!(contracts::contracts))
        .routes(routes!(contracts::contract))
        .routes(routes!(contracts::code))
        .routes(routes!(contracts::query))
        .route("/openapi.json", axum::routing::get(docs::serve))
        .layer(from_fn_with_state(Role::Read, require));
    let submit = OpenApiRouter::new()
        .routes(routes!(submit::submit))
        .layer(from_fn_with_state(Role::Submit, require));
    let metrics = OpenApiRouter::new()
        .routes(routes!(health::metrics))
        .layer(from_fn_with_state(Role::Metrics, require));
    let operate = OpenApiRouter::new()
        .routes(routes!(operator::pause))
        .routes(routes!(operator::resume))
        .routes(routes!(operator::mempool))
        .layer(from_fn_with_state(Role::Operate, require));
    OpenApiRouter::with_openapi(docs::base())
        .merge(read)
        .merge(submit)
        .merge(metrics)
        .merge(operate)
}

#[cfg(test)]
pub(crate) mod tests;

//! The node's HTTP side: routes, extractors, errors, and the server under it. It decides nothing about transactions.

mod chain;
mod contracts;
mod docs;
mod failure;
mod gate;
mod health;
mod operator;
mod params;
pub mod serve;
mod state;
mod stream;
mod submit;
pub mod tls;
mod tokens;
mod updates;

pub(crate) use chain::circuits_of;
pub use docs::openapi;
pub use failure::Failure;
pub(crate) use params::{Params, Segment};
pub use serve::{HttpLimits, ServeError, Server};
pub use state::AppState;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::Role;

/// Everything that the node answers.
pub fn router(state: AppState) -> Router {
    let (api, _) = api().split_for_parts();
    let guarded =
        api.merge(crate::explorer::router().layer(from_fn_with_state(Role::Read, gate::require)));
    let limits = state.limits.clone();
    guarded
        .layer(from_fn_with_state(state.clone(), gate::recognise))
        .merge(health::router())
        .fallback(failure::not_found)
        .method_not_allowed_fallback(failure::method_not_allowed)
        .layer(DefaultBodyLimit::max(limits.body_bytes))
        .layer(from_fn_with_state(state.clone(), gate::bound))
        .layer(tower_http::catch_panic::CatchPanicLayer::custom(
            failure::panicked,
        ))
        .layer(from_fn(gate::headers))
        .with_state(state)
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
        .routes(routes!(contracts::query))
        .route("/openapi.json", axum::routing::get(docs::serve))
        .layer(from_fn_with_state(Role::Read, gate::require));
    let submit = OpenApiRouter::new()
        .routes(routes!(submit::submit))
        .layer(from_fn_with_state(Role::Submit, gate::require));
    let metrics = OpenApiRouter::new()
        .routes(routes!(health::metrics))
        .layer(from_fn_with_state(Role::Metrics, gate::require));
    let operate = OpenApiRouter::new()
        .routes(routes!(operator::pause))
        .routes(routes!(operator::resume))
        .routes(routes!(operator::mempool))
        .layer(from_fn_with_state(Role::Operate, gate::require));
    OpenApiRouter::with_openapi(docs::base())
        .merge(read)
        .merge(submit)
        .merge(metrics)
        .merge(operate)
}

#[cfg(test)]
pub(crate) mod tests;

//! The service's HTTP side: routes and handlers behind the shared gate.

mod docs;
mod events;
mod health;
mod info;
mod proofs;
mod shares;
mod state;

pub use state::AppState;

use axum::Router;
use axum::middleware::from_fn_with_state;
use obolus_http::server::{Role, require};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use shares::Bodies;

/// Everything that the service answers.
pub fn router(state: AppState) -> Router {
    let gate = state.gate.clone();
    let (api, _) = api(Bodies::new(gate.limits().body_bytes)).split_for_parts();
    gate.before(api, health::router()).with_state(state)
}

/// The documented part.
fn api(bodies: Bodies) -> OpenApiRouter<AppState> {
    let order = OpenApiRouter::new()
        .routes(routes!(proofs::submit))
        .routes(routes!(proofs::prove))
        .layer(from_fn_with_state(bodies, shares::admit_body))
        .layer(from_fn_with_state(Role::Prove, require));
    let prove = OpenApiRouter::new()
        .routes(routes!(proofs::status))
        .routes(routes!(proofs::cancel))
        .routes(routes!(events::events))
        .routes(routes!(info::quota))
        .routes(routes!(info::circuits))
        .routes(routes!(info::keys))
        .routes(routes!(info::version))
        .route("/openapi.json", axum::routing::get(docs::serve))
        .layer(from_fn_with_state(Role::Prove, require));
    let metrics = OpenApiRouter::new()
        .routes(routes!(health::metrics))
        .layer(from_fn_with_state(Role::Metrics, require));
    OpenApiRouter::with_openapi(docs::base())
        .merge(order)
        .merge(prove)
        .merge(metrics)
}

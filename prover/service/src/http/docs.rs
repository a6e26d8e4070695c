//! The OpenAPI document, generated from the handlers.

use axum::Json;
use utoipa::OpenApi;

use super::shares::Bodies;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Obolus proving service",
        description = "Have Groth16 proofs made. A client is a tenant and sees its own jobs only; witnesses come sealed. Errors are application/problem+json.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    tags(
        (name = "proofs", description = "Order, follow and cancel (role prove)"),
        (name = "service", description = "Circuits, keys, quotas (role prove)"),
        (name = "operator", description = "Metrics (role metrics)"),
    )
)]
struct Base;

pub(super) fn base() -> utoipa::openapi::OpenApi {
    let mut document = Base::openapi();
    document.info.version = "1".into();
    document
}

/// The document; limits are no part of it.
pub(super) async fn serve() -> Json<utoipa::openapi::OpenApi> {
    Json(super::api(Bodies::new(0)).split_for_parts().1)
}

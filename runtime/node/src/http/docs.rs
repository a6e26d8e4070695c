//! The OpenAPI document, generated from the handlers.

use axum::Json;
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Obolus node",
        description = "Submit confidential transfers, follow the chain. Errors are application/problem+json. What each call tells the operator is said with it (Leak).",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    tags(
        (name = "transactions", description = "Submit and follow (role submit; reading: role read)"),
        (name = "chain", description = "Blocks, circuits, versions (role read)"),
        (name = "scanning", description = "What wallets read (role read)"),
        (name = "tokens", description = "Tokens and registries (role read)"),
        (name = "contracts", description = "Contracts, modules, read-only calls (role read)"),
        (name = "operator", description = "Operating the node (role operate; metrics: role metrics)"),
    )
)]
struct Base;

pub(super) fn base() -> utoipa::openapi::OpenApi {
    let mut document = Base::openapi();
    document.info.version = "1".into();
    document
}

/// The document that `/openapi.json` serves.
pub fn openapi() -> utoipa::openapi::OpenApi {
    super::api().split_for_parts().1
}

pub(super) async fn serve() -> Json<utoipa::openapi::OpenApi> {
    Json(openapi())
}

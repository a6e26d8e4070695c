//! The explorer: pages for people.

use axum::Router;

use crate::http::AppState;

/// The pages.
pub(crate) fn router(_state: AppState) -> Router<AppState> {
    Router::new()
}

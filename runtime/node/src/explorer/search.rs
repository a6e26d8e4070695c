//! Finds the page of a height, a transaction or a contract.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use obolus_abi::{ContractId, TxDigest};
use obolus_http::server::{Failure, Params};
use obolus_protocol::tx::Height;
use obolus_runtime_api::hex::decode_fixed;
use serde::Deserialize;

use super::frame::Trouble;
use crate::catalogue::Kind;
use crate::http::{AppState, OrFail};

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Search {
    #[serde(default)]
    q: String,
}

pub(super) async fn search(
    State(state): State<AppState>,
    query: Result<Params<Search>, Failure>,
) -> Response {
    let sought = match query {
        Ok(Params(Search { q })) => q.trim().to_owned(),
        Err(failure) => return Trouble::from(failure).show(&state),
    };
    let found = state
        .read(move |state| Ok(find(state, &sought)))
        .await
        .map_err(Trouble::from)
        .and_then(|found| found);
    match found {
        Ok(Some(address)) => Redirect::to(&address).into_response(),
        Ok(None) => Trouble::from(nothing()).show(&state),
        Err(trouble) => trouble.show(&state),
    }
}

fn nothing() -> Failure {
    Failure::new(
        axum::http::StatusCode::NOT_FOUND,
        "not_found",
        "nothing has this number or id: search for the height of a block, or for all 64 digits of a transaction or contract",
    )
}

fn find(state: &AppState, sought: &str) -> Result<Option<String>, Trouble> {
    let ledger = state.node.ledger();
    if let Ok(height) = sought.parse::<u64>()
        && ledger.summary(Height(height)).or_fail()?.is_some()
    {
        return Ok(Some(format!("/explorer/blocks/{height}")));
    }
    let sought = sought.to_ascii_lowercase();
    if let Ok(id) = decode_fixed::<TxDigest>(&sought)
        && state.node.status(&id).or_fail()?.is_some()
    {
        return Ok(Some(format!("/explorer/transactions/{id}")));
    }
    let Ok(id) = decode_fixed::<ContractId>(&sought) else {
        return Ok(None);
    };
    Ok(state
        .catalogue
        .find(id)
        .or_fail()?
        .map(|(_, kind)| match kind {
            Kind::Token => format!("/explorer/tokens/{id}"),
            Kind::Registry | Kind::Other => "/explorer/contracts".to_owned(),
        }))
}

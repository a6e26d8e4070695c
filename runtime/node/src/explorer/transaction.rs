//! The page of a transaction: side by side what is public, and what is hidden from whom.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use obolus_abi::TxDigest;
use obolus_http::server::{Failure, Segment};
use obolus_protocol::tx::{Height, Transaction};
use obolus_runtime_api::{TxState, TxStatus};

use super::frame::{Content, Frame, Trouble, page};
use super::hidden::{Hiding, Secret};
use super::public::{self, Fact, ProofShown, Told};
use super::text::{Id, When, count};
use crate::catalogue::Kind;
use crate::http::{AppState, OrFail, PathId};

#[derive(Template)]
#[template(path = "transaction.html")]
struct Committed {
    frame: Frame,
    id: Id,
    title: String,
    sentence: &'static str,
    height: u64,
    index: u32,
    when: When,
    contract: Id,
    kind: &'static str,
    entry: String,
    fuel: String,
    envelope: Vec<Fact>,
    events: Vec<Told>,
    proofs: Vec<ProofShown>,
    secrets: &'static [Secret],
    watchers: [&'static str; 6],
}

#[derive(Template)]
#[template(path = "uncommitted.html")]
struct Uncommitted {
    frame: Frame,
    id: Id,
    refused: bool,
    code: String,
    detail: String,
}

/// Either page.
enum Shown {
    Committed(Box<Committed>),
    Uncommitted(Box<Uncommitted>),
}

impl Content for Shown {
    fn render(self) -> Result<String, Trouble> {
        match self {
            Self::Committed(page) => Content::render(*page),
            Self::Uncommitted(page) => Content::render(*page),
        }
    }
}

pub(super) async fn transaction(
    State(state): State<AppState>,
    id: Result<Segment<PathId<TxDigest>>, Failure>,
) -> Response {
    page(&state, move |state| {
        let Segment(PathId(id)) = id?;
        let status = state.node.status(&id).or_fail()?;
        let status = status.ok_or_else(|| Failure::missing("transaction"))?;
        match status.state {
            TxState::Committed => Ok(Shown::Committed(Box::new(committed(state, id)?))),
            TxState::Pending | TxState::Refused => {
                Ok(Shown::Uncommitted(Box::new(uncommitted(state, status))))
            }
        }
    })
    .await
}

fn uncommitted(state: &AppState, status: TxStatus) -> Uncommitted {
    Uncommitted {
        frame: Frame::of(state),
        id: Id::new(status.id),
        refused: status.state == TxState::Refused,
        code: status.code.unwrap_or_default(),
        detail: status.detail.unwrap_or_default(),
    }
}

fn committed(state: &AppState, id: TxDigest) -> Result<Committed, Trouble> {
    let missing = || Failure::missing("transaction");
    let ledger = state.node.ledger();
    let (update, receipt) = ledger.transaction(&id).or_fail()?.ok_or_else(missing)?;
    let block = ledger.block(Height(receipt.height)).or_fail()?;
    let bytes = block.txs.get(receipt.index as usize).ok_or_else(missing)?;
    let tx = Transaction::decode(bytes).map_err(|error| Failure::internal(&error))?;

    let mut events = Vec::new();
    let mut hiding = Hiding::Nothing;
    for record in &update.events {
        let kind = kind(state, record.contract)?;
        let (told, hides) = public::event(kind, record);
        // The first thing that hides something is what the transaction is about.
        if hiding == Hiding::Nothing {
            hiding = hides;
        }
        events.push(told);
    }
    let called = kind(state, update.contract)?;
    let title = events.first().map_or_else(
        || format!("Call of {}", update.entry),
        |told| told.title.clone(),
    );
    Ok(Committed {
        frame: Frame::of(state),
        id: Id::new(id),
        title,
        sentence: hiding.sentence(),
        height: receipt.height,
        index: receipt.index,
        when: When::of(block.header.view().time_ms),
        contract: public::contract(called, update.contract),
        kind: match called {
            Some(Kind::Token) => "token",
            Some(Kind::Registry) => "registry",
            Some(Kind::Other) => "contract",
            None => "system contract",
        },
        entry: update.entry,
        fuel: count(receipt.fuel_used),
        envelope: public::envelope(&tx, bytes.len()),
        events,
        proofs: tx
            .proofs
            .iter()
            .map(|proof| public::proof(ledger, proof))
            .collect(),
        secrets: hiding.secrets(),
        watchers: hiding.watchers(),
    })
}

/// What a contract is; none for the system contract.
fn kind(state: &AppState, id: obolus_abi::ContractId) -> Result<Option<Kind>, Trouble> {
    Ok(state.catalogue.find(id).or_fail()?.map(|(_, kind)| kind))
}

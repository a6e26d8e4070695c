//! Tokens, with the registry that each one asks.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use obolus_abi::registry::{Participant, SlotMsg};
use obolus_abi::token::Circuit;
use obolus_abi::{ContractId, RoleSet};
use obolus_http::server::{Failure, Segment};
use obolus_verifier::KeyIdText;

use super::frame::{Frame, Trouble, page};
use super::reserves::{EpochShown, ReservesShown, epochs};
use super::text::{Id, amount, count, plain};
use crate::catalogue::Token;
use crate::http::{AppState, OrFail, PathId};

/// Participants on a token's page.
const PARTICIPANTS: u32 = 200;

/// A token in one line.
pub(super) struct TokenRow {
    pub(super) id: Id,
    pub(super) name: String,
    pub(super) unit: String,
    pub(super) issuer: String,
    pub(super) notes: String,
    pub(super) paused: bool,
}

impl TokenRow {
    pub(super) fn of(token: &Token) -> Self {
        let settings = &token.state.settings;
        Self {
            id: Id::linked("tokens", token.id),
            name: plain(&settings.name),
            unit: settings.unit.clone(),
            issuer: of_keys(&settings.issuer),
            notes: count(token.notes),
            paused: token.state.paused,
        }
    }
}

pub(super) fn of_keys(set: &RoleSet) -> String {
    format!("{} of {} keys", set.threshold, set.keys.len())
}

#[derive(Template)]
#[template(path = "tokens.html")]
struct Tokens {
    frame: Frame,
    tokens: Vec<TokenRow>,
}

pub(super) async fn tokens(State(state): State<AppState>) -> Response {
    page(&state, |state| {
        Ok(Tokens {
            frame: Frame::of(state),
            tokens: state
                .catalogue
                .tokens()
                .or_fail()?
                .iter()
                .map(TokenRow::of)
                .collect(),
        })
    })
    .await
}

/// One circuit of a token.
struct Pin {
    entry: &'static str,
    enabled: bool,
    key: Id,
}

struct ParticipantRow {
    slot: u32,
    owner: Id,
    limit: String,
    frozen: bool,
    deal: bool,
    /// Slot of the newer key.
    newer: Option<u32>,
}

#[derive(Template)]
#[template(path = "token.html")]
struct TokenPage {
    frame: Frame,
    row: TokenRow,
    exponent: u8,
    code: Id,
    code_frozen: bool,
    registry: Id,
    operator: String,
    issues: String,
    issued: Id,
    redeemed: Id,
    anchor: Id,
    pins: Vec<Pin>,
    redemptions: String,
    cleared: String,
    version: u32,
    predecessor: Option<Id>,
    successor: Option<Id>,
    reserves: Option<ReservesShown>,
    epochs: Vec<EpochShown>,
    active_root: Option<Id>,
    slots: u32,
    participants: Vec<ParticipantRow>,
}

pub(super) async fn token(
    State(state): State<AppState>,
    id: Result<Segment<PathId<ContractId>>, Failure>,
) -> Response {
    page(&state, move |state| {
        let Segment(PathId(id)) = id?;
        let token = state.catalogue.token(id).or_fail()?;
        let token = token.ok_or_else(|| Failure::missing("token"))?;
        let settings = &token.state.settings;
        let registry = state.catalogue.registry(settings.registry).or_fail()?;
        let slots = registry.as_ref().map_or(0, |registry| registry.slots);
        let pins = [
            (Circuit::Transfer, Some(settings.pins.transfer)),
            (Circuit::Issue, Some(settings.pins.issue)),
            (Circuit::Redeem, Some(settings.pins.redeem)),
            (Circuit::Supply, settings.pins.supply),
            (Circuit::Velocity, settings.pins.velocity),
        ];
        Ok(TokenPage {
            frame: Frame::of(state),
            row: TokenRow::of(&token),
            exponent: settings.exponent,
            code: Id::new(token.record.code),
            code_frozen: token.record.code_frozen(),
            registry: Id::new(settings.registry),
            operator: of_keys(&settings.operator),
            issues: count(token.state.issue_nonce),
            issued: Id::new(token.state.issued),
            redeemed: Id::new(token.state.redeemed),
            anchor: Id::new(token.anchor),
            pins: pins
                .into_iter()
                .zip(token.state.enabled)
                .filter_map(|((circuit, key), enabled)| {
                    Some(Pin {
                        entry: circuit.name(),
                        enabled,
                        key: Id::new(KeyIdText(key?)),
                    })
                })
                .collect(),
            redemptions: count(token.state.redemptions),
            cleared: count(token.state.cleared),
            version: token.state.version,
            predecessor: settings.predecessor.map(|id| Id::linked("tokens", id)),
            successor: token.state.successor.map(|id| Id::linked("tokens", id)),
            reserves: ReservesShown::of(&token.state),
            epochs: match &registry {
                Some(told) => epochs(state, settings.registry, told)?,
                None => Vec::new(),
            },
            active_root: registry.map(|registry| Id::new(registry.active_root)),
            slots,
            participants: (0..slots.min(PARTICIPANTS))
                .map(|slot| participant(state, settings.registry, slot, settings.exponent))
                .collect::<Result<_, _>>()?,
        })
    })
    .await
}

fn participant(
    state: &AppState,
    registry: ContractId,
    slot: u32,
    exponent: u8,
) -> Result<ParticipantRow, Trouble> {
    let broken = |error: borsh::io::Error| Failure::internal(&error);
    let message = borsh::to_vec(&SlotMsg { slot }).map_err(broken)?;
    let ledger = state.node.ledger();
    let reply = ledger.query(registry, "participant", message).or_fail()?;
    let entry: Participant = borsh::from_slice(&reply).map_err(broken)?;
    Ok(ParticipantRow {
        slot,
        owner: Id::new(entry.owner),
        limit: amount(entry.limit, exponent),
        frozen: entry.frozen,
        deal: entry.deal.is_some(),
        newer: entry.superseded_by,
    })
}

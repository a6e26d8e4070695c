//! Tokens, registries, directories, anchors and paths.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use obolus_abi::registry::{Participant, SlotMsg};
use obolus_abi::token::NOTE_TREE;
use obolus_abi::{ContractId, RoleSet};
use obolus_http::Problem;
use obolus_http::server::{Failure, FromSegment, Params, Segment};
use obolus_protocol::Owner;
use obolus_protocol::address::{Address, EncryptionKey};
use obolus_protocol::field::fr_to_bytes;
use obolus_protocol::tx::Height;
use obolus_runtime_api::{
    AnchorView, BackingView, DirectoryPage, ParticipantView, PathView, PreviousAuditorView,
    RegistryView, ReservesView, RoleView, TokenView, hex,
};
use obolus_verifier::KeyIdText;
use serde::Deserialize;

use super::AppState;
use super::params::Before;
use crate::catalogue::Token;
use crate::http::{OrFail, PathId};
use crate::paths::{PathError, TreeId};

/// Entries of a directory in one answer.
const DIRECTORY_PAGE: u32 = 100;
/// Blocks looked at for one page of anchors.
const ANCHOR_BLOCKS: usize = 10_000;

/// All tokens.
///
/// Leak: none.
#[utoipa::path(get, path = "/v1/tokens", tag = "tokens", responses((status = 200, body = Vec<TokenView>)))]
pub(super) async fn tokens(State(state): State<AppState>) -> Result<Json<Vec<TokenView>>, Failure> {
    state
        .read(|state| {
            Ok(Json(
                state
                    .catalogue
                    .tokens()
                    .or_fail()?
                    .iter()
                    .map(view)
                    .collect(),
            ))
        })
        .await
}

/// One token.
///
/// Leak: that the caller is interested in this token.
#[utoipa::path(
    get, path = "/v1/tokens/{contract}", tag = "tokens",
    params(("contract" = String, Path, description = "64 hexadecimal digits", pattern = "^[0-9a-f]{64}$")),
    responses(
        (status = 200, body = TokenView),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn token(
    State(state): State<AppState>,
    Segment(PathId(id)): Segment<PathId<ContractId>>,
) -> Result<Json<TokenView>, Failure> {
    state
        .read(move |state| Ok(Json(view(&find(state, id)?))))
        .await
}

fn find(state: &AppState, id: ContractId) -> Result<Token, Failure> {
    let token = state.catalogue.token(id).or_fail()?;
    token.ok_or_else(|| Failure::missing("token"))
}

/// A token as clients are shown it.
pub(crate) fn view(token: &Token) -> TokenView {
    let Token {
        id,
        record,
        state,
        notes,
        anchor,
    } = token;
    let settings = &state.settings;
    let [transfer, issue, redeem, supply, _] = state.enabled;
    TokenView {
        token: *id,
        code: record.code,
        code_frozen: record.code_frozen(),
        registry: settings.registry,
        name: settings.name.clone(),
        unit: settings.unit.clone(),
        exponent: settings.exponent,
        issuer: role(&settings.issuer),
        operator: role(&settings.operator),
        issue_nonce: state.issue_nonce,
        paused: state.paused,
        enabled: [transfer, issue, redeem],
        pins: [
            settings.pins.transfer,
            settings.pins.issue,
            settings.pins.redeem,
        ]
        .map(|id| KeyIdText(id).to_string()),
        issued: hex::encode(state.issued.as_bytes()),
        redeemed: hex::encode(state.redeemed.as_bytes()),
        redemptions: state.redemptions,
        cleared: state.cleared,
        reserves: settings.reserves.as_ref().map(|rule| ReservesView {
            attestor: role(&rule.attestor),
            strict: rule.strict,
            enabled: supply,
            pin: settings.pins.supply.map(|id| KeyIdText(id).to_string()),
            backing: state.backing.map(|backing| BackingView {
                reserves: backing.reserves.to_string(),
                as_of_height: backing.as_of_height,
                attested_height: backing.attested_height,
                document: hex::encode(&backing.document),
                redemptions: backing.redemptions,
            }),
        }),
        version: state.version,
        predecessor: settings.predecessor.map(|id| id.to_string()),
        successor: state.successor.map(|id| id.to_string()),
        notes: *notes,
        anchor: *anchor,
    }
}

pub(super) fn role(set: &RoleSet) -> RoleView {
    RoleView {
        keys: set
            .keys
            .iter()
            .map(|key| hex::encode(key.as_bytes()))
            .collect(),
        threshold: set.threshold,
    }
}

/// Anchors of a token's note tree, newest first; every one of them stays valid.
///
/// Leak: none beyond the page asked for.
#[utoipa::path(
    get, path = "/v1/tokens/{contract}/anchors", tag = "tokens",
    params(("contract" = String, Path, description = "64 hexadecimal digits", pattern = "^[0-9a-f]{64}$"), Before),
    responses(
        (status = 200, body = Vec<AnchorView>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn anchors(
    State(state): State<AppState>,
    Segment(PathId(id)): Segment<PathId<ContractId>>,
    Params(page): Params<Before>,
) -> Result<Json<Vec<AnchorView>>, Failure> {
    let limit = page.limit()?;
    state
        .read(move |state| {
            find(state, id)?;
            let ledger = state.node.ledger();
            let top = page.top(ledger.tip().height);
            let mut anchors = Vec::new();
            for height in (1..=top).rev().take(ANCHOR_BLOCKS) {
                if anchors.len() == limit {
                    break;
                }
                let appended = ledger.appended(Height(height)).or_fail()?;
                let own = appended
                    .iter()
                    .find(|tree| tree.contract == id && u32::from(tree.tree) == NOTE_TREE);
                anchors.extend(own.map(|tree| AnchorView {
                    anchor: tree.root,
                    height,
                    notes: tree.first + tree.leaves.len() as u64,
                }));
            }
            Ok(Json(anchors))
        })
        .await
}

/// The path of a leaf of a token's note tree.
///
/// Leak: **the position**, hence, most likely, which note is the caller's. Wallets keep the paths of their own notes while
/// they scan and never call this; it is for auditors and tools that look at notes of others.
#[utoipa::path(
    get, path = "/v1/tokens/{contract}/paths/{position}", tag = "tokens",
    params(
        ("contract" = String, Path, description = "64 hexadecimal digits", pattern = "^[0-9a-f]{64}$"),
        ("position" = u64, Path, description = "leaf index, from 0"),
    ),
    responses(
        (status = 200, body = PathView),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn path(
    State(state): State<AppState>,
    place: Result<Path<(String, String)>, PathRejection>,
) -> Result<Json<PathView>, Failure> {
    let Path((contract, position)) = place?;
    let PathId(contract) = PathId::<ContractId>::from_segment(&contract)?;
    let position = u64::from_segment(&position)?;
    state
        .read(move |state| {
            find(state, contract)?;
            let tree = TreeId {
                contract,
                tree: NOTE_TREE as u8,
            };
            let found = match state.paths.path(&tree, position) {
                Ok(Some(found)) => found,
                Ok(None) | Err(PathError::NoLeaf { .. }) => return Err(Failure::missing("leaf")),
                Err(error) => return Err(Failure::internal(&error)),
            };
            let siblings = found.path.siblings().iter();
            Ok(Json(PathView {
                position,
                leaf: fr_to_bytes(&found.leaf),
                anchor: fr_to_bytes(&found.anchor),
                height: found.height,
                siblings: siblings
                    .map(|row| row.map(|node| hex::encode(&fr_to_bytes(&node).0)))
                    .collect(),
            }))
        })
        .await
}

/// One registry.
///
/// Leak: that the caller is interested in this registry.
#[utoipa::path(
    get, path = "/v1/registries/{contract}", tag = "tokens",
    params(("contract" = String, Path, description = "64 hexadecimal digits", pattern = "^[0-9a-f]{64}$")),
    responses(
        (status = 200, body = RegistryView),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn registry(
    State(state): State<AppState>,
    Segment(PathId(id)): Segment<PathId<ContractId>>,
) -> Result<Json<RegistryView>, Failure> {
    state
        .read(move |state| {
            let registry = state.catalogue.registry(id).or_fail()?;
            let registry = registry.ok_or_else(|| Failure::missing("registry"))?;
            Ok(Json(RegistryView {
                registry: id,
                auditor: hex::encode(registry.auditor.as_bytes()),
                epoch: registry.epoch,
                previous_auditor: registry.previous.map(|previous| PreviousAuditorView {
                    auditor: hex::encode(previous.auditor.as_bytes()),
                    until: previous.until,
                }),
                seizure_delay: registry.seizure_delay,
                active_root: registry.active_root,
                frozen_root: registry.frozen_root,
                slots: registry.slots,
                valid_roots: registry.valid_roots,
            }))
        })
        .await
}

#[derive(Clone, Copy, Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct FromSlot {
    /// First slot of the page; 0 without it.
    from: Option<u32>,
}

/// A registry's directory, page by page.
///
/// Read it from the start, so that no question is about one participant. Leak: none then.
#[utoipa::path(
    get, path = "/v1/registries/{contract}/participants", tag = "tokens",
    params(("contract" = String, Path, description = "64 hexadecimal digits", pattern = "^[0-9a-f]{64}$"), FromSlot),
    responses(
        (status = 200, body = DirectoryPage),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn participants(
    State(state): State<AppState>,
    Segment(PathId(id)): Segment<PathId<ContractId>>,
    Params(page): Params<FromSlot>,
) -> Result<Json<DirectoryPage>, Failure> {
    state
        .read(move |state| {
            let registry = state.catalogue.registry(id).or_fail()?;
            let registry = registry.ok_or_else(|| Failure::missing("registry"))?;
            let from = page.from.unwrap_or(0).min(registry.slots);
            let end = from.saturating_add(DIRECTORY_PAGE).min(registry.slots);
            let mut participants = Vec::new();
            for slot in from..end {
                let message =
                    borsh::to_vec(&SlotMsg { slot }).map_err(|error| Failure::internal(&error))?;
                let reply = state
                    .node
                    .ledger()
                    .query(id, "participant", message)
                    .or_fail()?;
                let entry: Participant =
                    borsh::from_slice(&reply).map_err(|error| Failure::internal(&error))?;
                participants.push(participant(state, &entry));
            }
            Ok(Json(DirectoryPage {
                participants,
                next: (end < registry.slots).then_some(end),
            }))
        })
        .await
}

fn participant(state: &AppState, entry: &Participant) -> ParticipantView {
    let network = state.node.ledger().genesis().network;
    let owner = Owner::from_bytes(&entry.owner).ok();
    let epk = EncryptionKey::new(entry.epk).ok();
    ParticipantView {
        slot: entry.slot,
        owner: entry.owner,
        address: owner
            .zip(epk)
            .map(|(owner, epk)| Address { owner, epk }.encode(network)),
        limit: entry.limit,
        frozen: entry.frozen,
        deal: entry.deal.is_some(),
        supersedes: entry.supersedes,
        superseded_by: entry.superseded_by,
    }
}

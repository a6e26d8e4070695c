//! Which ciphertexts a request is about.
//!
//! A node could name the ciphertext of one payment under another's digest, so that members open what nobody asked for. So
//! each ciphertext must be stated in the arguments of the very transaction that the request names, whose digest follows from
//! them. Slots and positions are in no arguments: what an item names besides is, the owner or the commitment, and it is that
//! which decides.

use std::collections::BTreeMap;

use obolus_abi::accesslog::AccessItem;
use obolus_abi::registry::RegistryEvent;
use obolus_abi::{ContractId, TxDigest};
use obolus_protocol::address::Address;
use obolus_protocol::curve::Point;
use obolus_runtime_api::hex;
use obolus_threshold::OpenRequest;
use obolus_threshold::audit::{CaseNumber, CiphertextKind, CiphertextRef, Reason, Requester};
use obolus_wallet::events::{LedgerEvent, LedgerTx};
use obolus_wallet::notes::Place;
use obolus_wallet::{ChainSource, SourceError, TokenConfig, TokenView};

use super::stated::{Ciphertext, stated};
use super::{AccessError, Blocks, Request, SealedItems, unsealed};

/// A ciphertext that is to be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Number of the request's item that it belongs to.
    pub item: usize,
    /// Its block and transaction.
    pub place: Place,
    /// Whose key it is, where it is an escrow: the owner as the arguments state it.
    pub address: Option<Address>,
    /// What members answer.
    pub request: OpenRequest,
}

/// What somebody knows besides the ledger.
#[derive(Clone, Copy, Default)]
pub struct Known<'a> {
    /// What sealed items stand for.
    pub opening: Option<&'a SealedItems>,
    /// Contracts that pass payments on as their arguments state them.
    pub via: &'a [ContractId],
}

/// The ciphertexts of a request: in the order of its items, and of the ledger for each of them. The same for everybody who
/// knows what sealed items stand for.
///
/// # Errors
/// [`AccessError`]; [`AccessError::NotInTransaction`] if the node makes something up, [`AccessError::UnknownContract`] if a
/// contract is in between of which the member was not told.
pub fn find(
    (source, blocks): (&dyn ChainSource, &dyn Blocks),
    config: TokenConfig,
    request: &Request,
    known: Known<'_>,
) -> Result<Vec<Wanted>, AccessError> {
    let message = &request.message;
    if message.contract != config.token && message.contract != config.registry {
        return Err(AccessError::OtherToken(request.number));
    }
    let items = unsealed(message, known.opening)?;
    let case = CaseNumber::new(&message.case).map_err(|_| AccessError::Text("case number"))?;
    let reason = Reason::new(&message.purpose).map_err(|_| AccessError::Text("purpose"))?;
    let requester = Requester::new(&hex::encode(message.by.as_bytes()))
        .map_err(|_| AccessError::Text("requester"))?;
    let mut found = Vec::new();
    walk(source, config, |view, tx| {
        for event in &tx.events {
            let Some(ciphertext) = ciphertext(event) else {
                continue;
            };
            let named = |item: &AccessItem| names(item, &tx.place.tx, event, &ciphertext);
            let Some(item) = items.iter().position(named) else {
                continue;
            };
            check_source(blocks, (&config, known.via), &tx.place, &ciphertext)?;
            let point = Point::decode(&ciphertext.r).map_err(|_| SourceError::Malformed)?;
            let reference = CiphertextRef::new(tx.place.tx, ciphertext.kind, point)
                .map_err(|_| SourceError::Malformed)?;
            let mut people = view.directory().iter();
            let escrowed = ciphertext.kind == CiphertextKind::Register;
            let owner = people.find(|entry| escrowed && ciphertext.names(&entry.owner.to_bytes()));
            found.push(Wanted {
                item,
                place: tx.place,
                address: owner.and_then(|entry| entry.address()),
                request: OpenRequest {
                    case: case.clone(),
                    reason: reason.clone(),
                    requester: requester.clone(),
                    chain: config.chain,
                    token: config.token,
                    ciphertext: reference,
                },
            });
        }
        Ok(())
    })?;
    for number in 0..items.len() {
        if !found.iter().any(|wanted| wanted.item == number) {
            return Err(AccessError::Nothing(number));
        }
    }
    // Stable: within an item the ledger's order stays.
    found.sort_by_key(|wanted| wanted.item);
    Ok(found)
}

/// Names notes and escrowed keys of slots as a request has to: by commitment and owner, with the owner's address. The node
/// is believed here: who asks looks at what came of it, and members see the same.
///
/// # Errors
/// [`AccessError::NoNote`], [`AccessError::NoSlot`].
pub fn name_items(
    source: &dyn ChainSource,
    config: TokenConfig,
    (notes, slots): (&[u64], &[u32]),
) -> Result<Vec<(AccessItem, Option<Address>)>, AccessError> {
    let mut made = BTreeMap::new();
    let view = walk(source, config, |_, tx| {
        let leaves = tx.events.iter().flat_map(LedgerEvent::leaves);
        made.extend(leaves.map(|leaf| (leaf.position.get(), leaf.commitment.to_bytes())));
        Ok(())
    })?;
    let note = |position: &u64| {
        let commitment = *made.get(position).ok_or(AccessError::NoNote(*position))?;
        let item = AccessItem::Note {
            position: *position,
            commitment,
        };
        Ok((item, None))
    };
    let escrow = |slot: &u32| {
        let mut people = view.directory().iter();
        let entry = people.find(|entry| entry.slot.get() == *slot);
        let entry = entry.ok_or(AccessError::NoSlot(*slot))?;
        let item = AccessItem::Escrow {
            slot: *slot,
            owner: entry.owner.to_bytes(),
        };
        Ok((item, entry.address()))
    };
    let notes = notes.iter().map(note);
    notes.chain(slots.iter().map(escrow)).collect()
}

/// Reads all blocks; what is known after the last one.
fn walk(
    source: &dyn ChainSource,
    config: TokenConfig,
    mut each: impl FnMut(&TokenView, &LedgerTx<'_>) -> Result<(), AccessError>,
) -> Result<TokenView, AccessError> {
    let mut view = TokenView::new(config);
    let tip = source.tip()?;
    while view.next_height() <= tip {
        let updates = source.updates(view.next_height())?;
        if updates.is_empty() {
            return Err(SourceError::Malformed.into());
        }
        for update in updates {
            for tx in view.apply(&update)? {
                each(&view, &tx)?;
            }
        }
    }
    Ok(view)
}

/// The audit ciphertext of an event.
fn ciphertext(event: &LedgerEvent) -> Option<Ciphertext> {
    Some(match event {
        LedgerEvent::Issued { msg, .. } => Ciphertext::issue(msg),
        LedgerEvent::MigratedIn { msg, .. } => Ciphertext::entering(msg),
        LedgerEvent::Transferred { msg, .. } | LedgerEvent::Seized { msg, .. } => {
            Ciphertext::transfer(msg)
        }
        LedgerEvent::Redeemed { msg, .. } | LedgerEvent::MigratedOut { msg, .. } => {
            Ciphertext::redeem(msg)
        }
        LedgerEvent::Registry(RegistryEvent::Registered { participant, r, c1 }) => {
            Ciphertext::escrow(participant.owner, *r, *c1)
        }
        LedgerEvent::Registry(_)
        | LedgerEvent::Settlement { .. }
        | LedgerEvent::VelocitySet(_)
        | LedgerEvent::PlaceUsed(_) => return None,
    })
}

/// Whether an item asks for an event's ciphertext. A transaction's are its movements: the escrow of a nullifier key tells
/// more than one transaction, and is asked for by its slot and owner only. Owner and commitments are what
/// [`check_source`] compares with the arguments.
fn names(item: &AccessItem, tx: &TxDigest, event: &LedgerEvent, ciphertext: &Ciphertext) -> bool {
    match (item, event) {
        (
            AccessItem::Escrow { slot, owner },
            LedgerEvent::Registry(RegistryEvent::Registered { participant, .. }),
        ) => participant.slot == *slot && ciphertext.names(owner),
        (_, LedgerEvent::Registry(_)) => false,
        (AccessItem::Transaction { digest }, _) => digest == tx,
        (
            AccessItem::Note {
                position,
                commitment,
            },
            event,
        ) => {
            let mut leaves = event.leaves().into_iter();
            let there = leaves.any(|leaf| leaf.position.get() == *position);
            there && ciphertext.names(commitment)
        }
        _ => false,
    }
}

/// The transaction whose digest the request names states the ciphertext, with the same owner or notes, whatever the node
/// says.
fn check_source(
    blocks: &dyn Blocks,
    (config, via): (&TokenConfig, &[ContractId]),
    place: &Place,
    ciphertext: &Ciphertext,
) -> Result<(), AccessError> {
    let transactions = blocks.transactions(place.height)?;
    let mut bodies = transactions.iter().map(|transaction| &transaction.body);
    let body = bodies.find(|body| body.chain == config.chain && body.digest() == place.tx);
    let body = body.ok_or(AccessError::NotInTransaction(place.tx))?;
    if stated(body, config, via).contains(ciphertext) {
        Ok(())
    } else if stated(body, config, &[body.contract]).contains(ciphertext) {
        Err(AccessError::UnknownContract {
            transaction: place.tx,
            contract: body.contract,
        })
    } else {
        Err(AccessError::NotInTransaction(place.tx))
    }
}

#[cfg(test)]
mod tests;

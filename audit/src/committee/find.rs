//! Which ciphertexts a request is about.
//!
//! A node could name the ciphertext of one payment under another's digest, so that members open what nobody asked for. So
//! each ciphertext must be stated in the arguments of the very transaction that the request names, whose digest follows from
//! them.

use obolus_abi::TxDigest;
use obolus_abi::accesslog::AccessItem;
use obolus_abi::registry::RegistryEvent;
use obolus_protocol::curve::Point;
use obolus_runtime_api::hex;
use obolus_threshold::OpenRequest;
use obolus_threshold::audit::{CaseNumber, CiphertextRef, Reason, Requester};
use obolus_wallet::events::LedgerEvent;
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
    /// What members answer.
    pub request: OpenRequest,
}

/// The ciphertexts of a request: in the order of its items, and of the ledger for each of them. The same for everybody who
/// knows what sealed items stand for.
///
/// # Errors
/// [`AccessError`]; [`AccessError::NotInTransaction`] if the node makes something up.
pub fn find(
    (source, blocks): (&dyn ChainSource, &dyn Blocks),
    config: TokenConfig,
    request: &Request,
    opening: Option<&SealedItems>,
) -> Result<Vec<Wanted>, AccessError> {
    let message = &request.message;
    if message.contract != config.token && message.contract != config.registry {
        return Err(AccessError::OtherToken(request.number));
    }
    let items = unsealed(message, opening)?;
    let case = CaseNumber::new(&message.case).map_err(|_| AccessError::Text("case number"))?;
    let reason = Reason::new(&message.purpose).map_err(|_| AccessError::Text("purpose"))?;
    let requester = Requester::new(&hex::encode(message.by.as_bytes()))
        .map_err(|_| AccessError::Text("requester"))?;
    let mut found = Vec::new();
    let mut view = TokenView::new(config);
    let tip = source.tip()?;
    while view.next_height() <= tip {
        let updates = source.updates(view.next_height())?;
        if updates.is_empty() {
            return Err(SourceError::Malformed.into());
        }
        for update in updates {
            for tx in view.apply(&update)? {
                for event in &tx.events {
                    let Some(ciphertext) = ciphertext(event) else {
                        continue;
                    };
                    let named = |item: &AccessItem| names(item, &tx.place.tx, event);
                    let Some(item) = items.iter().position(named) else {
                        continue;
                    };
                    check_source(blocks, &config, &tx.place, &ciphertext)?;
                    let point = Point::decode(&ciphertext.r).map_err(|_| SourceError::Malformed)?;
                    let ciphertext = CiphertextRef::new(tx.place.tx, ciphertext.kind, point)
                        .map_err(|_| SourceError::Malformed)?;
                    found.push(Wanted {
                        item,
                        place: tx.place,
                        request: OpenRequest {
                            case: case.clone(),
                            reason: reason.clone(),
                            requester: requester.clone(),
                            chain: config.chain,
                            token: config.token,
                            ciphertext,
                        },
                    });
                }
            }
        }
    }
    for number in 0..items.len() {
        if !found.iter().any(|wanted| wanted.item == number) {
            return Err(AccessError::Nothing(number));
        }
    }
    // Stable: within an item the ledger's order stays.
    found.sort_by_key(|wanted| wanted.item);
    Ok(found)
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
        LedgerEvent::Registry(RegistryEvent::Registered { r, c1, .. }) => {
            Ciphertext::escrow(*r, *c1)
        }
        LedgerEvent::Registry(_)
        | LedgerEvent::Settlement { .. }
        | LedgerEvent::VelocitySet(_)
        | LedgerEvent::PlaceUsed(_) => return None,
    })
}

/// Whether an item asks for an event's ciphertext. A transaction's are its movements: the escrow of a nullifier key tells
/// more than one transaction, and is asked for by its slot only.
fn names(item: &AccessItem, tx: &TxDigest, event: &LedgerEvent) -> bool {
    match (item, event) {
        (
            AccessItem::Escrow { slot },
            LedgerEvent::Registry(RegistryEvent::Registered { participant, .. }),
        ) => participant.slot == *slot,
        (_, LedgerEvent::Registry(_)) => false,
        (AccessItem::Transaction { digest }, _) => digest == tx,
        (AccessItem::Note { position }, event) => {
            let mut leaves = event.leaves().into_iter();
            leaves.any(|leaf| leaf.position.get() == *position)
        }
        _ => false,
    }
}

/// The transaction whose digest the request names states the ciphertext, whatever the node says.
fn check_source(
    blocks: &dyn Blocks,
    config: &TokenConfig,
    place: &Place,
    ciphertext: &Ciphertext,
) -> Result<(), AccessError> {
    let transactions = blocks.transactions(place.height)?;
    let mut bodies = transactions.iter().map(|transaction| &transaction.body);
    let body = bodies.find(|body| body.chain == config.chain && body.digest() == place.tx);
    if body.is_some_and(|body| stated(body, config).contains(ciphertext)) {
        Ok(())
    } else {
        Err(AccessError::NotInTransaction(place.tx))
    }
}

#[cfg(test)]
mod tests;

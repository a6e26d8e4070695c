//! Which ciphertexts a request is about.
//!
//! A node could name the ciphertext of one payment under another's digest, so that members open what nobody asked for. So
//! each point R must stand in the bytes of the very transaction that the request names, whose digest follows from them.

use obolus_abi::accesslog::AccessItem;
use obolus_abi::registry::RegistryEvent;
use obolus_abi::{PointBytes, TxDigest};
use obolus_protocol::curve::Point;
use obolus_protocol::tx::{Height, TxBody};
use obolus_runtime_api::hex;
use obolus_threshold::OpenRequest;
use obolus_threshold::audit::{CaseNumber, CiphertextKind, CiphertextRef, Reason, Requester};
use obolus_wallet::events::LedgerEvent;
use obolus_wallet::notes::Place;
use obolus_wallet::{ChainSource, SourceError, TokenConfig, TokenView};

use super::{AccessError, Request};

/// Gives transactions as they are on the chain.
pub trait Bodies {
    /// The signed part of a transaction in a block; none if the block has no such transaction.
    ///
    /// # Errors
    /// [`SourceError`].
    fn body(&self, place: &Place) -> Result<Option<TxBody>, SourceError>;
}

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

/// The ciphertexts of a request: in the order of its items, and of the ledger for each of them. The same for everybody.
///
/// # Errors
/// [`AccessError`]; [`AccessError::NotInTransaction`] if the node makes something up.
pub fn find(
    (source, bodies): (&dyn ChainSource, &dyn Bodies),
    config: TokenConfig,
    request: &Request,
) -> Result<Vec<Wanted>, AccessError> {
    let message = &request.message;
    if message.contract != config.token && message.contract != config.registry {
        return Err(AccessError::OtherToken(request.number));
    }
    let items = &message.items;
    let sealed = |item: &AccessItem| matches!(item, AccessItem::Sealed { .. });
    if let Some(place) = items.iter().position(sealed) {
        return Err(AccessError::Sealed(place));
    }
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
                    let Some((kind, r)) = ciphertext(event) else {
                        continue;
                    };
                    let named = |item: &AccessItem| names(item, &tx.place.tx, event);
                    let Some(item) = items.iter().position(named) else {
                        continue;
                    };
                    check_source(bodies, &tx.place, &r)?;
                    let point = Point::decode(&r).map_err(|_| SourceError::Malformed)?;
                    let ciphertext = CiphertextRef::new(tx.place.tx, kind, point)
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
fn ciphertext(event: &LedgerEvent) -> Option<(CiphertextKind, PointBytes)> {
    Some(match event {
        LedgerEvent::Issued { msg, .. } => (CiphertextKind::Issue, msg.r),
        LedgerEvent::MigratedIn { msg, .. } => (CiphertextKind::Issue, msg.r),
        LedgerEvent::Transferred { msg, .. } | LedgerEvent::Seized { msg, .. } => {
            (CiphertextKind::Transfer, msg.r)
        }
        LedgerEvent::Redeemed { msg, .. } | LedgerEvent::MigratedOut { msg, .. } => {
            (CiphertextKind::Redeem, msg.r)
        }
        LedgerEvent::Registry(RegistryEvent::Registered { r, .. }) => {
            (CiphertextKind::Register, *r)
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

/// R is in the transaction whose digest the request names, whatever the node says.
fn check_source(bodies: &dyn Bodies, place: &Place, r: &PointBytes) -> Result<(), AccessError> {
    let body = bodies.body(place)?;
    let bytes = r.as_bytes();
    let holds = body.is_some_and(|body| {
        body.digest() == place.tx && body.args.windows(bytes.len()).any(|part| part == bytes)
    });
    if holds {
        Ok(())
    } else {
        Err(AccessError::NotInTransaction(place.tx))
    }
}

/// Raw blocks of a node.
impl<F> Bodies for F
where
    F: Fn(Height, &TxDigest) -> Result<Option<TxBody>, SourceError>,
{
    fn body(&self, place: &Place) -> Result<Option<TxBody>, SourceError> {
        self(place.height, &place.tx)
    }
}

#[cfg(test)]
mod tests;

//! Whose slot a registrar's entry speaks of. A number says nothing to whoever signs, and the wrong one freezes a stranger.

use obolus_abi::registry::{RotateMsg, SetLimitMsg, SlotMsg};
use obolus_protocol::address::Network;
use obolus_protocol::note::Slot;
use obolus_protocol::tx::{Transaction, TxBody};
use obolus_wallet::TokenView;
use obolus_wallet::directory::Entry;

use super::entries::{Home, decode};

/// Nobody has a slot.
#[derive(Debug, thiserror::Error)]
#[error("nobody has slot {0} of the registry: ask whoever drafted it, or do not sign it")]
pub struct NoHolder(u32);

/// The slot that an entry speaks of, as `freeze` and `recover` do; none that it gives anew.
pub fn slot(body: &TxBody, home: Home) -> Option<u32> {
    if home != Home::Registry {
        return None;
    }
    let args = body.args.as_slice();
    Some(match body.entry.as_str() {
        "freeze" | "unfreeze" => decode::<SlotMsg>(args)?.slot,
        "set_limit" => decode::<SetLimitMsg>(args)?.slot,
        "rotate" | "recover" => decode::<RotateMsg>(args)?.slot,
        _ => return None,
    })
}

/// Who holds the slot that a registrar's transaction speaks of, in words, and for entries that ask it, whether the holder has
/// signed that another key takes its place. All of it is the node's word, whose blocks and registry agree in a checked view.
///
/// # Errors
/// [`NoHolder`].
pub fn shown(
    view: &TokenView,
    transaction: &Transaction,
    network: Network,
) -> Result<Vec<String>, NoHolder> {
    let Some(slot) = slot(&transaction.body, Home::Registry) else {
        return Ok(Vec::new());
    };
    let entry = Slot::new(slot)
        .ok()
        .and_then(|slot| view.directory().by_slot(slot))
        .ok_or(NoHolder(slot))?;
    let mut lines = vec![words(entry, network)];
    if transaction.body.entry.as_str() == "rotate" {
        lines.push(consent(entry, transaction));
    }
    Ok(lines)
}

fn consent(entry: &Entry, transaction: &Transaction) -> String {
    let (ak, digest) = (entry.ak.point().encode(), transaction.body.digest());
    let mut signatures = transaction.spend_signatures.iter();
    let signed = signatures.any(|one| one.key == ak && one.verify(&digest).is_ok());
    let slot = entry.slot.get();
    match signed {
        true => format!("the holder of slot {slot} has signed this"),
        false => format!("the holder of slot {slot} has NOT signed this, so no block takes it"),
    }
}

fn words(entry: &Entry, network: Network) -> String {
    let slot = entry.slot.get();
    let who = match (&entry.deal, entry.address()) {
        (Some((contract, deal)), _) => format!("deal {deal} of contract {contract}"),
        (None, Some(address)) => address.encode(network),
        (None, None) => format!(
            "owner {}, who cannot be paid with a memo",
            entry.owner.to_bytes()
        ),
    };
    let state = match entry.frozen {
        true => "frozen",
        false => "not frozen",
    };
    let newer = entry.superseded_by.map(|newer| {
        let newer = newer.get();
        format!("; its holder went on with slot {newer}")
    });
    format!(
        "by the node's word slot {slot} is {state} now and belongs to {who}{}",
        newer.unwrap_or_default()
    )
}

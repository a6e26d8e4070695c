//! Movements made by hand, for tests of what reads them.

use obolus_abi::TxDigest;
use obolus_protocol::Amount;
use obolus_protocol::note::{Position, Rcm, Slot};

use crate::entry::{Created, Entry, Kind, RecordId, Time};

pub(crate) fn slot(number: u32) -> Slot {
    Slot::new(number).unwrap()
}

/// Movement `id`, in block `id + 1`, at `id` seconds, with one note at position `id`.
pub(crate) fn entry(id: u64, kind: Kind, from: Option<u32>, to: Option<u32>, amount: u64) -> Entry {
    let (from, to) = (from.map(slot), to.map(slot));
    let amount = Amount::new(amount);
    let note = Created {
        position: Position::new(id).unwrap(),
        owner: to.or(from).unwrap(),
        value: amount,
        rcm: Rcm::new(id.into()),
    };
    let mut tx = [0x11; 32];
    tx[..8].copy_from_slice(&id.to_le_bytes());
    Entry {
        id: RecordId(id),
        height: id + 1,
        time: Time(id * 1_000),
        tx: TxDigest(tx),
        kind,
        from,
        to,
        amount,
        reference: None,
        created: vec![note],
        spent: Vec::new(),
    }
}

/// A payment at a moment.
pub(crate) fn paid(id: u64, ms: u64, from: u32, to: u32, amount: u64) -> Entry {
    Entry {
        time: Time(ms),
        ..entry(id, Kind::Transfer, Some(from), Some(to), amount)
    }
}

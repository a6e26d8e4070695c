//! Who paid whom how much in a period, added up; and the same as a drawing.

use std::collections::BTreeMap;

use obolus_protocol::note::Slot;

use crate::entry::{Entry, Kind};

mod svg;

pub use svg::{Drawing, draw};

/// An end of a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Party {
    /// Money that comes into being.
    Issuer,
    /// A participant or deal.
    Slot(Slot),
    /// Money that leaves the pool.
    Payout,
}

/// Everything between two ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    /// How many movements.
    pub count: u64,
    /// What they moved.
    pub sum: u128,
}

/// Sums of a period.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flows(BTreeMap<(Party, Party), Flow>);

/// What went in and out of a participant in a period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turnover {
    /// Issued to it.
    pub issued: u128,
    /// Paid to it by others, seizures included.
    pub received: u128,
    /// Paid by it to others, or seized from it.
    pub sent: u128,
    /// Redeemed by it.
    pub redeemed: u128,
    /// Movements, those to itself left out.
    pub count: u64,
}

impl Flows {
    /// Adds a movement; what a participant moves to itself is no flow.
    pub fn add(&mut self, entry: &Entry) {
        if entry.is_internal() {
            return;
        }
        let from = entry.from.map_or(Party::Issuer, Party::Slot);
        let to = entry.to.map_or(Party::Payout, Party::Slot);
        let flow = self.0.entry((from, to)).or_default();
        flow.count += 1;
        flow.sum += u128::from(entry.amount.get());
    }

    /// All flows in the order of their ends.
    pub fn iter(&self) -> impl Iterator<Item = (Party, Party, Flow)> + '_ {
        self.0.iter().map(|((from, to), flow)| (*from, *to, *flow))
    }

    /// The largest first.
    pub fn by_size(&self) -> Vec<(Party, Party, Flow)> {
        let mut all: Vec<_> = self.iter().collect();
        all.sort_by_key(|(from, to, flow)| (std::cmp::Reverse(flow.sum), *from, *to));
        all
    }

    /// Per participant.
    pub fn turnovers(&self) -> BTreeMap<Slot, Turnover> {
        let mut all: BTreeMap<Slot, Turnover> = BTreeMap::new();
        for (from, to, flow) in self.iter() {
            if let Party::Slot(slot) = from {
                let turnover = all.entry(slot).or_default();
                turnover.count += flow.count;
                match to {
                    Party::Payout => turnover.redeemed += flow.sum,
                    _ => turnover.sent += flow.sum,
                }
            }
            if let Party::Slot(slot) = to {
                let turnover = all.entry(slot).or_default();
                turnover.count += flow.count;
                match from {
                    Party::Issuer => turnover.issued += flow.sum,
                    _ => turnover.received += flow.sum,
                }
            }
        }
        all
    }
}

/// Whether a kind of movement is a flow of a customer's will: what rules look at.
pub(crate) const fn is_payment(kind: Kind) -> bool {
    matches!(kind, Kind::Transfer | Kind::Redemption)
}

#[cfg(test)]
mod tests;

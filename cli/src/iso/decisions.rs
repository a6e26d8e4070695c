//! What was decided about a UETR: which instruction was ordered under it, and rejections that were reported. So another
//! instruction is never taken for the one that was ordered, and a payment which its sender was told is rejected is never made
//! after all.

use std::collections::HashMap;

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_iso20022::{Reason, Rejection, Text, Uetr};

use super::error::IsoError;
use super::records::{Exclusive, RecordKey, Records};
use crate::wallet::Context;

const REJECTED: (&str, &str) = ("iso.rejected", "obolus iso rejections v2");
const ORDERED: (&str, &str) = ("iso.ordered", "obolus iso orders v1");

/// One rejection.
#[derive(Clone, BorshSerialize, BorshDeserialize)]
struct Decision {
    uetr: [u8; 16],
    /// Of the transfer that was rejected; another one may have its UETR.
    fingerprint: [u8; 32],
    reason: String,
    details: Vec<String>,
}

/// The instruction that a payment was ordered with.
#[derive(Clone, Copy, BorshSerialize, BorshDeserialize)]
struct Ordered {
    uetr: [u8; 16],
    instruction: [u8; 32],
}

/// The instructions that a wallet's payments were ordered with.
pub struct Orders(HashMap<[u8; 16], [u8; 32]>);

impl Orders {
    /// Reads them, while another process may be paying too.
    ///
    /// # Errors
    /// [`IsoError::Io`], [`IsoError::Damaged`].
    pub fn read(context: &Context) -> Result<Self, IsoError> {
        let (file, name) = ORDERED;
        let key = RecordKey::of(context)?;
        let all = Records::read::<Ordered>(&context.root.join(file), name, &key)?;
        Ok(Self::of(all))
    }

    fn of(all: Vec<Ordered>) -> Self {
        // The first one counts.
        let all = all.into_iter().rev();
        Self(all.map(|one| (one.uetr, one.instruction)).collect())
    }

    /// Whether another instruction was ordered with this UETR; none is known of payments that another directory ordered.
    pub fn is_other(&self, uetr: &Uetr, instruction: &[u8; 32]) -> bool {
        let known = self.0.get(uetr.uuid().as_bytes());
        known.is_some_and(|known| known != instruction)
    }
}

/// All decisions of a wallet. Whoever holds it is the only one to pay or to reject.
pub struct Decisions {
    key: RecordKey,
    rejected: Records,
    by_uetr: HashMap<[u8; 16], Decision>,
    ordered: Records,
    orders: Orders,
    _exclusive: Exclusive,
}

impl Decisions {
    /// Waits until no other process pays messages from this wallet.
    pub fn open(context: &Context) -> Result<Self, IsoError> {
        let exclusive = Exclusive::wait(&context.root.join(REJECTED.0))?;
        Self::with(context, exclusive)
    }

    /// The same, or none if another process does.
    pub fn try_open(context: &Context) -> Result<Option<Self>, IsoError> {
        let exclusive = Exclusive::take(&context.root.join(REJECTED.0))?;
        exclusive
            .map(|exclusive| Self::with(context, exclusive))
            .transpose()
    }

    fn with(context: &Context, exclusive: Exclusive) -> Result<Self, IsoError> {
        let key = RecordKey::of(context)?;
        let path = |(file, _): (&str, &str)| context.root.join(file);
        let (rejected, all) = Records::open(&path(REJECTED), REJECTED.1, &key, &exclusive)?;
        let by_uetr = all
            .into_iter()
            .map(|decision: Decision| (decision.uetr, decision));
        let (ordered, orders) = Records::open(&path(ORDERED), ORDERED.1, &key, &exclusive)?;
        Ok(Self {
            key,
            rejected,
            by_uetr: by_uetr.collect(),
            ordered,
            orders: Orders::of(orders),
            _exclusive: exclusive,
        })
    }

    /// The rejection of this transfer; of another one with its UETR it is [`reused`](super::message::reused).
    pub fn get(&self, uetr: &Uetr, fingerprint: &[u8; 32]) -> Option<Rejection> {
        let decision = self.by_uetr.get(uetr.uuid().as_bytes())?;
        if decision.fingerprint != *fingerprint {
            return Some(super::message::reused());
        }
        let known = Reason::ALL.iter().copied();
        let reason = known
            .into_iter()
            .find(|reason| reason.code() == decision.reason);
        let lines = decision.details.iter();
        Some(Rejection {
            reason: reason.unwrap_or(Reason::NARR),
            details: lines.filter_map(|line| Text::new(line).ok()).collect(),
        })
    }

    /// Writes a rejection down, before anybody is told of it.
    pub fn put(
        &mut self,
        uetr: &Uetr,
        fingerprint: [u8; 32],
        rejection: &Rejection,
    ) -> Result<(), IsoError> {
        let decision = Decision {
            uetr: *uetr.uuid().as_bytes(),
            fingerprint,
            reason: rejection.reason.code().to_owned(),
            details: rejection
                .details
                .iter()
                .map(|line| line.as_str().to_owned())
                .collect(),
        };
        if self.by_uetr.contains_key(&decision.uetr) {
            return Ok(());
        }
        self.rejected
            .append(std::slice::from_ref(&decision), &self.key)?;
        self.by_uetr.insert(decision.uetr, decision);
        Ok(())
    }

    /// Writes down with which instructions payments are ordered, before anything is paid. The first one of a UETR stays.
    pub fn order(&mut self, payments: &[(Uetr, [u8; 32])]) -> Result<(), IsoError> {
        let fresh: Vec<_> = payments
            .iter()
            .map(|(uetr, instruction)| Ordered {
                uetr: *uetr.uuid().as_bytes(),
                instruction: *instruction,
            })
            .filter(|one| !self.orders.0.contains_key(&one.uetr))
            .collect();
        if fresh.is_empty() {
            return Ok(());
        }
        self.ordered.append(&fresh, &self.key)?;
        let known = &mut self.orders.0;
        for one in fresh {
            known.entry(one.uetr).or_insert(one.instruction);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;

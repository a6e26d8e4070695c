//! Rejections that were reported, so that a payment which its sender was told is rejected is never made after all.

use std::collections::HashMap;

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_iso20022::{Reason, Rejection, Text, Uetr};

use super::error::IsoError;
use super::records::{Exclusive, RecordKey, Records};
use crate::wallet::Context;

const FILE: &str = "iso.rejected";
const NAME: &str = "obolus iso rejections v1";

/// One rejection.
#[derive(Clone, BorshSerialize, BorshDeserialize)]
struct Decision {
    uetr: [u8; 16],
    /// Of the transfer that was rejected; another one may have its UETR.
    fingerprint: [u8; 32],
    reason: String,
    details: Vec<String>,
}

/// All rejections of a wallet. Whoever holds it is the only one to pay or to reject.
pub struct Decisions {
    key: RecordKey,
    records: Records,
    by_uetr: HashMap<[u8; 16], Decision>,
    _exclusive: Exclusive,
}

impl Decisions {
    /// Waits until no other process pays messages from this wallet.
    pub fn open(context: &Context) -> Result<Self, IsoError> {
        let exclusive = Exclusive::wait(&context.root.join(FILE))?;
        Self::with(context, exclusive)
    }

    /// The same, or none if another process does.
    pub fn try_open(context: &Context) -> Result<Option<Self>, IsoError> {
        let exclusive = Exclusive::take(&context.root.join(FILE))?;
        exclusive
            .map(|exclusive| Self::with(context, exclusive))
            .transpose()
    }

    fn with(context: &Context, exclusive: Exclusive) -> Result<Self, IsoError> {
        let key = RecordKey::of(context)?;
        let path = context.root.join(FILE);
        let (records, all) = Records::open::<Decision>(&path, NAME, &key, &exclusive)?;
        let by_uetr = all.into_iter().map(|decision| (decision.uetr, decision));
        Ok(Self {
            key,
            records,
            by_uetr: by_uetr.collect(),
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
        self.records
            .append(std::slice::from_ref(&decision), &self.key)?;
        self.by_uetr.insert(decision.uetr, decision);
        Ok(())
    }
}

#[cfg(test)]
mod tests;

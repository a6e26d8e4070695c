//! The auditor's view: every ciphertext opened, every payment with both parties and its amount.
//!
//! What the auditor opens is compared with the commitments on the ledger. The proofs make a
//! mismatch impossible, so one that shows up is reported and left out of the totals.

use std::collections::BTreeMap;

use obolus_abi::{PointBytes, registry::RegistryEvent};
use obolus_protocol::{
    Owner,
    audit::{self, AuditError, AuditorKey, AuditorSecret},
    curve::Point,
    keys::NullifierKey,
    note::Slot,
    pedersen::ValueCommitment,
    tx::Height,
};
use obolus_runtime_api::BlockUpdate;

use crate::{
    config::TokenConfig,
    events::{LedgerEvent, LedgerTx, ScanError},
    notes::Place,
    view::{Follower, TokenView},
};

mod record;

pub use record::{Finding, OpenedNote, Record, Supply, Total};

/// Everything that happened to one token, in clear.
pub struct AuditorView {
    view: TokenView,
    /// Key of the auditor epoch at the event being read.
    epoch: AuditorKey,
    secrets: Vec<AuditorSecret>,
    records: Vec<Record>,
    totals: BTreeMap<Slot, Total>,
    supply: Supply,
    findings: Vec<Finding>,
    escrow: BTreeMap<Slot, NullifierKey>,
}

impl AuditorView {
    /// A view before the first block, with the secrets of all epochs that the auditor holds.
    pub fn new(config: TokenConfig, secrets: Vec<AuditorSecret>) -> Self {
        Self {
            view: TokenView::new(config),
            epoch: config.auditor,
            secrets,
            records: Vec::new(),
            totals: BTreeMap::new(),
            supply: Supply::default(),
            findings: Vec::new(),
            escrow: BTreeMap::new(),
        }
    }

    /// The public side.
    pub const fn view(&self) -> &TokenView {
        &self.view
    }

    /// All movements in the order of the ledger.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// What came in, went out and is left, per participant.
    pub const fn totals(&self) -> &BTreeMap<Slot, Total> {
        &self.totals
    }

    /// What was issued and redeemed, with the openings of the ledger's sums.
    pub const fn supply(&self) -> &Supply {
        &self.supply
    }

    /// Ciphertexts that did not open or do not match the ledger.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// A participant's nullifier key, from its registration's escrow.
    pub fn escrowed_key(&self, slot: Slot) -> Option<&NullifierKey> {
        self.escrow.get(&slot)
    }

    /// The notes of a participant as opened, with their positions; for re-delivering a note that
    /// its owner could not read.
    pub fn notes_of(&self, slot: Slot) -> Vec<OpenedNote> {
        self.records
            .iter()
            .flat_map(Record::notes)
            .filter(|(owner, _)| *owner == slot)
            .map(|(_, opened)| opened.clone())
            .collect()
    }

    fn read(&mut self, tx: &LedgerTx<'_>) {
        for event in &tx.events {
            let outcome = match event {
                LedgerEvent::Registry(event) => self.read_registry(event),
                _ => self.read_movement(event, tx.place),
            };
            if let Err(reason) = outcome {
                self.findings.push(Finding {
                    place: tx.place,
                    reason,
                });
            }
        }
    }

    fn read_registry(&mut self, event: &RegistryEvent) -> Result<(), AuditError> {
        let (participant, r, c1) = match event {
            RegistryEvent::Registered { participant, r, c1 } => (participant, r, c1),
            RegistryEvent::AuditorSet { auditor } => {
                self.epoch = AuditorKey::decode(auditor)?;
                return Ok(());
            }
            _ => return Ok(()),
        };
        let secret = self.secret()?;
        let nk = audit::register::open_message(secret, &participant.owner, &participant.ak, r, c1)?;
        let slot = Slot::new(participant.slot).map_err(|_| AuditError::Malformed)?;
        self.escrow.insert(slot, nk);
        Ok(())
    }

    fn read_movement(&mut self, event: &LedgerEvent, place: Place) -> Result<(), AuditError> {
        let secret = self.secret()?;
        let record = match event {
            LedgerEvent::Issued { note, msg } => {
                let opening = audit::issue::open_message(secret, msg)?;
                let owner = self.owner(opening.recipient)?;
                let cv = commitment(&msg.cv)?;
                opening.check(owner, note.commitment, &cv)?;
                self.supply.issue(opening.value, &opening.blinding);
                self.total(opening.recipient).issued += u128::from(opening.value.get());
                Record::Issued {
                    place,
                    recipient: opening.recipient,
                    amount: opening.value,
                    note: (note.position, opening.recipient_note(owner)),
                }
            }
            LedgerEvent::Transferred { paid, change, msg } => {
                let opening = audit::transfer::open_message(secret, msg)?;
                let (sender, recipient) =
                    (self.owner(opening.sender)?, self.owner(opening.recipient)?);
                opening.check(sender, recipient, paid.commitment, change.commitment)?;
                let amount = u128::from(opening.pay.get());
                self.total(opening.sender).sent += amount;
                self.total(opening.recipient).received += amount;
                Record::Transferred {
                    place,
                    sender: opening.sender,
                    recipient: opening.recipient,
                    amount: opening.pay,
                    paid: (paid.position, opening.recipient_note(recipient)),
                    change: (change.position, opening.change_note(sender)),
                }
            }
            LedgerEvent::Redeemed { change, msg } => {
                let opening = audit::redeem::open_message(secret, msg)?;
                let holder = self.owner(opening.sender)?;
                let cv = commitment(&msg.cv)?;
                opening.check(holder, change.commitment, &cv)?;
                self.supply.redeem(opening.redeemed, &opening.blinding);
                self.total(opening.sender).redeemed += u128::from(opening.redeemed.get());
                Record::Redeemed {
                    place,
                    holder: opening.sender,
                    amount: opening.redeemed,
                    payout_reference: msg.payout_reference,
                    change: (change.position, opening.change_note(holder)),
                }
            }
            LedgerEvent::Registry(_) | LedgerEvent::Settlement { .. } => return Ok(()),
        };
        self.records.push(record);
        Ok(())
    }

    /// The secret of the epoch that the ledger is in.
    fn secret(&self) -> Result<&AuditorSecret, AuditError> {
        self.secrets
            .iter()
            .find(|secret| secret.public() == self.epoch)
            .ok_or(AuditError::Garbage)
    }

    fn owner(&self, slot: Slot) -> Result<Owner, AuditError> {
        let entry = self.view.directory().by_slot(slot);
        entry.map(|entry| entry.owner).ok_or(AuditError::Commitment)
    }

    fn total(&mut self, slot: Slot) -> &mut Total {
        self.totals.entry(slot).or_default()
    }
}

impl Follower for AuditorView {
    fn next_height(&self) -> Height {
        self.view.next_height()
    }

    fn apply(&mut self, update: &BlockUpdate) -> Result<(), ScanError> {
        for tx in self.view.apply(update)? {
            self.read(&tx);
        }
        Ok(())
    }
}

fn commitment(bytes: &PointBytes) -> Result<ValueCommitment, AuditError> {
    let point = Point::decode(bytes).map_err(|_| AuditError::Malformed)?;
    Ok(ValueCommitment::from_point(point))
}

#[cfg(test)]
mod tests;

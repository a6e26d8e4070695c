//! The auditor's view: every ciphertext opened, every payment with both parties and its amount.
//!
//! What the auditor opens is compared with the commitments on the ledger. The proofs make a
//! mismatch impossible, so one that shows up is reported and left out of the totals.
//!
//! [`AuditReader`] opens block by block and keeps nothing of what it opened, for whoever stores it elsewhere;
//! [`AuditorView`] keeps all of it in memory. Neither holds more of the auditor's secret than [`SharedSecrets`] lets out:
//! the shared point of one ciphertext at a time.

use std::collections::BTreeMap;

use obolus_protocol::{audit::AuditorSecret, keys::NullifierKey, note::Slot, tx::Height};
use obolus_runtime_api::BlockUpdate;

use crate::{
    config::TokenConfig,
    events::ScanError,
    view::{Follower, TokenView},
};

mod books;
mod epochs;
mod keyring;
mod reader;
mod record;
mod recovery;

pub use books::{Books, BooksSnapshot, Supply, Total};
pub use epochs::SharedSecrets;
pub use keyring::Keyring;
pub use reader::{AuditReader, Opened, Read, ReaderSnapshot, Rotation};
pub use record::{Finding, OpenedNote, Record};
pub use recovery::{RecoveredNote, Recovery, RecoveryError};

/// Everything that happened to one token, in clear.
pub struct AuditorView {
    reader: AuditReader,
    secrets: Vec<AuditorSecret>,
    records: Vec<Record>,
    books: Books,
    findings: Vec<Finding>,
}

impl AuditorView {
    /// A view before the first block, with the secrets of all epochs that the auditor holds.
    pub fn new(config: TokenConfig, secrets: Vec<AuditorSecret>) -> Self {
        Self {
            reader: AuditReader::new(config),
            secrets,
            records: Vec::new(),
            books: Books::default(),
            findings: Vec::new(),
        }
    }

    /// The public side.
    pub const fn view(&self) -> &TokenView {
        self.reader.view()
    }

    /// All movements in the order of the ledger.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// What came in, went out and is left, per participant.
    pub const fn totals(&self) -> &BTreeMap<Slot, Total> {
        self.books.totals()
    }

    /// What was issued and redeemed, with the openings of the ledger's sums.
    pub const fn supply(&self) -> &Supply {
        self.books.supply()
    }

    /// Ciphertexts that did not open or do not match the ledger.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// A participant's nullifier key, from its registration's escrow.
    pub fn escrowed_key(&self, slot: Slot) -> Option<&NullifierKey> {
        self.reader.escrowed_key(slot)
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
}

impl Follower for AuditorView {
    fn next_height(&self) -> Height {
        self.reader.view().next_height()
    }

    fn apply(&mut self, update: &BlockUpdate) -> Result<(), ScanError> {
        for read in self.reader.apply(update, &self.secrets)? {
            match read {
                Read::Opened(opened) => {
                    self.books.enter(&opened);
                    self.records.push(opened.record);
                }
                Read::Finding(finding) => self.findings.push(finding),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;

//! The state that follows the chain: sums, unspent notes, where the next block continues. It grows with what is unspent and
//! with the participants, not with history; history is what [`Ledger::apply`] hands out.
//!
//! A node could make up blocks: it knows the auditor's public key and the directory, so it can write ciphertexts that open
//! and match. What it cannot make up are nullifiers of notes that exist, since these need a participant's nullifier key. So
//! each spend must use up known notes of its sender that hold exactly what comes out; otherwise the block is refused.

use std::collections::{BTreeMap, HashMap};

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::token::TokenState;
use obolus_abi::{FieldBytes, TxDigest};
use obolus_protocol::note::{Dummy, Nullifier, Position, Slot};
use obolus_protocol::tx::Height;
use obolus_protocol::{Amount, audit::AuditError};
use obolus_runtime_api::{BlockHash, BlockUpdate};
use obolus_wallet::auditor::{
    AuditReader, Books, BooksSnapshot, Opened, OpenedNote, Read, ReaderSnapshot, Record, Rotation,
    SharedSecrets,
};
use obolus_wallet::{ScanError, TokenConfig, TokenView};

use crate::entry::{Created, Entry, Gap, Item, Kind, RecordId, Time};

/// Why a block was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// It does not fit what came before.
    #[error(transparent)]
    Scan(#[from] ScanError),
    /// Money out of nowhere.
    #[error(
        "transaction {tx} in block {height} spends what its sender does not hold: the node makes blocks up; sync with another node"
    )]
    Unbacked {
        /// Its block.
        height: Height,
        /// Which.
        tx: TxDigest,
    },
    /// The sums differ from the token's hidden ones.
    #[error(
        "what was issued and redeemed differs from the token's own sums: the node leaves blocks out or makes them up; sync with another node"
    )]
    Supply,
}

#[derive(Clone, Copy, BorshSerialize, BorshDeserialize)]
struct Unspent {
    slot: Slot,
    position: Position,
    value: Amount,
}

/// The state as of a block.
pub struct Ledger {
    reader: AuditReader,
    books: Books,
    unspent: HashMap<FieldBytes, Unspent>,
    /// The last block applied.
    last: Option<BlockHash>,
    records: u64,
    gaps: u64,
}

/// A [`Ledger`] as bytes.
#[derive(BorshSerialize, BorshDeserialize)]
pub struct LedgerSnapshot {
    reader: ReaderSnapshot,
    books: BooksSnapshot,
    unspent: Vec<(FieldBytes, Unspent)>,
    last: Option<BlockHash>,
    records: u64,
    gaps: u64,
}

impl Ledger {
    /// Before the first block.
    pub fn new(config: TokenConfig) -> Self {
        Self {
            reader: AuditReader::new(config),
            books: Books::default(),
            unspent: HashMap::new(),
            last: None,
            records: 0,
            gaps: 0,
        }
    }

    /// The public side.
    pub const fn view(&self) -> &TokenView {
        self.reader.view()
    }

    /// Sums.
    pub const fn books(&self) -> &Books {
        &self.books
    }

    /// Movements so far.
    pub const fn records(&self) -> u64 {
        self.records
    }

    /// What could not be read so far.
    pub const fn gaps(&self) -> u64 {
        self.gaps
    }

    /// The last block applied.
    pub const fn last(&self) -> Option<&BlockHash> {
        self.last.as_ref()
    }

    /// A participant's nullifier key.
    pub fn escrowed_key(&self, slot: Slot) -> Option<&obolus_protocol::keys::NullifierKey> {
        self.reader.escrowed_key(slot)
    }

    /// Positions and values of a participant's unspent notes, in order.
    pub fn unspent_of(&self, slot: Slot) -> Vec<(Position, Amount)> {
        let own = self.unspent.values().filter(|note| note.slot == slot);
        let mut notes: Vec<_> = own.map(|note| (note.position, note.value)).collect();
        notes.sort_unstable_by_key(|(position, _)| *position);
        notes
    }

    /// Applies the next block; returns what is to be written down.
    ///
    /// # Errors
    /// [`LedgerError`]; the state is of no use then but to be read again from its last snapshot.
    pub fn apply(
        &mut self,
        update: &BlockUpdate,
        secrets: &dyn SharedSecrets,
    ) -> Result<Vec<Item>, LedgerError> {
        let mut items = Vec::new();
        for read in self.reader.apply(update, secrets)? {
            match read {
                Read::Opened(opened) => {
                    self.books.enter(&opened);
                    items.push(Item::Entry(self.enter(&opened, Time(update.time_ms))?));
                }
                Read::Finding(finding) => {
                    self.gaps += 1;
                    items.push(Item::Gap(Gap::from(finding)));
                }
            }
        }
        self.last = Some(update.block);
        Ok(items)
    }

    /// Where participants went on with new keys.
    pub const fn rotations(&self) -> &BTreeMap<Slot, Rotation> {
        self.reader.rotations()
    }

    /// Compares the sums with the token's hidden ones; call at the tip.
    ///
    /// # Errors
    /// [`LedgerError::Supply`].
    pub fn check_supply(&self, state: &TokenState) -> Result<(), LedgerError> {
        match self.books.supply().check(state) {
            // With a gap the sums are known to be incomplete.
            Err(AuditError::Commitment) if self.gaps > 0 => Ok(()),
            outcome => outcome.map_err(|_| LedgerError::Supply),
        }
    }

    /// The state as bytes.
    pub fn snapshot(&self) -> LedgerSnapshot {
        let mut unspent: Vec<_> = self.unspent.iter().map(|(nf, n)| (*nf, *n)).collect();
        unspent.sort_unstable_by_key(|(_, note)| note.position);
        LedgerSnapshot {
            reader: self.reader.snapshot(),
            books: self.books.snapshot(),
            unspent,
            last: self.last,
            records: self.records,
            gaps: self.gaps,
        }
    }

    /// The state with this content; none if it contradicts itself.
    pub fn restore(config: TokenConfig, snapshot: LedgerSnapshot) -> Option<Self> {
        Some(Self {
            reader: AuditReader::restore(config, snapshot.reader)?,
            books: Books::restore(snapshot.books)?,
            unspent: snapshot.unspent.into_iter().collect(),
            last: snapshot.last,
            records: snapshot.records,
            gaps: snapshot.gaps,
        })
    }

    fn enter(&mut self, opened: &Opened, time: Time) -> Result<Entry, LedgerError> {
        let (kind, from, to, reference) = match &opened.record {
            Record::Issued {
                recipient,
                migrated,
                ..
            } => {
                let kind = if *migrated {
                    Kind::MigrationIn
                } else {
                    Kind::Issue
                };
                (kind, None, Some(*recipient), None)
            }
            Record::Transferred {
                sender,
                recipient,
                case,
                ..
            } => {
                let kind = if case.is_some() {
                    Kind::Seizure
                } else {
                    Kind::Transfer
                };
                (kind, Some(*sender), Some(*recipient), *case)
            }
            Record::Redeemed {
                holder,
                payout_reference,
                migrated,
                ..
            } => {
                let kind = if *migrated {
                    Kind::MigrationOut
                } else {
                    Kind::Redemption
                };
                (kind, Some(*holder), None, Some(*payout_reference))
            }
        };
        let place = opened.record.place();
        let spent = match (from, &opened.nullifiers) {
            (Some(from), Some(nullifiers)) => self.spend(from, nullifiers, opened)?,
            _ => Vec::new(),
        };
        let mut created = Vec::new();
        for (owner, note) in opened.record.notes() {
            created.push(self.create(owner, note));
        }
        let id = RecordId(self.records);
        self.records += 1;
        Ok(Entry {
            id,
            height: place.height.0,
            time,
            tx: place.tx,
            kind,
            from,
            to,
            amount: opened.record.amount(),
            reference,
            created,
            spent,
        })
    }

    fn create(&mut self, owner: Slot, (position, note): &OpenedNote) -> Created {
        if let Some(nk) = self.reader.escrowed_key(owner) {
            let nullifier: Nullifier = note.nullifier(nk, *position, Dummy::No);
            let unspent = Unspent {
                slot: owner,
                position: *position,
                value: note.value,
            };
            self.unspent.insert(nullifier.to_bytes(), unspent);
        }
        Created {
            position: *position,
            owner,
            value: note.value,
            rcm: note.rcm.clone(),
        }
    }

    /// Takes the notes that these nullifiers use up; a dummy's is known to nobody.
    fn spend(
        &mut self,
        from: Slot,
        nullifiers: &[FieldBytes; 2],
        opened: &Opened,
    ) -> Result<Vec<Position>, LedgerError> {
        let mut positions = Vec::new();
        let (mut used, mut own) = (0_u128, true);
        for nullifier in nullifiers {
            if let Some(note) = self.unspent.remove(nullifier) {
                used += u128::from(note.value.get());
                own &= note.slot == from;
                positions.push(note.position);
            }
        }
        let change = opened
            .record
            .notes()
            .last()
            .map_or(0, |(_, (_, note))| note.value.get());
        let out = u128::from(opened.record.amount().get()) + u128::from(change);
        // After a gap, notes may exist that were never seen.
        if (used == out && own) || self.gaps > 0 {
            return Ok(positions);
        }
        let place = opened.record.place();
        Err(LedgerError::Unbacked {
            height: place.height,
            tx: place.tx,
        })
    }
}

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod tests;

//! Opens the ciphertexts of a token block by block, and keeps no more than the next block needs.

use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::{
    FieldBytes, PointBytes,
    registry::RegistryEvent,
    token::{RedeemMsg, TransferMsg},
};
use obolus_protocol::{
    Owner,
    audit::{self, AuditError, AuditorKey, SharedSecret, issue::IssueOpening},
    curve::Point,
    keys::NullifierKey,
    note::Slot,
    pedersen::{Blinding, ValueCommitment},
};
use obolus_runtime_api::BlockUpdate;

use super::{
    Finding, Record, SharedSecrets,
    epochs::{Epochs, EpochsSnapshot},
};
use crate::{
    config::TokenConfig,
    events::{Leaf, LedgerEvent, ScanError},
    notes::Place,
    view::{TokenView, ViewSnapshot},
};

/// Follows a token and opens what its blocks hold.
pub struct AuditReader {
    view: TokenView,
    epochs: Epochs,
    escrow: BTreeMap<Slot, NullifierKey>,
    rotations: BTreeMap<Slot, Rotation>,
}

/// Where a participant went on with a new key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Rotation {
    /// The slot of the new key.
    pub to: Slot,
    /// Because the old one was lost.
    pub recovered: bool,
}

/// What came of one ciphertext.
pub enum Read {
    /// It opened, and matches the ledger.
    Opened(Box<Opened>),
    /// It did not.
    Finding(Finding),
}

/// A movement in clear, with what only its ledger event says.
pub struct Opened {
    /// The movement.
    pub record: Record,
    /// The nullifiers that it revealed, those of dummies included; none for an issue.
    pub nullifiers: Option<[FieldBytes; 2]>,
    /// Opens the value commitment of an issue or redemption.
    pub blinding: Option<Blinding>,
}

/// An [`AuditReader`] as bytes.
#[derive(BorshSerialize, BorshDeserialize)]
pub struct ReaderSnapshot {
    view: ViewSnapshot,
    epochs: EpochsSnapshot,
    escrow: Vec<(Slot, NullifierKey)>,
    rotations: BTreeMap<Slot, Rotation>,
}

impl AuditReader {
    /// A reader before the first block.
    pub fn new(config: TokenConfig) -> Self {
        Self {
            view: TokenView::new(config),
            epochs: Epochs::new(config.auditor),
            escrow: BTreeMap::new(),
            rotations: BTreeMap::new(),
        }
    }

    /// The public side.
    pub const fn view(&self) -> &TokenView {
        &self.view
    }

    /// A participant's nullifier key, from its registration's escrow.
    pub fn escrowed_key(&self, slot: Slot) -> Option<&NullifierKey> {
        self.escrow.get(&slot)
    }

    /// Slots that were given up or lost, and where their participants went on.
    pub const fn rotations(&self) -> &BTreeMap<Slot, Rotation> {
        &self.rotations
    }

    /// Applies the next block and opens what is in it.
    ///
    /// # Errors
    /// [`ScanError`]; nothing has changed then. What does not open is no error but a [`Read::Finding`].
    pub fn apply(
        &mut self,
        update: &BlockUpdate,
        secrets: &dyn SharedSecrets,
    ) -> Result<Vec<Read>, ScanError> {
        let mut all = Vec::new();
        for tx in self.view.apply(update)? {
            for event in &tx.events {
                let read = match event {
                    LedgerEvent::Registry(event) => {
                        self.registry(event, tx.place, secrets).map(|()| None)
                    }
                    _ => self.movement(event, tx.place, secrets),
                };
                match read {
                    Ok(Some(opened)) => all.push(Read::Opened(Box::new(opened))),
                    Ok(None) => {}
                    Err(reason) => all.push(Read::Finding(Finding {
                        place: tx.place,
                        reason,
                    })),
                }
            }
        }
        Ok(all)
    }

    /// The state as of the last block applied.
    pub fn snapshot(&self) -> ReaderSnapshot {
        ReaderSnapshot {
            view: self.view.snapshot(),
            epochs: self.epochs.snapshot(),
            escrow: self.escrow.iter().map(|(s, nk)| (*s, nk.clone())).collect(),
            rotations: self.rotations.clone(),
        }
    }

    /// The reader with this state; none if it contradicts itself.
    pub fn restore(config: TokenConfig, snapshot: ReaderSnapshot) -> Option<Self> {
        Some(Self {
            view: TokenView::restore(config, snapshot.view)?,
            epochs: Epochs::restore(&snapshot.epochs)?,
            escrow: snapshot.escrow.into_iter().collect(),
            rotations: snapshot.rotations,
        })
    }

    fn registry(
        &mut self,
        event: &RegistryEvent,
        place: Place,
        secrets: &dyn SharedSecrets,
    ) -> Result<(), AuditError> {
        match event {
            RegistryEvent::AuditorSet {
                auditor, window, ..
            } => {
                let key = AuditorKey::decode(auditor)?;
                self.epochs.begin(key, place.height, *window);
            }
            RegistryEvent::Rotated {
                from,
                to,
                recovered,
            } => {
                let slot = |number| Slot::new(number).map_err(|_| AuditError::Malformed);
                let (from, to) = (slot(*from)?, slot(*to)?);
                let rotation = Rotation {
                    to,
                    recovered: *recovered,
                };
                self.rotations.insert(from, rotation);
            }
            RegistryEvent::Registered { participant, r, c1 } => {
                let nk = self.epochs.open(place.height, secrets, r, |k| {
                    audit::register::open_message_with(k, &participant.owner, &participant.ak, c1)
                })?;
                let slot = Slot::new(participant.slot).map_err(|_| AuditError::Malformed)?;
                self.escrow.insert(slot, nk);
            }
            _ => {}
        }
        Ok(())
    }

    fn movement(
        &self,
        event: &LedgerEvent,
        place: Place,
        secrets: &dyn SharedSecrets,
    ) -> Result<Option<Opened>, AuditError> {
        Ok(Some(match event {
            LedgerEvent::Issued { note, msg } => {
                let entered = Entered {
                    note: *note,
                    cv: msg.cv,
                    r: msg.r,
                    migrated: false,
                };
                self.entered(&entered, place, secrets, |k| {
                    audit::issue::open_message_with(k, msg)
                })?
            }
            LedgerEvent::MigratedIn { note, msg } => {
                let entered = Entered {
                    note: *note,
                    cv: msg.out.cv,
                    r: msg.r,
                    migrated: true,
                };
                self.entered(&entered, place, secrets, |k| {
                    audit::migrated::open_message_with(k, msg)
                })?
            }
            LedgerEvent::Transferred { paid, change, msg } => {
                self.paid((paid, change), msg, None, place, secrets)?
            }
            LedgerEvent::Seized {
                paid,
                change,
                msg,
                case,
            } => self.paid((paid, change), msg, Some(*case), place, secrets)?,
            LedgerEvent::Redeemed {
                change,
                number,
                msg,
            } => self.left(change, *number, msg, false, place, secrets)?,
            LedgerEvent::MigratedOut {
                change,
                number,
                msg,
            } => self.left(change, *number, msg, true, place, secrets)?,
            LedgerEvent::VelocitySet(_)
            | LedgerEvent::PlaceUsed(_)
            | LedgerEvent::Registry(_)
            | LedgerEvent::Settlement { .. } => return Ok(None),
        }))
    }

    /// Value that enters the pool.
    fn entered(
        &self,
        entered: &Entered,
        place: Place,
        secrets: &dyn SharedSecrets,
        open: impl Fn(&SharedSecret) -> Result<IssueOpening, AuditError>,
    ) -> Result<Opened, AuditError> {
        let cv = commitment(&entered.cv)?;
        let note = entered.note;
        self.epochs.open(place.height, secrets, &entered.r, |k| {
            let opening = open(k)?;
            let owner = self.owner(opening.recipient)?;
            opening.check(owner, note.commitment, &cv)?;
            Ok(Opened {
                record: Record::Issued {
                    place,
                    recipient: opening.recipient,
                    amount: opening.value,
                    note: (note.position, opening.recipient_note(owner)),
                    migrated: entered.migrated,
                },
                nullifiers: None,
                blinding: Some(opening.blinding.clone()),
            })
        })
    }

    /// Value that changes hands, willingly or by the order of a `case`.
    fn paid(
        &self,
        (paid, change): (&Leaf, &Leaf),
        msg: &TransferMsg,
        case: Option<[u8; 32]>,
        place: Place,
        secrets: &dyn SharedSecrets,
    ) -> Result<Opened, AuditError> {
        self.epochs.open(place.height, secrets, &msg.r, |k| {
            let opening = audit::transfer::open_message_with(k, msg)?;
            let (sender, recipient) = (self.owner(opening.sender)?, self.owner(opening.recipient)?);
            opening.check(sender, recipient, paid.commitment, change.commitment)?;
            Ok(Opened {
                record: Record::Transferred {
                    place,
                    sender: opening.sender,
                    recipient: opening.recipient,
                    amount: opening.pay,
                    paid: (paid.position, opening.recipient_note(recipient)),
                    change: (change.position, opening.change_note(sender)),
                    case,
                },
                nullifiers: Some([msg.nf1, msg.nf2]),
                blinding: None,
            })
        })
    }

    /// Value that leaves the pool.
    fn left(
        &self,
        change: &Leaf,
        number: u64,
        msg: &RedeemMsg,
        migrated: bool,
        place: Place,
        secrets: &dyn SharedSecrets,
    ) -> Result<Opened, AuditError> {
        let cv = commitment(&msg.cv)?;
        self.epochs.open(place.height, secrets, &msg.r, |k| {
            let opening = audit::redeem::open_message_with(k, msg)?;
            let holder = self.owner(opening.sender)?;
            opening.check(holder, change.commitment, &cv)?;
            Ok(Opened {
                record: Record::Redeemed {
                    place,
                    holder: opening.sender,
                    amount: opening.redeemed,
                    number,
                    payout_reference: msg.payout_reference,
                    change: (change.position, opening.change_note(holder)),
                    migrated,
                },
                nullifiers: Some([msg.nf1, msg.nf2]),
                blinding: Some(opening.blinding.clone()),
            })
        })
    }

    fn owner(&self, slot: Slot) -> Result<Owner, AuditError> {
        let entry = self.view.directory().by_slot(slot);
        entry.map(|entry| entry.owner).ok_or(AuditError::Commitment)
    }
}

/// What the ledger says of value that enters.
struct Entered {
    note: Leaf,
    cv: PointBytes,
    r: PointBytes,
    migrated: bool,
}

fn commitment(bytes: &PointBytes) -> Result<ValueCommitment, AuditError> {
    let point = Point::decode(bytes).map_err(|_| AuditError::Malformed)?;
    Ok(ValueCommitment::from_point(point))
}

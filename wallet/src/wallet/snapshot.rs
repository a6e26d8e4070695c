//! A wallet's state as bytes, so that the next run goes on where this one stopped. What is in flight is not part of
//! it: the outbox keeps that.

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::TxDigest;
use obolus_protocol::{
    Amount, FullViewingKey, Note, Owner,
    field::fr_to_bytes,
    memo::MemoText,
    note::Position,
    tree::{NOTE_DEPTH, WitnessTree},
    tx::Height,
};

use super::Wallet;
use crate::{
    config::TokenConfig,
    deal::Deal,
    history::{Entry, Movement},
    notes::{NoteBook, Place},
    view::{TokenView, ViewSnapshot},
};

/// Everything that a wallet has scanned. Secret: it holds the openings of notes.
#[derive(BorshSerialize, BorshDeserialize)]
pub struct WalletSnapshot {
    view: ViewSnapshot,
    tree: WitnessTree<NOTE_DEPTH>,
    notes: Vec<SavedNote>,
    history: Vec<SavedEntry>,
    delivered: Vec<(u64, Note)>,
    deals: Vec<Deal>,
}

#[derive(BorshSerialize, BorshDeserialize)]
struct SavedNote {
    position: u64,
    note: Note,
    received: SavedPlace,
    spent: Option<SavedPlace>,
}

#[derive(Clone, Copy, BorshSerialize, BorshDeserialize)]
struct SavedPlace {
    height: u64,
    tx: TxDigest,
}

#[derive(BorshSerialize, BorshDeserialize)]
struct SavedEntry {
    place: SavedPlace,
    time_ms: u64,
    movement: SavedMovement,
}

#[derive(BorshSerialize, BorshDeserialize)]
enum SavedMovement {
    Issued(u64, String),
    Received(u64, Option<obolus_abi::FieldBytes>, String),
    Sent(obolus_abi::FieldBytes, u64, String),
    Redeemed(u64, String),
    Merged(u128, String),
    Unreadable(u64),
    Unexplained(u128),
    Seized(obolus_abi::FieldBytes, u64, String),
    MovedOut(u64),
    MovedIn(u64),
}

/// A snapshot that contradicts itself: discard it and scan again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the wallet's saved state contradicts itself: it is discarded, and the chain scanned again"
)]
pub struct BadSnapshot;

impl Wallet {
    /// The state as of the last block applied.
    pub fn snapshot(&self) -> WalletSnapshot {
        WalletSnapshot {
            view: self.view.snapshot(),
            tree: self.tree.clone(),
            notes: self
                .notes
                .iter()
                .map(|owned| SavedNote {
                    position: owned.position.get(),
                    note: owned.note.clone(),
                    received: owned.received.into(),
                    spent: owned.spent.map(SavedPlace::from),
                })
                .collect(),
            history: self.history.iter().map(SavedEntry::from).collect(),
            delivered: self
                .delivered
                .iter()
                .map(|(position, note)| (position.get(), note.clone()))
                .collect(),
            deals: self.deals.iter().map(|(_, deal)| deal.clone()).collect(),
        }
    }

    /// The wallet with this state. Nothing is in flight.
    ///
    /// # Errors
    /// [`BadSnapshot`].
    pub fn restore(
        config: TokenConfig,
        keys: FullViewingKey,
        snapshot: WalletSnapshot,
    ) -> Result<Self, BadSnapshot> {
        let mut wallet = Self::new(config, keys);
        wallet.view = TokenView::restore(config, snapshot.view).ok_or(BadSnapshot)?;
        if snapshot.tree.len() != wallet.view.leaves() {
            return Err(BadSnapshot);
        }
        wallet.tree = snapshot.tree;
        wallet.notes = NoteBook::default();
        for saved in snapshot.notes {
            let position = Position::new(saved.position).map_err(|_| BadSnapshot)?;
            if saved.note.owner != wallet.owner {
                return Err(BadSnapshot);
            }
            // An unspent note must have its path, and be what the tree has there.
            if saved.spent.is_none()
                && wallet.tree.leaf(saved.position).map_err(|_| BadSnapshot)?
                    != saved.note.commitment().get()
            {
                return Err(BadSnapshot);
            }
            let nk = &wallet.keys.nk;
            wallet
                .notes
                .receive(position, saved.note, nk, saved.received.into());
            if let Some(spent) = saved.spent {
                wallet.notes.mark_spent(&position, spent.into());
            }
        }
        wallet.history = snapshot
            .history
            .into_iter()
            .map(Entry::try_from)
            .collect::<Result<_, _>>()?;
        for (position, note) in snapshot.delivered {
            let position = Position::new(position).map_err(|_| BadSnapshot)?;
            wallet.delivered.insert(position, note);
        }
        for deal in snapshot.deals {
            if deal.terms.check().is_err() || deal.legs.len() != deal.terms.legs.len() {
                return Err(BadSnapshot);
            }
            wallet.deals.insert(deal);
        }
        Ok(wallet)
    }
}

impl From<Place> for SavedPlace {
    fn from(place: Place) -> Self {
        Self {
            height: place.height.0,
            tx: place.tx,
        }
    }
}

impl From<SavedPlace> for Place {
    fn from(saved: SavedPlace) -> Self {
        Self {
            height: Height(saved.height),
            tx: saved.tx,
        }
    }
}

impl From<&Entry> for SavedEntry {
    fn from(entry: &Entry) -> Self {
        let text = |text: &MemoText| text.as_str().to_owned();
        Self {
            place: entry.place.into(),
            time_ms: entry.time_ms,
            movement: match &entry.movement {
                Movement::Issued { amount, text: t } => {
                    SavedMovement::Issued(amount.get(), text(t))
                }
                Movement::Received {
                    amount,
                    payer,
                    text: t,
                } => SavedMovement::Received(
                    amount.get(),
                    payer.as_ref().map(Owner::to_bytes),
                    text(t),
                ),
                Movement::Sent {
                    to,
                    amount,
                    text: t,
                } => SavedMovement::Sent(to.to_bytes(), amount.get(), text(t)),
                Movement::Redeemed { amount, text: t } => {
                    SavedMovement::Redeemed(amount.get(), text(t))
                }
                Movement::Merged { amount, text: t } => SavedMovement::Merged(*amount, text(t)),
                Movement::Unreadable { position } => SavedMovement::Unreadable(position.get()),
                Movement::Unexplained { spent } => SavedMovement::Unexplained(*spent),
                Movement::Seized {
                    to,
                    amount,
                    text: t,
                } => SavedMovement::Seized(to.to_bytes(), amount.get(), text(t)),
                Movement::MovedOut { amount } => SavedMovement::MovedOut(amount.get()),
                Movement::MovedIn { amount } => SavedMovement::MovedIn(amount.get()),
            },
        }
    }
}

impl TryFrom<SavedEntry> for Entry {
    type Error = BadSnapshot;

    fn try_from(saved: SavedEntry) -> Result<Self, BadSnapshot> {
        let text = |text: String| MemoText::new(text).map_err(|_| BadSnapshot);
        let amount = Amount::new;
        let movement = match saved.movement {
            SavedMovement::Issued(value, t) => Movement::Issued {
                amount: amount(value),
                text: text(t)?,
            },
            SavedMovement::Received(value, payer, t) => Movement::Received {
                amount: amount(value),
                payer: payer
                    .map(|payer| Owner::from_bytes(&payer))
                    .transpose()
                    .map_err(|_| BadSnapshot)?,
                text: text(t)?,
            },
            SavedMovement::Sent(to, value, t) => Movement::Sent {
                to: Owner::from_bytes(&to).map_err(|_| BadSnapshot)?,
                amount: amount(value),
                text: text(t)?,
            },
            SavedMovement::Redeemed(value, t) => Movement::Redeemed {
                amount: amount(value),
                text: text(t)?,
            },
            SavedMovement::Merged(amount, t) => Movement::Merged {
                amount,
                text: text(t)?,
            },
            SavedMovement::Unreadable(position) => Movement::Unreadable {
                position: Position::new(position).map_err(|_| BadSnapshot)?,
            },
            SavedMovement::Unexplained(spent) => Movement::Unexplained { spent },
            SavedMovement::Seized(to, value, t) => Movement::Seized {
                to: Owner::from_bytes(&to).map_err(|_| BadSnapshot)?,
                amount: amount(value),
                text: text(t)?,
            },
            SavedMovement::MovedOut(value) => Movement::MovedOut {
                amount: amount(value),
            },
            SavedMovement::MovedIn(value) => Movement::MovedIn {
                amount: amount(value),
            },
        };
        Ok(Self {
            place: saved.place.into(),
            time_ms: saved.time_ms,
            movement,
        })
    }
}

impl WalletSnapshot {
    /// A check value that tells two states apart in tests: height and number of leaves.
    pub fn height(&self) -> u64 {
        self.view.height()
    }

    /// The anchor of the state.
    pub fn anchor(&self) -> obolus_abi::FieldBytes {
        fr_to_bytes(&self.tree.root())
    }
}

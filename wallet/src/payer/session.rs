//! A locked wallet directory, synced and settled: the short moments in which notes are chosen and results written down.

use obolus_protocol::note::Position;
use obolus_protocol::tx::Height;
use obolus_protocol::{Amount, FullViewingKey};

use super::{PayError, now_ms};
use crate::config::TokenConfig;
use crate::notes::Place;
use crate::outbox::{Held, Live, Order, Outbox, PaymentId, Record, Stage};
use crate::source::ChainSource;
use crate::store::{DirLock, Loaded, StoreError, WalletDir};
use crate::view::Follower;
use crate::wallet::Wallet;

/// The directory's lock, and the wallet with everything that is in flight reserved.
pub struct Session<'a> {
    directory: &'a WalletDir,
    /// The wallet.
    pub wallet: Wallet,
    /// How its state was found.
    pub loaded: Loaded,
    _lock: DirLock,
}

/// The directory's lock alone, to write a record down.
pub(crate) struct Quiet<'a> {
    directory: &'a WalletDir,
    _lock: DirLock,
}

impl<'a> Session<'a> {
    /// Locks the directory, reads new blocks, settles what they settle.
    ///
    /// # Errors
    /// [`PayError::Store`] or [`PayError::Scan`]; blocks read before a failure are kept.
    pub fn begin(
        directory: &'a WalletDir,
        token: TokenConfig,
        keys: &FullViewingKey,
        source: &dyn ChainSource,
    ) -> Result<Self, PayError> {
        let mut session = Self::open(directory, token, keys)?;
        let synced = session.wallet.sync(source);
        session.directory.save(&token, &session.wallet)?;
        synced?;
        session.settle()?;
        Ok(session)
    }

    /// The same without a node: as of the last run.
    ///
    /// # Errors
    /// [`PayError::Store`].
    pub fn offline(
        directory: &'a WalletDir,
        token: TokenConfig,
        keys: &FullViewingKey,
    ) -> Result<Self, PayError> {
        let mut session = Self::open(directory, token, keys)?;
        session.settle()?;
        Ok(session)
    }

    /// Locked and loaded; nothing in flight is reserved yet.
    fn open(
        directory: &'a WalletDir,
        token: TokenConfig,
        keys: &FullViewingKey,
    ) -> Result<Self, StoreError> {
        let lock = directory.lock()?;
        let (wallet, loaded) = directory.load(token, keys.clone())?;
        Ok(Self {
            directory,
            wallet,
            loaded,
            _lock: lock,
        })
    }

    pub(crate) fn quiet(directory: &'a WalletDir) -> Result<Quiet<'a>, StoreError> {
        Ok(Quiet {
            _lock: directory.lock()?,
            directory,
        })
    }

    /// All payments.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn records(&self) -> Result<Vec<Record>, StoreError> {
        self.outbox().list()
    }

    pub(crate) fn record(&self, id: PaymentId) -> Result<Option<Record>, StoreError> {
        self.outbox().get(id)
    }

    pub(crate) fn live(&self, id: PaymentId) -> Result<Option<Live>, StoreError> {
        self.outbox().live(id)
    }

    pub(crate) fn put(&self, record: &Record) -> Result<(), StoreError> {
        self.outbox().put(record)
    }

    /// Writes down for which order notes are held, before anything is made with them.
    pub(crate) fn reserve(
        &self,
        id: PaymentId,
        order: &Order,
        held: &Held,
    ) -> Result<Record, StoreError> {
        let record = Record {
            id,
            ordered_ms: now_ms(),
            order: order.clone(),
            stage: Stage::Reserved(held.clone()),
        };
        self.put(&record)?;
        Ok(record)
    }

    const fn outbox(&self) -> Outbox<'a> {
        Outbox::of(self.directory)
    }

    /// Compares what is in flight with the blocks, and reserves what still is.
    fn settle(&mut self) -> Result<(), PayError> {
        for record in self.records()? {
            let (Stage::Reserved(held) | Stage::Signed { held, .. } | Stage::Refused { held, .. }) =
                &record.stage
            else {
                continue;
            };
            let positions = held.positions();
            let spent = self.spent(&positions);
            let known = positions
                .iter()
                .all(|position| self.wallet.notes().get(position).is_some());
            let end = match (&record.stage, spent) {
                (_, Some(place)) if held.is_by(&place.tx) => Some(Stage::Committed {
                    tx: place.tx,
                    height: place.height.0,
                }),
                (Stage::Refused { .. }, _) => continue,
                (_, Some(_)) => Some(Stage::Refused {
                    held: held.clone(),
                    code: "note_spent".into(),
                    message: "another transaction of this wallet spent its notes".into(),
                }),
                (Stage::Reserved(_), None) => {
                    // Never submitted. If nobody works on it any more, its notes come free.
                    if self.live(record.id)?.is_some() {
                        self.outbox().give_up(record)?;
                        continue;
                    }
                    None
                }
                // A wallet that is still scanning has not seen the notes yet.
                (_, None) if known && self.wallet.view().tip().0 >= held.expiry => {
                    Some(Stage::Expired { tx: held.tx })
                }
                (_, None) => None,
            };
            match end {
                Some(stage) => self.put(&Record { stage, ..record })?,
                None if known => {
                    let expiry = Height(held.expiry);
                    let returning = Amount::new(held.returning);
                    self.wallet.hold(held.tx, positions, expiry, returning)?;
                }
                None => {}
            }
        }
        Ok(())
    }
}

impl Session<'_> {
    /// Where the first of these notes that is spent was.
    fn spent(&self, positions: &[Position]) -> Option<Place> {
        let notes = self.wallet.notes();
        positions
            .iter()
            .find_map(|position| notes.get(position)?.spent)
    }

    /// The refused transaction whose notes a second try must spend, so that at most one of both can ever be in a block:
    /// none when no block can take it any more.
    pub(crate) fn bound_to<'b>(&self, stage: &'b Stage) -> Option<&'b Held> {
        let Stage::Refused { held, .. } = stage else {
            return None;
        };
        let spent = self.spent(&held.positions()).is_some();
        let open = self.wallet.view().tip().0 < held.expiry && !spent;
        open.then_some(held)
    }
}

impl Quiet<'_> {
    pub(crate) fn record(&self, id: PaymentId) -> Result<Option<Record>, StoreError> {
        Outbox::of(self.directory).get(id)
    }

    pub(crate) fn live(&self, id: PaymentId) -> Result<Option<Live>, StoreError> {
        Outbox::of(self.directory).live(id)
    }

    pub(crate) fn put(&self, record: &Record) -> Result<(), StoreError> {
        Outbox::of(self.directory).put(record)
    }

    pub(crate) fn give_up(&self, record: Record) -> Result<(), StoreError> {
        Outbox::of(self.directory).give_up(record)
    }
}

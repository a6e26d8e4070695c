//! The index of one token: follows the chain, and answers from disk.

use std::path::Path;

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_protocol::tx::Height;
use obolus_wallet::auditor::SharedSecrets;
use obolus_wallet::config::Token;
use obolus_wallet::{ChainSource, ScanError, SourceError};

use crate::annotate::Annotations;
use crate::entry::{Entry, Gap, Item};
use crate::ledger::{Ledger, LedgerError, LedgerSnapshot};
use crate::names::Names;
use crate::store::{Items, Store, StoreError, Tail, WriteLock};

/// After so many items or blocks, what was read is written down.
const CHECKPOINT_ITEMS: usize = 4_096;
/// See `CHECKPOINT_ITEMS`.
pub const CHECKPOINT_BLOCKS: u64 = 10_000;

/// Why the index could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The disk.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A block.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The node follows another history.
    #[error(
        "block {0} is not the one that this index holds: the node follows another history; use another node, or sync with --again if this one is right"
    )]
    Fork(Height),
    /// The node is behind.
    #[error(
        "the node is at block {node}, the index at {index}: wait until the node has caught up, or use another"
    )]
    Behind {
        /// Its tip.
        node: Height,
        /// Ours.
        index: Height,
    },
    /// Never synced.
    #[error("this index holds nothing yet: run `obolus audit sync` first")]
    Empty,
    /// The token file says something else than when the index was made.
    #[error(
        "the token file is not the one that this index was made with (that one: {name}, unit {unit}, {exponent} decimal digits, with its own keys and ids): `obolus audit sync --token FILE` with the issuer's file puts it right; if that is refused too, add --again, which reads the chain from its start"
    )]
    OtherFile {
        /// Name in the file that the index was made with.
        name: String,
        /// Its unit.
        unit: String,
        /// Its exponent.
        exponent: u8,
    },
}

impl From<ScanError> for IndexError {
    fn from(error: ScanError) -> Self {
        Self::Ledger(LedgerError::Scan(error))
    }
}

impl From<SourceError> for IndexError {
    fn from(error: SourceError) -> Self {
        ScanError::Source(error).into()
    }
}

#[derive(BorshSerialize, BorshDeserialize)]
struct Head {
    /// The token's file: it scales every amount and every rule, and the one beside the index is not authenticated.
    token: String,
    ledger: LedgerSnapshot,
    tail: Tail,
}

/// An index that is read.
pub struct Index {
    store: Store,
    token: Token,
    ledger: Ledger,
    tail: Tail,
}

/// What a sync did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Synced {
    /// Blocks read.
    pub blocks: u64,
    /// Movements found in them.
    pub records: u64,
}

impl Index {
    /// Opens the index as the last checkpoint left it; an empty one if there is none.
    ///
    /// # Errors
    /// [`IndexError::Store`]; [`IndexError::OtherFile`] if the index was made with another token file.
    pub fn open(root: &Path, token: Token, key: &[u8; 32]) -> Result<Self, IndexError> {
        let store = Store::open(root, &token.config, key)?;
        let (ledger, tail) = load(&store, &token)?;
        Ok(Self {
            store,
            token,
            ledger,
            tail,
        })
    }

    /// Forgets what was read, whether it can be read or not, so that the chain is read from its start; names and annotations
    /// stay.
    ///
    /// # Errors
    /// [`IndexError::Store`].
    pub fn anew(root: &Path, token: Token, key: &[u8; 32]) -> Result<Self, IndexError> {
        let store = Store::open(root, &token.config, key)?;
        let lock = store.lock()?;
        store.clear(&lock)?;
        Ok(Self {
            store,
            ledger: Ledger::new(token.config),
            token,
            tail: Tail::default(),
        })
    }

    /// The token.
    pub const fn token(&self) -> &Token {
        &self.token
    }

    /// The state as of the last checkpoint.
    pub const fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The last block that was read.
    pub const fn height(&self) -> Height {
        self.ledger.view().tip()
    }

    /// Whether anything was read.
    ///
    /// # Errors
    /// [`IndexError::Empty`].
    pub fn check_synced(&self) -> Result<(), IndexError> {
        if self.height() == Height(0) {
            return Err(IndexError::Empty);
        }
        Ok(())
    }

    /// All movements in order.
    pub fn entries(&self) -> impl Iterator<Item = Result<Entry, StoreError>> + use<> {
        self.items().filter_map(|item| match item {
            Ok(Item::Entry(entry)) => Some(Ok(entry)),
            Ok(Item::Gap(_)) => None,
            Err(error) => Some(Err(error)),
        })
    }

    /// What could not be read.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn gaps(&self) -> Result<Vec<Gap>, StoreError> {
        let gaps = self.items().filter_map(|item| match item {
            Ok(Item::Gap(gap)) => Some(Ok(gap)),
            Ok(Item::Entry(_)) => None,
            Err(error) => Some(Err(error)),
        });
        gaps.collect()
    }

    /// What the auditor calls participants.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn names(&self) -> Result<Names, StoreError> {
        Ok(self.store.get("names")?.unwrap_or_default())
    }

    /// Replaces them.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn set_names(&self, names: &Names) -> Result<(), StoreError> {
        self.store.put("names", names)
    }

    /// What institutions said of their payments.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn annotations(&self) -> Result<Annotations, StoreError> {
        Ok(self.store.get("annotations")?.unwrap_or_default())
    }

    /// Replaces it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn set_annotations(&self, annotations: &Annotations) -> Result<(), StoreError> {
        self.store.put("annotations", annotations)
    }

    /// Reads everything that the node has, writing down at least every `every` blocks, and compares registry and sums with
    /// the node's at the end. `progress` is told the height.
    ///
    /// # Errors
    /// [`IndexError`]; the index stays as its last checkpoint has it.
    pub fn sync(
        &mut self,
        source: &dyn ChainSource,
        secrets: &dyn SharedSecrets,
        every: u64,
        progress: &mut dyn FnMut(Height),
    ) -> Result<Synced, IndexError> {
        let lock = self.store.lock()?;
        // Another process may have gone on since it was opened.
        (self.ledger, self.tail) = load(&self.store, &self.token)?;
        self.store.check_lengths(self.tail)?;
        let before = (self.height().0, self.ledger.records());
        let outcome = self.follow(source, secrets, every.max(1), progress, &lock);
        if outcome.is_err() {
            (self.ledger, self.tail) = load(&self.store, &self.token)?;
        }
        outcome?;
        Ok(Synced {
            blocks: self.height().0 - before.0,
            records: self.ledger.records() - before.1,
        })
    }

    fn follow(
        &mut self,
        source: &dyn ChainSource,
        secrets: &dyn SharedSecrets,
        every: u64,
        progress: &mut dyn FnMut(Height),
        lock: &WriteLock,
    ) -> Result<(), IndexError> {
        self.check_history(source)?;
        let (mut items, mut blocks) = (Vec::new(), 0);
        loop {
            let next = self.ledger.view().next_height();
            let tip = source.tip()?;
            if next > tip {
                break;
            }
            let updates = source.updates(next)?;
            if updates.is_empty() {
                return Err(SourceError::Malformed.into());
            }
            for update in &updates {
                items.extend(self.ledger.apply(update, secrets)?);
                blocks += 1;
                if items.len() >= CHECKPOINT_ITEMS || blocks >= every {
                    self.checkpoint(&mut items, lock)?;
                    blocks = 0;
                    progress(self.height());
                }
            }
        }
        // Compared before the last blocks are written down: what a lying node said at the end leaves no trace. What it said
        // before that shows here too, at the next sync with an honest one as another history.
        self.check_tip(source)?;
        self.checkpoint(&mut items, lock)?;
        progress(self.height());
        Ok(())
    }

    /// The node's chain holds the last block that was read.
    fn check_history(&self, source: &dyn ChainSource) -> Result<(), IndexError> {
        let (tip, own) = (source.tip()?, self.height());
        let Some(last) = self.ledger.last() else {
            return Ok(());
        };
        if tip < own {
            return Err(IndexError::Behind {
                node: tip,
                index: own,
            });
        }
        let updates = source.updates(own)?;
        match updates.first() {
            Some(update) if update.height == own.0 && update.block == *last => Ok(()),
            _ => Err(IndexError::Fork(own)),
        }
    }

    /// Registry and sums are the node's, if no block came in between.
    fn check_tip(&self, source: &dyn ChainSource) -> Result<(), IndexError> {
        let (registry, token) = (source.registry_state()?, source.token_state()?);
        if source.tip()? != self.height() {
            return Ok(());
        }
        self.ledger.view().check_registry(&registry)?;
        self.ledger.check_supply(&token)?;
        Ok(())
    }

    fn checkpoint(&mut self, items: &mut Vec<Item>, _lock: &WriteLock) -> Result<(), StoreError> {
        let tail = self.store.append(self.tail, items)?;
        let head = Head {
            token: self.token.to_toml(),
            ledger: self.ledger.snapshot(),
            tail,
        };
        self.store.put("head", &head)?;
        self.tail = tail;
        items.clear();
        Ok(())
    }

    fn items(&self) -> Items {
        self.store.items(self.tail)
    }
}

fn load(store: &Store, token: &Token) -> Result<(Ledger, Tail), IndexError> {
    let Some(head) = store.get::<Head>("head")? else {
        return Ok((Ledger::new(token.config), Tail::default()));
    };
    let damaged = || StoreError::Damaged("head".into());
    let made = Token::from_toml(&head.token).map_err(|_| damaged())?;
    if made != *token {
        return Err(IndexError::OtherFile {
            name: made.name,
            unit: made.unit,
            exponent: made.exponent,
        });
    }
    let ledger = Ledger::restore(token.config, head.ledger).ok_or_else(damaged)?;
    Ok((ledger, head.tail))
}

#[cfg(test)]
mod tests;

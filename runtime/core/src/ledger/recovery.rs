//! Opening a ledger: compare the store with the log, replay the gap, or rebuild the store.
//!
//! The log decides. What the store has beyond the log was acknowledged and is lost from the log:
//! that is an error for a human. What the log has beyond the store is executed again.

use std::fs;
use std::path::Path;
use std::sync::{Arc, RwLock};

use obolus_chain::{BlockError, ChainMode, Genesis, genesis_tip};
use obolus_protocol::tx::Height;
use obolus_runtime_api::Tip;

use super::admission::Admitted;
use super::commit::{Executed, LoggedBlock};
use super::error::LedgerError;
use super::execution::Execution;
use super::reader::{Reader, Shared};
use crate::exec::Fault;
use crate::log::{
    BlockLog, DirLock, Disk, RealDisk, create_directory_durably, create_durably, io_error,
};
use crate::state::{Applied, StateError, Store};
use crate::vm::Vm;

const GENESIS_FILE: &str = "genesis";
const LOG_FILE: &str = "blocks.log";
const STORE_DIRECTORY: &str = "state";
/// Native code of contracts. It follows from the state and may be deleted.
const MODULES_DIRECTORY: &str = "modules";

impl Execution {
    /// Opens the ledger in `directory`, or creates it from `genesis`.
    ///
    /// # Errors
    /// [`LedgerError`]; nothing is repaired that cannot be repaired without loss.
    pub fn open(directory: &Path, genesis: &Genesis) -> Result<Self, LedgerError> {
        Self::open_on(directory, genesis, Box::new(RealDisk))
    }

    /// Like [`Self::open`], with the block log on this disk.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub fn open_on(
        directory: &Path,
        genesis: &Genesis,
        disk: Box<dyn Disk>,
    ) -> Result<Self, LedgerError> {
        create_directory_durably(directory)?;
        let lock = DirLock::acquire(directory)?;
        check_genesis_file(directory, genesis, disk.as_ref())?;
        Self::assemble(directory, genesis.clone(), lock, disk)
    }

    /// Opens an existing ledger with the genesis it was created from.
    ///
    /// # Errors
    /// [`LedgerError::NoGenesis`] when `directory` holds none.
    pub fn recover(directory: &Path) -> Result<Self, LedgerError> {
        let path = directory.join(GENESIS_FILE);
        if !path.try_exists().map_err(io_error("looking for", &path))? {
            return Err(LedgerError::NoGenesis);
        }
        let lock = DirLock::acquire(directory)?;
        let bytes = fs::read(&path).map_err(io_error("reading", &path))?;
        Self::assemble(
            directory,
            Genesis::decode(&bytes)?,
            lock,
            Box::new(RealDisk),
        )
    }

    fn assemble(
        directory: &Path,
        genesis: Genesis,
        lock: DirLock,
        disk: Box<dyn Disk>,
    ) -> Result<Self, LedgerError> {
        let circuits = genesis.check()?;
        let chain = genesis.chain_id();
        if genesis.mode == ChainMode::Development {
            tracing::warn!(%chain, "development chain: it may accept INSECURE keys, under which anybody can forge proofs");
        }
        let log = BlockLog::open(&directory.join(LOG_FILE), chain, disk)?;
        let path = directory.join(STORE_DIRECTORY);
        let (store, applied) = open_store(&path)?;
        let mut ledger = Self {
            reader: Reader {
                shared: Arc::new(Shared {
                    tip: RwLock::new(genesis_tip(&genesis)),
                    genesis,
                    chain,
                    circuits,
                    vm: Vm::keeping(&directory.join(MODULES_DIRECTORY))?,
                    store: Arc::new(store),
                    log: log.reader().clone(),
                }),
            },
            log,
            poisoned: false,
            _lock: lock,
        };
        if let Some(applied) = applied {
            match ledger.adopt(&applied)? {
                Adopted::Yes => {}
                Adopted::OtherHistory => {
                    ledger = ledger.discard_store(&path, &"its block is not the log's block")?;
                }
            }
        }
        ledger.log.cut_torn()?;
        match ledger.replay() {
            Err(error) if ledger.tip().height > 0 && is_damage(&error) => {
                ledger = ledger.discard_store(&path, &error)?;
                ledger.replay()?;
            }
            done => done?,
        }
        Ok(ledger)
    }

    /// Starts from the store's block if it is the log's block.
    fn adopt(&mut self, applied: &Applied) -> Result<Adopted, LedgerError> {
        if applied.height > self.log.last_height() {
            return Err(LedgerError::StoreAhead {
                store: applied.height,
                log: self.log.last_height(),
                torn: self.log.torn().is_some(),
            });
        }
        if applied.height == 0 {
            return Ok(Adopted::OtherHistory);
        }
        let logged = self.logged(Height(applied.height))?;
        let tip = Tip {
            chain: self.chain(),
            height: applied.height,
            block: logged.block.header.hash(),
            app_hash: logged.app_hash,
            time_ms: logged.block.header.time.0,
        };
        if (tip.block.0, tip.app_hash.0) == (applied.block_hash, applied.app_hash) {
            self.apply(tip, |_| Ok(()))?;
            Ok(Adopted::Yes)
        } else {
            Ok(Adopted::OtherHistory)
        }
    }

    /// Executes the blocks that the log has and the store has not.
    fn replay(&mut self) -> Result<(), LedgerError> {
        let last = self.log.last_height();
        if self.tip().height < last {
            tracing::info!(
                from = self.next_height().0,
                to = last,
                "replaying blocks from the log"
            );
        }
        while self.tip().height < last {
            let height = self.next_height();
            let logged = self.logged(height)?;
            let executed = self.replay_block(&logged)?;
            self.apply(executed.tip(), |store| {
                store.apply(&executed.writes, &executed.index(), &executed.applied())
            })?;
        }
        Ok(())
    }

    /// Signatures and proofs are not verified again: the block was validated before it was written,
    /// and the log's checksums and the chain of hashes say that it is the same block.
    fn replay_block(&self, logged: &LoggedBlock) -> Result<Executed, LedgerError> {
        let block = &logged.block;
        let height = self.next_height();
        block
            .check_form()
            .and_then(|()| block.header.check_follows(&self.tip()))
            .map_err(|reason| LedgerError::bad_block(height, reason))?;
        let mut run = self.run(block.header.time)?;
        for (index, bytes) in block.txs.iter().enumerate() {
            let admitted = Admitted::from_own_log(bytes.clone())
                .map_err(|_| LedgerError::bad_block(height, BlockError::Malformed))?;
            run.transaction(admitted)?
                .map_err(|reason| LedgerError::ReplayRefused {
                    height: height.0,
                    index,
                    reason,
                })?;
        }
        let executed = run.finish()?;
        if executed.app_hash() != logged.app_hash {
            return Err(LedgerError::Diverged {
                height: height.0,
                expected: logged.app_hash,
                found: executed.app_hash(),
            });
        }
        Ok(executed)
    }

    /// Deletes the store and starts from the genesis.
    fn discard_store(
        self,
        path: &Path,
        reason: &dyn std::fmt::Display,
    ) -> Result<Self, LedgerError> {
        tracing::warn!(%reason, "the state store is unusable; rebuilding it from the block log");
        let shared = Arc::into_inner(self.reader.shared)
            .ok_or_else(|| StateError::Store("it is still being read: reopen the ledger".into()))?;
        // Closed before its files go.
        drop(shared.store);
        let tip = genesis_tip(&shared.genesis);
        Ok(Self {
            reader: Reader {
                shared: Arc::new(Shared {
                    store: Arc::new(recreate_store(path)?),
                    tip: RwLock::new(tip),
                    ..shared
                }),
            },
            log: self.log,
            poisoned: self.poisoned,
            _lock: self._lock,
        })
    }
}

/// Whether the store's content can be built upon.
enum Adopted {
    Yes,
    OtherHistory,
}

fn check_genesis_file(
    directory: &Path,
    genesis: &Genesis,
    disk: &dyn Disk,
) -> Result<(), LedgerError> {
    let path = directory.join(GENESIS_FILE);
    let bytes = genesis.encode();
    if !path.try_exists().map_err(io_error("looking for", &path))? {
        genesis.check()?;
        return Ok(create_durably(&path, &bytes, disk)?);
    }
    let found = fs::read(&path).map_err(io_error("reading", &path))?;
    if found == bytes {
        return Ok(());
    }
    Err(LedgerError::OtherChain {
        found: Genesis::decode(&found)?.chain_id(),
        expected: genesis.chain_id(),
    })
}

/// A store that says of itself that it is damaged is rebuilt; one that cannot be opened for another
/// reason (permissions, a full disk) is left alone.
fn open_store(path: &Path) -> Result<(Store, Option<Applied>), LedgerError> {
    let opened = Store::open(path).and_then(|store| {
        let applied = store.applied()?;
        Ok((store, applied))
    });
    match opened {
        Err(StateError::Damaged(reason)) => {
            tracing::warn!(%reason, "the state store is damaged; rebuilding it from the block log");
            Ok((recreate_store(path)?, None))
        }
        opened => Ok(opened?),
    }
}

fn recreate_store(path: &Path) -> Result<Store, LedgerError> {
    fs::remove_dir_all(path).map_err(io_error("deleting", path))?;
    Ok(Store::open(path)?)
}

/// Whether rebuilding the store may help: its content is damaged, or executing on it gave what the
/// log says it should not.
fn is_damage(error: &LedgerError) -> bool {
    matches!(
        error,
        LedgerError::State(StateError::Damaged(_))
            | LedgerError::Fault(Fault::Damaged(_) | Fault::State(StateError::Damaged(_)))
            | LedgerError::Diverged { .. }
            | LedgerError::ReplayRefused { .. }
    )
}

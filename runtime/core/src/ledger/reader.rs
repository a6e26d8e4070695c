//! The committed ledger as any thread reads it, while a block is being built or committed.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use obolus_abi::ChainId;
use obolus_chain::{Circuits, Genesis, TxFault, transaction_hash};
use obolus_protocol::tx::Height;
use obolus_runtime_api::Tip;
use rayon::prelude::*;

use super::AdmitError;
use super::admission::{self, Admitted, Screened};
use crate::log::LogReader;
use crate::state::{StateError, Store};
use crate::vm::Vm;

/// Reads the ledger as of the last committed block, and admits transactions. Clones share the ledger.
///
/// A contract query sees one block's state. The other reads answer entry by entry: what they return was
/// committed, and two of them may be a block apart.
#[derive(Clone)]
pub struct Reader {
    pub(super) shared: Arc<Shared>,
}

/// What readers and the writer have in common.
pub(super) struct Shared {
    pub(super) genesis: Genesis,
    pub(super) chain: ChainId,
    pub(super) circuits: Circuits,
    pub(super) vm: Vm,
    pub(super) store: Arc<Store>,
    pub(super) log: LogReader,
    /// Held for writing while a block is applied, so that whoever holds it for reading sees one block.
    pub(super) tip: RwLock<Tip>,
}

impl Reader {
    /// The chain's identity.
    pub fn chain(&self) -> ChainId {
        self.shared.chain
    }

    /// What the chain started from.
    pub fn genesis(&self) -> &Genesis {
        &self.shared.genesis
    }

    /// The verifying keys of the chain.
    pub fn circuits(&self) -> &Circuits {
        &self.shared.circuits
    }

    /// The virtual machine, whose watchdog wants ticks.
    pub fn vm(&self) -> &Vm {
        &self.shared.vm
    }

    /// The last committed block.
    pub fn tip(&self) -> Tip {
        *self.hold()
    }

    /// Height of the block that comes next.
    pub fn next_height(&self) -> Height {
        Height(self.tip().height + 1)
    }

    /// Names these bytes as a copy of a transaction; see [`Screened::bytes_hash`].
    pub fn copy_id(bytes: &[u8]) -> [u8; 32] {
        transaction_hash(bytes)
    }

    /// Checks what of a transaction costs next to nothing: size, form, chain, expiry, and that it is not committed
    /// already.
    ///
    /// # Errors
    /// [`AdmitError`].
    pub fn screen(&self, bytes: Vec<u8>) -> Result<Screened, AdmitError> {
        self.rules().screen(bytes)
    }

    /// Checks signatures and proofs of screened transactions, the proofs all at once; one result each, in order.
    /// One bad transaction spoils no other, but costs time: keep a batch to one submitter.
    pub fn authenticate(&self, batch: Vec<Screened>) -> Vec<Result<Admitted, AdmitError>> {
        self.rules().authenticate(batch)
    }

    /// Screens and authenticates one transaction.
    ///
    /// # Errors
    /// [`AdmitError`].
    pub fn admit(&self, bytes: Vec<u8>) -> Result<Admitted, AdmitError> {
        self.admit_batch(vec![bytes])
            .pop()
            .unwrap_or(Err(TxFault::TooLarge.into()))
    }

    /// Screens and authenticates transactions; one result each, in order.
    pub fn admit_batch(&self, batch: Vec<Vec<u8>>) -> Vec<Result<Admitted, AdmitError>> {
        let rules = self.rules();
        let mut refused = Vec::new();
        let mut screened = Vec::new();
        for (place, result) in batch
            .into_par_iter()
            .map(|bytes| rules.screen(bytes))
            .collect::<Vec<_>>()
            .into_iter()
            .enumerate()
        {
            match result {
                Ok(transaction) => screened.push(transaction),
                Err(error) => refused.push((place, error)),
            }
        }
        let mut results = rules.authenticate(screened);
        for (place, error) in refused {
            results.insert(place, Err(error));
        }
        results
    }

    /// Keeps the state at one block until the guard is dropped. Commits wait for it.
    pub(super) fn hold(&self) -> RwLockReadGuard<'_, Tip> {
        // The tip is replaced as a whole: a panic elsewhere cannot have left half of one.
        self.shared
            .tip
            .read()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a block's effect and makes it the tip.
    pub(super) fn apply(
        &self,
        tip: Tip,
        write: impl FnOnce(&Store) -> Result<(), StateError>,
    ) -> Result<(), StateError> {
        let mut held = self
            .shared
            .tip
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        write(&self.shared.store)?;
        *held = tip;
        Ok(())
    }

    fn rules(&self) -> admission::Rules<'_> {
        admission::Rules {
            chain: self.shared.chain,
            horizon: self.shared.genesis.expiry_horizon,
            next: self.next_height(),
            circuits: &self.shared.circuits,
            state: self.shared.store.as_ref(),
        }
    }
}

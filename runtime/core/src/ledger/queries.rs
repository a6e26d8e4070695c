//! Reading the ledger: blocks, receipts, updates, proofs of inclusion, read-only calls.

use std::sync::Arc;

use borsh::BorshDeserialize;
use obolus_abi::{CodeId, ContractId, FieldBytes, TxDigest};
use obolus_chain::{Block, BlockError, Timestamp, transaction_hash, transaction_path};
use obolus_protocol::field::fr_to_bytes;
use obolus_protocol::tx::{EntryName, Height};
use obolus_runtime_api::{
    BlockSummary, BlockUpdate, EventRecord, InclusionProof, Receipt, ScheduledRun, TxUpdate,
};

use super::commit::LoggedBlock;
use super::error::{LedgerError, QueryError};
use super::index::{self, Location, damaged};
use super::reader::Reader;
use super::run::receipt;
use crate::exec::{self, Appended, BlockEnv, Fuel, TopCall};
use crate::host::accumulator::AppendTree;
use crate::host::schedule;
use crate::overlay::Overlay;
use crate::state::{CodeRecord, ContractRecord, PendingChange, StateError, StateRead, Store, keys};

/// Fuel of a query; about fifty milliseconds of work. Commits wait for a running query, so it must be short.
pub const QUERY_FUEL: Fuel = Fuel(50_000_000);

impl Reader {
    /// The block of this height, 1 to the tip's.
    ///
    /// # Errors
    /// [`LedgerError::Log`] when there is none or the log cannot be read.
    pub fn block(&self, height: Height) -> Result<Block, LedgerError> {
        Ok(self.logged(height)?.block)
    }

    /// A block in one line; none above the tip.
    ///
    /// # Errors
    /// [`LedgerError::State`] when the store cannot be read.
    pub fn summary(&self, height: Height) -> Result<Option<BlockSummary>, LedgerError> {
        Ok(index::block(&self.shared.store, height.0)?)
    }

    /// The transactions of a block as scanners need them; none above the tip.
    ///
    /// # Errors
    /// [`LedgerError::State`] when the store cannot be read.
    pub fn transactions(&self, height: Height) -> Result<Vec<TxUpdate>, LedgerError> {
        Ok(index::updates(&self.shared.store, height.0)?)
    }

    /// The scheduled calls that a block ran; none above the tip.
    ///
    /// # Errors
    /// [`LedgerError::State`] when the store cannot be read.
    pub fn scheduled_runs(&self, height: Height) -> Result<Vec<ScheduledRun>, LedgerError> {
        Ok(index::runs(&self.shared.store, height.0)?)
    }

    /// Whether a scheduled call waits for the next block, empty or not.
    ///
    /// # Errors
    /// [`LedgerError::State`] when the store cannot be read.
    pub fn call_is_due(&self) -> Result<bool, LedgerError> {
        let due = schedule::due(self.shared.store.as_ref(), self.next_height(), None, 1)?;
        Ok(!due.is_empty())
    }

    /// What a block added to append trees.
    ///
    /// # Errors
    /// [`LedgerError::State`] when the store cannot be read.
    pub fn appended(&self, height: Height) -> Result<Vec<Appended>, LedgerError> {
        Ok(index::leaves(&self.shared.store, height.0)?)
    }

    /// A committed transaction as scanners need it, and its receipt, however long ago.
    ///
    /// # Errors
    /// [`LedgerError::State`] when the store cannot be read.
    pub fn transaction(
        &self,
        digest: &TxDigest,
    ) -> Result<Option<(TxUpdate, Receipt)>, LedgerError> {
        let Some(at) = index::locate(&self.shared.store, digest)? else {
            return Ok(None);
        };
        let update = index::update(&self.shared.store, at)?.ok_or_else(damaged)?;
        let receipt = receipt(&update, at.height, at.index);
        Ok(Some((update, receipt)))
    }

    /// The receipt of a committed transaction, however long ago.
    ///
    /// # Errors
    /// [`LedgerError::State`] when the store cannot be read.
    pub fn receipt(&self, digest: &TxDigest) -> Result<Option<Receipt>, LedgerError> {
        Ok(self.transaction(digest)?.map(|(_, receipt)| receipt))
    }

    /// Shows that a committed transaction is in its block.
    ///
    /// # Errors
    /// [`LedgerError`] when store or log cannot be read.
    pub fn inclusion(&self, digest: &TxDigest) -> Result<Option<InclusionProof>, LedgerError> {
        let Some(Location { height, index }) = index::locate(&self.shared.store, digest)? else {
            return Ok(None);
        };
        let block = self.block(Height(height))?;
        let hashes: Vec<_> = block.txs.iter().map(|tx| transaction_hash(tx)).collect();
        let place = index as usize;
        let transaction = block.txs.get(place).ok_or_else(damaged)?;
        Ok(Some(InclusionProof {
            id: *digest,
            transaction: obolus_runtime_api::hex::encode(transaction),
            index,
            path: transaction_path(&hashes, place),
            header: block.header.view(),
            block: block.header.hash(),
        }))
    }

    /// What wallets read of the blocks from `from` on, at most `limit` of them, in order.
    ///
    /// # Errors
    /// [`LedgerError::State`] when the store cannot be read.
    pub fn updates(&self, from: Height, limit: usize) -> Result<Vec<BlockUpdate>, LedgerError> {
        self.updates_within(from, limit, usize::MAX)
    }

    /// The same, ending after the block with which memos and events reach `bytes`.
    ///
    /// # Errors
    /// [`LedgerError::State`] when the store cannot be read.
    pub fn updates_within(
        &self,
        from: Height,
        limit: usize,
        bytes: usize,
    ) -> Result<Vec<BlockUpdate>, LedgerError> {
        let mut updates = Vec::new();
        let mut size = 0;
        let mut height = from.0.max(1);
        while updates.len() < limit && size < bytes {
            let Some(summary) = self.summary(Height(height))? else {
                break;
            };
            let txs = self.transactions(Height(height))?;
            let scheduled = self.scheduled_runs(Height(height))?;
            size += txs.iter().map(update_size).sum::<usize>();
            size += scheduled
                .iter()
                .map(|run| event_size(&run.events))
                .sum::<usize>();
            updates.push(BlockUpdate {
                height,
                block: summary.block,
                app_hash: summary.app_hash,
                time_ms: summary.time_ms,
                txs,
                scheduled,
            });
            height += 1;
        }
        Ok(updates)
    }

    /// Calls a read-only entry on the state after the last block.
    ///
    /// # Errors
    /// [`QueryError`].
    pub fn query(
        &self,
        contract: ContractId,
        entry: &str,
        args: Vec<u8>,
    ) -> Result<Vec<u8>, QueryError> {
        let call = TopCall {
            contract,
            entry: EntryName::new(entry)?,
            args,
        };
        let permit = self.shared.vm.admit_query();
        let tip = self.hold();
        let env = BlockEnv {
            chain: self.shared.chain,
            height: Height(tip.height),
            time: Timestamp(tip.time_ms),
        };
        let outcome = exec::query(
            &self.shared.vm,
            &permit,
            self.state(),
            &env,
            &call,
            QUERY_FUEL,
        )?;
        Ok(outcome.result?)
    }

    /// All contracts, in the order of their ids.
    ///
    /// # Errors
    /// [`StateError`] when the store cannot be read.
    pub fn contracts(&self) -> Result<Vec<(ContractId, ContractRecord)>, StateError> {
        let prefix = [keys::CONTRACT];
        let entries = self.shared.store.scan(&prefix, None, usize::MAX)?;
        entries
            .iter()
            .map(|(key, record)| {
                let id = key.strip_prefix(&prefix).and_then(|id| id.try_into().ok());
                let record = borsh::from_slice(record).ok();
                match (id, record) {
                    (Some(id), Some(record)) => Ok((ContractId(id), record)),
                    _ => Err(StateError::Damaged("a contract's record".into())),
                }
            })
            .collect()
    }

    /// What the ledger knows of a contract; none if there is no such contract.
    ///
    /// # Errors
    /// [`StateError`] when the store cannot be read.
    pub fn contract(&self, id: &ContractId) -> Result<Option<ContractRecord>, StateError> {
        self.record(&keys::contract(id), "a contract's record")
    }

    /// What the ledger knows of a module; none if there is no such module.
    ///
    /// # Errors
    /// [`StateError`] when the store cannot be read.
    pub fn code(&self, id: &CodeId) -> Result<Option<CodeRecord>, StateError> {
        self.record(&keys::code_record(id), "a module's record")
    }

    /// The change of a contract that waits for its delay.
    ///
    /// # Errors
    /// [`StateError`] when the store cannot be read.
    pub fn pending_change(&self, id: &ContractId) -> Result<Option<PendingChange>, StateError> {
        self.record(&keys::pending_change(id), "a proposed change")
    }

    fn record<T: BorshDeserialize>(&self, key: &[u8], what: &str) -> Result<Option<T>, StateError> {
        let Some(bytes) = self.shared.store.get(key)? else {
            return Ok(None);
        };
        borsh::from_slice(&bytes)
            .map(Some)
            .map_err(|_| StateError::Damaged(what.to_owned()))
    }

    /// Number of leaves and root of a contract's append tree after the last block.
    ///
    /// # Errors
    /// [`QueryError::Fault`] when the store cannot be read.
    pub fn append_tree(
        &self,
        contract: ContractId,
        number: u8,
    ) -> Result<(u64, FieldBytes), QueryError> {
        let overlay = Overlay::new(self.state());
        let tree = AppendTree::new(contract, number);
        let _one_block = self.hold();
        Ok((tree.len(&overlay)?, fr_to_bytes(&tree.anchor(&overlay)?)))
    }

    /// The state after the last block.
    pub fn state(&self) -> Arc<dyn StateRead> {
        Arc::<Store>::clone(&self.shared.store)
    }

    pub(super) fn logged(&self, height: Height) -> Result<LoggedBlock, LedgerError> {
        let record = self.shared.log.read(height.0)?;
        borsh::from_slice(&record)
            .map_err(|_| LedgerError::bad_block(height, BlockError::Malformed))
    }
}

fn update_size(tx: &TxUpdate) -> usize {
    let memos = tx.memos.iter().map(Vec::len).sum::<usize>();
    memos + event_size(&tx.events)
}

fn event_size(events: &[EventRecord]) -> usize {
    events.iter().map(|event| event.data.len()).sum()
}

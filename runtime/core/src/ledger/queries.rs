//! Reading the ledger: blocks, receipts, updates, read-only calls.

use std::sync::Arc;

use obolus_abi::{ContractId, TxDigest};
use obolus_protocol::tx::{EntryName, Height};
use obolus_runtime_api::{BlockUpdate, Receipt};

use super::block::Block;
use super::commit::{Location, LoggedBlock};
use super::error::{LedgerError, QueryError};
use super::execution::Execution;
use super::run::{TX_FUEL, locate_key, receipt, update_key};
use super::{BlockError, Timestamp};
use crate::exec::{self, BlockEnv, TopCall};
use crate::state::{StateError, StateRead, Store};

impl Execution {
    /// The block of this height, 1 to the tip's.
    ///
    /// # Errors
    /// [`LedgerError::Log`] when there is none or the log cannot be read.
    pub fn block(&self, height: Height) -> Result<Block, LedgerError> {
        Ok(self.logged(height)?.block)
    }

    /// The receipt of a committed transaction, however long ago.
    ///
    /// # Errors
    /// [`LedgerError::State`] when the store cannot be read.
    pub fn receipt(&self, digest: &TxDigest) -> Result<Option<Receipt>, LedgerError> {
        let Some(bytes) = self.store.index_get(&locate_key(digest))? else {
            return Ok(None);
        };
        let location: Location = borsh::from_slice(&bytes).map_err(|_| damaged())?;
        let bytes = self.store.index_get(&update_key(location.height))?;
        let update = decode_update(&bytes.ok_or_else(damaged)?)?;
        receipt(&update, location.index)
            .map(Some)
            .ok_or_else(|| damaged().into())
    }

    /// What wallets read of the blocks from `from` on, at most `limit` of them, in order.
    ///
    /// # Errors
    /// [`LedgerError::State`] when the store cannot be read.
    pub fn updates(&self, from: Height, limit: usize) -> Result<Vec<BlockUpdate>, LedgerError> {
        let after = from.0.checked_sub(1).map(update_key);
        self.store
            .index_scan(b"b", after.as_deref(), limit)?
            .iter()
            .map(|(_, bytes)| decode_update(bytes))
            .collect()
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
        let env = BlockEnv {
            chain: self.chain,
            height: Height(self.tip.height),
            time: Timestamp(self.tip.time_ms),
        };
        let call = TopCall {
            contract,
            entry: EntryName::new(entry)?,
            args,
        };
        let outcome = exec::query(&self.vm, self.state(), &env, &call, TX_FUEL)?;
        Ok(outcome.result?)
    }

    /// The state after the last block.
    pub fn state(&self) -> Arc<dyn StateRead> {
        Arc::<Store>::clone(&self.store)
    }

    pub(super) fn logged(&self, height: Height) -> Result<LoggedBlock, LedgerError> {
        let record = self.log.read(height.0)?;
        borsh::from_slice(&record)
            .map_err(|_| LedgerError::bad_block(height, BlockError::Malformed))
    }
}

fn decode_update(bytes: &[u8]) -> Result<BlockUpdate, LedgerError> {
    borsh::from_slice(bytes).map_err(|_| damaged().into())
}

fn damaged() -> StateError {
    StateError::Damaged("an index entry of a block does not decode".into())
}

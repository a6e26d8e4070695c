//! Writing an export, block by block.

use std::io::Write;

use obolus_runtime_api::{AppHash, Tip};

use super::{BLOCK, END, ExportError, HASH, MAGIC, MAX_BLOCK, MAX_GENESIS, VERSION};
use crate::{Block, Genesis, genesis_tip};

/// Writes a ledger as it is read.
pub struct ExportWriter<W> {
    out: W,
    hasher: blake3::Hasher,
    tip: Tip,
}

impl<W: Write> ExportWriter<W> {
    /// Begins the file.
    ///
    /// # Errors
    /// [`ExportError`] when it cannot be written.
    pub fn new(out: W, genesis: &Genesis) -> Result<Self, ExportError> {
        let mut writer = Self {
            out,
            hasher: blake3::Hasher::new_derive_key(HASH),
            tip: genesis_tip(genesis),
        };
        writer.put(MAGIC)?;
        writer.put(&VERSION.to_le_bytes())?;
        writer.part(&genesis.encode(), MAX_GENESIS)?;
        Ok(writer)
    }

    /// Height of the last block written; 0 before the first one.
    pub fn height(&self) -> u64 {
        self.tip.height
    }

    /// Adds the next block.
    ///
    /// # Errors
    /// [`ExportError`] when the block does not follow from the one before, or cannot be written.
    pub fn block(&mut self, block: &Block) -> Result<(), ExportError> {
        let header = &block.header;
        let height = self.tip.height + 1;
        if self.tip.height > 0 {
            // Only the next header says what state a block led to.
            self.tip.app_hash = header.app_hash;
        }
        header
            .check_follows(&self.tip)
            .map_err(|reason| ExportError::Block { height, reason })?;
        self.put(&[BLOCK])?;
        self.part(&block.encode(), MAX_BLOCK)?;
        self.tip = Tip {
            height,
            block: header.hash(),
            time_ms: header.time.0,
            ..self.tip
        };
        Ok(())
    }

    /// Writes the end; `app_hash` is that of the state after the last block. Returns what was written to.
    ///
    /// # Errors
    /// [`ExportError`] when it cannot be written.
    pub fn finish(mut self, app_hash: AppHash) -> Result<W, ExportError> {
        let tip = self.tip;
        self.put(&[END])?;
        self.put(&tip.height.to_le_bytes())?;
        self.put(&tip.block.0)?;
        self.put(&app_hash.0)?;
        let hash = self.hasher.finalize();
        self.out
            .write_all(hash.as_bytes())
            .map_err(ExportError::Io)?;
        self.out.flush().map_err(ExportError::Io)?;
        Ok(self.out)
    }

    fn part(&mut self, bytes: &[u8], most: usize) -> Result<(), ExportError> {
        let too_long = ExportError::TooLong(bytes.len() as u64, self.tip.height);
        let len = u32::try_from(bytes.len())
            .ok()
            .filter(|_| bytes.len() <= most);
        self.put(&len.ok_or(too_long)?.to_le_bytes())?;
        self.put(bytes)
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), ExportError> {
        self.hasher.update(bytes);
        self.out.write_all(bytes).map_err(ExportError::Io)
    }
}

//! Reading an export, block by block.

use std::io::{self, Read};

use obolus_runtime_api::{AppHash, BlockHash};

use super::{BLOCK, END, ExportError, HASH, MAGIC, MAX_BLOCK, MAX_GENESIS, VERSION};
use crate::{Block, Genesis};

/// Where an export ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExportEnd {
    /// Height of the last block.
    pub height: u64,
    /// Its hash; the chain id when there is none.
    pub block: BlockHash,
    /// Hash of the state after it, as the exporting node says.
    pub app_hash: AppHash,
}

/// Reads an export; holds one block at a time.
pub struct ExportReader<R> {
    input: R,
    hasher: blake3::Hasher,
    genesis: Genesis,
    height: u64,
    last: BlockHash,
    read: u64,
}

impl<R: Read> ExportReader<R> {
    /// Reads up to the first block.
    ///
    /// # Errors
    /// [`ExportError`] on anything but the beginning of an export.
    pub fn new(mut input: R) -> Result<Self, ExportError> {
        let mut hasher = blake3::Hasher::new_derive_key(HASH);
        let mut magic = [0; 8];
        match input.read_exact(&mut magic) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                return Err(ExportError::Magic);
            }
            done => done.map_err(ExportError::Io)?,
        }
        if magic != *MAGIC {
            return Err(ExportError::Magic);
        }
        hasher.update(&magic);
        let mut head = Head {
            input: &mut input,
            hasher: &mut hasher,
            height: 0,
            read: magic.len() as u64,
        };
        let version = u32::from_le_bytes(head.array()?);
        if version != VERSION {
            return Err(ExportError::Version(version));
        }
        let genesis = Genesis::decode(&head.part(MAX_GENESIS)?)?;
        let read = head.read;
        Ok(Self {
            input,
            hasher,
            last: BlockHash(genesis.chain_id().0),
            genesis,
            height: 0,
            read,
        })
    }

    /// What the chain started from. Nobody has looked whether it holds together.
    pub fn genesis(&self) -> &Genesis {
        &self.genesis
    }

    /// Bytes read so far.
    pub fn position(&self) -> u64 {
        self.read
    }

    /// The next block, of the right form and height and naming the one before it as its predecessor. After
    /// the last one, the end: the file is complete then and undamaged.
    ///
    /// # Errors
    /// [`ExportError`] on anything that [`ExportWriter`](super::ExportWriter) would not have written.
    pub fn step(&mut self) -> Result<Step, ExportError> {
        let mut head = Head {
            input: &mut self.input,
            hasher: &mut self.hasher,
            height: self.height,
            read: self.read,
        };
        let [kind] = head.array()?;
        match kind {
            BLOCK => {
                let bytes = head.part(MAX_BLOCK)?;
                self.read = head.read;
                self.height += 1;
                let height = self.height;
                let bad = |reason| ExportError::Block { height, reason };
                let block = Block::decode(&bytes).map_err(bad)?;
                if block.header.height.0 != height || block.header.previous != self.last {
                    return Err(bad(crate::BlockError::Previous));
                }
                self.last = block.header.hash();
                Ok(Step::Block(block))
            }
            END => {
                let end = ExportEnd {
                    height: u64::from_le_bytes(head.array()?),
                    block: BlockHash(head.array()?),
                    app_hash: AppHash(head.array()?),
                };
                let expected = *head.hasher.finalize().as_bytes();
                if head.array()? != expected {
                    return Err(ExportError::Hash);
                }
                if !head.at_end()? {
                    return Err(ExportError::Trailing);
                }
                self.read = head.read;
                if (end.height, end.block) != (self.height, self.last) {
                    return Err(ExportError::End(self.height));
                }
                Ok(Step::End(end))
            }
            _ => Err(ExportError::Part(self.height)),
        }
    }
}

/// What comes next in an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A block.
    Block(Block),
    /// The end.
    End(ExportEnd),
}

/// Reads and hashes.
struct Head<'a, R> {
    input: &'a mut R,
    hasher: &'a mut blake3::Hasher,
    height: u64,
    read: u64,
}

impl<R: Read> Head<'_, R> {
    fn array<const N: usize>(&mut self) -> Result<[u8; N], ExportError> {
        let mut bytes = [0; N];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }

    fn part(&mut self, most: usize) -> Result<Vec<u8>, ExportError> {
        let len = u32::from_le_bytes(self.array()?) as usize;
        if len > most {
            return Err(ExportError::TooLong(len as u64, self.height));
        }
        let mut bytes = vec![0; len];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }

    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), ExportError> {
        match self.input.read_exact(bytes) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                return Err(ExportError::Truncated(self.height));
            }
            done => done.map_err(ExportError::Io)?,
        }
        self.hasher.update(bytes);
        self.read += bytes.len() as u64;
        Ok(())
    }

    fn at_end(&mut self) -> Result<bool, ExportError> {
        loop {
            match self.input.read(&mut [0]) {
                Ok(read) => return Ok(read == 0),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(ExportError::Io(error)),
            }
        }
    }
}

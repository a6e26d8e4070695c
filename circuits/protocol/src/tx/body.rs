//! The signed part of a transaction.

use core::fmt;

use borsh::{BorshSerialize, io};
use obolus_abi::{ChainId, ContractId, TxDigest};

use super::{
    MAX_EXPIRY_HORIZON, MAX_MEMO_BYTES, MAX_MEMOS, MAX_TX_BYTES, MAX_UPLOAD_TX_BYTES,
    SYSTEM_CONTRACT, TxError, codec,
};
use crate::tags;

/// Entries of the [`SYSTEM_CONTRACT`].
pub mod entry {
    /// Stores a WASM module.
    pub const UPLOAD: &str = "upload";
    /// Makes a contract of a stored module.
    pub const INSTANTIATE: &str = "instantiate";
    /// Gives up the right to change a contract's code.
    pub const FREEZE_CODE: &str = "freeze_code";
}

/// Height of a block; the genesis is 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize)]
pub struct Height(pub u64);

impl borsh::BorshDeserialize for Height {
    fn deserialize_reader<R: io::Read>(reader: &mut R) -> io::Result<Self> {
        u64::deserialize_reader(reader).map(Self)
    }
}

impl fmt::Display for Height {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Name of a contract's entry point: 1 to 32 characters of `a-z`, `0-9`, `_`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize)]
pub struct EntryName(String);

impl EntryName {
    /// Longest name in bytes.
    pub const MAX_LEN: usize = 32;

    /// Checks a name.
    ///
    /// # Errors
    /// [`TxError::EntryName`] if it is empty, too long or has other characters.
    pub fn new(name: &str) -> Result<Self, TxError> {
        let charset = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_';
        if name.is_empty() || name.len() > Self::MAX_LEN || !name.bytes().all(charset) {
            return Err(TxError::EntryName);
        }
        Ok(Self(name.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn read<R: io::Read>(reader: &mut R) -> Result<Self, TxError> {
        let bytes = codec::bytes(reader, Self::MAX_LEN, "entry name")?;
        let name = core::str::from_utf8(&bytes).map_err(|_| TxError::EntryName)?;
        Self::new(name)
    }
}

impl borsh::BorshDeserialize for EntryName {
    fn deserialize_reader<R: io::Read>(reader: &mut R) -> io::Result<Self> {
        Self::read(reader).map_err(codec::into_io)
    }
}

impl fmt::Display for EntryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for EntryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What a transaction does: one call of one contract's entry, until an expiry, on one chain.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize)]
pub struct TxBody {
    /// The chain it is meant for: a copy is worthless on any other.
    pub chain: ChainId,
    /// The last height at which it may be included.
    pub expiry: Height,
    /// The contract called.
    pub contract: ContractId,
    /// The entry called.
    pub entry: EntryName,
    /// The entry's arguments.
    pub args: Vec<u8>,
    /// Memo ciphertexts, in the entry's order.
    pub memos: Vec<Vec<u8>>,
}

impl TxBody {
    /// Digest of the body: what signatures cover, what proofs are bound to, and the transaction's
    /// id.
    pub fn digest(&self) -> TxDigest {
        TxDigest(blake3::derive_key(
            tags::context::TRANSACTION,
            &codec::encode(self),
        ))
    }

    /// The size limit that applies to the whole transaction, in bytes.
    pub fn max_tx_bytes(&self) -> usize {
        max_tx_bytes(&self.contract, &self.entry)
    }

    /// Whether the transaction may be included at `height`.
    ///
    /// # Errors
    /// [`TxError::Expired`] or [`TxError::ExpiryTooFar`].
    pub fn check_expiry(&self, height: Height) -> Result<(), TxError> {
        if self.expiry < height {
            return Err(TxError::Expired);
        }
        if self.expiry.0 - height.0 > MAX_EXPIRY_HORIZON {
            return Err(TxError::ExpiryTooFar);
        }
        Ok(())
    }

    /// Whether the parts keep to the limits that the decoder enforces.
    ///
    /// # Errors
    /// The limit that is broken.
    pub fn check_limits(&self) -> Result<(), TxError> {
        if self.args.len() > self.max_tx_bytes() {
            return Err(TxError::TooLong("args"));
        }
        if self.memos.len() > MAX_MEMOS {
            return Err(TxError::TooMany("memos"));
        }
        if self.memos.iter().any(|memo| memo.len() > MAX_MEMO_BYTES) {
            return Err(TxError::TooLong("memo"));
        }
        Ok(())
    }

    pub(super) fn read<R: io::Read>(reader: &mut R) -> Result<Self, TxError> {
        let chain = codec::leaf(reader)?;
        let expiry = codec::leaf(reader)?;
        let contract = codec::leaf(reader)?;
        let entry = EntryName::read(reader)?;
        let args = codec::bytes(reader, max_tx_bytes(&contract, &entry), "args")?;
        let memo = |reader: &mut R| codec::bytes(reader, MAX_MEMO_BYTES, "memo");
        let memos = codec::list(reader, MAX_MEMOS, "memos", memo)?;
        Ok(Self {
            chain,
            expiry,
            contract,
            entry,
            args,
            memos,
        })
    }
}

impl borsh::BorshDeserialize for TxBody {
    fn deserialize_reader<R: io::Read>(reader: &mut R) -> io::Result<Self> {
        Self::read(reader).map_err(codec::into_io)
    }
}

fn max_tx_bytes(contract: &ContractId, entry: &EntryName) -> usize {
    if *contract == SYSTEM_CONTRACT && entry.as_str() == entry::UPLOAD {
        MAX_UPLOAD_TX_BYTES
    } else {
        MAX_TX_BYTES
    }
}

//! Framing: the file header and the records. Pure functions over bytes.

use obolus_abi::ChainId;

/// Largest payload of a record in bytes; bounds what a reader allocates.
pub const MAX_PAYLOAD: usize = 64 << 20;

/// Format version of the file.
pub(super) const VERSION: u32 = 1;
/// Length of the file header in bytes.
pub(super) const FILE_HEADER: usize = 48;
/// Length of a record's header in bytes.
pub(super) const RECORD_HEADER: usize = 20;
/// Length of a record's checksum in bytes.
pub(super) const RECORD_HASH: usize = 32;

const FILE_MAGIC: &[u8; 8] = b"OBOLUSLG";
const RECORD_MAGIC: &[u8; 4] = b"OBRC";
const HASH_CONTEXT: &str = "obolus 2026 block log record v1";

/// What the file header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FileHeader {
    pub(super) version: u32,
    pub(super) chain: ChainId,
}

impl FileHeader {
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(FILE_HEADER);
        bytes.extend_from_slice(FILE_MAGIC);
        bytes.extend_from_slice(&self.version.to_le_bytes());
        bytes.extend_from_slice(&self.chain.0);
        bytes.extend_from_slice(&crc32fast::hash(&bytes).to_le_bytes());
        bytes
    }

    /// `None` when the bytes are no intact header.
    pub(super) fn decode(bytes: &[u8; FILE_HEADER]) -> Option<Self> {
        let (body, crc) = bytes.split_last_chunk::<4>()?;
        let body = body.strip_prefix(FILE_MAGIC)?;
        let (version, chain) = body.split_first_chunk::<4>()?;
        let intact = crc32fast::hash(bytes.get(..FILE_HEADER - 4)?) == u32::from_le_bytes(*crc);
        intact.then_some(Self {
            version: u32::from_le_bytes(*version),
            chain: ChainId(chain.try_into().ok()?),
        })
    }
}

/// What a record's header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RecordHeader {
    pub(super) len: usize,
    pub(super) height: u64,
}

impl RecordHeader {
    /// `None` when the bytes are no intact header.
    pub(super) fn decode(bytes: &[u8; RECORD_HEADER]) -> Option<Self> {
        let (body, crc) = bytes.split_last_chunk::<4>()?;
        if crc32fast::hash(body) != u32::from_le_bytes(*crc) {
            return None;
        }
        let (len, height) = body.strip_prefix(RECORD_MAGIC)?.split_first_chunk::<4>()?;
        let len = usize::try_from(u32::from_le_bytes(*len)).ok()?;
        let height = u64::from_le_bytes(height.try_into().ok()?);
        (len <= MAX_PAYLOAD).then_some(Self { len, height })
    }

    /// Length of the whole record in bytes.
    pub(super) const fn record_len(&self) -> usize {
        RECORD_HEADER + self.len + RECORD_HASH
    }
}

/// A whole record, or `None` when the payload is above [`MAX_PAYLOAD`].
pub(super) fn encode(height: u64, payload: &[u8]) -> Option<Vec<u8>> {
    if payload.len() > MAX_PAYLOAD {
        return None;
    }
    let len = u32::try_from(payload.len()).ok()?;
    let mut record = Vec::with_capacity(RECORD_HEADER + payload.len() + RECORD_HASH);
    record.extend_from_slice(RECORD_MAGIC);
    record.extend_from_slice(&len.to_le_bytes());
    record.extend_from_slice(&height.to_le_bytes());
    record.extend_from_slice(&crc32fast::hash(&record).to_le_bytes());
    record.extend_from_slice(payload);
    let hash = blake3::derive_key(HASH_CONTEXT, &record);
    record.extend_from_slice(&hash);
    Some(record)
}

/// The payload of a whole record of `height`, or `None` when anything about it is wrong.
pub(super) fn decode(record: &[u8], height: u64) -> Option<&[u8]> {
    let (header, _) = record.split_first_chunk::<RECORD_HEADER>()?;
    let parsed = RecordHeader::decode(header)?;
    let (body, hash) = record.split_last_chunk::<RECORD_HASH>()?;
    let right = parsed.height == height
        && parsed.record_len() == record.len()
        && blake3::derive_key(HASH_CONTEXT, body) == *hash;
    if right {
        body.get(RECORD_HEADER..)
    } else {
        None
    }
}

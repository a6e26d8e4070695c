//! Reading records of an open log by height, from any thread. Nothing here writes.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use super::{LogError, io_error, record};

/// Reads records of an open log; clones share it. Sees every record that was appended and fsynced.
#[derive(Clone)]
pub struct LogReader {
    shared: Arc<Shared>,
}

struct Shared {
    file: File,
    path: PathBuf,
    index: RwLock<Index>,
}

/// Where the records are.
struct Index {
    offsets: Vec<u64>,
    end: u64,
}

impl LogReader {
    pub(super) fn new(file: File, path: PathBuf, offsets: Vec<u64>, end: u64) -> Self {
        Self {
            shared: Arc::new(Shared {
                file,
                path,
                index: RwLock::new(Index { offsets, end }),
            }),
        }
    }

    /// Height of the last record; 0 when there is none.
    pub fn last_height(&self) -> u64 {
        self.index(|index| index.offsets.len() as u64)
    }

    /// The payload of the record of `height`, verified again.
    ///
    /// # Errors
    /// [`LogError::NoSuchRecord`], [`LogError::Corrupt`] when the file changed underneath, or
    /// [`LogError::Io`].
    pub fn read(&self, height: u64) -> Result<Vec<u8>, LogError> {
        let (offset, record) = self.record(height)?;
        match record::decode(&record, height) {
            Some(payload) => Ok(payload.to_vec()),
            None => Err(LogError::Corrupt {
                path: self.shared.path.clone(),
                offset,
                height,
                what: "the record changed after the log was opened",
            }),
        }
    }

    /// A record as it is on disk, and where it begins.
    pub(super) fn record(&self, height: u64) -> Result<(u64, Vec<u8>), LogError> {
        let (start, end) = self.index(|index| index.bounds(height))?;
        let mut record = vec![0; (end - start) as usize];
        self.shared
            .file
            .read_exact_at(&mut record, start)
            .map_err(io_error("reading", &self.shared.path))?;
        Ok((start, record))
    }

    /// Where the last record ends.
    pub(super) fn end(&self) -> u64 {
        self.index(|index| index.end)
    }

    /// A record of this length is on disk after the last one.
    pub(super) fn push(&self, len: u64) {
        let mut index = self
            .shared
            .index
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let start = index.end;
        index.offsets.push(start);
        index.end += len;
    }

    fn index<T>(&self, read: impl FnOnce(&Index) -> T) -> T {
        read(
            &self
                .shared
                .index
                .read()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }
}

impl Index {
    fn bounds(&self, height: u64) -> Result<(u64, u64), LogError> {
        let missing = LogError::NoSuchRecord {
            height,
            last: self.offsets.len() as u64,
        };
        let Some(index) = height
            .checked_sub(1)
            .and_then(|index| usize::try_from(index).ok())
        else {
            return Err(missing);
        };
        match self.offsets.get(index) {
            Some(start) => Ok((
                *start,
                self.offsets.get(index + 1).copied().unwrap_or(self.end),
            )),
            None => Err(missing),
        }
    }
}

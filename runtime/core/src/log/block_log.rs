//! The open log: append with fsync.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use obolus_abi::ChainId;

use super::read::LogReader;
use super::record::{self, FILE_HEADER, FileHeader, MAX_PAYLOAD, VERSION};
use super::scan::{Scan, TornTail, scan};
use super::{Disk, LogError, create_durably, io_error};

/// An open block log. One per file: its directory's [`super::DirLock`] must be held.
pub struct BlockLog {
    file: File,
    path: PathBuf,
    disk: Box<dyn Disk>,
    records: LogReader,
    torn: Option<TornTail>,
    poisoned: bool,
}

impl BlockLog {
    /// Opens the log at `path` and verifies every record, or creates it for `chain`.
    ///
    /// A torn tail is reported by [`Self::torn`] and left in place until [`Self::cut_torn`].
    ///
    /// # Errors
    /// [`LogError::Corrupt`] and the header errors when the file is not an intact log of this
    /// chain; [`LogError::Io`] when the disk fails.
    pub fn open(path: &Path, chain: ChainId, disk: Box<dyn Disk>) -> Result<Self, LogError> {
        let exists = path.try_exists().map_err(io_error("looking for", path))?;
        if !exists {
            let header = FileHeader {
                version: VERSION,
                chain,
            };
            create_durably(path, &header.encode(), disk.as_ref())?;
        }
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .open(path)
            .map_err(io_error("opening", path))?;
        check_header(&mut file, path, chain)?;
        let Scan { offsets, end, torn } = scan(&mut file, path)?;
        let shared = file.try_clone().map_err(io_error("opening", path))?;
        let mut log = Self {
            file,
            path: path.to_path_buf(),
            disk,
            records: LogReader::new(shared, path.to_path_buf(), offsets, end),
            torn,
            poisoned: false,
        };
        log.rewrite_last()?;
        Ok(log)
    }

    /// Height of the last record; 0 when there is none.
    pub fn last_height(&self) -> u64 {
        self.records.last_height()
    }

    /// Reads records, also while this log is being appended to.
    pub fn reader(&self) -> &LogReader {
        &self.records
    }

    /// The incomplete record at the end of the file, if any.
    pub fn torn(&self) -> Option<TornTail> {
        self.torn
    }

    /// Cuts off the torn tail, so that the log can be appended to.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn cut_torn(&mut self) -> Result<(), LogError> {
        if let Some(torn) = self.torn {
            tracing::warn!(
                offset = torn.offset,
                bytes = torn.len,
                "the block log ended in an unfinished, unacknowledged record; cutting it off"
            );
            self.file
                .set_len(self.records.end())
                .map_err(io_error("truncating", &self.path))?;
            self.sync()?;
            self.torn = None;
        }
        Ok(())
    }

    /// Appends a record and fsyncs it; returns its height. After `Ok` the payload survives kill -9
    /// and power cut.
    ///
    /// # Errors
    /// After [`LogError::Io`] it is unknown what is on disk: the log is poisoned and takes nothing
    /// more until it is reopened.
    pub fn append(&mut self, payload: &[u8]) -> Result<u64, LogError> {
        if self.poisoned {
            return Err(LogError::Poisoned);
        }
        if self.torn.is_some() {
            return Err(LogError::TornTail);
        }
        let height = self.last_height() + 1;
        let record =
            record::encode(height, payload).ok_or(LogError::PayloadTooLarge(payload.len()))?;
        if let Err(error) = self.write_at_end(&record) {
            self.poisoned = true;
            // A record that was never acknowledged should not come back; if this fails too, it
            // may, which is allowed: it is a valid block.
            let _ = self.file.set_len(self.records.end());
            return Err(error);
        }
        self.records.push(record.len() as u64);
        Ok(height)
    }

    fn write_at_end(&mut self, record: &[u8]) -> Result<(), LogError> {
        self.file
            .seek(SeekFrom::Start(self.records.end()))
            .map_err(io_error("seeking in", &self.path))?;
        self.disk
            .write(&mut self.file, record)
            .map_err(io_error("writing", &self.path))?;
        self.sync()
    }

    /// The last record may be in the page cache only: its writer may have died before its fsync,
    /// or its fsync may have failed and left the pages marked clean. Writing it again makes them
    /// dirty, so that the sync means something before anybody is told that the block is committed.
    fn rewrite_last(&mut self) -> Result<(), LogError> {
        let last = self.last_height();
        if last == 0 {
            return Ok(());
        }
        let (start, record) = self.records.record(last)?;
        self.file
            .write_all_at(&record, start)
            .map_err(io_error("writing", &self.path))?;
        self.sync()
    }

    fn sync(&self) -> Result<(), LogError> {
        self.disk
            .sync(&self.file)
            .map_err(io_error("syncing", &self.path))
    }
}

fn check_header(file: &mut File, path: &Path, chain: ChainId) -> Result<(), LogError> {
    let mut bytes = [0; FILE_HEADER];
    let header = match file.read_exact(&mut bytes) {
        Ok(()) => FileHeader::decode(&bytes),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => None,
        Err(error) => return Err(io_error("reading", path)(error)),
    };
    let Some(header) = header else {
        return Err(LogError::BadHeader(path.to_path_buf()));
    };
    if header.version != VERSION {
        return Err(LogError::Version {
            path: path.to_path_buf(),
            found: header.version,
            expected: VERSION,
        });
    }
    if header.chain != chain {
        return Err(LogError::WrongChain {
            path: path.to_path_buf(),
            found: header.chain,
            expected: chain,
        });
    }
    Ok(())
}

const _: () = assert!(MAX_PAYLOAD <= u32::MAX as usize);

#[cfg(test)]
mod tests;

//! Reading a log file from front to back: where each record begins, and how the file ends.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use super::record::{self, FILE_HEADER, MAX_PAYLOAD, RECORD_HASH, RECORD_HEADER, RecordHeader};
use super::{LogError, io_error};

/// An unfinished record at the end of the file. It was never acknowledged, unless the store on
/// disk is ahead of the log, which its owner must check before cutting it off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TornTail {
    /// Where it begins.
    pub offset: u64,
    /// How long it is, in bytes.
    pub len: u64,
}

/// What a log file holds.
#[derive(Debug)]
pub(super) struct Scan {
    /// Where each record begins; the first one has height 1.
    pub(super) offsets: Vec<u64>,
    /// Where the last whole record ends.
    pub(super) end: u64,
    pub(super) torn: Option<TornTail>,
}

/// Verifies every record after the file header.
pub(super) fn scan(file: &mut File, path: &Path) -> Result<Scan, LogError> {
    let total = file
        .seek(SeekFrom::End(0))
        .map_err(io_error("measuring", path))?;
    let mut at = FILE_HEADER as u64;
    file.seek(SeekFrom::Start(at))
        .map_err(io_error("reading", path))?;
    let mut reader = BufReader::with_capacity(1 << 20, file);
    let mut offsets = Vec::new();
    let mut record = Vec::new();
    loop {
        let left = total.saturating_sub(at);
        if left == 0 {
            return Ok(Scan {
                offsets,
                end: at,
                torn: None,
            });
        }
        let torn = TornTail {
            offset: at,
            len: left,
        };
        let height = offsets.len() as u64 + 1;
        match next(&mut reader, &mut record, left, height).map_err(io_error("reading", path))? {
            Next::Whole => {
                offsets.push(at);
                at += record.len() as u64;
            }
            Next::Torn => {
                return Ok(Scan {
                    offsets,
                    end: at,
                    torn: Some(torn),
                });
            }
            Next::Damaged(what) => {
                return Err(LogError::Corrupt {
                    path: path.to_path_buf(),
                    offset: at,
                    height,
                    what,
                });
            }
        }
    }
}

enum Next {
    Whole,
    Torn,
    Damaged(&'static str),
}

/// Reads one record into `record`; `left` bytes remain in the file.
fn next(
    reader: &mut impl Read,
    record: &mut Vec<u8>,
    left: u64,
    height: u64,
) -> std::io::Result<Next> {
    if left < RECORD_HEADER as u64 {
        return Ok(Next::Torn);
    }
    let mut head = [0; RECORD_HEADER];
    reader.read_exact(&mut head)?;
    let Some(header) = RecordHeader::decode(&head) else {
        return unreadable_header(reader, left - RECORD_HEADER as u64, height);
    };
    if header.height != height {
        return Ok(Next::Damaged("the record is of another height"));
    }
    let whole = header.record_len() as u64;
    if whole > left {
        return Ok(Next::Torn);
    }
    record.clear();
    record.extend_from_slice(&head);
    reader
        .take(whole - RECORD_HEADER as u64)
        .read_to_end(record)?;
    if record::decode(record, height).is_some() {
        Ok(Next::Whole)
    } else if whole == left {
        // The file can have its full length before all of its pages reached the disk.
        Ok(Next::Torn)
    } else {
        Ok(Next::Damaged("the record's checksum does not match"))
    }
}

/// A header that does not check belongs to a torn record only if it was the last one: its length
/// is unknown, so look for any later whole record in what is left.
fn unreadable_header(reader: &mut impl Read, left: u64, height: u64) -> std::io::Result<Next> {
    const WHAT: &str = "the record's header does not match its checksum";
    if left > (MAX_PAYLOAD + RECORD_HASH) as u64 {
        return Ok(Next::Damaged(WHAT));
    }
    let mut rest = Vec::new();
    reader.take(left).read_to_end(&mut rest)?;
    let later = rest.windows(RECORD_HEADER).enumerate().any(|(at, window)| {
        let header = window.try_into().ok().and_then(RecordHeader::decode);
        header.is_some_and(|header| {
            header.height > height
                && rest
                    .get(at..at + header.record_len())
                    .is_some_and(|bytes| record::decode(bytes, header.height).is_some())
        })
    });
    Ok(if later {
        Next::Damaged(WHAT)
    } else {
        Next::Torn
    })
}

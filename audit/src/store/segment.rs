//! Segments: append-only files of encrypted frames.

use std::fs::{self, File, OpenOptions};
use std::io::{BufReader, ErrorKind, Read, Write};
use std::path::PathBuf;
use std::vec;

use borsh::{BorshDeserialize, BorshSerialize};

use super::{Store, StoreError, io, sync_directory};
use crate::entry::Item;

/// A segment that has grown so far is followed by a new one, in bytes.
const SEGMENT: u64 = 8 << 20;
/// Most items in one frame, so that a reader's memory is bounded.
const FRAME_ITEMS: usize = 4_096;
/// Longest frame that is read, in bytes.
const MAX_FRAME: u32 = 16 << 20;

/// How far the segments count; part of the head.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Tail {
    /// Number of the last segment.
    pub segment: u32,
    /// Its length in bytes.
    pub length: u64,
    /// Frames in all segments.
    pub frames: u64,
}

/// What binds a frame to its place.
fn name(segment: u32, frame: u64) -> String {
    format!("segment {segment} frame {frame}")
}

impl Store {
    fn segment(&self, number: u32) -> PathBuf {
        self.segments().join(format!("{number:06}"))
    }

    /// Appends items behind `tail`, cutting off what a crash may have left there, and makes them durable. They count when
    /// the head says so.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn append(&self, tail: Tail, items: &[Item]) -> Result<Tail, StoreError> {
        let mut next = tail;
        let mut open: Option<(File, PathBuf)> = None;
        for chunk in items.chunks(FRAME_ITEMS) {
            if next.length >= SEGMENT {
                finish(open.take())?;
                next.segment += 1;
                next.length = 0;
            }
            let (file, path) = match &mut open {
                Some(open) => open,
                None => open.insert(self.open_at(next)?),
            };
            let plaintext =
                zeroize::Zeroizing::new(borsh::to_vec(chunk).map_err(|_| StoreError::Encrypt)?);
            let sealed = self.seal(&name(next.segment, next.frames), &plaintext)?;
            let length = u32::try_from(sealed.len()).map_err(|_| StoreError::Encrypt)?;
            file.write_all(&length.to_le_bytes())
                .and_then(|()| file.write_all(&sealed))
                .map_err(io("writing", path))?;
            next.length += 4 + u64::from(length);
            next.frames += 1;
        }
        finish(open)?;
        Ok(next)
    }

    fn open_at(&self, tail: Tail) -> Result<(File, PathBuf), StoreError> {
        let path = self.segment(tail.segment);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&path).map_err(io("opening", &path))?;
        let there = file.metadata().map_err(io("reading", &path))?.len();
        if there < tail.length {
            return Err(StoreError::Damaged(path));
        }
        file.set_len(tail.length)
            .and_then(|()| std::io::Seek::seek(&mut file, std::io::SeekFrom::End(0)))
            .map_err(io("cutting", &path))?;
        sync_directory(&self.segments())?;
        Ok((file, path))
    }

    /// All segments that count are there, and as long as they must be. What is in them is looked at when it is read.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn check_lengths(&self, tail: Tail) -> Result<(), StoreError> {
        if tail.frames == 0 {
            return Ok(());
        }
        for number in 0..=tail.segment {
            let least = if number == tail.segment {
                tail.length
            } else {
                SEGMENT
            };
            let path = self.segment(number);
            let there = match fs::metadata(&path) {
                Ok(file) => file.len(),
                Err(error) if error.kind() == ErrorKind::NotFound => 0,
                Err(error) => return Err(io("reading", &path)(error)),
            };
            if there < least {
                return Err(StoreError::Damaged(path));
            }
        }
        Ok(())
    }

    /// Everything up to `tail`, in order.
    pub fn items(&self, tail: Tail) -> Items {
        Items {
            store: self.clone(),
            tail,
            at: Tail::default(),
            file: None,
            frame: Vec::new().into_iter(),
            failed: false,
        }
    }
}

fn finish(open: Option<(File, PathBuf)>) -> Result<(), StoreError> {
    match open {
        Some((file, path)) => file.sync_all().map_err(io("syncing", &path)),
        None => Ok(()),
    }
}

/// Reads segments, one frame in memory at a time. Ends with the first error.
pub struct Items {
    store: Store,
    tail: Tail,
    at: Tail,
    file: Option<(BufReader<File>, PathBuf)>,
    frame: vec::IntoIter<Item>,
    failed: bool,
}

impl Iterator for Items {
    type Item = Result<Item, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if self.failed {
                return None;
            }
            if let Some(item) = self.frame.next() {
                return Some(Ok(item));
            }
            if self.at.frames == self.tail.frames {
                return None;
            }
            match self.read() {
                Ok(items) => self.frame = items.into_iter(),
                Err(error) => {
                    self.failed = true;
                    return Some(Err(error));
                }
            }
        }
    }
}

impl Items {
    fn read(&mut self) -> Result<Vec<Item>, StoreError> {
        let end = |at: &Tail, path: &PathBuf, tail: &Tail| -> Result<bool, StoreError> {
            let length = if at.segment == tail.segment {
                tail.length
            } else {
                fs::metadata(path).map_err(io("reading", path))?.len()
            };
            Ok(at.length >= length)
        };
        if let Some((_, path)) = &self.file
            && end(&self.at, path, &self.tail)?
        {
            self.file = None;
            self.at.segment += 1;
            self.at.length = 0;
        }
        if self.file.is_none() {
            let path = self.store.segment(self.at.segment);
            let file = match File::open(&path) {
                Ok(file) => file,
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    return Err(StoreError::Damaged(path));
                }
                Err(error) => return Err(io("opening", &path)(error)),
            };
            self.file = Some((BufReader::new(file), path));
        }
        let Some((file, path)) = &mut self.file else {
            return Ok(Vec::new());
        };
        let damaged = || StoreError::Damaged(path.clone());
        let mut length = [0; 4];
        file.read_exact(&mut length).map_err(|_| damaged())?;
        let length = u32::from_le_bytes(length);
        if length > MAX_FRAME {
            return Err(damaged());
        }
        let mut sealed = vec![0; length as usize];
        file.read_exact(&mut sealed).map_err(|_| damaged())?;
        let name = name(self.at.segment, self.at.frames);
        let plaintext = self.store.unseal(&name, &sealed).ok_or_else(damaged)?;
        let items = borsh::from_slice(&plaintext).map_err(|_| damaged())?;
        self.at.length += 4 + u64::from(length);
        self.at.frames += 1;
        Ok(items)
    }
}

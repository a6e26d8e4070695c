//! Writes that are not committed yet, in frames over the committed state.
//!
//! A block executes on one overlay. Every call, nested ones included, opens a frame; a frame that is
//! rolled back leaves nothing, one that is committed moves into the frame below. What is left in the
//! bottom frame at the block's end is its write set.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Bound;
use std::sync::Arc;

use crate::state::{Entries, MemoryState, StateError, StateRead, WriteSet};

/// Entries read from the state at a time while scanning.
const SCAN_PAGE: usize = 64;

/// Stacked write frames over a committed state.
pub struct Overlay {
    base: Arc<dyn StateRead>,
    bottom: WriteSet,
    frames: Vec<WriteSet>,
}

impl Overlay {
    /// No writes over `base`.
    pub fn new(base: Arc<dyn StateRead>) -> Self {
        Self {
            base,
            bottom: WriteSet::new(),
            frames: Vec::new(),
        }
    }

    /// A placeholder over an empty state, for moving an overlay out of a reference.
    pub(crate) fn detached() -> Self {
        Self::new(Arc::new(MemoryState::new()))
    }

    /// The value under `key`, uncommitted writes included.
    ///
    /// # Errors
    /// The state's.
    pub fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StateError> {
        for frame in self.layers_from_top() {
            if let Some(value) = frame.get(key) {
                return Ok(value.clone());
            }
        }
        self.base.get(key)
    }

    /// Ascending entries whose keys start with `prefix` and are greater than `after`, at most
    /// `limit`, uncommitted writes included.
    ///
    /// # Errors
    /// The state's.
    pub fn scan(
        &self,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: usize,
    ) -> Result<Entries, StateError> {
        let start = match after {
            Some(after) if after >= prefix => Bound::Excluded(after),
            _ => Bound::Included(prefix),
        };
        let mut written: BTreeMap<&[u8], Option<&Vec<u8>>> = BTreeMap::new();
        for frame in std::iter::once(&self.bottom).chain(&self.frames) {
            for (key, value) in frame.range::<[u8], _>((start, Bound::Unbounded)) {
                if !key.starts_with(prefix) {
                    break;
                }
                written.insert(key, value.as_ref());
            }
        }
        let mut written = written.into_iter().peekable();
        let mut found = Entries::new();
        let mut cursor = after.map(<[u8]>::to_vec);
        while found.len() < limit {
            let page = self.base.scan(prefix, cursor.as_deref(), SCAN_PAGE)?;
            let last_page = page.len() < SCAN_PAGE;
            cursor = page.last().map(|(key, _)| key.clone()).or(cursor);
            for (key, value) in page {
                while let Some((earlier, new)) = written.next_if(|(other, _)| **other < *key) {
                    found.extend(new.map(|new| (earlier.to_vec(), new.clone())));
                }
                match written.next_if(|(other, _)| **other == *key) {
                    Some((_, new)) => found.extend(new.map(|new| (key, new.clone()))),
                    None => found.push((key, value)),
                }
            }
            if last_page {
                found.extend(
                    written
                        .by_ref()
                        .filter_map(|(key, new)| Some((key.to_vec(), new?.clone()))),
                );
                break;
            }
        }
        found.truncate(limit);
        Ok(found)
    }

    /// Writes a value.
    pub fn put(&mut self, key: Vec<u8>, value: Vec<u8>) {
        self.top().insert(key, Some(value));
    }

    /// Deletes a key; it need not exist.
    pub fn delete(&mut self, key: Vec<u8>) {
        self.top().insert(key, None);
    }

    /// Opens a frame.
    pub fn begin(&mut self) {
        self.frames.push(WriteSet::new());
    }

    /// Moves the newest frame's writes into the one below.
    pub fn commit(&mut self) {
        if let Some(mut writes) = self.frames.pop() {
            self.top().append(&mut writes);
        }
    }

    /// Drops the newest frame's writes.
    pub fn rollback(&mut self) {
        self.frames.pop();
    }

    /// Number of open frames.
    pub fn depth(&self) -> usize {
        self.frames.len()
    }

    /// The writes of everything committed into the bottom; open frames are dropped.
    pub fn into_writes(self) -> WriteSet {
        self.bottom
    }

    /// The writes so far that are in the bottom frame.
    pub(crate) fn writes(&self) -> &WriteSet {
        &self.bottom
    }

    /// Forgets that a key was written, for scratch entries that never reach the state.
    pub(crate) fn forget(&mut self, key: &[u8]) {
        self.top().remove(key);
    }

    fn top(&mut self) -> &mut WriteSet {
        self.frames.last_mut().unwrap_or(&mut self.bottom)
    }

    fn layers_from_top(&self) -> impl Iterator<Item = &WriteSet> {
        self.frames
            .iter()
            .rev()
            .chain(std::iter::once(&self.bottom))
    }
}

/// Counts only: values may be large.
impl fmt::Debug for Overlay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Overlay")
            .field("writes", &self.bottom.len())
            .field("frames", &self.frames.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;

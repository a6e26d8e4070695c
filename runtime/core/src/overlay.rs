//! Writes that are not committed yet, in frames over the committed state.
//!
//! A block executes on one overlay. Every call, nested ones included, opens a frame; a frame that is
//! rolled back leaves nothing, one that is committed moves into the frame below. What is left in the
//! bottom frame at the block's end is its write set.

use std::cmp::Ordering;
use std::collections::btree_map::Range;
use std::fmt;
use std::iter::Peekable;
use std::ops::Bound;
use std::sync::Arc;

use crate::state::{Entries, MemoryState, StateError, StateRead, WriteSet};

/// Most entries read from the state at a time while scanning.
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
        let found = self.scan_passing(prefix, after, limit, u64::MAX)?;
        Ok(found.map(|(entries, _)| entries).unwrap_or_default())
    }

    /// Like [`Self::scan`], and how many uncommitted deletions had to be passed over; none when there are more than
    /// `patience` of them before the end. The work is proportional to both counts, whatever else was written.
    ///
    /// # Errors
    /// The state's.
    pub(crate) fn scan_passing(
        &self,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: usize,
        patience: u64,
    ) -> Result<Option<(Entries, u64)>, StateError> {
        let start = match after {
            Some(after) if after >= prefix => Bound::Excluded(after),
            _ => Bound::Included(prefix),
        };
        let mut written = Written::new(
            std::iter::once(&self.bottom).chain(&self.frames),
            start,
            prefix,
        );
        let mut found = Entries::new();
        let mut passed = 0;
        let mut stored = Entries::new().into_iter().peekable();
        let mut cursor = after.map(<[u8]>::to_vec);
        let mut more = true;
        while found.len() < limit {
            if stored.peek().is_none() && more {
                let room = (limit - found.len()).min(SCAN_PAGE);
                let page = self.base.scan(prefix, cursor.as_deref(), room)?;
                more = page.len() == room;
                cursor = page.last().map(|(key, _)| key.clone()).or(cursor);
                stored = page.into_iter().peekable();
            }
            let order = match (written.peek(), stored.peek()) {
                (None, None) => break,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(new), Some((old, _))) => new.cmp(old.as_slice()),
            };
            if order == Ordering::Greater {
                found.extend(stored.next());
                continue;
            }
            if order == Ordering::Equal {
                stored.next();
            }
            match written.next() {
                Some((key, Some(value))) => found.push((key.to_vec(), value.clone())),
                Some((_, None)) => {
                    passed += 1;
                    if passed > patience {
                        return Ok(None);
                    }
                }
                None => break,
            }
        }
        Ok(Some((found, passed)))
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
        if let Some(writes) = self.frames.pop() {
            let below = self.top();
            if below.is_empty() {
                *below = writes;
            } else {
                // One by one: `append` would rebuild the whole map below for every call.
                below.extend(writes);
            }
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

type Layer<'a> = Peekable<Range<'a, Vec<u8>, Option<Vec<u8>>>>;

/// The writes of several layers under one prefix in the order of their keys; the newest layer's word counts.
struct Written<'a> {
    layers: Vec<Layer<'a>>,
    prefix: &'a [u8],
}

impl<'a> Written<'a> {
    /// Layers from the oldest on.
    fn new(
        layers: impl Iterator<Item = &'a WriteSet>,
        start: Bound<&[u8]>,
        prefix: &'a [u8],
    ) -> Self {
        let range = |layer: &'a WriteSet| layer.range::<[u8], _>((start, Bound::Unbounded));
        Self {
            layers: layers.map(|layer| range(layer).peekable()).collect(),
            prefix,
        }
    }

    /// The next key.
    fn peek(&mut self) -> Option<&'a [u8]> {
        let prefix = self.prefix;
        self.layers
            .iter_mut()
            .filter_map(|layer| layer.peek().map(|(key, _)| key.as_slice()))
            .filter(|key| key.starts_with(prefix))
            .min()
    }

    /// The next key with its new value, none for a deletion.
    fn next(&mut self) -> Option<(&'a [u8], Option<&'a Vec<u8>>)> {
        let next = self.peek()?;
        let mut newest = None;
        for layer in &mut self.layers {
            if let Some((_, value)) = layer.next_if(|(key, _)| key.as_slice() == next) {
                newest = value.as_ref();
            }
        }
        Some((next, newest))
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

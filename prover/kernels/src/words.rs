//! Memory for the points of a table: ours, or a file's.

use std::fs::File;
use std::io;
use std::sync::Arc;

use memmap2::Mmap;

/// As many words as a line of the cache, at its alignment, so that a point of G1 is in one line.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Line([u64; LINE]);

const LINE: usize = 8;

/// Words in memory or in a mapped file.
#[derive(Clone)]
pub struct Words(Kind);

#[derive(Clone)]
enum Kind {
    Owned {
        lines: Arc<[Line]>,
        length: usize,
    },
    Mapped {
        map: Arc<Mmap>,
        /// In bytes.
        start: usize,
        length: usize,
    },
}

impl Words {
    /// So many zeros.
    pub(crate) fn zeroed(length: usize) -> Self {
        let lines = vec![Line([0; LINE]); length.div_ceil(LINE)].into();
        Self(Kind::Owned { lines, length })
    }

    /// A copy of words.
    pub fn copied(words: &[u64]) -> Self {
        let mut out = Self::zeroed(words.len());
        out.as_mut_slice().copy_from_slice(words);
        out
    }

    /// Number of words.
    pub fn len(&self) -> usize {
        match self.0 {
            Kind::Owned { length, .. } | Kind::Mapped { length, .. } => length,
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The words.
    pub fn as_slice(&self) -> &[u64] {
        let (start, length) = match &self.0 {
            Kind::Owned { lines, length } => (lines.as_ptr().cast::<u64>(), *length),
            Kind::Mapped { map, start, length } => (
                // SAFETY: `Mapped::words` keeps start and length inside the map.
                unsafe { map.as_ptr().add(*start).cast::<u64>() },
                *length,
            ),
        };
        // SAFETY: so many words are there: lines are arrays of words, and `Mapped::words` has compared
        // with the map's length and checked the alignment. Any bits are a number.
        unsafe { std::slice::from_raw_parts(start, length) }
    }

    /// The words, if nobody else has them and they are in memory; else none.
    pub(crate) fn as_mut_slice(&mut self) -> &mut [u64] {
        let Kind::Owned { lines, length } = &mut self.0 else {
            return &mut [];
        };
        let length = *length;
        Arc::get_mut(lines).map_or(&mut [], |lines| {
            // SAFETY: lines are arrays of words without gaps, and there are enough of them.
            unsafe { std::slice::from_raw_parts_mut(lines.as_mut_ptr().cast::<u64>(), length) }
        })
    }
}

/// A file in memory, read by pages when they are needed and shared between processes.
#[derive(Clone)]
pub struct Mapped(Arc<Mmap>);

impl Mapped {
    /// Maps a file that is replaced, when it changes, and never written to: key stores rename whole
    /// new files into place. Whoever can write to the directory and changes or shortens a file in
    /// place can make this process compute nonsense or end it with SIGBUS; proofs are verified before
    /// they leave, so no wrong one gets out.
    ///
    /// # Errors
    /// The system's answer.
    pub fn open(file: &File) -> io::Result<Self> {
        // SAFETY: nobody writes to the file, see above; its bytes are only read as numbers, for which
        // all bits are valid.
        let map = unsafe { Mmap::map(file)? };
        Ok(Self(Arc::new(map)))
    }

    /// The file's bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Words from a byte of the file on; `None` if they are not all there, at a multiple of 64 bytes, or
    /// the processor has another order of bytes.
    pub fn words(&self, start: usize, length: usize) -> Option<Words> {
        let end = length.checked_mul(size_of::<u64>())?.checked_add(start)?;
        let fits =
            end <= self.0.len() && start.is_multiple_of(64) && cfg!(target_endian = "little");
        fits.then(|| {
            Words(Kind::Mapped {
                map: Arc::clone(&self.0),
                start,
                length,
            })
        })
    }
}

//! Places in files, and changes of them.

use std::ops::Range;

/// Where a section's content lies.
pub fn place(file: &[u8], section: u32) -> Range<usize> {
    let mut at = 12;
    loop {
        let id = u32::from_le_bytes(file[at..at + 4].try_into().unwrap());
        let length = u64::from_le_bytes(file[at + 4..at + 12].try_into().unwrap()) as usize;
        let content = at + 12..at + 12 + length;
        if id == section {
            return content;
        }
        at = content.end;
    }
}

/// Changes of a file with sections.
pub trait Edit {
    /// Overwrites bytes of a section with others of it, of the same length.
    fn copy(&mut self, section: u32, from: usize, to: usize, length: usize);
    /// Changes one byte of a section.
    fn flip(&mut self, section: u32, at: usize);
    /// Replaces a section's content.
    fn replace(&mut self, section: u32, content: &[u8]);
}

impl Edit for Vec<u8> {
    fn copy(&mut self, section: u32, from: usize, to: usize, length: usize) {
        let start = place(self, section).start;
        let (from, to) = (start + from, start + to);
        assert_ne!(self[from..from + length], self[to..to + length]);
        self.copy_within(from..from + length, to);
    }

    fn flip(&mut self, section: u32, at: usize) {
        let start = place(self, section).start;
        self[start + at] ^= 1;
    }

    fn replace(&mut self, section: u32, content: &[u8]) {
        let old = place(self, section);
        let length = (content.len() as u64).to_le_bytes();
        self[old.start - 8..old.start].copy_from_slice(&length);
        self.splice(old, content.iter().copied());
    }
}

/// The contributions of a section that starts with `head` bytes and a count, and whose contributions end with
/// parameters after `fixed` bytes.
pub fn contributions(section: &[u8], head: usize, fixed: usize) -> Vec<Vec<u8>> {
    let mut at = head + 4;
    let mut list = Vec::new();
    while at < section.len() {
        let length = section[at + fixed - 4..at + fixed].try_into().unwrap();
        let end = at + fixed + u32::from_le_bytes(length) as usize;
        list.push(section[at..end].to_vec());
        at = end;
    }
    list
}

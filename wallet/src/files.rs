//! Files from outside, which may be of any size.

use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Reads a file of at most so many bytes; none if it has more.
///
/// # Errors
/// What the operating system says.
pub fn read_at_most(path: &Path, most: u64) -> std::io::Result<Option<Vec<u8>>> {
    let mut content = Vec::new();
    File::open(path)?
        .take(most.saturating_add(1))
        .read_to_end(&mut content)?;
    Ok((content.len() as u64 <= most).then_some(content))
}

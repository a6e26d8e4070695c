//! Where bundles come from: files, folders, JSON lines, standard input.
//!
//! A folder is walked in sorted order. In it, `.json` and `.obp` files are bundles and `.jsonl` and `.ndjson` files
//! hold one bundle a line; whatever else is in it is counted and left out. A file that is named itself is read
//! whatever its name. Links to files in the folder are followed, links to folders are not, and links that leave it are
//! errors.

use std::fs::{self, File, FileType};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::bundle::MAX_BUNDLE;
use crate::report::{Fault, Finding, Source};

mod lines;

use lines::Lines;

#[cfg(test)]
mod tests;

/// Path that stands for standard input.
pub const STDIN: &str = "-";

/// Something that should be one bundle.
#[derive(Debug)]
pub struct Found {
    /// Where it is.
    pub source: Source,
    /// Its bytes, or how to get them.
    pub content: Content,
}

/// Bytes of a bundle, or where they are.
#[derive(Debug)]
pub enum Content {
    /// A file to be read by whoever decodes it, so that reading is done by all threads.
    File(PathBuf),
    /// Bytes that had to be read in order.
    Bytes(Vec<u8>),
    /// Nothing could be read.
    Failed(Finding),
}

impl Content {
    /// Bytes held in memory.
    pub fn held(&self) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.len(),
            Self::File(_) | Self::Failed(_) => 0,
        }
    }

    /// The bytes.
    ///
    /// # Errors
    /// A finding if they cannot be read or are more than a bundle has.
    pub fn read(self) -> Result<Vec<u8>, Finding> {
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            Self::Failed(finding) => Err(finding),
            Self::File(path) => read_file(&path, MAX_BUNDLE),
        }
    }
}

/// Reads a file of at most `limit` bytes. Its length is checked first, and again while reading, because not every
/// file has one.
///
/// # Errors
/// A finding: unreadable, or malformed if it is longer.
pub fn read_file(path: &Path, limit: usize) -> Result<Vec<u8>, Finding> {
    let file = File::open(path).map_err(unreadable)?;
    let metadata = file.metadata().map_err(unreadable)?;
    if metadata.is_file() && metadata.len() > limit as u64 {
        return Err(too_long(limit));
    }
    // One byte more than there should be, so that the end is seen without growing.
    let length = usize::try_from(metadata.len()).unwrap_or(0).min(limit);
    read_limited(file, limit, length + 1)
}

fn read_limited(from: impl Read, limit: usize, expected: usize) -> Result<Vec<u8>, Finding> {
    let mut bytes = Vec::with_capacity(expected);
    let mut from = from.take(limit as u64 + 1);
    from.read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() > limit {
        return Err(too_long(limit));
    }
    Ok(bytes)
}

fn unreadable(error: io::Error) -> Finding {
    Finding::new(
        Fault::Unreadable,
        "unreadable",
        format!("cannot be read: {error}"),
    )
}

/// Whoever can put a link into a folder must not choose what else is read.
fn outside() -> Finding {
    Finding::new(
        Fault::Unreadable,
        "link_outside",
        "a link to something outside of the folder: give its target as an argument",
    )
}

fn no_file() -> Finding {
    Finding::new(
        Fault::Unreadable,
        "not_a_file",
        "named like a bundle, but not a file: remove it or give it another name",
    )
}

fn too_long(limit: usize) -> Finding {
    Finding::new(
        Fault::Malformed,
        "too_long",
        format!("longer than such a file can be, {limit} bytes"),
    )
}

/// All bundles of some arguments, in order. Nothing is read before it is asked for.
pub struct Sources {
    /// What is left, last first.
    stack: Vec<Place>,
    lines: Option<Lines>,
    stdin: Option<Box<dyn BufRead + Send>>,
    left_out: u64,
}

/// The folder that was given, without links in its path.
type Root = Arc<Path>;

/// What is not yet opened.
enum Place {
    /// From the command line.
    Given(PathBuf),
    /// Found in a folder, with its kind as the folder says it.
    Listed(PathBuf, FileType, Root),
}

impl Sources {
    /// Sources of paths, `-` for standard input.
    pub fn new(paths: &[PathBuf]) -> Self {
        Self::with_stdin(paths, Box::new(BufReader::new(io::stdin())))
    }

    /// The same with another standard input.
    pub fn with_stdin(paths: &[PathBuf], stdin: Box<dyn BufRead + Send>) -> Self {
        Self {
            stack: paths.iter().rev().cloned().map(Place::Given).collect(),
            lines: None,
            stdin: Some(stdin),
            left_out: 0,
        }
    }

    /// Entries of folders that are no bundles by their names or kinds, so far.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    fn given(&mut self, path: PathBuf) -> Option<Found> {
        if path.as_os_str() == STDIN {
            return self.standard_input();
        }
        match fs::metadata(&path) {
            Err(error) => Some(failed(&path, unreadable(error))),
            Ok(metadata) if metadata.is_dir() => match fs::canonicalize(&path) {
                Ok(root) => self.folder(&path, &root.into()),
                Err(error) => Some(failed(&path, unreadable(error))),
            },
            Ok(_) => self.file(path),
        }
    }

    fn listed(&mut self, path: PathBuf, kind: FileType, root: &Root) -> Option<Found> {
        if kind.is_dir() {
            return self.folder(&path, root);
        }
        if !has_extension(&path, &["json", "obp", "jsonl", "ndjson"]) {
            self.left_out += 1;
            return None;
        }
        if kind.is_file() {
            return self.file(path);
        }
        if !kind.is_symlink() {
            return Some(failed(&path, no_file()));
        }
        // A link's target decides; a broken one is an error, because somebody meant a bundle to be there.
        match fs::canonicalize(&path) {
            Err(error) => Some(failed(&path, unreadable(error))),
            Ok(target) if !target.starts_with(root) => Some(failed(&path, outside())),
            Ok(target) if target.is_file() => self.file(path),
            Ok(target) if target.is_dir() => {
                self.left_out += 1;
                None
            }
            Ok(_) => Some(failed(&path, no_file())),
        }
    }

    fn folder(&mut self, path: &Path, root: &Root) -> Option<Found> {
        let entries = fs::read_dir(path).and_then(|entries| {
            entries
                .map(|entry| entry.and_then(|entry| Ok((entry.path(), entry.file_type()?))))
                .collect::<io::Result<Vec<_>>>()
        });
        match entries {
            Err(error) => Some(failed(path, unreadable(error))),
            Ok(mut entries) => {
                entries.sort_unstable_by(|(a, _), (b, _)| b.cmp(a));
                let place = |(path, kind)| Place::Listed(path, kind, Arc::clone(root));
                self.stack.extend(entries.into_iter().map(place));
                None
            }
        }
    }

    fn file(&mut self, path: PathBuf) -> Option<Found> {
        if has_extension(&path, &["jsonl", "ndjson"]) {
            return match File::open(&path) {
                Err(error) => Some(failed(&path, unreadable(error))),
                Ok(file) => {
                    self.lines = Some(Lines::new(name(&path), Box::new(BufReader::new(file))));
                    None
                }
            };
        }
        Some(Found {
            source: Source::file(name(&path)),
            content: Content::File(path),
        })
    }

    /// One bundle in either form, or JSON lines: then the first line is a whole object.
    fn standard_input(&mut self) -> Option<Found> {
        let failed = |finding| {
            Some(Found {
                source: Source::file(STDIN),
                content: Content::Failed(finding),
            })
        };
        let Some(mut stdin) = self.stdin.take() else {
            return failed(Finding::new(
                Fault::Unreadable,
                "stdin_twice",
                "standard input can be read once only; give - once",
            ));
        };
        let mut first = Vec::new();
        let mut limited = (&mut stdin).take(MAX_BUNDLE as u64 + 1);
        if let Err(error) = limited.read_until(b'\n', &mut first) {
            return failed(unreadable(error));
        }
        let text = first.trim_ascii();
        let is_object = text.first() == Some(&b'{') && text.last() == Some(&b'}');
        let rest = io::Cursor::new(first).chain(stdin);
        if is_object {
            self.lines = Some(Lines::new(STDIN.to_owned(), Box::new(rest)));
            return None;
        }
        match read_limited(rest, MAX_BUNDLE, 0) {
            Err(finding) => failed(finding),
            // Nothing came: no bundle, rather than a bad one.
            Ok(bytes) if bytes.is_empty() => None,
            Ok(bytes) => Some(Found {
                source: Source::file(STDIN),
                content: Content::Bytes(bytes),
            }),
        }
    }
}

impl Iterator for Sources {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        loop {
            if let Some(lines) = &mut self.lines {
                match lines.next() {
                    Some(found) => return Some(found),
                    None => self.lines = None,
                }
            }
            let found = match self.stack.pop()? {
                Place::Given(path) => self.given(path),
                Place::Listed(path, kind, root) => self.listed(path, kind, &root),
            };
            if found.is_some() {
                return found;
            }
        }
    }
}

fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| extensions.contains(&extension))
}

/// A path for reports; what is not UTF-8 in it is replaced.
pub(crate) fn name(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn failed(path: &Path, finding: Finding) -> Found {
    Found {
        source: Source::file(name(path)),
        content: Content::Failed(finding),
    }
}

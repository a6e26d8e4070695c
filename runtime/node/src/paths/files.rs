//! The files of one tree: one a level, node i at byte 32·i. Nothing here knows what a node is worth.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use obolus_abi::FieldBytes;
use obolus_protocol::field::{Fr, fr_from_bytes, fr_to_bytes};
use obolus_protocol::tree::NOTE_DEPTH;

/// Bytes of a node.
const NODE: u64 = 32;

/// The open files, from the leaves upwards.
pub(super) struct Levels {
    files: Vec<File>,
}

impl Levels {
    /// Begins empty files.
    pub(super) fn create(directory: &Path) -> io::Result<Self> {
        fs::create_dir_all(directory)?;
        let files = (0..=NOTE_DEPTH).map(|level| {
            OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(true)
                .open(directory.join(format!("{level:02}")))
        });
        Ok(Self {
            files: files.collect::<io::Result<_>>()?,
        })
    }

    /// Opens the files of a tree of so many leaves and cuts off what is beyond; none when something is missing.
    pub(super) fn open(directory: &Path, leaves: u64) -> io::Result<Option<Self>> {
        let mut files = Vec::new();
        for level in 0..=NOTE_DEPTH {
            let path = directory.join(format!("{level:02}"));
            let file = match OpenOptions::new().read(true).write(true).open(path) {
                Ok(file) => file,
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                Err(error) => return Err(error),
            };
            let length = (leaves >> (2 * level)) * NODE;
            if file.metadata()?.len() < length {
                return Ok(None);
            }
            file.set_len(length)?;
            files.push(file);
        }
        Ok(Some(Self { files }))
    }

    /// Writes complete nodes: level, index, node, ascending. Neighbours go out in one piece.
    pub(super) fn write(&self, nodes: &[(usize, u64, Fr)]) -> io::Result<()> {
        for run in nodes.chunk_by(|a, b| a.0 == b.0 && a.1 + 1 == b.1) {
            let Some((level, first, _)) = run.first() else {
                continue;
            };
            let bytes: Vec<u8> = run
                .iter()
                .flat_map(|(_, _, node)| fr_to_bytes(node).0)
                .collect();
            let file = self
                .files
                .get(*level)
                .ok_or_else(|| io::Error::other("a level above the root"))?;
            file.write_all_at(&bytes, first * NODE)?;
        }
        Ok(())
    }

    /// A complete node; none if it cannot be read.
    pub(super) fn node(&self, level: u8, index: u64) -> Option<Fr> {
        let mut bytes = [0; NODE as usize];
        let file = self.files.get(usize::from(level))?;
        file.read_exact_at(&mut bytes, index.checked_mul(NODE)?)
            .ok()?;
        fr_from_bytes(&FieldBytes(bytes)).ok()
    }

    pub(super) fn sync(&self) -> io::Result<()> {
        self.files.iter().try_for_each(File::sync_data)
    }
}

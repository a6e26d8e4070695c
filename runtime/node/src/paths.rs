//! Paths of note trees. The ledger keeps the right edge of a tree only; this keeps every complete node in flat files of
//! its own, filled from the ledger's index behind the commits, never before them.
//!
//! ```text
//! DIRECTORY/index                      how far it followed, and each tree's right edge; checksummed
//! DIRECTORY/<contract>-<tree>/<level>  node i of the level at byte 32·i
//! ```
//!
//! All of it can be made again from the ledger, and is when anything about it is wrong: lengths that do not fit, a
//! checksum, or a path that does not lead to the tree's root.

mod files;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::ContractId;
use obolus_protocol::field::{Fr, fr_from_bytes};
use obolus_protocol::tree::{Frontier, MerklePath, NOTE_DEPTH};
use obolus_protocol::tx::Height;
use obolus_runtime::ledger::{LedgerError, Reader};

use files::Levels;

const INDEX: &str = "index";
const CHECKSUM: &str = "obolus 2026 path index v1";
/// Blocks between two writings of the index file.
const SAVE_EVERY: u64 = 1_000;

/// Which tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub struct TreeId {
    /// The contract.
    pub contract: ContractId,
    /// The tree's number in it.
    pub tree: u8,
}

/// Why there is no path.
#[derive(Debug, thiserror::Error)]
pub enum PathError {
    /// The files cannot be used.
    #[error("{path}: {source}; check the disk and its permissions", path = path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The ledger cannot be read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// No such leaf.
    #[error("the tree has {leaves} leaves, there is none at position {position}")]
    NoLeaf {
        /// How many there are.
        leaves: u64,
        /// The position asked for.
        position: u64,
    },
    /// The files contradict the tree; they are being made again.
    #[error("the path files are damaged and are being made again: try again shortly")]
    Damaged,
}

/// A leaf's path to the anchor of a block.
#[derive(Clone, Debug)]
pub struct FoundPath {
    /// The leaf.
    pub leaf: Fr,
    /// Its path.
    pub path: MerklePath<NOTE_DEPTH>,
    /// The root that it leads to.
    pub anchor: Fr,
    /// The block after which that is the tree's root.
    pub height: u64,
}

/// All trees' nodes.
pub struct PathIndex {
    directory: PathBuf,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    followed: u64,
    trees: BTreeMap<TreeId, Tree>,
}

struct Tree {
    edge: Frontier<NOTE_DEPTH>,
    levels: Levels,
}

/// The content of the index file.
#[derive(BorshSerialize, BorshDeserialize)]
struct Saved {
    followed: u64,
    trees: Vec<(TreeId, Frontier<NOTE_DEPTH>)>,
}

impl PathIndex {
    /// Opens the files in `directory`, or begins them. Call [`Self::follow`] to catch up.
    ///
    /// # Errors
    /// [`PathError::Io`] when they cannot be used; damage is no error, they begin anew then.
    pub fn open(directory: &Path) -> Result<Self, PathError> {
        fs::create_dir_all(directory).map_err(at(directory))?;
        let index = Self {
            directory: directory.to_path_buf(),
            inner: Mutex::default(),
        };
        match index.load()? {
            Some(inner) => *index.lock() = inner,
            None => index.reset(&mut index.lock())?,
        }
        Ok(index)
    }

    /// The last block that was followed.
    pub fn followed(&self) -> u64 {
        self.lock().followed
    }

    /// Takes in all blocks that the ledger has beyond the last one followed.
    ///
    /// # Errors
    /// [`PathError`] when files or ledger fail.
    pub fn follow(&self, ledger: &Reader) -> Result<(), PathError> {
        let tip = ledger.tip().height;
        let mut inner = self.lock();
        if inner.followed > tip {
            // Another ledger's files, or one that was rebuilt shorter.
            self.reset(&mut inner)?;
        }
        let before = inner.followed;
        while inner.followed < tip {
            let height = inner.followed + 1;
            for appended in ledger.appended(Height(height))? {
                let id = TreeId {
                    contract: appended.contract,
                    tree: appended.tree,
                };
                let tree = match inner.trees.entry(id) {
                    std::collections::btree_map::Entry::Occupied(found) => found.into_mut(),
                    std::collections::btree_map::Entry::Vacant(vacant) => {
                        vacant.insert(self.begin_tree(&id)?)
                    }
                };
                let leaves: Option<Vec<Fr>> = appended
                    .leaves
                    .iter()
                    .map(|leaf| fr_from_bytes(leaf).ok())
                    .collect();
                let taken = leaves.filter(|_| tree.edge.len() == appended.first);
                let Some(leaves) = taken else {
                    self.reset(&mut inner)?;
                    return Err(PathError::Damaged);
                };
                tree.append(&leaves).map_err(at(&self.directory))?;
            }
            inner.followed = height;
        }
        if inner.followed / SAVE_EVERY != before / SAVE_EVERY {
            self.save(&inner)?;
        }
        Ok(())
    }

    /// Writes the index file, so that the next start has little to catch up.
    ///
    /// # Errors
    /// [`PathError::Io`].
    pub fn close(&self) -> Result<(), PathError> {
        self.save(&self.lock())
    }

    /// The path of a leaf at the last block followed; none for a tree that has never had a leaf.
    ///
    /// # Errors
    /// [`PathError`]; after [`PathError::Damaged`] the files begin anew.
    pub fn path(&self, id: &TreeId, position: u64) -> Result<Option<FoundPath>, PathError> {
        let mut inner = self.lock();
        let Some(tree) = inner.trees.get(id) else {
            return Ok(None);
        };
        if position >= tree.edge.len() {
            return Err(PathError::NoLeaf {
                leaves: tree.edge.len(),
                position,
            });
        }
        let leaf = tree.levels.node(0, position);
        let path = tree
            .edge
            .path(position, |level, index| tree.levels.node(level, index));
        let anchor = tree.edge.root();
        match (leaf, path) {
            (Some(leaf), Ok(path)) if path.root(leaf) == anchor => Ok(Some(FoundPath {
                leaf,
                path,
                anchor,
                height: inner.followed,
            })),
            _ => {
                tracing::warn!(contract = %id.contract, position, "the path files are damaged; making them again");
                self.reset(&mut inner)?;
                Err(PathError::Damaged)
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // A panic in between leaves lengths that do not fit, which are noticed.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins anew.
    fn reset(&self, inner: &mut Inner) -> Result<(), PathError> {
        *inner = Inner::default();
        fs::remove_dir_all(&self.directory).map_err(at(&self.directory))?;
        fs::create_dir_all(&self.directory).map_err(at(&self.directory))
    }

    fn begin_tree(&self, id: &TreeId) -> Result<Tree, PathError> {
        let directory = self.tree_directory(id);
        Ok(Tree {
            edge: Frontier::new(),
            levels: Levels::create(&directory).map_err(at(&directory))?,
        })
    }

    fn tree_directory(&self, id: &TreeId) -> PathBuf {
        self.directory.join(format!("{}-{}", id.contract, id.tree))
    }

    fn save(&self, inner: &Inner) -> Result<(), PathError> {
        let path = self.directory.join(INDEX);
        let io = at(&path);
        for tree in inner.trees.values() {
            tree.levels.sync().map_err(&io)?;
        }
        let saved = Saved {
            followed: inner.followed,
            trees: inner
                .trees
                .iter()
                .map(|(id, tree)| (*id, tree.edge.clone()))
                .collect(),
        };
        let mut bytes =
            borsh::to_vec(&saved).map_err(|error| io(io::Error::other(error.to_string())))?;
        bytes.extend_from_slice(&blake3::derive_key(CHECKSUM, &bytes));
        let temporary = self.directory.join("index.new");
        fs::write(&temporary, bytes).map_err(&io)?;
        fs::rename(&temporary, &path).map_err(&io)
    }

    /// What the files hold, if they are whole. What was written after the index file is cut off and followed again.
    fn load(&self) -> Result<Option<Inner>, PathError> {
        let path = self.directory.join(INDEX);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(at(&path)(error)),
        };
        let saved = bytes
            .split_last_chunk::<32>()
            .filter(|(body, sum)| blake3::derive_key(CHECKSUM, body) == **sum)
            .and_then(|(body, _)| borsh::from_slice::<Saved>(body).ok());
        let Some(saved) = saved else {
            return Ok(None);
        };
        let mut inner = Inner {
            followed: saved.followed,
            trees: BTreeMap::new(),
        };
        for (id, edge) in saved.trees {
            let directory = self.tree_directory(&id);
            match Levels::open(&directory, edge.len()).map_err(at(&directory))? {
                Some(levels) => inner.trees.insert(id, Tree { edge, levels }),
                None => return Ok(None),
            };
        }
        Ok(Some(inner))
    }
}

impl Tree {
    fn append(&mut self, leaves: &[Fr]) -> io::Result<()> {
        let mut completed = Vec::new();
        self.edge
            .append_visiting(leaves, |level, index, node| {
                completed.push((level, index, node));
            })
            .map_err(io::Error::other)?;
        self.levels.write(&completed)
    }
}

fn at(path: &Path) -> impl Fn(io::Error) -> PathError + use<> {
    let path = path.to_path_buf();
    move |source| PathError::Io {
        path: path.clone(),
        source,
    }
}

#[cfg(test)]
mod tests;

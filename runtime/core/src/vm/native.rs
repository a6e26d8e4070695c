//! Compiled modules on disk, so that a node that starts again does not compile them again.
//!
//! A file is named by the hash of the instrumented module, begins with a hash of that name and the rest, and appears by renaming. The
//! engine compares its version, its settings and the fuel prices itself. Nothing can tell whether native code does what
//! the module says: **whoever can write to the directory can run code in the node**, so it is made for its owner alone,
//! and a directory or file that others could write to is not read. Whatever is wrong with a file, the module is
//! compiled as if there were none.

use std::fs::{self, DirBuilder, Metadata};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use blake3::Hash;
use wasmtime::{Engine, Module};

const CONTEXT: &str = "obolus 2026 compiled module v1";
/// Nobody but the owner.
const PRIVATE: u32 = 0o700;
/// Writable by the group or by all.
const OTHERS_WRITE: u32 = 0o022;
/// Files kept at most. A chain has a few modules; a hostile deployer's quota ends before this does.
const MAX_FILES: usize = 256;

/// The directory.
#[derive(Debug)]
pub(super) struct Native {
    directory: PathBuf,
}

impl Native {
    /// Makes the directory if there is none. None, with a warning, if it cannot be used.
    pub fn open(directory: &Path) -> Option<Self> {
        let made = DirBuilder::new().mode(PRIVATE).create(directory);
        let usable = match made {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
            _ => fs::symlink_metadata(directory).and_then(|found| {
                if found.is_dir() {
                    ours(&found)
                } else {
                    Err(io::ErrorKind::NotADirectory.into())
                }
            }),
        };
        if let Err(error) = usable {
            let directory = directory.display();
            tracing::warn!(%directory, %error, "compiled contracts are not kept: each is compiled at every start");
            return None;
        }
        Some(Self {
            directory: directory.to_owned(),
        })
    }

    /// The compiled form of an instrumented module, if it is there whole.
    pub fn load(&self, engine: &Engine, instrumented: &[u8]) -> Option<Module> {
        let name = blake3::hash(instrumented);
        let path = self.path(&name);
        let found = fs::symlink_metadata(&path).ok()?;
        let read = if found.is_file() {
            ours(&found).and_then(|()| fs::read(&path))
        } else {
            Err(io::ErrorKind::InvalidInput.into())
        };
        let module = read
            .map_err(|error| error.to_string())
            .and_then(|bytes| revive(engine, &name, &bytes));
        match module {
            Ok(module) => Some(module),
            Err(reason) => {
                let path = path.display();
                tracing::warn!(%path, %reason, "a compiled contract cannot be used and is compiled again");
                None
            }
        }
    }

    /// Keeps a compiled module. A failure costs time at the next start, no more.
    pub fn store(&self, instrumented: &[u8], module: &Module) {
        if let Err(reason) = self.write(instrumented, module) {
            tracing::warn!(%reason, "a compiled contract was not kept");
        }
    }

    fn write(&self, instrumented: &[u8], module: &Module) -> Result<(), String> {
        let code = module.serialize().map_err(|error| format!("{error:#}"))?;
        let io = |error: io::Error| error.to_string();
        let name = blake3::hash(instrumented);
        let path = self.path(&name);
        let there = fs::read_dir(&self.directory).map_err(io)?.count();
        if there >= MAX_FILES && !path.exists() {
            return Err(format!("there are {there} already"));
        }
        let mut bytes = digest(&name, &code).to_vec();
        bytes.extend(code);
        let temporary = path.with_extension(format!("{}.new", std::process::id()));
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(0o600);
        let written = options
            .open(&temporary)
            .and_then(|mut file| io::Write::write_all(&mut file, &bytes))
            .and_then(|()| fs::rename(&temporary, &path));
        written.map_err(|error| {
            let _ = fs::remove_file(&temporary);
            error.to_string()
        })
    }

    fn path(&self, name: &Hash) -> PathBuf {
        self.directory.join(format!("{}.native", name.to_hex()))
    }
}

/// Refuses what another user owns or could change.
fn ours(found: &Metadata) -> io::Result<()> {
    let user = rustix::process::geteuid().as_raw();
    if found.uid() != user || found.mode() & OTHERS_WRITE != 0 {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "others can write to it: give it to the node's user alone (chmod go-w)",
        ));
    }
    Ok(())
}

/// Of native code and the module that it is said to be of, so that a file under another's name is not read.
fn digest(name: &Hash, code: &[u8]) -> [u8; blake3::OUT_LEN] {
    let mut hasher = blake3::Hasher::new_derive_key(CONTEXT);
    hasher.update(name.as_bytes());
    hasher.update(code);
    *hasher.finalize().as_bytes()
}

/// Native code from a file's bytes.
fn revive(engine: &Engine, name: &Hash, bytes: &[u8]) -> Result<Module, String> {
    let (hash, code) = bytes
        .split_at_checked(blake3::OUT_LEN)
        .ok_or("it is cut short")?;
    if digest(name, code) != hash {
        return Err("it is damaged, or another module's".into());
    }
    #[expect(
        unsafe_code,
        reason = "the engine cannot check native code, see the module's documentation"
    )]
    // SAFETY: `write` made these bytes with `Module::serialize`: the hash rules out damage, and owner and mode of file
    // and directory rule out other users. The engine refuses other versions and settings than its own.
    let module = unsafe { Module::deserialize(engine, code) };
    module.map_err(|error| format!("{error:#}"))
}

#[cfg(test)]
mod tests;

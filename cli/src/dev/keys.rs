//! Where development proving keys are kept.

use std::path::{Path, PathBuf};

/// `target/obolus-keys` of the build that this executable belongs to, else in the data directory.
pub fn default_directory(data: &Path) -> PathBuf {
    let exe = std::env::current_exe().unwrap_or_default();
    let target = exe
        .ancestors()
        .find(|path| path.join("CACHEDIR.TAG").is_file());
    target.map_or_else(|| data.join("keys"), |target| target.join("obolus-keys"))
}

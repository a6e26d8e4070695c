//! What makes a module's bytes depend on nothing but its sources, its lock file and the toolchain. This crate's build script
//! includes this file; whoever builds other contracts calls it.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What modules are compiled for.
pub const TARGET: &str = "wasm32-unknown-unknown";
/// Guests keep a small stack at the bottom of memory, so that an overflow hits address zero and traps.
const STACK_SIZE: &str = "65536";

/// Keeps flags and wrappers of the caller's build (clippy, coverage, profile overrides) out of the modules.
pub fn isolate(cargo: &mut Command) {
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        let inherited = [
            "CARGO_PROFILE_",
            "CARGO_BUILD_",
            "CARGO_TARGET_",
            "CARGO_FEATURE_",
            "CARGO_CFG_",
        ]
        .iter()
        .any(|prefix| text.starts_with(prefix))
            || matches!(
                &*text,
                "RUSTFLAGS"
                    | "CARGO_ENCODED_RUSTFLAGS"
                    | "RUSTC_WRAPPER"
                    | "RUSTC_WORKSPACE_WRAPPER"
                    | "CARGO_INCREMENTAL"
                    | "TARGET"
                    | "PROFILE"
                    | "OPT_LEVEL"
                    | "DEBUG"
            );
        if inherited {
            cargo.env_remove(&name);
        }
    }
}

/// Where cargo keeps the sources of dependencies.
pub fn cargo_home() -> Option<PathBuf> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    home.or_else(|| env::home_dir().map(|user| user.join(".cargo")))
}

/// The compiler's flags, encoded for cargo. In modules, `sources` is called `name`, whatever folder it is.
pub fn flags(sources: &Path, name: &str, cargo_home: Option<&Path>) -> OsString {
    let mut flags = OsString::from(format!("-Clink-arg=-zstack-size={STACK_SIZE}"));
    for (path, name) in [(Some(sources), name), (cargo_home, "/cargo")] {
        if let Some(path) = path {
            flags.push("\u{1f}--remap-path-prefix=");
            flags.push(path);
            flags.push("=");
            flags.push(name);
        }
    }
    flags
}

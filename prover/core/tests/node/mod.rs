//! Programs of node and the packages that they need, installed below `target/` as the lock files in `tests/` say.
//!
//! The cache of npm and every other file of such tests is there, too.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Mutex;

const MISSING: &str = "these tests need node and npm: run `apt-get install nodejs npm`";

/// Whether node and npm are there. Without them the tests are skipped on a developer's machine and fail in CI.
pub fn installed() -> bool {
    let answers = |program| {
        let asked = Command::new(program).arg("--version").output();
        asked.is_ok_and(|output| output.status.success())
    };
    let found = answers("node") && answers("npm");
    assert!(found || std::env::var_os("CI").is_none(), "{MISSING}");
    if !found {
        eprintln!("SKIPPED: {MISSING}");
    }
    found
}

/// Where files of tests go.
pub fn target() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
}

/// `tests/` of the workspace, or what is in it.
pub fn sources(folder: &str) -> PathBuf {
    let tests = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests");
    Path::new(tests).join(folder)
}

/// Runs a program to its end, whatever that is.
pub fn run(directory: &Path, program: &str, arguments: &[&str]) -> Output {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(directory)
        // Nothing of npm's lands outside of target/.
        .env("npm_config_cache", target().join("npm-cache"))
        .env("npm_config_update_notifier", "false")
        .output();
    match output {
        Ok(output) => output,
        Err(error) if error.kind() == ErrorKind::NotFound => panic!("{MISSING}"),
        Err(error) => panic!("{program}: {error}"),
    }
}

/// Runs a program that must succeed and returns what it printed.
pub fn succeed(directory: &Path, program: &str, arguments: &[&str]) -> Vec<u8> {
    let output = run(directory, program, arguments);
    assert!(
        output.status.success(),
        "{program} {arguments:?}\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

/// `node_modules` with exactly what the lock file in `tests/{folder}` says, installed once for each state of it.
pub fn modules(folder: &str) -> PathBuf {
    // Of the tests of one process, the first installs and the others wait.
    static INSTALLING: Mutex<()> = Mutex::new(());
    let _guard = INSTALLING.lock();
    let lock = fs::read(sources(folder).join("package-lock.json")).unwrap();
    let hash = blake3::hash(&lock).to_hex();
    let installed = target().join(format!("{folder}-{}", &hash[..16]));
    if !installed.exists() {
        let fresh = tempfile::tempdir_in(target()).unwrap();
        for file in ["package.json", "package-lock.json"] {
            fs::copy(sources(folder).join(file), fresh.path().join(file)).unwrap();
        }
        let quiet = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
        succeed(fresh.path(), "npm", &quiet);
        // Whole or not at all; another process may have been faster.
        let renamed = fs::rename(fresh.path(), &installed);
        assert!(renamed.is_ok() || installed.exists(), "{renamed:?}");
    }
    installed.join("node_modules")
}

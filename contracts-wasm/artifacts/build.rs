//! Builds the contracts for WASM with a nested cargo, reproducibly: its own target directory and
//! profile, remapped paths, none of the outer build's flags. The module's bytes depend on the
//! sources, the lock file and the toolchain only; `golden/code-ids.txt` holds their hashes.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

#[path = "src/reproducible.rs"]
mod reproducible;

use reproducible::{TARGET, cargo_home, flags, isolate};

const CONTRACTS: &[&str] = &[
    "registry",
    "token",
    "dvp",
    "pvp",
    "conditional",
    "standing",
    "netting",
    "accesslog",
    "hostile",
];
/// Sources that end up in the modules, besides the contracts themselves.
const SHARED: &[&str] = &["abi", "deals", "sdk"];

fn main() {
    if let Err(message) = build() {
        // One sentence instead of a panic's backtrace.
        println!("cargo::error={}", message.replace('\n', " "));
        std::process::exit(1);
    }
}

fn build() -> Result<(), String> {
    let manifest = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let contracts = parent(&manifest)?;
    let workspace = parent(contracts)?;
    let out = PathBuf::from(variable("OUT_DIR")?);
    // <target>/<profile>/build/<package>/out: every profile of the outer build shares the modules.
    let target_dir = out
        .ancestors()
        .nth(4)
        .ok_or("OUT_DIR is not inside a target directory: build with cargo")?
        .join("contracts-wasm");

    watch(contracts, workspace);
    ensure_target(workspace)?;

    let mut cargo = Command::new(variable("CARGO")?);
    cargo
        .current_dir(workspace)
        .args([
            "build",
            "--locked",
            "--profile",
            "contract",
            "--target",
            TARGET,
        ])
        .arg("--target-dir")
        .arg(&target_dir);
    for contract in CONTRACTS {
        cargo.args(["--package", &format!("obolus-contract-{contract}")]);
    }
    isolate(&mut cargo);
    let home = cargo_home().ok_or("cannot find cargo's home: set CARGO_HOME")?;
    let flags = flags(workspace, "/obolus", Some(&home));
    cargo.env("CARGO_ENCODED_RUSTFLAGS", flags);
    run(
        cargo,
        "the contracts do not build: see cargo's messages above",
    )?;

    for contract in CONTRACTS {
        let module = target_dir
            .join(TARGET)
            .join("contract")
            .join(format!("obolus_contract_{contract}.wasm"));
        let copy = out.join(format!("{contract}.wasm"));
        fs::copy(&module, &copy).map_err(|error| {
            format!(
                "cannot copy {} to {}: {error}",
                module.display(),
                copy.display()
            )
        })?;
    }
    Ok(())
}

fn watch(contracts: &Path, workspace: &Path) {
    for file in ["build.rs", "src/reproducible.rs"] {
        println!("cargo::rerun-if-changed={file}");
    }
    for directory in CONTRACTS.iter().chain(SHARED) {
        for part in ["src", "Cargo.toml"] {
            println!(
                "cargo::rerun-if-changed={}",
                contracts.join(directory).join(part).display()
            );
        }
    }
    for file in ["Cargo.toml", "Cargo.lock", "rust-toolchain.toml"] {
        println!("cargo::rerun-if-changed={}", workspace.join(file).display());
    }
}

/// Adds the WASM target to the toolchain when it is missing.
fn ensure_target(workspace: &Path) -> Result<(), String> {
    let mut rustc = Command::new(variable("RUSTC")?);
    rustc
        .current_dir(workspace)
        .args(["--print", "target-libdir", "--target", TARGET]);
    let listed = rustc
        .output()
        .map_err(|error| format!("cannot run rustc to look for the target {TARGET}: {error}"))?;
    let directory = PathBuf::from(String::from_utf8_lossy(&listed.stdout).trim());
    if listed.status.success() && directory.is_dir() {
        return Ok(());
    }
    let mut rustup = Command::new("rustup");
    rustup
        .current_dir(workspace)
        .args(["target", "add", TARGET]);
    run(
        rustup,
        &format!(
            "contracts are compiled for {TARGET}, which this toolchain lacks and `rustup target add {TARGET}` could not add: \
             run that command yourself with a network connection, or install the target with your distribution's Rust, then build again"
        ),
    )
}

fn run(mut command: Command, help: &str) -> Result<(), String> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(help.into()),
        Err(error) => Err(format!("{help} ({error})")),
    }
}

fn variable(name: &str) -> Result<String, String> {
    env::var(name).map_err(|_| format!("{name} is not set: build with cargo"))
}

fn parent(path: &Path) -> Result<&Path, String> {
    path.parent()
        .ok_or_else(|| format!("{} has no parent directory", path.display()))
}

//! Building a contract's module so that the same sources give the same bytes: a fixed profile, a small stack, no flags
//! of the caller's, no paths of the machine.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use obolus_abi::CodeId;
use obolus_contracts::reproducible::{TARGET, cargo_home, flags, isolate};

use crate::{Archive, ToolError};

/// Where results are put in the crate.
const OUT: &str = "out";

/// What a build made.
#[derive(Clone, Debug)]
pub struct Built {
    /// The package's name.
    pub name: String,
    /// The module's file.
    pub module: PathBuf,
    /// The module.
    pub bytes: Vec<u8>,
    /// Its id.
    pub code: CodeId,
    /// The sources; their hash can be named at upload.
    pub archive: Archive,
    /// The file of the archive.
    pub archive_file: PathBuf,
    /// The schema's file; none if the crate has no example `schema`.
    pub schema: Option<PathBuf>,
}

/// Builds the crate in `directory`.
///
/// # Errors
/// [`ToolError`].
pub fn build(directory: &Path) -> Result<Built, ToolError> {
    let directory = fs::canonicalize(directory).map_err(ToolError::io(directory))?;
    let name = package(&directory)?;
    let target = directory.join("target");
    let mut cargo = cargo(&directory, &target);
    cargo.args([
        "build",
        "--lib",
        "--profile",
        "contract",
        "--target",
        TARGET,
    ]);
    let flags = flags(&directory, "/contract", cargo_home().as_deref());
    cargo.env("CARGO_ENCODED_RUSTFLAGS", flags);
    run(cargo, "build")?;

    let file = format!("{}.wasm", name.replace('-', "_"));
    let module = target.join(TARGET).join("contract").join(file);
    if !module.is_file() {
        return Err(ToolError::NoModule(module));
    }
    let bytes = fs::read(&module).map_err(ToolError::io(&module))?;
    let out = directory.join(OUT);
    fs::create_dir_all(&out).map_err(ToolError::io(&out))?;
    let put = |suffix: &str, bytes: &[u8]| {
        let path = out.join(format!("{name}{suffix}"));
        fs::write(&path, bytes).map_err(ToolError::io(&path))?;
        Ok(path)
    };
    let archive = Archive::of(&directory)?;
    Ok(Built {
        module: put(".wasm", &bytes)?,
        archive_file: put(".src", archive.as_bytes())?,
        schema: match schema(&directory, &target)? {
            Some(json) => Some(put(".schema.json", &json)?),
            None => None,
        },
        code: CodeId(*blake3::hash(&bytes).as_bytes()),
        bytes,
        archive,
        name,
    })
}

/// Runs the crate's example `schema` natively.
fn schema(directory: &Path, target: &Path) -> Result<Option<Vec<u8>>, ToolError> {
    if !directory.join("examples/schema.rs").is_file() {
        return Ok(None);
    }
    let mut cargo = cargo(directory, target);
    cargo.args(["run", "--quiet", "--example", "schema"]);
    cargo.stderr(Stdio::inherit());
    let output = cargo.output().map_err(ToolError::Cargo)?;
    match output.status.success() {
        true => Ok(Some(output.stdout)),
        false => Err(ToolError::Failed("run --example schema")),
    }
}

/// The package's name, from the first `name` of its manifest.
fn package(directory: &Path) -> Result<String, ToolError> {
    let path = directory.join("Cargo.toml");
    let manifest = fs::read_to_string(&path).map_err(ToolError::io(&path))?;
    let mut lines = manifest
        .lines()
        .skip_while(|line| line.trim() != "[package]");
    let name = lines.find_map(|line| {
        let (key, value) = line.split_once('=')?;
        let value = value.trim().strip_prefix('"')?.strip_suffix('"')?;
        (key.trim() == "name").then(|| value.to_owned())
    });
    name.ok_or(ToolError::NoPackage(path))
}

/// Cargo without what the caller's environment would change in a module.
fn cargo(directory: &Path, target: &Path) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    isolate(&mut cargo);
    cargo
        .current_dir(directory)
        .env("CARGO_TARGET_DIR", target)
        .stdin(Stdio::null());
    cargo
}

fn run(mut command: Command, what: &'static str) -> Result<(), ToolError> {
    let status = command.status().map_err(ToolError::Cargo)?;
    match status.success() {
        true => Ok(()),
        false => Err(ToolError::Failed(what)),
    }
}

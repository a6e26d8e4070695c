//! What needs no node: a new crate, its module, what upload validation says.

use std::path::PathBuf;

use clap::Args;
use obolus_contract_tools as tools;
use serde::Serialize;

use super::contract;
use crate::output::OutputArgs;
use crate::wallet::WalletError;

/// Arguments of `new`.
#[derive(Args)]
pub struct NewArgs {
    /// Name of the contract and of the directory that is made.
    name: String,
    /// Directory of the Obolus sources, with whose SDK the contract is built.
    #[arg(long, value_name = "DIR", default_value = ".")]
    obolus: PathBuf,
}

/// Arguments of `build`.
#[derive(Args)]
pub struct BuildArgs {
    /// The contract's crate.
    #[arg(default_value = ".")]
    directory: PathBuf,
    #[command(flatten)]
    output: OutputArgs,
}

/// Arguments of `check`.
#[derive(Args)]
pub struct CheckArgs {
    /// The module.
    module: PathBuf,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Serialize)]
struct BuildOut {
    name: String,
    code: String,
    size: usize,
    module: PathBuf,
    source: String,
    archive: PathBuf,
    #[serde(skip_serializing_if = "Option::is_none")]
    contract_schema: Option<PathBuf>,
}

#[derive(Serialize)]
struct CheckOut {
    code: String,
    upload_fuel: u64,
    entries: Vec<String>,
    limits: Vec<LimitOut>,
}

#[derive(Serialize)]
struct LimitOut {
    limit: &'static str,
    used: u64,
    max: u64,
}

/// Makes a crate.
pub fn new(args: &NewArgs) -> Result<(), WalletError> {
    let directory = PathBuf::from(&args.name);
    tools::create(&directory, &args.name, &args.obolus).map_err(contract)?;
    eprintln!(
        "made {0}; next: cd {0} && cargo test && obolus contract build",
        directory.display()
    );
    Ok(())
}

/// Builds a module.
pub fn build(args: &BuildArgs) -> Result<(), WalletError> {
    let built = tools::build(&args.directory).map_err(contract)?;
    let out = BuildOut {
        size: built.bytes.len(),
        code: built.code.to_string(),
        source: built.archive.hash().to_string(),
        name: built.name,
        module: built.module,
        archive: built.archive_file,
        contract_schema: built.schema,
    };
    let text = format!(
        "code id      {}\nbytes        {}\nsource hash  {}\nmodule       {}",
        out.code,
        out.size,
        out.source,
        out.module.display()
    );
    args.output.print("obolus.contract.build/1", &out, text);
    Ok(())
}

/// Checks a module.
pub fn check(args: &CheckArgs) -> Result<(), WalletError> {
    let module = read(&args.module)?;
    let report = tools::check(&module).map_err(contract)?;
    let text = report.to_string();
    let checked = report.0;
    let out = CheckOut {
        code: checked.code.to_string(),
        upload_fuel: checked.fuel.0,
        entries: checked.entries,
        limits: checked
            .usage
            .iter()
            .map(|line| LimitOut {
                limit: line.limit,
                used: line.used,
                max: line.max,
            })
            .collect(),
    };
    args.output
        .print("obolus.contract.check/1", &out, text.trim_end());
    Ok(())
}

/// A file's bytes.
pub fn read(path: &PathBuf) -> Result<Vec<u8>, WalletError> {
    std::fs::read(path).map_err(|error| WalletError::Io(path.clone(), error))
}

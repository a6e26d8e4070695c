//! `obolus keys`: proving keys of others in, verifying keys and circuits of ours out, in the files of snarkjs
//! and as Solidity contracts.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use obolus_prover::{DevSimulator, PrepareError, RelationError, SimulatorError};
use obolus_prover_service::catalogue::{CatalogueError, read_zkey};
use obolus_verifier::snarkjs::{JsonError, key_to_json};
use obolus_verifier::solidity::{self, SolidityError};
use obolus_verifier::{CircuitName, CircuitNameError, KeyIdText, VerifyingKey};

use crate::circuits::OwnCircuit;

#[cfg(test)]
mod tests;

/// Exchange keys and circuits with snarkjs.
#[derive(Subcommand)]
pub enum KeysCommand {
    /// Check a .zkey and put it where a proving service finds it.
    Import(ImportArgs),
    /// Write verification_key.json and .r1cs of one of our circuits, or verification_key.json of a .zkey; for both a
    /// Solidity contract, too.
    Export(ExportArgs),
}

/// Arguments of `import`.
#[derive(Args)]
pub struct ImportArgs {
    /// The file that snarkjs wrote.
    #[arg(long, value_name = "FILE")]
    zkey: PathBuf,
    /// What to call the circuit: a-z, 0-9 and _.
    #[arg(long, value_name = "NAME")]
    name: String,
    /// The service's folder, circuits.zkey_dir of its configuration.
    #[arg(long, value_name = "DIR", default_value = "zkeys")]
    dir: PathBuf,
}

/// Arguments of `export`.
#[derive(Args)]
pub struct ExportArgs {
    /// One of our circuits, under its INSECURE development key.
    #[arg(
        long,
        value_name = "NAME",
        required_unless_present = "zkey",
        conflicts_with = "zkey"
    )]
    circuit: Option<OwnCircuit>,
    /// A proving key that snarkjs wrote.
    #[arg(long, value_name = "FILE")]
    zkey: Option<PathBuf>,
    /// Where to write the verifying key.
    #[arg(long, value_name = "FILE", default_value = "verification_key.json")]
    vkey: PathBuf,
    /// Where to write a contract that verifies proofs under the key on a chain with the EVM.
    #[arg(long, value_name = "FILE")]
    solidity: Option<PathBuf>,
    /// Where to write the circuit, for a ceremony.
    #[arg(long, value_name = "FILE", requires = "circuit")]
    r1cs: Option<PathBuf>,
}

/// Why a key was not exchanged.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// A file.
    #[error("{0}: {1}")]
    Io(PathBuf, std::io::Error),
    /// There is one of that name.
    #[error("{0} is there already: choose another name, or remove it")]
    Exists(PathBuf),
    /// A name.
    #[error("--name: {0}")]
    Name(#[from] CircuitNameError),
    /// The proving key.
    #[error(transparent)]
    Zkey(#[from] CatalogueError),
    /// JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// The contract.
    #[error("--solidity: {0}")]
    Solidity(#[from] SolidityError),
    /// Our circuits.
    #[error(transparent)]
    Relation(#[from] RelationError),
    /// A circuit of ours that has no development key.
    #[error("there is no development key for {0}: report this")]
    NoKey(CircuitName),
    /// Our keys.
    #[error(transparent)]
    Prepare(#[from] PrepareError),
    /// Our keys.
    #[error(transparent)]
    Simulator(#[from] SimulatorError),
}

/// Runs the command.
///
/// # Errors
/// [`KeysError`].
pub fn run(command: &KeysCommand) -> Result<(), KeysError> {
    match command {
        KeysCommand::Import(args) => import(args),
        KeysCommand::Export(args) => export(args),
    }
}

fn import(args: &ImportArgs) -> Result<(), KeysError> {
    let name = CircuitName::new(&args.name)?;
    // Everything is checked before anything is written.
    let prover = read_zkey(&name, &args.zkey, &())?;
    fs::create_dir_all(&args.dir).map_err(io(&args.dir))?;
    let path = args.dir.join(format!("{name}.zkey"));
    if path.exists() {
        return Err(KeysError::Exists(path));
    }
    let partial = args.dir.join(format!("{name}.zkey.partial"));
    fs::copy(&args.zkey, &partial).map_err(io(&partial))?;
    fs::rename(&partial, &path).map_err(io(&path))?;
    say(&name, prover.verifying_key());
    Ok(())
}

fn export(args: &ExportArgs) -> Result<(), KeysError> {
    match (args.circuit, &args.zkey) {
        (Some(circuit), _) => {
            let keys = DevSimulator::new()?;
            let named = |key: &&VerifyingKey| *key.circuit() == circuit.name();
            let key = keys.verifying_keys().into_iter().find(named);
            let key = key.ok_or_else(|| KeysError::NoKey(circuit.name()))?;
            write_key(args, key)?;
            if let Some(path) = &args.r1cs {
                write(path, &circuit.r1cs()?)?;
            }
            say(key.circuit(), key);
        }
        (None, Some(path)) => {
            let name = CircuitName::new("circom")?;
            let prover = read_zkey(&name, path, &())?;
            write_key(args, prover.verifying_key())?;
            say(&name, prover.verifying_key());
        }
        (None, None) => {}
    }
    Ok(())
}

/// Writes what there is of a key, in the order in which it can fail.
fn write_key(args: &ExportArgs, key: &VerifyingKey) -> Result<(), KeysError> {
    let contract = args.solidity.as_ref().map(|_| solidity::contract(key));
    let contract = contract.transpose()?;
    write(&args.vkey, key_to_json(key)?.as_bytes())?;
    if let (Some(path), Some(text)) = (&args.solidity, contract) {
        write(path, text.as_bytes())?;
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the result of the command")]
fn say(name: &CircuitName, key: &VerifyingKey) {
    println!("{name} {} ({})", KeyIdText(key.id()), key.origin());
}

fn io(path: &Path) -> impl FnOnce(std::io::Error) -> KeysError {
    let path = path.to_path_buf();
    move |error| KeysError::Io(path, error)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), KeysError> {
    fs::write(path, bytes).map_err(io(path))
}

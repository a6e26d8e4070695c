//! `obolus ceremony`: circuits out to a trusted setup with snarkjs, and its result verified and back in.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use obolus_ceremony::container::MAX_FILE_BYTES;
use obolus_ceremony::{CeremonyError, CeremonyFiles, Policy, R1cs, R1csError, Verified, verify};
use obolus_prover::RelationError;
use obolus_verifier::{CircuitName, CircuitNameError, KeyError};

use self::files::FilesError;
use self::report::Report;
use crate::circuits::OwnCircuit;
use crate::output::OutputArgs;

mod files;
mod report;
#[cfg(test)]
mod tests;

/// Run a trusted setup with snarkjs and take its keys.
#[derive(Subcommand)]
pub enum CeremonyCommand {
    /// Write one of our circuits for snarkjs, and say what to do with it.
    Export(ExportArgs),
    /// Verify a finished ceremony of one of our circuits and file what nodes and provers need.
    Import(ImportArgs),
    /// Verify a ceremony from its files.
    Verify(VerifyArgs),
}

/// Arguments of `export`.
#[derive(Args)]
pub struct ExportArgs {
    /// One of our circuits.
    #[arg(long, value_name = "NAME")]
    circuit: OwnCircuit,
    /// Where to write NAME.r1cs.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// Arguments of `import`.
#[derive(Args)]
pub struct ImportArgs {
    /// One of our circuits.
    #[arg(long, value_name = "NAME")]
    circuit: OwnCircuit,
    #[command(flatten)]
    files: KeyArgs,
    /// Where to put NAME.r1cs, NAME.zkey, NAME.obolvk and powers.ptau.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// Arguments of `verify`.
#[derive(Args)]
pub struct VerifyArgs {
    /// One of our circuits.
    #[arg(
        long,
        value_name = "NAME",
        required_unless_present = "r1cs",
        conflicts_with = "r1cs"
    )]
    circuit: Option<OwnCircuit>,
    /// Another circuit.
    #[arg(long, value_name = "FILE")]
    r1cs: Option<PathBuf>,
    #[command(flatten)]
    files: KeyArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// The files of a ceremony besides the circuit, and what is demanded of it.
#[derive(Args)]
struct KeyArgs {
    /// The key after the last contribution.
    #[arg(long, value_name = "FILE")]
    zkey: PathBuf,
    /// The powers of tau, prepared for phase 2.
    #[arg(long, value_name = "FILE")]
    ptau: PathBuf,
    /// Least number of participants that contributed to the key; a beacon is none.
    #[arg(long, value_name = "N", default_value = "1")]
    minimum_contributions: usize,
}

/// Why a ceremony was not exported, imported or verified.
#[derive(Debug, thiserror::Error)]
pub enum CeremonyCommandError {
    /// A file that is read.
    #[error("{0}: {1}")]
    Read(PathBuf, std::io::Error),
    /// Larger than any file that is read.
    #[error("{0} has {1} bytes, at most {MAX_FILE_BYTES} can be read")]
    TooLarge(PathBuf, u64),
    /// A file that is written.
    #[error(transparent)]
    Files(#[from] FilesError),
    /// Our circuits.
    #[error(transparent)]
    Relation(#[from] RelationError),
    /// Our circuits.
    #[error("our own circuit cannot be read back: {0}; report this")]
    Own(#[from] R1csError),
    /// The ceremony.
    #[error("the ceremony does not hold: {0}")]
    Ceremony(#[from] CeremonyError),
    /// The verifying key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A name that is given to a circuit.
    #[error(transparent)]
    Name(#[from] CircuitNameError),
}

/// Runs the command.
///
/// # Errors
/// [`CeremonyCommandError`].
pub fn run(command: &CeremonyCommand) -> Result<(), CeremonyCommandError> {
    match command {
        CeremonyCommand::Export(args) => export(args),
        CeremonyCommand::Import(args) => import(args),
        CeremonyCommand::Verify(args) => verify_files(args),
    }
}

#[expect(clippy::print_stdout, reason = "the result of the command")]
fn export(args: &ExportArgs) -> Result<(), CeremonyCommandError> {
    let (name, bytes) = (args.circuit.name(), args.circuit.r1cs()?);
    let r1cs = R1cs::read(&bytes)?;
    let path = args.out.join(format!("{name}.r1cs"));
    files::create(&args.out, &path, &bytes)?;
    println!("{}", report::next_steps(&name, &r1cs, &path));
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the result of the command")]
fn import(args: &ImportArgs) -> Result<(), CeremonyCommandError> {
    let name = args.circuit.name();
    let r1cs = args.circuit.r1cs()?;
    let (zkey, ptau) = (read(&args.files.zkey)?, read(&args.files.ptau)?);
    // Everything is verified before anything is written.
    let verified = check(&name, &r1cs, &zkey, &ptau, &args.files)?;
    let file = |ending: &str| args.out.join(format!("{name}.{ending}"));
    // The verifying key is last: where it is, the others are.
    for (path, bytes) in [
        (args.out.join("powers.ptau"), &ptau),
        (file("r1cs"), &r1cs),
        (file("zkey"), &zkey),
        (file("obolvk"), &verified.key.encode()?),
    ] {
        files::create(&args.out, &path, bytes)?;
    }
    println!("{}", report::Text(&verified));
    Ok(())
}

fn verify_files(args: &VerifyArgs) -> Result<(), CeremonyCommandError> {
    let (name, r1cs) = match (args.circuit, &args.r1cs) {
        (Some(circuit), _) => (circuit.name(), circuit.r1cs()?),
        (None, Some(path)) => (CircuitName::new("circom")?, read(path)?),
        (None, None) => (CircuitName::new("circom")?, Vec::new()),
    };
    let (zkey, ptau) = (read(&args.files.zkey)?, read(&args.files.ptau)?);
    let verified = check(&name, &r1cs, &zkey, &ptau, &args.files)?;
    args.output.print(
        report::SCHEMA,
        &Report::of(&verified),
        report::Text(&verified),
    );
    Ok(())
}

fn check(
    name: &CircuitName,
    r1cs: &[u8],
    zkey: &[u8],
    ptau: &[u8],
    args: &KeyArgs,
) -> Result<Verified, CeremonyError> {
    let policy = Policy {
        minimum_contributions: args.minimum_contributions,
        ..Policy::default()
    };
    verify(name, CeremonyFiles { r1cs, ptau, zkey }, policy)
}

fn read(path: &Path) -> Result<Vec<u8>, CeremonyCommandError> {
    let io = |error| CeremonyCommandError::Read(path.to_path_buf(), error);
    let bytes = fs::metadata(path).map_err(io)?.len();
    if bytes > MAX_FILE_BYTES {
        return Err(CeremonyCommandError::TooLarge(path.to_path_buf(), bytes));
    }
    fs::read(path).map_err(io)
}

//! `obolus node bundles`: proofs of an exported ledger as bundles.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use obolus_abi::TxDigest;
use obolus_chain::GenesisError;
use obolus_chain::export::{ExportError, ExportReader, Step};
use obolus_runtime_api::hex::{self, HexError};
use obolus_verify::bundle::{Bundle, BundleError};
use obolus_verify::ledger::{FromLedgerError, bundles_of};

/// Arguments of `bundles`.
#[derive(Args)]
pub struct BundlesArgs {
    /// What `obolus node export` wrote.
    #[arg(value_name = "EXPORT")]
    export: PathBuf,
    /// Only the proofs of this transaction; may be repeated.
    #[arg(long = "transaction", value_name = "ID", value_parser = digest)]
    transactions: Vec<TxDigest>,
    /// Only proofs of this circuit.
    #[arg(long, value_name = "NAME")]
    circuit: Option<String>,
    /// Form of the bundles.
    #[arg(long, value_enum, default_value_t)]
    form: Form,
    /// A new folder, or a new file for JSON lines.
    #[arg(long, value_name = "PATH")]
    out: PathBuf,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Form {
    /// One JSON file each.
    #[default]
    Json,
    /// One compact file each.
    Compact,
    /// One file, a bundle a line.
    Jsonl,
}

/// Why no bundles were written.
#[derive(Debug, thiserror::Error)]
pub enum BundlesError {
    /// A file.
    #[error("{0}: {1}")]
    Io(PathBuf, io::Error),
    /// The export.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// Its genesis.
    #[error(transparent)]
    Genesis(#[from] GenesisError),
    /// A proof in it.
    #[error("block {0}: {1}")]
    Block(u64, FromLedgerError),
    /// A bundle.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// None.
    #[error(
        "the ledger has no such proof; list its transactions with the explorer or `obolus wallet history`"
    )]
    None,
}

/// Where bundles go.
enum Target {
    Folder(PathBuf, Form),
    Lines(PathBuf, BufWriter<File>),
}

impl Target {
    fn new(args: &BundlesArgs) -> Result<Self, BundlesError> {
        let io = |error| BundlesError::Io(args.out.clone(), error);
        if args.form == Form::Jsonl {
            let file = File::create_new(&args.out).map_err(io)?;
            return Ok(Self::Lines(args.out.clone(), BufWriter::new(file)));
        }
        fs::create_dir(&args.out).map_err(io)?;
        Ok(Self::Folder(args.out.clone(), args.form))
    }

    fn put(&mut self, height: u64, number: usize, bundle: &Bundle) -> Result<(), BundlesError> {
        match self {
            Self::Lines(path, out) => writeln!(out, "{}", bundle.to_json(true)?)
                .map_err(|error| BundlesError::Io(path.clone(), error)),
            Self::Folder(folder, form) => {
                let name = format!("{height:08}-{number:04}-{}", bundle.circuit);
                let (extension, bytes) = match form {
                    Form::Compact => ("obp", bundle.to_compact()?),
                    _ => ("json", bundle.to_json(false)?.into_bytes()),
                };
                let path = folder.join(name).with_extension(extension);
                fs::write(&path, bytes).map_err(|error| BundlesError::Io(path, error))
            }
        }
    }

    fn finish(self) -> Result<(), BundlesError> {
        match self {
            Self::Folder(..) => Ok(()),
            Self::Lines(path, mut out) => {
                out.flush().map_err(|error| BundlesError::Io(path, error))
            }
        }
    }
}

/// Runs the command.
///
/// # Errors
/// [`BundlesError`].
pub fn run(args: &BundlesArgs) -> Result<(), BundlesError> {
    let file =
        File::open(&args.export).map_err(|error| BundlesError::Io(args.export.clone(), error))?;
    let mut reader = ExportReader::new(BufReader::new(file))?;
    let circuits = reader.genesis().check()?;
    let mut target = Target::new(args)?;
    let mut written = 0_u64;
    while let Step::Block(block) = reader.step()? {
        let height = block.header.height.0;
        let bundles =
            bundles_of(&block, &circuits).map_err(|error| BundlesError::Block(height, error))?;
        for (number, bundle) in bundles.iter().enumerate() {
            if wanted(args, bundle) {
                target.put(height, number, bundle)?;
                written += 1;
            }
        }
    }
    target.finish()?;
    if written == 0 {
        return Err(BundlesError::None);
    }
    eprintln!("{written} bundles in {}", shown(&args.out));
    Ok(())
}

fn digest(text: &str) -> Result<TxDigest, HexError> {
    hex::decode_fixed(text)
}

fn wanted(args: &BundlesArgs, bundle: &Bundle) -> bool {
    let circuit = args
        .circuit
        .as_ref()
        .is_none_or(|name| bundle.circuit.as_str() == name);
    let digest = bundle
        .statement
        .as_ref()
        .map(|statement| statement.body.digest());
    let transaction = args.transactions.is_empty()
        || digest.is_some_and(|digest| args.transactions.contains(&digest));
    circuit && transaction
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

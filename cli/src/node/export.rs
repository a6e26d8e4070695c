//! `obolus node export`: a whole ledger in one file, for whoever verifies it elsewhere.

use std::cmp::Ordering;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use obolus_abi::ChainId;
use obolus_chain::export::{ExportError, ExportWriter};
use obolus_chain::{Block, BlockError, Genesis, GenesisError};
use obolus_protocol::tx::Height;
use obolus_runtime::ledger::{Execution, LedgerError};
use obolus_runtime_api::{AppHash, Tip};
use obolus_wallet::client::{ClientError, NodeClient};
use tempfile::NamedTempFile;

use crate::endpoint::NodeArgs;
use crate::progress::Progress;

/// Arguments of `export`.
#[derive(Args)]
pub struct ExportArgs {
    /// The data directory of a node that is not running; without it a running node is asked.
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    #[command(flatten)]
    node: NodeArgs,
    /// The last block to export; without it the last one there is.
    #[arg(long, value_name = "HEIGHT")]
    height: Option<u64>,
    /// The file to write; - for standard output.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Why a ledger was not exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportCommandError {
    /// The ledger's files.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The running node.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The running node's genesis.
    #[error(transparent)]
    Genesis(#[from] GenesisError),
    /// A block of the running node.
    #[error("block {0} of the node: {1}")]
    Block(u64, BlockError),
    /// The running node's answers do not belong together.
    #[error(
        "the node's genesis is that of chain {genesis}, its tip is of chain {tip}: ask one node"
    )]
    Chain {
        /// Of the genesis.
        genesis: ChainId,
        /// Of the tip.
        tip: ChainId,
    },
    /// The export.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// The file.
    #[error("{0}: {1}")]
    Io(PathBuf, io::Error),
    /// Too high.
    #[error("there is no block {0} yet, the last one is {1}: wait, or give a lower --height")]
    Height(u64, u64),
    /// Something is there.
    #[error("{0} is there already: choose another name, or remove it")]
    Exists(PathBuf),
}

/// Where blocks come from.
enum Origin {
    Files(Box<Execution>),
    Node(Box<NodeClient>),
}

impl Origin {
    fn open(args: &ExportArgs) -> Result<Self, ExportCommandError> {
        if let Some(data) = &args.data_dir {
            let ledger = Execution::recover(&data.join("ledger"))?;
            return Ok(Self::Files(Box::new(ledger)));
        }
        Self::node(&args.node)
    }

    fn node(args: &NodeArgs) -> Result<Self, ExportCommandError> {
        let endpoint = args
            .settings()
            .endpoint()
            .map_err(|(path, error)| ExportCommandError::Io(path, error))?;
        Ok(Self::Node(Box::new(NodeClient::new(&endpoint)?)))
    }

    fn genesis(&self) -> Result<Genesis, ExportCommandError> {
        match self {
            Self::Files(ledger) => Ok(ledger.genesis().clone()),
            Self::Node(client) => Ok(Genesis::decode(&client.genesis()?)?),
        }
    }

    fn tip(&self) -> Result<Tip, ExportCommandError> {
        match self {
            Self::Files(ledger) => Ok(ledger.tip()),
            Self::Node(client) => Ok(client.tip()?),
        }
    }

    fn block(&self, height: u64) -> Result<Block, ExportCommandError> {
        match self {
            Self::Files(ledger) => Ok(ledger.block(Height(height))?),
            Self::Node(client) => Block::decode(&client.block(Height(height))?)
                .map_err(|error| ExportCommandError::Block(height, error)),
        }
    }
}

/// Runs the command.
///
/// # Errors
/// [`ExportCommandError`]; no file is left behind then.
pub fn run(args: &ExportArgs) -> Result<(), ExportCommandError> {
    let origin = Origin::open(args)?;
    if args.out == Path::new("-") {
        let (_, exported) = write(&origin, args.height, BufWriter::new(io::stdout().lock()))?;
        exported.say();
        return Ok(());
    }
    let io = |error| ExportCommandError::Io(args.out.clone(), error);
    if args.out.try_exists().map_err(io)? {
        return Err(ExportCommandError::Exists(args.out.clone()));
    }
    let directory = match args.out.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let file = NamedTempFile::new_in(directory).map_err(io)?;
    let (file, path) = file.into_parts();
    let (writer, exported): (BufWriter<File>, _) =
        write(&origin, args.height, BufWriter::new(file))?;
    let file = writer
        .into_inner()
        .map_err(|error| io(error.into_error()))?;
    file.sync_all().map_err(io)?;
    path.persist_noclobber(&args.out)
        .map_err(|error| io(error.error))?;
    exported.say();
    Ok(())
}

/// Writes the ledger of a running node, up to a block, to a new file.
///
/// # Errors
/// [`ExportCommandError`].
pub fn fetch(node: &NodeArgs, until: Option<Height>, out: &Path) -> Result<(), ExportCommandError> {
    let io = |error| ExportCommandError::Io(out.to_path_buf(), error);
    let file = File::create_new(out).map_err(io)?;
    let origin = Origin::node(node)?;
    let (mut written, _) = write(&origin, until.map(|height| height.0), BufWriter::new(file))?;
    written.flush().map_err(io)
}

/// What an export is of.
struct Exported {
    chain: ChainId,
    blocks: u64,
    app_hash: AppHash,
}

impl Exported {
    fn say(&self) {
        eprintln!(
            "chain   {}\nblocks  {}\nstate   {}",
            self.chain, self.blocks, self.app_hash
        );
    }
}

fn write<W: Write>(
    origin: &Origin,
    height: Option<u64>,
    out: W,
) -> Result<(W, Exported), ExportCommandError> {
    let genesis = origin.genesis()?;
    // The chain goes on: what is exported ends here.
    let tip = origin.tip()?;
    if tip.chain != genesis.chain_id() {
        return Err(ExportCommandError::Chain {
            genesis: genesis.chain_id(),
            tip: tip.chain,
        });
    }
    let last = height.unwrap_or(tip.height);
    let app_hash = match last.cmp(&tip.height) {
        Ordering::Greater => return Err(ExportCommandError::Height(last, tip.height)),
        Ordering::Equal => tip.app_hash,
        // A block's header names the state before it.
        Ordering::Less => origin.block(last + 1)?.header.app_hash,
    };
    let mut progress = Progress::new(false);
    let mut writer = ExportWriter::new(out, &genesis)?;
    let stage = progress.start("export", last);
    for height in 1..=last {
        writer.block(&origin.block(height)?)?;
        stage.step();
    }
    progress.finish(stage);
    let out = writer.finish(app_hash)?;
    let exported = Exported {
        chain: tip.chain,
        blocks: last,
        app_hash,
    };
    Ok((out, exported))
}

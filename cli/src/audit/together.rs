//! Verbs of an auditor whose key t of n people hold, and of those who watch it.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use obolus_abi::ContractId;
use obolus_audit::committee::{
    AccessError, AccessLog, Known, LogClient, Request, SealedItems, Wanted, find,
};
use obolus_chain::Block;
use obolus_protocol::tx::{Height, Transaction};
use obolus_runtime_api::hex;
use obolus_wallet::SourceError;
use obolus_wallet::client::NodeClient;
use obolus_wallet::committee::MemberDir;
use obolus_wallet::config::Token;

use super::{AuditError, combine, key, log, partial, request};
use crate::committee::read_file;
use crate::endpoint::NodeArgs;
use crate::wallet::WalletError;

/// What the members of an auditor do.
#[derive(Subcommand)]
pub enum TogetherCommand {
    /// Ask, on the ledger, to open payments for a case.
    Request(request::RequestArgs),
    /// Answer a request of the ledger as a member: logs the answer first, then writes it, sealed to who asked.
    Partial(Box<partial::PartialArgs>),
    /// Put members' answers together: shows amounts and parties of what was asked, and nothing else.
    Combine(combine::CombineArgs),
    /// Show what was asked and answered, from the ledger; the chain of hashes is checked. Anybody can.
    Log(log::LogArgs),
    /// Propose to take over as the auditor: the transaction that starts an epoch under the group's key.
    ProposeKey(key::ProposeKeyArgs),
    /// Look at the proposal, and sign the proof that the group has its key.
    ApproveKey(key::ApproveKeyArgs),
    /// Put the shares together; the registrar approves and submits the transaction.
    FinishKey(key::FinishKeyArgs),
}

/// Runs a verb.
///
/// # Errors
/// [`AuditError`].
pub fn run(command: &TogetherCommand) -> Result<(), AuditError> {
    match command {
        TogetherCommand::Request(args) => request::request(args),
        TogetherCommand::Partial(args) => partial::partial(args),
        TogetherCommand::Combine(args) => combine::combine(args),
        TogetherCommand::Log(args) => log::log(args),
        TogetherCommand::ProposeKey(args) => key::propose(args),
        TogetherCommand::ApproveKey(args) => key::approve(args),
        TogetherCommand::FinishKey(args) => key::finish(args),
    }
}

/// Which log.
#[derive(Args, Clone, Debug)]
pub struct AccessArgs {
    /// The token file.
    #[arg(long, value_name = "FILE")]
    token: PathBuf,
    /// The access log's contract.
    #[arg(long, value_name = "CONTRACT", env = "OBOLUS_ACCESS_LOG")]
    access_log: String,
    #[command(flatten)]
    node: NodeArgs,
}

/// A log, its token and a node.
pub struct Access {
    /// The token.
    pub token: Token,
    /// The node.
    pub client: NodeClient,
    /// The log.
    pub contract: ContractId,
    /// The node's URL, as people know it.
    node: String,
}

/// What sealed items stand for.
#[derive(Args, Clone, Debug)]
pub struct OpeningArgs {
    /// File with what the request's sealed items stand for, from whoever asked.
    #[arg(long, value_name = "FILE")]
    opening: Option<PathBuf>,
}

impl OpeningArgs {
    /// Reads it.
    pub fn read(&self) -> Result<Option<SealedItems>, AuditError> {
        let Some(path) = &self.opening else {
            return Ok(None);
        };
        let text = String::from_utf8(read_file(path)?)
            .map_err(|error| AccessError::Opening(error.to_string()))?;
        Ok(Some(SealedItems::from_toml(&text)?))
    }
}

/// What a member knows besides the ledger.
#[derive(Args, Clone, Debug)]
pub struct KnownArgs {
    #[command(flatten)]
    opening: OpeningArgs,
    /// A transaction may pay through this contract, which is known to pass on what its arguments state, for this token;
    /// repeat it.
    #[arg(long, value_name = "CONTRACT", value_parser = contract)]
    via: Vec<ContractId>,
}

fn contract(text: &str) -> Result<ContractId, String> {
    hex::decode_fixed(text).map_err(|error| error.to_string())
}

impl KnownArgs {
    /// What sealed items stand for.
    pub fn opening(&self) -> Result<Option<SealedItems>, AuditError> {
        self.opening.read()
    }

    /// With the opening as it was read.
    pub fn with<'a>(&'a self, opening: Option<&'a SealedItems>) -> Known<'a> {
        Known {
            opening,
            via: &self.via,
        }
    }
}

impl AccessArgs {
    /// Opens them.
    pub fn open(&self) -> Result<Access, AuditError> {
        let settings = self.node.settings();
        let client = crate::wallet::client(&settings)?;
        self.through(client, settings.node)
    }

    /// The same at a node.
    pub fn through(&self, client: NodeClient, node: String) -> Result<Access, AuditError> {
        let token = Token::read(&self.token).map_err(WalletError::from)?;
        let contract = contract(&self.access_log)
            .map_err(|reason| AuditError::Argument("access-log", reason))?;
        Ok(Access {
            client: client.following_file(&token),
            token,
            contract,
            node,
        })
    }
}

impl Access {
    /// The node's URL.
    pub fn node(&self) -> &str {
        &self.node
    }

    /// Where the log is read.
    pub const fn source(&self) -> LogClient<'_> {
        LogClient {
            client: &self.client,
            contract: self.contract,
        }
    }

    /// The whole log, its chain of hashes checked.
    pub fn log(&self) -> Result<AccessLog, AuditError> {
        let chain = self.token.config.chain;
        Ok(AccessLog::read(&self.source(), chain, self.contract)?)
    }

    /// The ciphertexts of a request.
    pub fn find(&self, request: &Request, known: Known<'_>) -> Result<Vec<Wanted>, AccessError> {
        let blocks = |height| self.block(height);
        find((&self.client, &blocks), self.token.config, request, known)
    }

    /// The whole log, as it goes on from what this member saw of it, each entry signed by whom it names. Nothing is kept of
    /// it.
    pub fn shown(&self, dir: &MemberDir) -> Result<AccessLog, AuditError> {
        let log = self.log()?;
        log.goes_on(dir, &|height| self.block(height), self.contract)?;
        Ok(log)
    }

    /// The same, and what comes later must go on from it.
    pub fn followed(&self, dir: &MemberDir) -> Result<AccessLog, AuditError> {
        let log = self.log()?;
        log.follow(dir, &|height| self.block(height), self.contract)?;
        Ok(log)
    }

    /// A block's transactions, out of its raw bytes.
    pub fn block(&self, height: Height) -> Result<Vec<Transaction>, SourceError> {
        let malformed = || SourceError::Malformed;
        let block = self.client.block(height)?;
        let block = Block::decode(&block).map_err(|_| malformed())?;
        if block.header.chain != self.token.config.chain || block.header.height != height {
            return Err(malformed());
        }
        let transactions = block.txs.iter();
        transactions
            .map(|bytes| Transaction::decode(bytes).map_err(|_| malformed()))
            .collect()
    }
}

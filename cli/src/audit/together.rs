//! Verbs of an auditor whose key t of n people hold, and of those who watch it.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use obolus_abi::ContractId;
use obolus_audit::committee::{
    AccessError, AccessLog, LogClient, LogSource, Request, SealedItems, Wanted,
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

impl AccessArgs {
    /// The same at another node.
    pub fn at(&self, node: &str) -> Self {
        let mut other = self.clone();
        other.node.node = Some(node.to_owned());
        other
    }

    /// Opens them.
    pub fn open(&self) -> Result<Access, AuditError> {
        let token = Token::read(&self.token).map_err(WalletError::from)?;
        let contract = hex::decode_fixed(&self.access_log)
            .map_err(|error| AuditError::Argument("access-log", error.to_string()))?;
        let settings = self.node.settings();
        let client = crate::wallet::client(&settings)?.following(token.config);
        Ok(Access {
            token,
            client,
            contract,
            node: settings.node,
        })
    }
}

impl Access {
    const fn source(&self) -> LogClient<'_> {
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

    /// The whole log, as it goes on from what this member saw of it, each entry signed by whom it names.
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

    /// Whether this node shows the same request, and the same blocks of what it is about, as another one.
    ///
    /// # Errors
    /// [`AccessError::Disagreement`].
    pub fn agree(
        &self,
        other: &Self,
        request: &Request,
        wanted: &[Wanted],
    ) -> Result<(), AuditError> {
        let differs = || AccessError::Disagreement(self.node.clone());
        match self.source().entry(request.entry) {
            Ok(logged) if logged.head == request.head => {}
            Err(SourceError::Unavailable) => {
                return Err(AccessError::from(SourceError::Unavailable).into());
            }
            Ok(_) | Err(_) => return Err(differs().into()),
        }
        let mut heights: Vec<_> = wanted.iter().map(|wanted| wanted.place.height).collect();
        heights.dedup();
        for height in heights {
            let same = self.block(height).map_err(AccessError::from)?
                == other.block(height).map_err(AccessError::from)?;
            if !same {
                return Err(differs().into());
            }
        }
        Ok(())
    }
}

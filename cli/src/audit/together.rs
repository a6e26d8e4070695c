//! Verbs of an auditor whose key t of n people hold, and of those who watch it.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use obolus_abi::{ContractId, TxDigest};
use obolus_audit::committee::{AccessLog, LogClient};
use obolus_chain::Block;
use obolus_protocol::tx::{Height, Transaction, TxBody};
use obolus_runtime_api::hex;
use obolus_wallet::SourceError;
use obolus_wallet::client::NodeClient;
use obolus_wallet::config::Token;

use super::{AuditError, combine, key, log, partial, request};
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
}

impl AccessArgs {
    /// Opens them.
    pub fn open(&self) -> Result<Access, AuditError> {
        let token = Token::read(&self.token).map_err(WalletError::from)?;
        let contract = hex::decode_fixed(&self.access_log)
            .map_err(|error| AuditError::Argument("access-log", error.to_string()))?;
        let client = crate::wallet::client(&self.node.settings())?.following(token.config);
        Ok(Access {
            token,
            client,
            contract,
        })
    }
}

impl Access {
    /// The whole log, checked.
    pub fn log(&self) -> Result<AccessLog, AuditError> {
        let source = LogClient {
            client: &self.client,
            contract: self.contract,
        };
        Ok(AccessLog::read(
            &source,
            self.token.config.chain,
            self.contract,
        )?)
    }

    /// A transaction's signed part, out of its raw block.
    pub fn body(&self, height: Height, tx: &TxDigest) -> Result<Option<TxBody>, SourceError> {
        let block = self.client.block(height)?;
        let block = Block::decode(&block).map_err(|_| SourceError::Malformed)?;
        let bodies = block.txs.iter().filter_map(|bytes| {
            let transaction = Transaction::decode(bytes).ok()?;
            Some(transaction.body)
        });
        Ok({ bodies }.find(|body| body.digest() == *tx))
    }
}

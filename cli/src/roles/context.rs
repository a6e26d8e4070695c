//! What role holders' commands share: the node, the token, signing, handing in.

use std::path::{Path, PathBuf};
use std::time::Duration;

use borsh::BorshSerialize;
use clap::Args;
use obolus_abi::{ChainId, ContractId};
use obolus_protocol::tx::{EntryName, Height, Transaction, TxBody, UnprovenTx};
use obolus_runtime_api::TxState;
use obolus_wallet::client::NodeClient;
use obolus_wallet::config::Token;
use obolus_wallet::payer::PayError;
use obolus_wallet::roles::RoleSigner;
use obolus_wallet::{AssembleError, ChainSource, Follower, ScanError, SourceError, TokenView};
use serde::Serialize;

use super::files::{add_signature, write_draft};
use crate::endpoint::NodeArgs;
use crate::output::OutputArgs;
use crate::secret::{Choosing, PassphraseArgs};
use crate::wallet::WalletError;

/// For how many blocks a role's transaction may be included: the longest that every chain allows, since signatures are
/// collected by hand.
const VALIDITY: u64 = 900;

/// Arguments that role holders' commands have.
#[derive(Args, Clone, Debug)]
pub struct RoleArgs {
    /// The token file.
    #[arg(long, value_name = "FILE")]
    pub token: PathBuf,
    #[command(flatten)]
    pub node: NodeArgs,
    #[command(flatten)]
    pub sign: SignArgs,
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Who signs, and where the transaction goes.
#[derive(Args, Clone, Debug)]
pub struct SignArgs {
    /// Key files of the holders who sign here; repeat it.
    #[arg(long = "key", value_name = "FILE")]
    pub keys: Vec<PathBuf>,
    /// Write the transaction here instead of submitting it, so that others can sign.
    #[arg(long, value_name = "FILE")]
    pub draft: Option<PathBuf>,
    #[command(flatten)]
    pub passphrase: PassphraseArgs,
}

/// What became of a role's transaction.
#[derive(Serialize)]
pub struct RoleOut {
    /// Its id.
    pub transaction: String,
    /// `drafted`, `committed` or `in_flight`.
    pub stage: &'static str,
    /// Its block.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<u64>,
    /// Signatures of role holders.
    pub signatures: usize,
}

impl RoleOut {
    /// An error, and so an exit status of its own, while no block took it.
    ///
    /// # Errors
    /// [`WalletError::Pending`].
    pub fn committed(&self) -> Result<(), WalletError> {
        match self.stage {
            "in_flight" => Err(WalletError::Pending(self.transaction.clone())),
            _ => Ok(()),
        }
    }
}

impl RoleArgs {
    /// The token.
    pub fn token(&self) -> Result<Token, WalletError> {
        Ok(Token::read(&self.token)?)
    }

    /// A client that follows the token.
    pub fn client(&self, token: &Token) -> Result<NodeClient, WalletError> {
        let client = crate::wallet::client(&self.node.settings())?;
        Ok(client.following_file(token))
    }

    /// Signs and submits, or drafts; refused transactions are errors.
    pub fn finish(
        &self,
        schema: &'static str,
        client: &NodeClient,
        transaction: Transaction,
    ) -> Result<(), WalletError> {
        let out = self.settle(client, transaction)?;
        let text = format!("transaction {} {}", out.transaction, out.stage);
        self.output.print(schema, &out, text);
        out.committed()
    }

    /// The same, without printing.
    pub fn settle(
        &self,
        client: &NodeClient,
        mut transaction: Transaction,
    ) -> Result<RoleOut, WalletError> {
        self.sign.sign(&mut transaction)?;
        match &self.sign.draft {
            Some(path) => {
                write_draft(path, &transaction)?;
                Ok(RoleOut {
                    transaction: transaction.id().to_string(),
                    stage: "drafted",
                    height: None,
                    signatures: transaction.role_signatures.len(),
                })
            }
            None => submit(client, &transaction),
        }
    }
}

impl SignArgs {
    /// Adds the signatures of the key files.
    pub fn sign(&self, transaction: &mut Transaction) -> Result<(), WalletError> {
        for path in &self.keys {
            add_signature(transaction, &open_key(path, &self.passphrase)?);
        }
        Ok(())
    }
}

/// Opens a role holder's key; the passphrase is asked for only if the file is encrypted.
pub fn open_key(path: &Path, passphrase: &PassphraseArgs) -> Result<RoleSigner, WalletError> {
    RoleSigner::open(path, || Ok::<_, WalletError>(passphrase.get(Choosing::No)?))
}

/// The public side of the token at the node's tip. Its registry is the one that the node's contract has; if it is not, and a
/// block came in between, a newer one is compared.
pub fn view(client: &NodeClient, token: &Token) -> Result<TokenView, WalletError> {
    let mut view = TokenView::new(token.config);
    let source = |error: SourceError| scan(error.into());
    loop {
        view.sync(client).map_err(scan)?;
        let registry = client.registry_state().map_err(source)?;
        let Err(error) = view.check_registry(&registry) else {
            return Ok(view);
        };
        if ChainSource::tip(client).map_err(source)? == view.tip() {
            return Err(scan(error));
        }
    }
}

/// A scan's failure.
pub fn scan(error: ScanError) -> WalletError {
    WalletError::Pay(PayError::Scan(error))
}

/// A call without proofs, not yet signed.
pub fn call(
    chain: ChainId,
    tip: Height,
    contract: ContractId,
    entry: &str,
    message: &impl BorshSerialize,
) -> Result<Transaction, WalletError> {
    let args = borsh::to_vec(message)
        .map_err(|error| WalletError::Argument("message", error.to_string()))?;
    call_with(chain, tip, contract, entry, args)
}

/// The same with a message that is encoded already.
pub fn call_with(
    chain: ChainId,
    tip: Height,
    contract: ContractId,
    entry: &str,
    args: Vec<u8>,
) -> Result<Transaction, WalletError> {
    let tx = |error| WalletError::Assemble(AssembleError::Tx(error));
    let body = TxBody {
        chain,
        expiry: expiry(tip),
        contract,
        entry: EntryName::new(entry).map_err(tx)?,
        args,
        memos: Vec::new(),
    };
    let proven = UnprovenTx::new(body)
        .and_then(|unproven| unproven.prove(Vec::new()))
        .map_err(tx)?;
    let signed = proven.sign(Vec::new(), Vec::new()).map_err(tx)?;
    Ok(signed.into_transaction())
}

/// The last block of a role's transaction made at this tip.
pub fn expiry(tip: Height) -> Height {
    Height(tip.0.saturating_add(VALIDITY))
}

/// Submits and waits for the block.
pub fn submit(client: &NodeClient, transaction: &Transaction) -> Result<RoleOut, WalletError> {
    let accepted = client.submit_bytes(&transaction.encode(), Duration::from_secs(30))?;
    let status = accepted.status;
    if status.state == TxState::Refused {
        return Err(WalletError::Client(
            obolus_wallet::client::ClientError::Refused {
                status: 422,
                code: status.code.unwrap_or_default(),
                detail: status.detail.unwrap_or_default(),
            },
        ));
    }
    Ok(RoleOut {
        transaction: accepted.id.to_string(),
        stage: match status.state {
            TxState::Committed => "committed",
            _ => "in_flight",
        },
        height: status.receipt.map(|receipt| receipt.height),
        signatures: transaction.role_signatures.len(),
    })
}

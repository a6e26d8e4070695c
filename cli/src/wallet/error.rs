//! Why a wallet command failed, and with which exit status.

use std::path::PathBuf;

use obolus_prover_api::client::ProverClientError;
use obolus_wallet::balance::ClaimError;
use obolus_wallet::client::ClientError;
use obolus_wallet::outbox::{PaymentId, Stage};
use obolus_wallet::payer::PayError;
use obolus_wallet::{AssembleError, KeystoreError, ProverError, ScanError, SourceError, SumsError};

use crate::endpoint::ProverArgsError;
use crate::roles::ApproveError;
use crate::secret::SecretError;

/// Why a wallet command failed. Carries no secret.
#[derive(Debug, thiserror::Error)]
pub enum WalletError {
    /// The directory holds no wallet.
    #[error("{0} holds no wallet: make one with `obolus wallet init --wallet {0}`")]
    NoWallet(PathBuf),
    /// There is one already.
    #[error("{0} holds a wallet already: choose another directory")]
    Exists(PathBuf),
    /// Files.
    #[error("{0}: {1}")]
    Io(PathBuf, std::io::Error),
    /// The wallet's settings.
    #[error("{0} cannot be read: {1}")]
    Settings(PathBuf, String),
    /// Which token.
    #[error(
        "give --token-file, as the issuer publishes it, or --trust-node to take the token from the node"
    )]
    WhichToken,
    /// Several tokens on the node.
    #[error("the node has {0} tokens: say which with --token-file")]
    ManyTokens(usize),
    /// No node.
    #[error("no node is configured: give --node URL")]
    NoNode,
    /// Other verifying keys than ours.
    #[error(
        "the token pins other verifying keys than these: give the folder of the ceremony's keys with --ceremony-dir, or \
         use the release that the issuer names"
    )]
    OtherKeys,
    /// A malformed argument.
    #[error("{0}: {1}")]
    Argument(&'static str, String),
    /// A row of a payments file.
    #[error("line {line} of the payments file: {reason}")]
    Row {
        /// Its number, from 1.
        line: u64,
        /// What is wrong.
        reason: String,
    },
    /// The order is on its way already.
    #[error(
        "the same payment is in flight as {0}: `obolus wallet resume` goes on with it; to pay again give a new --id"
    )]
    Duplicate(PaymentId),
    /// Refused by the ledger.
    #[error("payment {id} was refused: {message} ({code}); its notes are free again")]
    Refused {
        /// Its name.
        id: PaymentId,
        /// Stable code.
        code: String,
        /// In words.
        message: String,
    },
    /// No block took it.
    #[error("payment {0} expired before a block took it; its notes are free again")]
    Expired(PaymentId),
    /// Signed, and not yet in a block.
    #[error(
        "payment {0} is in flight: `obolus wallet resume` goes on with it, it is not paid twice"
    )]
    InFlight(PaymentId),
    /// Handed in, and not yet in a block.
    #[error(
        "transaction {0} is in flight: no block took it yet; look for it on the node (/v1/transactions/{0}) before doing it again"
    )]
    Pending(String),
    /// Some rows were not paid.
    #[error("{failed} of {total} payments were not committed")]
    Batch {
        /// How many were not.
        failed: usize,
        /// Of how many.
        total: usize,
        /// Whether any is in flight.
        in_flight: bool,
    },
    /// Secrets.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// Key file.
    #[error(transparent)]
    Keystore(#[from] KeystoreError),
    /// Seeds.
    #[error(transparent)]
    Seed(#[from] obolus_protocol::keys::KeyError),
    /// Role key file.
    #[error(transparent)]
    Role(#[from] obolus_wallet::roles::RoleKeyError),
    /// Token file.
    #[error(transparent)]
    Token(#[from] obolus_wallet::config::TokenFileError),
    /// The node.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// Payments.
    #[error(transparent)]
    Pay(#[from] PayError),
    /// Directory.
    #[error(transparent)]
    Store(#[from] obolus_wallet::store::StoreError),
    /// Committees.
    #[error(transparent)]
    Committee(#[from] obolus_wallet::committee::CommitteeError),
    /// Treasuries.
    #[error(transparent)]
    Treasury(Box<obolus_wallet::treasury::TreasuryError>),
    /// What a role holder does not sign.
    #[error(transparent)]
    Approve(#[from] ApproveError),
    /// An auditor whose key no file holds.
    #[error(
        "{0} is of an auditor that is a committee, and no file holds its key: its members open a payment or a redemption \
         together, after `obolus audit request --transaction DIGEST`; `obolus issuer redeem-queue` without --auditor-key \
         lists the transactions"
    )]
    CommitteeKey(PathBuf),
    /// Redemptions that the key does not open.
    #[error(
        "{0} redemptions are sealed to another auditor's key: give the key files of all epochs; if a committee is the \
         auditor, ask it with `obolus audit request --transaction DIGEST`"
    )]
    Sealed(usize),
    /// Assembly.
    #[error(transparent)]
    Assemble(#[from] AssembleError),
    /// Balance claims.
    #[error(transparent)]
    Claim(#[from] ClaimError),
    /// A proving service.
    #[error(transparent)]
    Prover(#[from] ProverArgsError),
    /// Proving keys.
    #[error(transparent)]
    Keys(#[from] crate::endpoint::ProvingKeysError),
}

/// Payments of a treasury fail as any other's.
impl From<obolus_wallet::treasury::TreasuryError> for WalletError {
    fn from(error: obolus_wallet::treasury::TreasuryError) -> Self {
        use obolus_wallet::treasury::TreasuryError;
        match error {
            TreasuryError::Pay(error) => error.into(),
            TreasuryError::Assemble(error) => error.into(),
            TreasuryError::Committee(error) => error.into(),
            TreasuryError::Store(error) => error.into(),
            other => Self::Treasury(Box::new(other)),
        }
    }
}

const fn is_unreachable(error: &ProverClientError) -> bool {
    matches!(
        error,
        ProverClientError::Client(ClientError::Unreachable(_))
    )
}

impl WalletError {
    /// The process's exit status.
    pub fn status(&self) -> u8 {
        let unreachable =
            |error: &ScanError| matches!(error, ScanError::Source(SourceError::Unavailable));
        match self {
            Self::WhichToken
            | Self::ManyTokens(_)
            | Self::NoNode
            | Self::Argument(..)
            | Self::Row { .. }
            | Self::Secret(SecretError::NotATerminal(..)) => 2,
            Self::Client(ClientError::Unreachable(_)) => 3,
            Self::Prover(ProverArgsError::Client(error)) if is_unreachable(error) => 3,
            Self::Pay(PayError::Assemble(AssembleError::Prover(ProverError::Remote(error))))
            | Self::Claim(ClaimError::Prover(ProverError::Remote(error)))
                if is_unreachable(error) =>
            {
                3
            }
            Self::Pay(PayError::Scan(error))
            | Self::Approve(ApproveError::Sums(SumsError::Scan(error)))
                if unreachable(error) =>
            {
                3
            }
            Self::InFlight(_)
            | Self::Pending(_)
            | Self::Pay(PayError::Node { .. } | PayError::Merging(_))
            | Self::Batch {
                in_flight: true, ..
            } => 4,
            _ => 1,
        }
    }

    /// What a payment's end means for the command.
    pub fn from_stage(id: PaymentId, stage: &Stage) -> Result<u64, Self> {
        match stage {
            Stage::Committed { height, .. } => Ok(*height),
            Stage::Refused { code, message, .. } => Err(Self::Refused {
                id,
                code: code.clone(),
                message: message.clone(),
            }),
            Stage::Expired { .. } => Err(Self::Expired(id)),
            Stage::Reserved(_) | Stage::Signed { .. } => Err(Self::InFlight(id)),
        }
    }
}

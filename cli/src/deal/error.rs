//! Why a deal command failed, and with which exit status.

use std::path::PathBuf;

use obolus_abi::{ContractId, DealId, TxDigest};
use obolus_protocol::keys::KeyError;
use obolus_protocol::rate::RateError;
use obolus_wallet::AssembleError;
use obolus_wallet::client::ClientError;
use obolus_wallet::deal::TermsError;
use obolus_wallet::payer::PayError;
use obolus_wallet::store::StoreError;

use crate::secret::SecretError;
use crate::wallet::WalletError;

/// Why a deal command failed. Carries no secret.
#[derive(Debug, thiserror::Error)]
pub enum DealError {
    /// Wallets of different holders.
    #[error(
        "{0} has another seed than the first wallet: a deal is one holder's, give its own wallets only"
    )]
    OtherHolder(PathBuf),
    /// Two wallets of one token.
    #[error("{0} is of the same token as another wallet: give one wallet for each token")]
    SameToken(PathBuf),
    /// Wallets of different chains.
    #[error("{0} is of another chain than the first wallet: a deal is on one chain")]
    OtherChain(PathBuf),
    /// Too few or too many wallets.
    #[error("{0}: give {1}")]
    Wallets(&'static str, &'static str),
    /// The deal is not in the books.
    #[error(
        "no wallet given here is a party of deal {0}: check the id, and give the wallets of its tokens"
    )]
    NoDeal(DealId),
    /// A settlement contract that a registrar did not approve.
    #[error(
        "contract {0} is not approved by the registrar of {1}: ask the registrar for the right one"
    )]
    NotApproved(ContractId, String),
    /// Nothing that this wallet pays.
    #[error("no leg of this deal is this wallet's to fund")]
    NothingToFund,
    /// A pair.
    #[error("the legs of a pair are released together: use `obolus deal settle`")]
    Together,
    /// Not one of the approvers.
    #[error("{0} is no approver of this deal: sign with the key of one that the deal names")]
    NoApprover(String),
    /// Another kind of condition.
    #[error("the deal does not wait for {0}: look at it with `obolus deal show`")]
    OtherCondition(&'static str),
    /// None of the payments is ours.
    #[error(
        "{0} makes no payment that one of these wallets offered: it is not signed; have it put together from the offers as they were"
    )]
    NotOurs(PathBuf),
    /// The transaction pays something else than was asked for.
    #[error("the transaction pays this wallet {0}, not {1}: it is not signed")]
    PaysOther(String, String),
    /// The transaction costs something else than was agreed.
    #[error(
        "the transaction makes these wallets pay {0}, not {1}: it is not signed; look for offers in it that are no longer meant"
    )]
    CostsOther(String, String),
    /// A transaction for another chain.
    #[error("{0} is for another chain than these wallets': it is not signed")]
    ForeignChain(PathBuf),
    /// Nobody to ask.
    #[error("this is not a terminal: look at what is shown, then give --yes to sign")]
    NotATerminal,
    /// The user said no.
    #[error("not signed")]
    Declined,
    /// A file of ours.
    #[error("{0} cannot be read: {1}")]
    File(PathBuf, String),
    /// An argument.
    #[error("--{0}: {1}")]
    Argument(&'static str, String),
    /// Refused by the ledger.
    #[error("transaction {tx} was refused: {message} ({code})")]
    Refused {
        /// Which.
        tx: TxDigest,
        /// Stable code.
        code: String,
        /// In words.
        message: String,
    },
    /// Submitted, and not yet in a block.
    #[error(
        "transaction {0} is in flight: give the same command again to see what became of it, nothing is done twice"
    )]
    InFlight(TxDigest),
    /// Some deposits were not made.
    #[error("a deposit was not committed: {0}")]
    Deposit(WalletError),
    /// As any command of a wallet.
    #[error(transparent)]
    Wallet(#[from] WalletError),
}

/// Failures that commands of wallets know.
macro_rules! as_wallets {
    ($($error:ty),+ $(,)?) => { $(
        impl From<$error> for DealError {
            fn from(error: $error) -> Self {
                Self::Wallet(error.into())
            }
        }
    )+ };
}

as_wallets!(
    PayError,
    AssembleError,
    StoreError,
    ClientError,
    SecretError,
    KeyError
);

impl From<TermsError> for DealError {
    fn from(error: TermsError) -> Self {
        AssembleError::Terms(error).into()
    }
}

impl From<RateError> for DealError {
    fn from(error: RateError) -> Self {
        Self::Argument("rate", error.to_string())
    }
}

impl DealError {
    /// The process's exit status.
    pub fn status(&self) -> u8 {
        match self {
            Self::Wallets(..)
            | Self::SameToken(_)
            | Self::OtherHolder(_)
            | Self::OtherChain(_)
            | Self::Argument(..)
            | Self::NotATerminal => 2,
            Self::InFlight(_) => 4,
            Self::Wallet(error) | Self::Deposit(error) => error.status(),
            _ => 1,
        }
    }
}

//! Why a demo could not run to its end.

use std::path::PathBuf;

use super::payments::PaymentsError;
use super::report::CheckFailed;

/// Why a demo could not run to its end. Carries no secret.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The payments file cannot be opened.
    #[error("cannot read the payments file {0}: {1}")]
    OpenPayments(PathBuf, std::io::Error),
    /// The payments file is no payments table.
    #[error(transparent)]
    Payments(#[from] PaymentsError),
    /// The data directory is in use.
    #[error("{0} is not empty: name an empty or new directory with --data-dir")]
    NotEmpty(PathBuf),
    /// Files.
    #[error("{0}: {1}")]
    Io(PathBuf, std::io::Error),
    /// The development chain.
    #[error(transparent)]
    Dev(#[from] crate::dev::DevError),
    /// Proving keys.
    #[error(transparent)]
    Keys(#[from] obolus_prover::PrepareError),
    /// Genesis.
    #[error(transparent)]
    Genesis(#[from] obolus_chain::GenesisError),
    /// Ledger.
    #[error(transparent)]
    Ledger(#[from] obolus_runtime::ledger::LedgerError),
    /// Block building.
    #[error(transparent)]
    Build(#[from] obolus_runtime::ledger::BuildError),
    /// Block commit.
    #[error(transparent)]
    Commit(#[from] obolus_runtime::ledger::CommitError),
    /// Reading the chain.
    #[error(transparent)]
    Scan(#[from] obolus_wallet::ScanError),
    /// Reading the chain.
    #[error(transparent)]
    Source(#[from] obolus_wallet::SourceError),
    /// Assembly.
    #[error(transparent)]
    Assemble(#[from] obolus_wallet::AssembleError),
    /// A seizure's opening.
    #[error(transparent)]
    Opening(#[from] obolus_wallet::OpeningError),
    /// Key files.
    #[error(transparent)]
    Keystore(#[from] obolus_wallet::KeystoreError),
    /// Keys.
    #[error(transparent)]
    Key(#[from] obolus_protocol::keys::KeyError),
    /// A chain without the circuit of rates.
    #[error(
        "the chain has no key of the circuit `ratio`, which deals at a rate need: begin a new development chain, or run with --payments-only"
    )]
    NoRatioKey,
    /// A chain without the circuit of balances.
    #[error("the chain has no key of the circuit `balance`: begin a new development chain")]
    NoBalanceKey,
    /// An institution of the third act that is not in the directory.
    #[error("an institution of the third act is not registered: report this as a bug")]
    NotRegistered,
    /// No payment for the committee.
    #[error("the ledger shows no payment that the committee could open: report this as a bug")]
    NothingToOpen,
    /// A step of the third act.
    #[error("the third act could not go on: {0}")]
    Oversight(Box<dyn std::error::Error + Send + Sync>),
    /// Rates.
    #[error(transparent)]
    Rate(#[from] obolus_protocol::rate::RateError),
    /// Amounts.
    #[error(transparent)]
    Amount(#[from] obolus_protocol::amount::AmountError),
    /// Memos.
    #[error(transparent)]
    Memo(#[from] obolus_protocol::memo::MemoError),
    /// Transactions.
    #[error(transparent)]
    Tx(#[from] obolus_protocol::tx::TxError),
    /// A transaction that must be taken was not.
    #[error("the ledger refused the demo's own `{what}`: {message}")]
    Refused {
        /// Which step.
        what: &'static str,
        /// The ledger's reason.
        message: String,
    },
    /// A name that was not registered.
    #[error("no institution called {0:?} takes part")]
    NoSuchInstitution(String),
    /// Verifying keys.
    #[error(transparent)]
    VerifyingKey(#[from] obolus_verifier::KeyError),
    /// Notes that cannot be merged further.
    #[error(
        "the notes cannot be merged into two that reach the amount: their sum is above the largest amount"
    )]
    CannotMerge,
    /// An encoding that cannot fail did.
    #[error("a message could not be encoded: report this as a bug")]
    Encoding,
    /// An attack could not be staged.
    #[error("cannot stage the attack `{0}`: {1}")]
    Attack(&'static str, String),
    /// A check did not hold.
    #[error(transparent)]
    Check(#[from] CheckFailed),
}

impl DemoError {
    /// A step of the third act failed.
    pub fn oversight(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Oversight(Box::new(error))
    }
}

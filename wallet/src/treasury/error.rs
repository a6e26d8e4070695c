//! Why a treasury's command failed.

use obolus_protocol::address::AddressError;
use obolus_protocol::memo::MemoError;
use obolus_threshold::GroupError;

use crate::assemble::AssembleError;
use crate::committee::CommitteeError;
use crate::payer::PayError;
use crate::store::StoreError;

/// Why a treasury's command failed. Carries no amounts, parties or texts.
#[derive(Debug, thiserror::Error)]
pub enum TreasuryError {
    /// Group, share, letters.
    #[error(transparent)]
    Committee(#[from] CommitteeError),
    /// An auditor's key.
    #[error(transparent)]
    Group(#[from] GroupError),
    /// The directory.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Payments.
    #[error(transparent)]
    Pay(#[from] PayError),
    /// Assembly.
    #[error(transparent)]
    Assemble(#[from] AssembleError),
    /// An address.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// No wallet yet.
    #[error(
        "this member has no viewing key of the treasury yet: `obolus treasury init`, or `join` with the letter of the member who did"
    )]
    NoViewingKey,
    /// There is a wallet.
    #[error("this directory has a treasury's wallet already: it is not replaced")]
    Exists,
    /// Not what it says to be.
    #[error("{0}: do not approve it, and ask who prepared it")]
    Lies(&'static str),
    /// A new key that this member knows to be false.
    #[error(
        "{0}: approve and move nothing; compare the address with the other members (`obolus treasury address`), and ask another node"
    )]
    OtherKey(&'static str),
    /// The own memo does not describe the transaction.
    #[error(
        "the treasury's own memo does not describe what the transaction makes ({0}): do not approve it, and ask who prepared it"
    )]
    Memo(MemoError),
    /// Another kind of transaction.
    #[error(
        "the transaction is no payment, redemption, registration or move of this treasury: do not approve it"
    )]
    OtherTransaction,
    /// The payment is at its end or in flight.
    #[error("payment {0} is {1}: it needs no approval any more")]
    NotProposed(crate::outbox::PaymentId, &'static str),
    /// No such proposal here.
    #[error("no such proposal was prepared in this directory: submit it where it was prepared")]
    Unknown,
    /// Deposits and the like.
    #[error("a treasury pays, redeems, merges and moves notes; this order is of another kind")]
    Unsupported,
    /// Nothing to move to.
    #[error(
        "the registry lists no newer key of this treasury: make one, let it take over (`obolus treasury rotate`), and have the \
         registrar add it; then its money can be moved"
    )]
    NotReplaced,
    /// Replaced already.
    #[error(
        "the registry lists a newer key of this treasury already: move its money there (`obolus treasury sweep`)"
    )]
    Replaced,
    /// Told by another member.
    #[error(
        "the earlier keys in the letter are malformed, too many, or one twice: have the member who wrote it write it again"
    )]
    PastKey,
}

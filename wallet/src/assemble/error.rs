//! Why a transaction could not be assembled.

use obolus_protocol::memo::MemoError;
use obolus_protocol::statement::Rule;
use obolus_protocol::tx::TxError;

use crate::directory::DirectoryError;
use crate::prove::ProverError;
use crate::reserve::ReserveError;
use crate::select::SelectError;

/// Why a transaction could not be assembled. Carries no amounts, parties or texts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AssembleError {
    /// Zero cannot be paid.
    #[error("the amount is zero: pay at least one minor unit")]
    ZeroAmount,
    /// Paying oneself.
    #[error("the recipient is this wallet: to merge notes use a consolidation")]
    SelfPayment,
    /// The recipient is no participant.
    #[error("the recipient is not in the directory: it must register first, or sync again")]
    UnknownRecipient,
    /// The recipient has a newer key.
    #[error("the recipient uses a newer key (slot {0}): ask it for its current address")]
    Superseded(u32),
    /// The address names another encryption key than the directory.
    #[error("the address does not match the directory: ask the recipient for its current one")]
    AddressMismatch,
    /// The recipient cannot be sent a memo.
    #[error("the recipient has no usable encryption key: it could not read the payment")]
    NoEncryptionKey,
    /// This wallet's owner is no participant.
    #[error("this wallet is not registered: register it first, or sync again")]
    NotRegistered,
    /// Above the limit of the sender's leaf.
    #[error("the amount is above this participant's per-transfer limit: split the payment")]
    OverLimit,
    /// A sum above 64 bits.
    #[error("the sum of the notes is above the largest amount: choose other notes")]
    Overflow,
    /// The auditor's key changed.
    #[error("the auditor's key changed: confirm the new one with the auditor, then trust it")]
    UntrustedAuditor,
    /// A leg, or a wallet, of another token.
    #[error("this is not the token of the deal's leg: use the wallet of that token")]
    OtherToken,
    /// Not in the book.
    #[error(
        "the wallet has no such deal: sync it; a deal that is not what its terms say is left out"
    )]
    NoDeal,
    /// Another party's business.
    #[error("this is the other party's to do")]
    NotPayer,
    /// The leg is not in a state for this.
    #[error("the deal is not in a state for this: sync, and look at its legs")]
    LegState,
    /// Not a transaction of several payments.
    #[error(
        "this transaction is neither a swap nor a netting cycle: ask its maker for the right one"
    )]
    NotTogether,
    /// A transaction that does not make the payment that was offered.
    #[error(
        "the transaction does not make this wallet's payment as it was offered: have it put together from the offers"
    )]
    OtherOffer,
    /// A payer's part is missing.
    #[error(
        "payment {0} is not signed yet (they count from 0): its payer signs it with `deal sign`"
    )]
    PartMissing(usize),
    /// Terms that cannot be.
    #[error(transparent)]
    Terms(#[from] crate::deal::TermsError),
    /// The participant is not frozen, or not for long enough.
    #[error(
        "no frozen participant's notes may be seized yet: the registry's delay after the freeze is not over"
    )]
    NotSeizable,
    /// The auditor's books and the token do not agree.
    #[error(
        "the auditor's key does not open the token's sums as they are now: use the keys of all epochs, and try again if \
         something was issued or redeemed meanwhile"
    )]
    OtherSupply,
    /// More in circulation than is held.
    #[error("more is in circulation than the reserves cover: nothing was signed")]
    NotCovered,
    /// Reading the chain again.
    #[error(transparent)]
    Scan(crate::events::ScanError),
    /// All tickets of the period are used up.
    #[error(
        "the token allows {0} payments in a period, and this one's are made: wait for the next"
    )]
    QuotaUsed(u32),
    /// A velocity rule that cannot be.
    #[error(
        "the token's velocity rule is malformed: check that node and wallet are of compatible versions"
    )]
    BadRule,
    /// The token does not name the one that notes were to move to.
    #[error(
        "the token has not named this successor: take the token file that its issuer publishes for the new token"
    )]
    NotSuccessor,
    /// Moves show no place in a quota.
    #[error(
        "one of the two tokens limits how often its holders pay, and takes part in no moves meanwhile: ask its operator"
    )]
    MovesClosed,
    /// A note's path is not known.
    #[error("the wallet's note tree lacks a path: rebuild the wallet from its seed")]
    LostPath,
    /// Notes.
    #[error(transparent)]
    Select(#[from] SelectError),
    /// Reservation.
    #[error(transparent)]
    Reserve(#[from] ReserveError),
    /// Directory.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// Memo.
    #[error(transparent)]
    Memo(#[from] MemoError),
    /// The statement does not hold.
    #[error("the assembled statement does not hold: {0}")]
    Rule(#[from] Rule),
    /// Limits, expiry, signatures.
    #[error(transparent)]
    Tx(#[from] TxError),
    /// Proving.
    #[error(transparent)]
    Prover(#[from] ProverError),
    /// The key does not belong to the notes.
    #[error("this spending key does not belong to the transaction: sign with the holder's")]
    WrongKey,
    /// A holder must sign.
    #[error("this transaction needs its holder's signature: sign it with the spending key")]
    KeyNeeded,
}

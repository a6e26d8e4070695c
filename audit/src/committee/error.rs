//! Why the log was not believed, or nothing was opened.

use obolus_abi::{ContractId, TxDigest};
use obolus_threshold::audit::OpenError;
use obolus_threshold::{IdentityError, WireError};
use obolus_wallet::committee::CommitteeError;
use obolus_wallet::{ScanError, SourceError};

/// Why the log was not believed, or nothing was opened. Carries no amounts and no parties.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// The node.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// Reading blocks.
    #[error(transparent)]
    Scan(#[from] ScanError),
    /// The chain of hashes is broken.
    #[error(
        "entry {0} of the access log does not follow from those before it: the node changes the log; ask another one"
    )]
    Broken(u64),
    /// An entry that the contract never writes.
    #[error(
        "entry {entry} of the access log cannot be ({reason}): the node changes the log; ask another one"
    )]
    Contradiction {
        /// Which.
        entry: u64,
        /// Why.
        reason: &'static str,
    },
    /// Another contract's log, or another chain's.
    #[error("this is the log of another contract or chain: check --access-log and the token file")]
    OtherLog,
    /// Entries that were seen are gone or changed.
    #[error(
        "the access log no longer holds the {0} entries that were seen before: the node shows another history; ask another one"
    )]
    Rewritten(u64),
    /// The kept pin does not decode.
    #[error(
        "what this member kept of the access log is damaged: restore its directory from a backup"
    )]
    BadPin,
    /// An entry that nobody signed.
    #[error(
        "entry {0} of the access log is signed by nobody who could have made it, in no transaction of its block: the node made \
         it up; ask another one"
    )]
    NotSigned(u64),
    /// Another node shows something else.
    #[error(
        "{0} shows another ledger than the node asked first: nothing is answered; find out which of them is wrong"
    )]
    Disagreement(String),
    /// No such request.
    #[error("the access log has no request {0}: ask for it with `obolus audit request`")]
    NoRequest(u64),
    /// For another token.
    #[error("request {0} is about another token or registry: give its token file")]
    OtherToken(u64),
    /// The members changed.
    #[error("the members changed since request {0}: ask anew")]
    MembersChanged(u64),
    /// Only a hash.
    #[error(
        "item {0} of the request is sealed: give the file with what it stands for (--opening), from whoever asked"
    )]
    Sealed(usize),
    /// A file with what sealed items stand for.
    #[error("the opening of sealed items: {0}")]
    Opening(String),
    /// Nothing to open.
    #[error(
        "item {0} of the request has no ciphertext on the ledger: check the transaction's digest"
    )]
    Nothing(usize),
    /// R is not in the transaction.
    #[error(
        "the node says that transaction {0} has a ciphertext which its arguments do not state: nothing is answered; ask another \
         node"
    )]
    NotInTransaction(TxDigest),
    /// A contract in between.
    #[error(
        "transaction {transaction} pays through contract {contract}, and whether that passes on what its arguments state, the \
         ledger does not say: find out what it is, and give --via {contract}"
    )]
    UnknownContract {
        /// The transaction.
        transaction: TxDigest,
        /// What it calls.
        contract: ContractId,
    },
    /// No note there.
    #[error("the ledger has no note {0} of this token: check the position")]
    NoNote(u64),
    /// Nobody there.
    #[error("nobody is registered in slot {0}: check it with `obolus audit people`")]
    NoSlot(u32),
    /// Malformed request texts.
    #[error(
        "the request's {0} cannot be shown to members safely: ask with plain letters, digits and punctuation"
    )]
    Text(&'static str),
    /// Nobody's role.
    #[error("the group's file gives no member this role key: use the key that is named there")]
    NoRole,
    /// The answer is not the logged one.
    #[error(
        "what {0} sent is not what it logged: ask it for the file that it logged, and why there is another"
    )]
    OtherHash(String),
    /// A kept answer to another request of this number.
    #[error(
        "this member answered another request {0} of this log before: one of the nodes that it asked showed a false log; keep \
         both, and find out which"
    )]
    KeptOther(u64),
    /// A kept answer that is not what is wanted now.
    #[error(
        "the answer that was kept is not to what is asked now ({0}): ask anew, with another request"
    )]
    Kept(String),
    /// The answer is not logged.
    #[error("{0} has not logged its answer: an answer counts only once it is on the ledger")]
    NotLogged(String),
    /// An answer of another form.
    #[error("the answer of {0} does not fit the request: ask it again")]
    BadAnswer(String),
    /// A letter.
    #[error("the letter of {0}: {1}")]
    Letter(String, IdentityError),
    /// Wrong partial decryptions; members are named.
    #[error("{0}")]
    Open(String),
    /// The opened values are not the ledger's.
    #[error(
        "the ciphertexts of {0} do not open under this group's key: they were made for another epoch's auditor"
    )]
    OtherEpoch(TxDigest),
    /// Not a proof of possession of this group's key.
    #[error("this is no transaction that makes this group the auditor ({0}): do not approve it")]
    NotTheKey(&'static str),
    /// Bytes.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// The group.
    #[error(transparent)]
    Committee(#[from] CommitteeError),
}

impl AccessError {
    pub(super) fn open(group: &obolus_wallet::committee::Group, error: &OpenError) -> Self {
        Self::Open(group.named(error))
    }
}

//! Assembly: unproven → proven → signed.
//!
//! Assembling fixes everything but proof and signatures: notes, randomness, memos, and so the
//! digest, which the proof and the signatures are bound to. Every attempt draws its re-randomiser,
//! audit scalar and note randomness afresh, so two attempts at one payment cannot be linked.
//!
//! A witness never holds a spending key: proving can be handed out, spending cannot.

mod attest;
mod issue;
mod message;
mod register;
mod seize;
mod signature;
mod spend;
mod ticket;

use borsh::BorshSerialize;
use obolus_abi::{ContractId, PointBytes, TxDigest};
use obolus_protocol::{
    Fr, SpendingKey,
    audit::AuditorKey,
    context::{USER, context},
    keys::SpendValidatingKey,
    memo::MemoError,
    schnorr::Randomizer,
    statement::{Rule, VelocityWitness},
    tx::{
        EntryName, Height, ProvenTx, RoleSignature, SignedTx, SpendSignature, Transaction, TxBody,
        TxError, UnprovenTx,
    },
};
use rand::{CryptoRng, RngCore};

pub use attest::{Attestation, BackedIssue, Counted, OpenedSupply};
pub use issue::IssueRequest;
pub use message::transfer_message;
pub use register::{Entering, Registration};
pub use seize::{SeizedNotes, SeizureOrder};
pub use signature::with_signature;
pub use spend::{PayerIdentity, Payment, Redemption};
pub(crate) use spend::{Spender, Target, leaf, participant};

use crate::{
    directory::DirectoryError,
    prove::{self, CircuitKeys, ProverError, Statement, StatementProver},
    reserve::ReserveError,
    select::SelectError,
    view::TokenView,
};

/// For how many blocks a transaction may be included, unless its maker says otherwise.
///
/// Under load a node makes about five blocks a second, so this is over a minute; an idle one makes one in ten seconds.
pub const DEFAULT_VALIDITY: u64 = 400;

/// Who must sign besides role holders.
#[derive(Clone)]
enum Authority {
    /// Nobody.
    Roles,
    /// The holder of `ak`, re-randomised; with a zero re-randomiser under `ak` itself.
    Holder {
        ak: SpendValidatingKey,
        alpha: Randomizer,
    },
}

/// A transaction that lacks its proof. The statement was checked natively already.
pub struct Unproven<W> {
    body: TxBody,
    witness: W,
    /// While the token limits how often its holders pay.
    ticket: Option<VelocityWitness>,
    context: Fr,
    authority: Authority,
}

impl<W: Statement> Unproven<W> {
    fn new(
        view: &TokenView,
        call: Call,
        (witness, ticket): (W, Option<VelocityWitness>),
        authority: Authority,
    ) -> Result<Self, AssembleError> {
        let body = call.body(view)?;
        let context = context(&body.digest(), &body.contract, &USER, &body.entry);
        witness.check(context)?;
        if let Some(ticket) = &ticket {
            ticket.check(context)?;
        }
        Ok(Self {
            body,
            witness,
            ticket,
            context,
            authority,
        })
    }

    /// The transaction's id; notes are reserved under it.
    pub fn digest(&self) -> TxDigest {
        self.body.digest()
    }

    /// The signed part.
    pub const fn body(&self) -> &TxBody {
        &self.body
    }

    /// What a prover is given. Secret: it names notes, amounts and parties.
    pub const fn witness(&self) -> &W {
        &self.witness
    }

    /// What the proof is bound to.
    pub const fn context(&self) -> Fr {
        self.context
    }

    /// Gets the proof and checks it. May be tried again, with another prover too.
    ///
    /// # Errors
    /// [`AssembleError::Prover`].
    pub fn prove(
        &self,
        prover: &dyn StatementProver,
        keys: &CircuitKeys,
    ) -> Result<Proven, AssembleError> {
        let mut envelopes = vec![prove::prove(&self.witness, self.context, prover, keys)?];
        if let Some(ticket) = &self.ticket {
            envelopes.push(prove::prove(ticket, self.context, prover, keys)?);
        }
        let tx = UnprovenTx::new(self.body.clone())?.prove(envelopes)?;
        Ok(Proven {
            tx,
            authority: self.authority.clone(),
        })
    }
}

/// A transaction that lacks its signatures.
pub struct Proven {
    tx: ProvenTx,
    authority: Authority,
}

impl Proven {
    /// What every signer signs.
    pub fn digest(&self) -> TxDigest {
        self.tx.digest()
    }

    /// The signed part.
    pub fn body(&self) -> &TxBody {
        self.tx.body()
    }

    /// Signs as the holder of the spending key, and adds role holders' signatures if the entry
    /// needs any.
    ///
    /// # Errors
    /// [`AssembleError::WrongKey`] unless it is the key of the spent notes, or a signature that does
    /// not hold.
    pub fn sign<R: RngCore + CryptoRng>(
        self,
        key: &SpendingKey,
        roles: Vec<RoleSignature>,
        rng: &mut R,
    ) -> Result<SignedTx, AssembleError> {
        let Authority::Holder { ak, alpha } = &self.authority else {
            return Err(AssembleError::WrongKey);
        };
        if key.validating_key() != *ak {
            return Err(AssembleError::WrongKey);
        }
        let signature = SpendSignature::create(key, alpha, &self.digest(), rng);
        Ok(self.tx.sign(vec![signature], roles)?)
    }

    /// Adds the signatures of role holders to an entry that needs no other.
    ///
    /// # Errors
    /// [`AssembleError::KeyNeeded`] if a holder must sign too, or a signature that does not hold.
    pub fn authorise(self, roles: Vec<RoleSignature>) -> Result<SignedTx, AssembleError> {
        match self.authority {
            Authority::Roles => Ok(self.tx.sign(Vec::new(), roles)?),
            Authority::Holder { .. } => Err(AssembleError::KeyNeeded),
        }
    }

    /// The transaction without any signature, for a key that signs elsewhere.
    ///
    /// # Errors
    /// [`AssembleError::Tx`] if it is too large.
    pub fn unsigned(self) -> Result<Transaction, AssembleError> {
        let unsigned = self.tx.sign(Vec::new(), Vec::new())?;
        Ok(unsigned.into_transaction())
    }

    /// The key that must sign, as the ledger will see it; none if role holders alone do.
    pub fn signer(&self) -> Option<PointBytes> {
        match &self.authority {
            Authority::Roles => None,
            Authority::Holder { ak, alpha } => Some(alpha.randomize(ak.point()).encode()),
        }
    }
}

/// The key that amounts are encrypted to.
pub(crate) fn auditor(view: &TokenView) -> Result<AuditorKey, AssembleError> {
    let key = view.trusted_auditor();
    key.copied().ok_or(AssembleError::UntrustedAuditor)
}

/// The call that a transaction makes.
pub(crate) struct Call {
    pub(crate) expiry: Height,
    pub(crate) contract: ContractId,
    pub(crate) entry: &'static str,
    pub(crate) args: Vec<u8>,
    pub(crate) memos: Vec<Vec<u8>>,
}

impl Call {
    pub(crate) fn new(
        contract: ContractId,
        entry: &'static str,
        msg: &impl BorshSerialize,
        memos: Vec<Vec<u8>>,
        expiry: Height,
    ) -> Self {
        Self {
            expiry,
            contract,
            entry,
            args: encode(msg),
            memos,
        }
    }

    /// What is signed, if the next block could take it.
    pub(crate) fn body(self, view: &TokenView) -> Result<TxBody, AssembleError> {
        let body = TxBody {
            chain: view.config().chain,
            expiry: self.expiry,
            contract: self.contract,
            entry: EntryName::new(self.entry)?,
            args: self.args,
            memos: self.memos,
        };
        body.check_limits()?;
        body.check_expiry(view.next_height())?;
        Ok(body)
    }
}

/// A message's bytes.
pub(crate) fn encode(msg: &impl BorshSerialize) -> Vec<u8> {
    let mut bytes = Vec::new();
    #[expect(
        clippy::expect_used,
        reason = "no list of a message is longer than a u32 counts, and a Vec takes any bytes"
    )]
    msg.serialize(&mut bytes).expect("a message serialises");
    bytes
}

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

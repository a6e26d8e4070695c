//! Assembly: unproven → proven → signed.
//!
//! Assembling fixes everything but proof and signatures: notes, randomness, memos, and so the
//! digest, which the proof and the signatures are bound to. Every attempt draws its re-randomiser,
//! audit scalar and note randomness afresh, so two attempts at one payment cannot be linked.
//!
//! A witness never holds a spending key: proving can be handed out, spending cannot.

mod attest;
mod error;
mod issue;
mod message;
mod migrate;
mod opening;
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
    schnorr::Randomizer,
    statement::VelocityWitness,
    tx::{
        EntryName, Height, ProvenTx, RoleSignature, SignedTx, SpendSignature, Transaction, TxBody,
        UnprovenTx,
    },
};
use rand::{CryptoRng, RngCore};

pub use attest::{Attestation, AttestedSums, BackedIssue, Counted, OpenedSupply, SumsError};
pub use error::AssembleError;
pub use issue::IssueRequest;
pub use message::transfer_message;
pub use migrate::Move;
pub use opening::{Opened, Opening, OpeningError, Source, check_order};
pub use register::{Entering, Registration};
pub use seize::{SeizedNotes, SeizureOrder};
pub use signature::with_signature;
pub use spend::{PayerIdentity, Payment, Redemption};
pub(crate) use spend::{Spender, Target, leaf, participant};

use crate::{
    prove::{self, CircuitKeys, Statement, StatementProver},
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

//! A transaction of a deal, or a move to another token: several statements, several signatures under keys of one holder.

use obolus_abi::{ContractId, TxDigest};
use obolus_protocol::context::{USER, context};
use obolus_protocol::keys::SpendValidatingKey;
use obolus_protocol::schnorr::Randomizer;
use obolus_protocol::statement::{
    IssueWitness, RatioWitness, RedeemWitness, RegisterWitness, TransferWitness,
};
use obolus_protocol::tx::{
    EntryName, ProofEnvelope, ProvenTx, RoleSignature, SignedTx, SpendSignature, Transaction,
    TxBody, UnprovenTx,
};
use obolus_protocol::{Fr, SpendingKey};
use rand::{CryptoRng, RngCore};

use crate::assemble::AssembleError;
use crate::prove::{self, CircuitKeys, Statement, StatementProver};

/// A statement that a transaction needs proved.
#[derive(Clone)]
pub enum Job {
    /// A leg's nullifier key is escrowed.
    Register(Box<RegisterWitness>),
    /// A payment: a deposit, a payout, or one that a contract passes on.
    Transfer(Box<TransferWitness>),
    /// Two deposits stand in a rate.
    Ratio(Box<RatioWitness>),
    /// What leaves a token for its successor.
    Redeem(Box<RedeemWitness>),
    /// What enters the successor.
    Issue(Box<IssueWitness>),
}

/// Which call a proof is for.
#[derive(Clone, Debug)]
pub struct CallOf {
    /// The contract that checks the proof.
    pub callee: ContractId,
    /// Who calls it; none for the user.
    pub caller: Option<ContractId>,
    /// The entry.
    pub entry: &'static str,
}

/// A transaction that lacks its proofs. Every statement was checked natively already.
pub struct DealDraft {
    body: TxBody,
    jobs: Vec<(Job, Fr)>,
    signer: Signer,
}

/// Who signs: the holder of `ak`, once for each re-randomiser.
#[derive(Clone)]
struct Signer {
    ak: SpendValidatingKey,
    alphas: Vec<Randomizer>,
}

impl DealDraft {
    /// Checks every statement for the call that its proof is for.
    ///
    /// # Errors
    /// [`AssembleError`].
    pub fn new(
        body: TxBody,
        jobs: Vec<(Job, CallOf)>,
        ak: SpendValidatingKey,
        alphas: Vec<Randomizer>,
    ) -> Result<Self, AssembleError> {
        let digest = body.digest();
        let jobs = jobs
            .into_iter()
            .map(|(job, call)| {
                let entry = EntryName::new(call.entry)?;
                let caller = call.caller.unwrap_or(USER);
                let bound = context(&digest, &call.callee, &caller, &entry);
                job.check(bound)?;
                Ok((job, bound))
            })
            .collect::<Result<_, AssembleError>>()?;
        Ok(Self {
            body,
            jobs,
            signer: Signer { ak, alphas },
        })
    }

    /// The signed part.
    pub const fn body(&self) -> &TxBody {
        &self.body
    }

    /// The transaction's id.
    pub fn digest(&self) -> TxDigest {
        self.body.digest()
    }

    /// The statements to be proved, and what each proof is bound to.
    pub fn jobs(&self) -> &[(Job, Fr)] {
        &self.jobs
    }

    /// With what the keys are re-randomised that sign, for keys that sign elsewhere.
    pub(crate) fn alphas(&self) -> &[Randomizer] {
        &self.signer.alphas
    }

    /// Gets the proofs and checks them.
    ///
    /// # Errors
    /// [`AssembleError::Prover`].
    pub fn prove(
        &self,
        prover: &dyn StatementProver,
        keys: &CircuitKeys,
    ) -> Result<DealProven, AssembleError> {
        let proofs = self.proofs(prover, keys)?;
        Ok(DealProven {
            tx: UnprovenTx::new(self.body.clone())?.prove(proofs)?,
            signer: self.signer.clone(),
        })
    }

    pub(super) fn proofs(
        &self,
        prover: &dyn StatementProver,
        keys: &CircuitKeys,
    ) -> Result<Vec<ProofEnvelope>, AssembleError> {
        let proofs = self.jobs.iter().map(|(job, bound)| match job {
            Job::Register(witness) => prove::prove(&**witness, *bound, prover, keys),
            Job::Transfer(witness) => prove::prove(&**witness, *bound, prover, keys),
            Job::Ratio(witness) => prove::prove(&**witness, *bound, prover, keys),
            Job::Redeem(witness) => prove::prove(&**witness, *bound, prover, keys),
            Job::Issue(witness) => prove::prove(&**witness, *bound, prover, keys),
        });
        Ok(proofs.collect::<Result<_, _>>()?)
    }

    pub(super) fn signatures<R: RngCore + CryptoRng>(
        &self,
        key: &SpendingKey,
        rng: &mut R,
    ) -> Result<Vec<SpendSignature>, AssembleError> {
        self.signer.sign(key, &self.digest(), rng)
    }
}

impl Job {
    fn check(&self, bound: Fr) -> Result<(), AssembleError> {
        match self {
            Self::Register(witness) => witness.check(bound)?,
            Self::Transfer(witness) => witness.check(bound)?,
            Self::Ratio(witness) => witness.check(bound)?,
            Self::Redeem(witness) => witness.check(bound)?,
            Self::Issue(witness) => witness.check(bound)?,
        }
        Ok(())
    }
}

impl Signer {
    fn sign<R: RngCore + CryptoRng>(
        &self,
        key: &SpendingKey,
        digest: &TxDigest,
        rng: &mut R,
    ) -> Result<Vec<SpendSignature>, AssembleError> {
        if self.alphas.is_empty() {
            return Ok(Vec::new());
        }
        if key.validating_key() != self.ak {
            return Err(AssembleError::WrongKey);
        }
        let sign = |alpha| SpendSignature::create(key, alpha, digest, rng);
        Ok(self.alphas.iter().map(sign).collect())
    }
}

/// A transaction of a deal that lacks its signatures.
pub struct DealProven {
    tx: ProvenTx,
    signer: Signer,
}

impl DealProven {
    /// What every signer signs.
    pub fn digest(&self) -> TxDigest {
        self.tx.digest()
    }

    /// The transaction without any signature, for a key that signs elsewhere.
    pub(crate) fn unsigned(self) -> Result<Transaction, AssembleError> {
        let unsigned = self.tx.sign(Vec::new(), Vec::new())?;
        Ok(unsigned.into_transaction())
    }

    /// Signs as the party, and adds role holders' signatures if the entry counts them.
    ///
    /// # Errors
    /// [`AssembleError::WrongKey`] unless it is the party's key, or a signature that does not hold.
    pub fn sign<R: RngCore + CryptoRng>(
        self,
        key: &SpendingKey,
        roles: Vec<RoleSignature>,
        rng: &mut R,
    ) -> Result<SignedTx, AssembleError> {
        let signatures = self.signer.sign(key, &self.tx.digest(), rng)?;
        Ok(self.tx.sign(signatures, roles)?)
    }
}

//! Provers: a circuit, its key, and the way from a witness to a checked proof.

use std::marker::PhantomData;
use std::path::PathBuf;

use obolus_protocol::Fr;
use obolus_protocol::field::fr_to_bytes;
use obolus_protocol::statement::Rule;
use obolus_protocol::tx::{ProofBytes, ProofEnvelope};
use obolus_r1cs::{
    Balance, Issue, R1csShape, Ratio, Redeem, Register, Supply, Transfer, Velocity, assign, shape,
};
use obolus_verifier::{ProofError, VerifyError, VerifyingKey, verify};
use rand::rngs::OsRng;
use thiserror::Error;

use crate::ceremony::{CeremonyStore, CeremonyStoreError};
use crate::kernel::{self, KernelError};
use crate::key::ProvingKey;
use crate::progress::{Progress, Step};
use crate::qap::QapError;
use crate::relation::{Relation, RelationError};
use crate::snarkjs::{ZkeyError, ceremony_key};
use crate::statement::Provable;
use crate::store::{KeyStore, StoreError};

/// Why a prover could not be set up.
#[derive(Debug, Error)]
pub enum PrepareError {
    /// The circuit's matrices are inconsistent.
    #[error(transparent)]
    Relation(#[from] RelationError),
    /// No key could be had.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The key of a ceremony cannot be used.
    #[error(transparent)]
    Zkey(#[from] ZkeyError),
}

/// Why a statement was not proved. Carries no value of the witness.
#[derive(Debug, Error)]
pub enum ProveError {
    /// The witness breaks a rule of the statement.
    #[error("the statement does not hold, rule {0}")]
    Rule(#[from] Rule),
    /// The native check passed and the circuit did not: they disagree.
    #[error(
        "the circuit refuses a witness that the native check accepts, at rule {rule} (constraint {row}); report this"
    )]
    Circuit {
        /// Rule that the constraint belongs to.
        rule: &'static str,
        /// Number of the constraint.
        row: usize,
    },
    /// Proving failed.
    #[error(transparent)]
    Kernel(KernelError),
    /// The finished proof does not verify.
    #[error(
        "the finished proof does not verify, so the proving key is damaged; delete it and make it again: {0}"
    )]
    SelfCheck(#[from] VerifyError),
    /// The finished proof has no encoding.
    #[error(transparent)]
    Encoding(#[from] ProofError),
}

/// A statement with its proof, checked under the prover's own verifying key.
pub struct Proven<S: Provable> {
    /// The public inputs by name.
    pub inputs: S::Public,
    /// The claim as transactions carry it.
    pub envelope: ProofEnvelope,
}

/// Proves one statement.
pub struct Prover<S> {
    relation: Relation,
    /// Rule of every constraint.
    rules: Vec<&'static str>,
    key: ProvingKey,
    statement: PhantomData<fn() -> S>,
}

impl<S: Provable> Prover<S> {
    /// A prover with the development key from `store`, which is made if it is not there.
    ///
    /// # Errors
    /// [`PrepareError`] if the key directory cannot be used or the setup refuses the circuit.
    pub fn development(store: &KeyStore, progress: &dyn Progress) -> Result<Self, PrepareError> {
        let shape = shape::<S>();
        let relation = relation(&shape)?;
        let key = store.development(&S::CIRCUIT, &relation, progress)?;
        Ok(Self::new(&shape, relation, key))
    }

    /// A prover with the key of a ceremony: `zkey` is the file, `key` the verifying key that
    /// [`obolus_ceremony::verify`] made of it. `obolus ceremony import` writes both after verification.
    ///
    /// # Errors
    /// [`PrepareError::Zkey`] if `key` is no ceremony key, or the file belongs to another key or circuit.
    pub fn ceremony(
        key: &VerifyingKey,
        zkey: &[u8],
        progress: &dyn Progress,
    ) -> Result<Self, PrepareError> {
        let shape = shape::<S>();
        let relation = relation(&shape)?;
        if *key.circuit() != S::CIRCUIT {
            return Err(PrepareError::Zkey(ZkeyError::OtherCircuit));
        }
        let key = ceremony_key(key, &relation, zkey, progress)?;
        Ok(Self::new(&shape, relation, key))
    }

    fn new(shape: &R1csShape, relation: Relation, key: ProvingKey) -> Self {
        let rules = (0..shape.num_constraints())
            .map(|row| shape.rule_of(row))
            .collect();
        Self {
            relation,
            rules,
            key,
            statement: PhantomData,
        }
    }

    /// The key that proofs of this prover are checked with.
    pub fn verifying_key(&self) -> &VerifyingKey {
        self.key.verifying_key()
    }

    /// The circuit.
    pub fn relation(&self) -> &Relation {
        &self.relation
    }

    /// Proves what an honest prover shows for this witness.
    ///
    /// # Errors
    /// [`ProveError`]; a proof that is returned has been verified.
    pub fn prove(&self, witness: &S::Witness, context: Fr) -> Result<Proven<S>, ProveError> {
        self.prove_for(witness, S::public_inputs(witness, context))
    }

    /// As [`Self::prove`], telling `watch` what is being done.
    ///
    /// # Errors
    /// As [`Self::prove`].
    pub fn prove_watched(
        &self,
        witness: &S::Witness,
        context: Fr,
        watch: &dyn Fn(Step),
    ) -> Result<Proven<S>, ProveError> {
        self.work(witness, S::public_inputs(witness, context), watch)
    }

    /// Proves the statement for given public inputs.
    ///
    /// # Errors
    /// As [`Self::prove`]; [`ProveError::Rule`] names the rule that a wrong input breaks.
    pub fn prove_for(
        &self,
        witness: &S::Witness,
        inputs: S::Public,
    ) -> Result<Proven<S>, ProveError> {
        self.work(witness, inputs, &|_| ())
    }

    /// Most bytes that one proof takes on so many threads, besides what is always there.
    pub fn proof_bytes(&self, threads: usize) -> usize {
        self.key.proof_bytes(self.relation.factors(), threads)
    }

    /// Bytes that circuit and key take in memory.
    pub fn memory_bytes(&self) -> usize {
        self.relation.memory_bytes() + self.key.memory_bytes()
    }

    fn work(
        &self,
        witness: &S::Witness,
        inputs: S::Public,
        watch: &dyn Fn(Step),
    ) -> Result<Proven<S>, ProveError> {
        watch(Step::Checking);
        S::check(witness, &inputs)?;
        watch(Step::Proving);
        // Wiped when it goes out of scope, on every path.
        let assignment = assign::<S>(witness, &inputs);
        let proof = kernel::prove(&self.key, &self.relation, assignment.z(), &mut OsRng)
            .map_err(|error| self.name_rule(error))?;
        drop(assignment);
        let ordered = S::in_order(&inputs);
        watch(Step::Verifying);
        verify(self.verifying_key(), &ordered, &proof)?;
        Ok(Proven {
            inputs,
            envelope: ProofEnvelope {
                key: self.verifying_key().id(),
                inputs: ordered.iter().map(fr_to_bytes).collect(),
                proof: ProofBytes(proof.encode()?),
            },
        })
    }

    fn name_rule(&self, error: KernelError) -> ProveError {
        match error {
            KernelError::Qap(QapError::Unsatisfied { row }) => ProveError::Circuit {
                rule: self.rules.get(row).copied().unwrap_or("unknown"),
                row,
            },
            other => ProveError::Kernel(other),
        }
    }
}

/// A circuit's matrices in the prover's form.
///
/// # Errors
/// [`RelationError`] if the circuit is too large.
pub fn relation(shape: &R1csShape) -> Result<Relation, RelationError> {
    Relation::new(
        shape.digest(),
        shape.num_public(),
        shape.num_variables(),
        shape.a(),
        shape.b(),
        shape.c(),
    )
}

/// Provers of all statements.
pub struct Provers {
    /// Confidential payments.
    pub transfer: Prover<Transfer>,
    /// Creation of notes by the issuer.
    pub issue: Prover<Issue>,
    /// Withdrawals.
    pub redeem: Prover<Redeem>,
    /// Registrations of participants.
    pub register: Prover<Register>,
    /// Agreed rates of two amounts. None if there was no ceremony for it, which only deals need.
    pub ratio: Option<Prover<Ratio>>,
    /// What a holder shows that it has. None if there was no ceremony for it, which no contract needs.
    pub balance: Option<Prover<Balance>>,
    /// Supplies covered by reserves. None if there was no ceremony for it, which only tokens that attest reserves need.
    pub supply: Option<Prover<Supply>>,
    /// Payments within a period's quota. None if there was no ceremony for it, which only tokens with a quota need.
    pub velocity: Option<Prover<Velocity>>,
}

impl Provers {
    /// Loads the eight development keys from `directory`, making those that are missing.
    ///
    /// # Errors
    /// As [`Prover::development`].
    pub fn development(
        directory: impl Into<PathBuf>,
        progress: &dyn Progress,
    ) -> Result<Self, PrepareError> {
        let store = KeyStore::open(directory)?;
        Ok(Self {
            transfer: Prover::development(&store, progress)?,
            issue: Prover::development(&store, progress)?,
            redeem: Prover::development(&store, progress)?,
            register: Prover::development(&store, progress)?,
            ratio: Some(Prover::development(&store, progress)?),
            balance: Some(Prover::development(&store, progress)?),
            supply: Some(Prover::development(&store, progress)?),
            velocity: Some(Prover::development(&store, progress)?),
        })
    }

    /// Loads the keys of ceremonies: all four that every token needs, and of the others those that are
    /// there.
    ///
    /// # Errors
    /// As [`CeremonyStore::prover`].
    pub fn ceremony(
        store: &CeremonyStore,
        progress: &dyn Progress,
    ) -> Result<Self, CeremonyStoreError> {
        Ok(Self {
            transfer: store.prover(progress)?,
            issue: store.prover(progress)?,
            redeem: store.prover(progress)?,
            register: store.prover(progress)?,
            ratio: if_there(store, progress)?,
            balance: if_there(store, progress)?,
            supply: if_there(store, progress)?,
            velocity: if_there(store, progress)?,
        })
    }

    /// The verifying keys, for a chain's genesis: transfer, issue, redeem, register, and of ratio, balance, supply
    /// and velocity those that are there.
    pub fn verifying_keys(&self) -> Vec<&VerifyingKey> {
        let ratio = self.ratio.iter().map(Prover::verifying_key);
        let balance = self.balance.iter().map(Prover::verifying_key);
        let supply = self.supply.iter().map(Prover::verifying_key);
        let velocity = self.velocity.iter().map(Prover::verifying_key);
        [
            self.transfer.verifying_key(),
            self.issue.verifying_key(),
            self.redeem.verifying_key(),
            self.register.verifying_key(),
        ]
        .into_iter()
        .chain(ratio)
        .chain(balance)
        .chain(supply)
        .chain(velocity)
        .collect()
    }
}

/// The prover of a statement under its ceremony key, if that was imported.
fn if_there<S: Provable>(
    store: &CeremonyStore,
    progress: &dyn Progress,
) -> Result<Option<Prover<S>>, CeremonyStoreError> {
    match store.has(&S::CIRCUIT) {
        true => store.prover(progress).map(Some),
        false => Ok(None),
    }
}

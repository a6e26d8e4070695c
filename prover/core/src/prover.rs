//! Provers: a circuit, its key, and the way from a witness to a checked proof.

use std::marker::PhantomData;
use std::path::PathBuf;
use std::sync::OnceLock;

use obolus_protocol::Fr;
use obolus_protocol::field::fr_to_bytes;
use obolus_protocol::statement::Rule;
use obolus_protocol::tx::{ProofBytes, ProofEnvelope};
use obolus_r1cs::{R1csShape, assign, shape};
use obolus_verifier::{CircuitName, KeyOrigin, ProofError, VerifyError, VerifyingKey, verify};
use rand::rngs::OsRng;
use rayon::ThreadPoolBuildError;
use thiserror::Error;

use crate::ceremony::CeremonyStoreError;
use crate::demand::{Key, Source};
use crate::development;
use crate::kernel::{self, KernelError};
use crate::key::ProvingKey;
use crate::progress::{Progress, Step};
use crate::qap::Evaluations;
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
    /// A development key that is not the one this program has to have.
    #[error("this program's development key for {0} is not its circuit's: report this")]
    OtherKey(CircuitName),
    /// The key of a ceremony cannot be used.
    #[error(transparent)]
    Zkey(#[from] ZkeyError),
    /// A file of a ceremony cannot be read.
    #[error(transparent)]
    Ceremony(#[from] Box<CeremonyStoreError>),
    /// No threads to work on a key with.
    #[error("no threads can be started to load a proving key: {0}")]
    Threads(#[from] ThreadPoolBuildError),
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
    /// The proving key, which is read for the first proof, cannot be had.
    #[error("there is no proving key: {0}")]
    Key(#[source] Box<PrepareError>),
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

/// Proves one statement. Its circuit may be built, and its proving key read, for the first proof only; the verifying key is
/// always there.
pub struct Prover<S> {
    circuit: OnceLock<Circuit>,
    key: Key,
    statement: PhantomData<fn() -> S>,
}

/// A statement's circuit as the prover needs it.
struct Circuit {
    relation: Relation,
    /// Rule of every constraint.
    rules: Vec<&'static str>,
}

impl Circuit {
    fn of<S: Provable>() -> Result<Self, RelationError> {
        let shape = shape::<S>();
        let rules = 0..shape.num_constraints();
        Ok(Self {
            relation: relation(&shape)?,
            rules: rules.map(|row| shape.rule_of(row)).collect(),
        })
    }

    /// What to say of a constraint that does not hold.
    fn broken(&self, row: usize) -> ProveError {
        let rule = self.rules.get(row).copied().unwrap_or("unknown");
        ProveError::Circuit { rule, row }
    }
}

impl<S: Provable> Prover<S> {
    /// A prover with the development key from `store`, which is made if it is not there.
    ///
    /// # Errors
    /// [`PrepareError`] if the key directory cannot be used or the setup refuses the circuit.
    pub fn development(store: &KeyStore, progress: &dyn Progress) -> Result<Self, PrepareError> {
        let prover = Self::on_demand(store)?;
        prover.load(progress)?;
        Ok(prover)
    }

    /// The same, with the key read, or made, for the first proof.
    ///
    /// # Errors
    /// [`PrepareError::OtherKey`] only if this program is not what its tests were run on.
    pub fn on_demand(store: &KeyStore) -> Result<Self, PrepareError> {
        let key = development::verifying_key(&S::CIRCUIT)?;
        let key = Key::on_demand(key, Source::Development(store.clone()));
        Ok(Self::new(OnceLock::new(), key))
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
        if *key.circuit() != S::CIRCUIT {
            return Err(PrepareError::Zkey(ZkeyError::OtherCircuit));
        }
        let circuit = Circuit::of::<S>()?;
        let key = ceremony_key(key, &circuit.relation, zkey, progress)?;
        Ok(Self::new(circuit.into(), Key::held(key)))
    }

    /// A prover with a ceremony's key that is read from the file at `zkey` for the first proof.
    pub(crate) fn ceremony_on_demand(
        key: VerifyingKey,
        zkey: PathBuf,
    ) -> Result<Self, PrepareError> {
        if *key.circuit() != S::CIRCUIT {
            return Err(PrepareError::Zkey(ZkeyError::OtherCircuit));
        }
        if key.origin() != KeyOrigin::Ceremony {
            return Err(PrepareError::Zkey(ZkeyError::Origin(key.origin())));
        }
        let key = Key::on_demand(key, Source::Ceremony(zkey));
        Ok(Self::new(OnceLock::new(), key))
    }

    const fn new(circuit: OnceLock<Circuit>, key: Key) -> Self {
        Self {
            circuit,
            key,
            statement: PhantomData,
        }
    }

    /// The key that proofs of this prover are checked with.
    pub fn verifying_key(&self) -> &VerifyingKey {
        self.key.verifying_key()
    }

    /// The circuit, built now if it was not.
    ///
    /// # Errors
    /// [`PrepareError::Relation`] if its matrices are inconsistent.
    pub fn relation(&self) -> Result<&Relation, PrepareError> {
        Ok(&self.circuit()?.relation)
    }

    fn circuit(&self) -> Result<&Circuit, RelationError> {
        if let Some(circuit) = self.circuit.get() {
            return Ok(circuit);
        }
        // Two threads may both build it; they build the same.
        let circuit = Circuit::of::<S>()?;
        Ok(self.circuit.get_or_init(|| circuit))
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

    /// Reads the proving key, or makes it, unless that was done: for whoever would rather wait, and fail, now than at
    /// the first proof.
    ///
    /// # Errors
    /// [`PrepareError`] if there is no key that can be used.
    pub fn load(&self, progress: &dyn Progress) -> Result<(), PrepareError> {
        self.key(progress).map(|_| ())
    }

    /// Whether the proving key is in memory.
    pub fn is_loaded(&self) -> bool {
        self.key.is_loaded()
    }

    /// Most bytes that one proof takes on so many threads, besides what is always there.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn proof_bytes(&self, threads: usize) -> Result<usize, PrepareError> {
        let key = self.key(&())?;
        Ok(key.proof_bytes(self.relation()?.factors(), threads))
    }

    /// Bytes that circuit and key take in memory.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn memory_bytes(&self) -> Result<usize, PrepareError> {
        Ok(self.relation()?.memory_bytes() + self.key(&())?.memory_bytes())
    }

    fn key(&self, progress: &dyn Progress) -> Result<&ProvingKey, PrepareError> {
        self.key.get(self.relation()?, progress)
    }

    fn work(
        &self,
        witness: &S::Witness,
        inputs: S::Public,
        watch: &dyn Fn(Step),
    ) -> Result<Proven<S>, ProveError> {
        watch(Step::Checking);
        // The values of a wrong witness are wiped like others when they go out of scope, on every path.
        let (checked, mut assignment) = rayon::join(
            || S::check(witness, &inputs),
            || assign::<S>(witness, &inputs),
        );
        checked?;
        watch(Step::Proving);
        let unusable = |error| ProveError::Key(Box::new(error));
        let key = self.key(&()).map_err(unusable)?;
        let circuit = self.circuit().map_err(|error| unusable(error.into()))?;
        if let Some(row) = assignment.unsatisfied() {
            return Err(circuit.broken(row));
        }
        // The pass over values has made these products; the matrices would give the same.
        let [a, b] = assignment.take_products();
        let rows = Evaluations { a, b };
        let factors = circuit.relation.factors();
        let proof = kernel::prove_evaluated(key, factors, assignment.z(), rows, &mut OsRng)
            .map_err(ProveError::Kernel)?;
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

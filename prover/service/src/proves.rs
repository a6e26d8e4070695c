//! One circuit with its key, whatever it was made with: sealed bytes in, a verified proof out.

use obolus_abi::FieldBytes;
use obolus_protocol::Fr;
use obolus_protocol::field::fr_from_bytes;
use obolus_protocol::statement::WitnessCodec;
use obolus_prover::snarkjs::{ImportedProveError, ImportedProver, Witness};
use obolus_prover::{PrepareError, Provable, ProveError, Prover, Step};
use obolus_prover_api::{JobFailure, Stage};
use obolus_verifier::{Proof, VerifyingKey, inputs_from_bytes};

/// Length of the context that comes before a witness of our own statements.
const CONTEXT: usize = 32;

/// What a `.wtns` file may have besides its values.
const WTNS_HEAD: usize = 4 << 10;

/// What a payload must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PayloadKind {
    /// Context and a witness of one of our statements.
    Obolus,
    /// A `.wtns` file.
    Wtns,
}

impl PayloadKind {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Obolus => "obolus",
            Self::Wtns => "wtns",
        }
    }
}

/// A circuit that can be proved. Runs on rayon's current pool.
pub(crate) trait Proves: Send + Sync {
    /// What the proof is checked with.
    fn verifying_key(&self) -> &VerifyingKey;
    /// Number of constraints.
    fn constraints(&self) -> Result<usize, PrepareError>;
    /// What a payload must be.
    fn payload(&self) -> PayloadKind;
    /// Bytes that key and matrices take.
    fn memory_bytes(&self) -> Result<usize, PrepareError>;
    /// Most bytes that a payload can have.
    fn longest_payload(&self) -> usize;
    /// Most bytes that one proof takes on so many threads, payload not included.
    fn proof_bytes(&self, threads: usize) -> Result<usize, PrepareError>;
    /// Proves and verifies.
    fn prove(&self, payload: &[u8], watch: &dyn Fn(Stage)) -> Result<(Vec<Fr>, Proof), JobFailure>;
}

impl<S> Proves for Prover<S>
where
    S: Provable<Witness: WitnessCodec>,
{
    fn verifying_key(&self) -> &VerifyingKey {
        self.verifying_key()
    }

    fn constraints(&self) -> Result<usize, PrepareError> {
        Ok(self.relation()?.rows())
    }

    fn payload(&self) -> PayloadKind {
        PayloadKind::Obolus
    }

    fn memory_bytes(&self) -> Result<usize, PrepareError> {
        self.memory_bytes()
    }

    fn longest_payload(&self) -> usize {
        CONTEXT + S::Witness::ENCODED_LEN
    }

    fn proof_bytes(&self, threads: usize) -> Result<usize, PrepareError> {
        self.proof_bytes(threads)
    }

    fn prove(&self, payload: &[u8], watch: &dyn Fn(Stage)) -> Result<(Vec<Fr>, Proof), JobFailure> {
        let (context, witness) = payload
            .split_at_checked(CONTEXT)
            .ok_or_else(|| bad_witness(&"it is shorter than its context"))?;
        let context = <[u8; CONTEXT]>::try_from(context).map(FieldBytes).ok();
        let context = context.and_then(|bytes| fr_from_bytes(&bytes).ok());
        let context = context.ok_or_else(|| bad_witness(&"its context is not canonical"))?;
        let witness = S::Witness::decode(witness).map_err(|error| bad_witness(&error))?;
        let proven = self.prove_watched(&witness, context, &|step| watch(stage(step)));
        let envelope = proven
            .map_err(|error| match error {
                ProveError::Rule(_) => failure("rule_broken", &error),
                error => failure("prover_error", &error),
            })?
            .envelope;
        let inputs = inputs_from_bytes(&envelope.inputs);
        let inputs = inputs.map_err(|error| failure("prover_error", &error))?;
        let proof = Proof::decode(&envelope.proof.0);
        Ok((
            inputs,
            proof.map_err(|error| failure("prover_error", &error))?,
        ))
    }
}

impl Proves for ImportedProver {
    fn verifying_key(&self) -> &VerifyingKey {
        self.verifying_key()
    }

    fn constraints(&self) -> Result<usize, PrepareError> {
        Ok(self.constraints())
    }

    fn payload(&self) -> PayloadKind {
        PayloadKind::Wtns
    }

    fn memory_bytes(&self) -> Result<usize, PrepareError> {
        Ok(self.memory_bytes())
    }

    fn longest_payload(&self) -> usize {
        self.variables() * 32 + WTNS_HEAD
    }

    fn proof_bytes(&self, threads: usize) -> Result<usize, PrepareError> {
        Ok(self.proof_bytes(threads))
    }

    fn prove(&self, payload: &[u8], watch: &dyn Fn(Stage)) -> Result<(Vec<Fr>, Proof), JobFailure> {
        let witness = Witness::read(payload).map_err(|error| bad_witness(&error))?;
        let proved = self.prove_watched(&witness, &|step| watch(stage(step)));
        proved.map_err(|error| match error {
            ImportedProveError::Refused(_) => failure("rule_broken", &error),
            ImportedProveError::Kernel(_) => failure("bad_witness", &error),
        })
    }
}

const fn stage(step: Step) -> Stage {
    match step {
        Step::Checking => Stage::Checking,
        Step::Proving => Stage::Proving,
        Step::Verifying => Stage::Verifying,
    }
}

fn bad_witness(reason: &dyn std::fmt::Display) -> JobFailure {
    JobFailure {
        code: "bad_witness".into(),
        detail: format!("the opened witness cannot be read: {reason}"),
    }
}

pub(crate) fn failure(code: &str, reason: &dyn std::fmt::Display) -> JobFailure {
    JobFailure {
        code: code.into(),
        detail: reason.to_string(),
    }
}

//! Asks a proving service: seals, submits, waits, and checks the receipt. An interrupted request is repeated under the same
//! idempotency key with the same bytes, so that nothing is proved twice.

use std::time::{Duration, Instant};

use obolus_http::client::{ClientError, Endpoint, Transport, plain};
use uuid::Uuid;

use crate::{
    CircuitList, Digest, JobFailure, JobId, JobView, KeyError, Priority, ProofRequest, Proved,
    PublishedKeys, ReceiptError, SealError, ServiceKeys, State, Subject,
};

const JSON: &str = "application/json";
/// How long one request waits for a job's end.
const WAIT: Duration = Duration::from_secs(20);

/// Why there is no proof. Carries no value of a witness.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProverClientError {
    /// No answer, or a refusal.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The service's keys are not pinned, and it is not on this machine.
    #[error(
        "the proving service's keys must be pinned: get them from its operator (obolprover1…), not from the network"
    )]
    NotPinned,
    /// What the service publishes cannot be used.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// Sealing failed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The job failed.
    #[error("the proving service made no proof: {} ({})", .0.detail, .0.code)]
    Failed(JobFailure),
    /// The job ended otherwise.
    #[error("the proving job is {0}: order it again")]
    Ended(State),
    /// The answer is of another job.
    #[error("the proving service answered for another job: do not use it")]
    OtherJob,
    /// The receipt is wrong.
    #[error(transparent)]
    Receipt(#[from] ReceiptError),
    /// It took longer than the caller wants to wait.
    #[error("job {0} is not proved yet: ask for it later, or use a less loaded service")]
    Late(JobId),
    /// The operating system gave no randomness.
    #[error("the operating system gave no randomness: try again")]
    Randomness,
}

/// What is to be proved.
#[derive(Clone, Copy, Debug)]
pub struct Order<'a> {
    /// Name of the circuit.
    pub circuit: &'a str,
    /// Id of the verifying key that the proof must hold under, `obolvk1…`.
    pub key_id: &'a str,
    /// Among the caller's own jobs.
    pub priority: Priority,
    /// How long the proof is of use; also how long the caller waits.
    pub patience: Duration,
}

/// A client of one proving service.
pub struct ProverClient {
    transport: Transport,
    keys: ServiceKeys,
}

impl ProverClient {
    /// A client that seals to pinned keys. Without any, it takes those that a service on this machine publishes.
    ///
    /// # Errors
    /// [`ProverClientError`].
    pub fn connect(
        endpoint: &Endpoint,
        pinned: Option<ServiceKeys>,
    ) -> Result<Self, ProverClientError> {
        let transport = Transport::new(endpoint)?;
        let keys = match pinned {
            Some(keys) => keys,
            None if transport.is_loopback() => {
                let published: PublishedKeys = transport.get_json("/v1/keys")?;
                published.service_keys.parse()?
            }
            None => return Err(ProverClientError::NotPinned),
        };
        Ok(Self { transport, keys })
    }

    /// The keys that witnesses are sealed to and receipts are checked with.
    pub const fn keys(&self) -> &ServiceKeys {
        &self.keys
    }

    /// What the service proves.
    ///
    /// # Errors
    /// [`ProverClientError::Client`].
    pub fn circuits(&self) -> Result<CircuitList, ProverClientError> {
        Ok(self.transport.get_json("/v1/circuits")?)
    }

    /// A job of this client.
    ///
    /// # Errors
    /// [`ProverClientError::Client`].
    pub fn job(&self, id: JobId) -> Result<JobView, ProverClientError> {
        Ok(self.transport.get_json(&format!("/v1/proofs/{id}"))?)
    }

    /// Gives a job up. Doing so twice is the same.
    ///
    /// # Errors
    /// [`ProverClientError::Client`]; 409 when it has ended otherwise.
    pub fn cancel(&self, id: JobId) -> Result<JobView, ProverClientError> {
        Ok(self.transport.delete_json(&format!("/v1/proofs/{id}"))?)
    }

    /// Orders a proof and returns at once. The digest is the request's, which the receipt repeats.
    ///
    /// # Errors
    /// [`ProverClientError`].
    pub fn submit(
        &self,
        order: Order<'_>,
        witness: &[u8],
    ) -> Result<(JobView, Digest), ProverClientError> {
        let sealed = self.keys.sealing.seal(witness, order.key_id)?;
        let mut request = ProofRequest::new(order.key_id, &sealed);
        request.priority = order.priority;
        request.deadline_ms = Some(u64::try_from(order.patience.as_millis()).unwrap_or(u64::MAX));
        let body = serde_json::to_vec(&request).map_err(|_| ClientError::Malformed)?;
        let key = random_uuid()?.to_string();
        let headers = [("idempotency-key", key.as_str())];
        let job: JobView =
            self.transport
                .post("/v1/proofs", JSON, &body, &headers, Duration::ZERO)?;
        Ok((job, Digest::of(&body)))
    }

    /// Orders a proof and waits for it. The receipt is checked, the proof is not: do that under your own key.
    ///
    /// # Errors
    /// [`ProverClientError`].
    pub fn prove(&self, order: Order<'_>, witness: &[u8]) -> Result<Proved, ProverClientError> {
        let until = Instant::now() + order.patience;
        let (accepted, request) = self.submit(order, witness)?;
        let id = accepted.id;
        let mut job = accepted;
        while !job.state.is_final() {
            let left = until.saturating_duration_since(Instant::now()).min(WAIT);
            if left.is_zero() {
                return Err(ProverClientError::Late(id));
            }
            let path = format!("/v1/proofs/{id}?wait_ms={}", left.as_millis());
            job = self.transport.get_json(&path)?;
        }
        if job.id != id {
            return Err(ProverClientError::OtherJob);
        }
        let proved = match (job.state, job.proved, job.failure) {
            (State::Succeeded, Some(proved), _) => proved,
            (State::Failed, _, Some(JobFailure { code, detail })) => {
                let (code, detail) = (plain(&code), plain(&detail));
                return Err(ProverClientError::Failed(JobFailure { code, detail }));
            }
            (state, _, _) => return Err(ProverClientError::Ended(state)),
        };
        let subject = Subject {
            job: id,
            request,
            circuit: order.circuit,
            key_id: order.key_id,
        };
        let receipt = &proved.receipt;
        receipt.check(&self.keys.receipts, subject, &proved.inputs, &proved.proof)?;
        Ok(proved)
    }
}

fn random_uuid() -> Result<Uuid, ProverClientError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| ProverClientError::Randomness)?;
    Ok(uuid::Builder::from_random_bytes(bytes).into_uuid())
}

//! What a service signs of a proof: who asked for what, and what came of it.

use ed25519_dalek::Signature;
use serde::{Deserialize, Serialize};

use crate::{Digest, JobId, ProofJson, ReceiptKey, ReceiptSigner};

/// Why a receipt was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// Not 128 hexadecimal digits.
    #[error("the receipt's signature must be 128 lower-case hexadecimal digits")]
    Form,
    /// Not signed with the service's key.
    #[error("the receipt is not signed with the service's key: do not use the answer")]
    Signature,
    /// Of another request, circuit or proof.
    #[error("the receipt is of another {0}: do not use the answer")]
    Other(&'static str),
}

/// Signed by whoever proved. The signed text is [`Receipt::text`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Receipt {
    /// The job.
    pub job: JobId,
    /// SHA-256 of the request's body.
    pub request: Digest,
    /// Name of the circuit.
    pub circuit: String,
    /// Id of the verifying key, `obolvk1…`.
    pub key_id: String,
    /// SHA-256 of the public inputs in decimal, each followed by a line feed.
    pub inputs: Digest,
    /// SHA-256 of the proof's coordinates in decimal, see [`ProofJson::digest`].
    pub proof: Digest,
    /// When it was proved, in milliseconds since 1970.
    pub time_ms: u64,
    /// Ed25519, hexadecimal.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9a-f]{128}$"))]
    pub signature: String,
}

/// What a receipt is about.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The job.
    pub job: JobId,
    /// SHA-256 of the request's body.
    pub request: Digest,
    /// Name of the circuit.
    pub circuit: &'a str,
    /// Id of the verifying key.
    pub key_id: &'a str,
}

impl Receipt {
    /// Signs what was proved.
    pub fn sign(
        signer: &ReceiptSigner,
        subject: Subject<'_>,
        inputs: &[String],
        proof: &ProofJson,
        time_ms: u64,
    ) -> Self {
        let mut receipt = Self {
            job: subject.job,
            request: subject.request,
            circuit: subject.circuit.to_owned(),
            key_id: subject.key_id.to_owned(),
            inputs: inputs_digest(inputs),
            proof: proof.digest(),
            time_ms,
            signature: String::new(),
        };
        let signature = signer.sign(receipt.text().as_bytes());
        receipt.signature = hex::encode(signature.to_bytes());
        receipt
    }

    /// The signed text: a title and one `name: value` a line.
    pub fn text(&self) -> String {
        format!(
            "obolus prover receipt v1\njob: {}\nrequest: {}\ncircuit: {}\nkey: {}\ninputs: {}\nproof: {}\ntime: {}\n",
            self.job,
            self.request,
            self.circuit,
            self.key_id,
            self.inputs,
            self.proof,
            self.time_ms
        )
    }

    /// Checks signature and subject.
    ///
    /// # Errors
    /// [`ReceiptError`].
    pub fn check(
        &self,
        key: &ReceiptKey,
        subject: Subject<'_>,
        inputs: &[String],
        proof: &ProofJson,
    ) -> Result<(), ReceiptError> {
        let mut bytes = [0; 64];
        hex::decode_to_slice(&self.signature, &mut bytes).map_err(|_| ReceiptError::Form)?;
        if hex::encode(bytes) != self.signature {
            return Err(ReceiptError::Form);
        }
        let signature = Signature::from_bytes(&bytes);
        key.check(self.text().as_bytes(), &signature)
            .map_err(|_| ReceiptError::Signature)?;
        let same = [
            ("job", self.job == subject.job),
            ("request", self.request == subject.request),
            ("circuit", self.circuit == subject.circuit),
            ("verifying key", self.key_id == subject.key_id),
            ("statement", self.inputs == inputs_digest(inputs)),
            ("proof", self.proof == proof.digest()),
        ];
        match same.into_iter().find(|(_, same)| !same) {
            None => Ok(()),
            Some((what, _)) => Err(ReceiptError::Other(what)),
        }
    }
}

fn inputs_digest(inputs: &[String]) -> Digest {
    let text: String = inputs.iter().flat_map(|input| [input, "\n"]).collect();
    Digest::of(text.as_bytes())
}

#[cfg(test)]
mod tests;

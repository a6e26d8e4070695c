//! Proving elsewhere: a proving service gets the sealed witness and gives a proof back.
//!
//! The service learns what the witness shows (amounts, notes, the other party) and cannot spend: no witness holds the key
//! that signs. What comes back is checked by whoever asked, against the wallet's own inputs and verifying key.

use std::time::Duration;

use obolus_abi::KeyId;
use obolus_protocol::Fr;
use obolus_protocol::field::fr_to_bytes;
use obolus_protocol::statement::{
    BalanceWitness, IssueWitness, RatioWitness, RedeemWitness, RegisterWitness, SupplyWitness,
    TransferWitness, VelocityWitness, WitnessCodec,
};
use obolus_protocol::tx::ProofBytes;
use obolus_prover_api::client::{Order, ProverClient, ProverClientError};
use obolus_prover_api::{JobFailure, Priority, Proved};
use obolus_verifier::KeyIdText;
use obolus_verifier::snarkjs::{inputs_from_json, proof_from_json};
use zeroize::Zeroizing;

use crate::prove::{CircuitKeys, ProverError, ProverOutput, Statement, StatementProver};

#[cfg(test)]
mod tests;

/// Asks a proving service.
pub struct RemoteProver {
    client: ProverClient,
    circuits: CircuitKeys,
    patience: Duration,
}

impl RemoteProver {
    /// A prover that waits for each proof at most so long. Witnesses are sealed for these circuits' keys.
    pub const fn new(client: ProverClient, circuits: CircuitKeys, patience: Duration) -> Self {
        Self {
            client,
            circuits,
            patience,
        }
    }

    fn ask<W: Statement + WitnessCodec>(
        &self,
        witness: &W,
        context: Fr,
    ) -> Result<ProverOutput, ProverError> {
        let id: KeyId = W::key(&self.circuits)?.id();
        let key_id = KeyIdText(id).to_string();
        let circuit = W::CIRCUIT;
        let order = Order {
            circuit: circuit.as_str(),
            key_id: &key_id,
            priority: Priority::default(),
            patience: self.patience,
        };
        output(&self.client.prove(order, &payload(witness, context))?)
    }
}

/// What is sealed to a service: the context and the encoded witness.
pub fn payload(witness: &impl WitnessCodec, context: Fr) -> Zeroizing<Vec<u8>> {
    let context = fr_to_bytes(&context).0;
    let encoded = witness.encode();
    // Room for all of it, so that the buffer never moves and leaves copies behind.
    let mut payload = Zeroizing::new(Vec::with_capacity(context.len() + encoded.len()));
    payload.extend_from_slice(&context);
    payload.extend_from_slice(&encoded);
    payload
}

/// What a service says it proved, in our own form.
fn output(proved: &Proved) -> Result<ProverOutput, ProverError> {
    let json = |error: serde_json::Error| ProverError::Form(error.to_string());
    let proof = serde_json::to_vec(&proved.proof).map_err(json)?;
    let inputs = serde_json::to_vec(&proved.inputs).map_err(json)?;
    let form = |error: obolus_verifier::snarkjs::JsonError| ProverError::Form(error.to_string());
    Ok(ProverOutput {
        inputs: inputs_from_json(&inputs).map_err(form)?,
        proof: ProofBytes(proof_from_json(&proof).map_err(form)?.encode()?),
    })
}

impl From<ProverClientError> for ProverError {
    fn from(error: ProverClientError) -> Self {
        match error {
            ProverClientError::Failed(JobFailure { code, .. }) if code == "rule_broken" => {
                Self::Refused
            }
            error => Self::Remote(Box::new(error)),
        }
    }
}

impl StatementProver for RemoteProver {
    fn prove_transfer(
        &self,
        witness: &TransferWitness,
        context: Fr,
    ) -> Result<ProverOutput, ProverError> {
        self.ask(witness, context)
    }

    fn prove_issue(
        &self,
        witness: &IssueWitness,
        context: Fr,
    ) -> Result<ProverOutput, ProverError> {
        self.ask(witness, context)
    }

    fn prove_redeem(
        &self,
        witness: &RedeemWitness,
        context: Fr,
    ) -> Result<ProverOutput, ProverError> {
        self.ask(witness, context)
    }

    fn prove_register(
        &self,
        witness: &RegisterWitness,
        context: Fr,
    ) -> Result<ProverOutput, ProverError> {
        self.ask(witness, context)
    }

    fn prove_ratio(
        &self,
        witness: &RatioWitness,
        context: Fr,
    ) -> Result<ProverOutput, ProverError> {
        self.ask(witness, context)
    }

    fn prove_balance(
        &self,
        witness: &BalanceWitness,
        context: Fr,
    ) -> Result<ProverOutput, ProverError> {
        self.ask(witness, context)
    }

    fn prove_supply(
        &self,
        witness: &SupplyWitness,
        context: Fr,
    ) -> Result<ProverOutput, ProverError> {
        self.ask(witness, context)
    }

    fn prove_velocity(
        &self,
        witness: &VelocityWitness,
        context: Fr,
    ) -> Result<ProverOutput, ProverError> {
        self.ask(witness, context)
    }
}

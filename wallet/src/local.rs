//! Proving in this process, with the prover's development keys.

use std::sync::Arc;

use obolus_protocol::{
    Fr,
    statement::{IssueWitness, RedeemWitness, RegisterWitness, TransferWitness},
};
use obolus_prover::{DevProvers, Provable, ProveError, Prover};

use crate::prove::{CircuitKeys, ProverError, ProverOutput, StatementProver};

impl StatementProver for DevProvers {
    fn prove_transfer(
        &self,
        witness: &TransferWitness,
        context: Fr,
    ) -> Result<ProverOutput, ProverError> {
        output(&self.transfer, witness, context)
    }

    fn prove_issue(
        &self,
        witness: &IssueWitness,
        context: Fr,
    ) -> Result<ProverOutput, ProverError> {
        output(&self.issue, witness, context)
    }

    fn prove_redeem(
        &self,
        witness: &RedeemWitness,
        context: Fr,
    ) -> Result<ProverOutput, ProverError> {
        output(&self.redeem, witness, context)
    }

    fn prove_register(
        &self,
        witness: &RegisterWitness,
        context: Fr,
    ) -> Result<ProverOutput, ProverError> {
        output(&self.register, witness, context)
    }
}

/// The development keys, INSECURE: whoever knows the published seed can forge proofs under them.
impl From<&DevProvers> for CircuitKeys {
    fn from(provers: &DevProvers) -> Self {
        Self {
            transfer: Arc::new(provers.transfer.verifying_key().clone()),
            issue: Arc::new(provers.issue.verifying_key().clone()),
            redeem: Arc::new(provers.redeem.verifying_key().clone()),
            register: Arc::new(provers.register.verifying_key().clone()),
        }
    }
}

fn output<S: Provable>(
    prover: &Prover<S>,
    witness: &S::Witness,
    context: Fr,
) -> Result<ProverOutput, ProverError> {
    let proven = prover.prove(witness, context).map_err(refusal)?;
    Ok(ProverOutput {
        inputs: S::in_order(&proven.inputs),
        proof: proven.envelope.proof,
    })
}

/// A wrong statement is the wallet's fault, everything else the prover's.
fn refusal(error: ProveError) -> ProverError {
    match error {
        ProveError::Rule(_) => ProverError::Refused,
        _ => ProverError::Unavailable,
    }
}

#[cfg(test)]
mod tests;

//! Proving in this process, with the prover's development keys, and simulating proofs under them.

use std::sync::Arc;

use obolus_protocol::{
    Fr,
    statement::{IssueWitness, RatioWitness, RedeemWitness, RegisterWitness, TransferWitness},
};
use obolus_prover::{DevSimulator, Provable, ProveError, Proven, Provers};

use crate::prove::{CircuitKeys, ProverError, ProverOutput, StatementProver};

macro_rules! local {
    ($provers:ty, $name:ident => $ratio:expr, $comment:literal) => {
        impl StatementProver for $provers {
            fn prove_transfer(
                &self,
                witness: &TransferWitness,
                context: Fr,
            ) -> Result<ProverOutput, ProverError> {
                output(self.transfer.prove(witness, context))
            }

            fn prove_issue(
                &self,
                witness: &IssueWitness,
                context: Fr,
            ) -> Result<ProverOutput, ProverError> {
                output(self.issue.prove(witness, context))
            }

            fn prove_redeem(
                &self,
                witness: &RedeemWitness,
                context: Fr,
            ) -> Result<ProverOutput, ProverError> {
                output(self.redeem.prove(witness, context))
            }

            fn prove_register(
                &self,
                witness: &RegisterWitness,
                context: Fr,
            ) -> Result<ProverOutput, ProverError> {
                output(self.register.prove(witness, context))
            }

            fn prove_ratio(
                &self,
                witness: &RatioWitness,
                context: Fr,
            ) -> Result<ProverOutput, ProverError> {
                let $name = self;
                let prover = $ratio.ok_or(ProverError::Unavailable)?;
                output(prover.prove(witness, context))
            }
        }

        #[doc = $comment]
        impl From<&$provers> for CircuitKeys {
            fn from($name: &$provers) -> Self {
                Self {
                    transfer: Arc::new($name.transfer.verifying_key().clone()),
                    issue: Arc::new($name.issue.verifying_key().clone()),
                    redeem: Arc::new($name.redeem.verifying_key().clone()),
                    register: Arc::new($name.register.verifying_key().clone()),
                    ratio: $ratio.map(|ratio| Arc::new(ratio.verifying_key().clone())),
                }
            }
        }
    };
}

local!(
    Provers,
    provers => provers.ratio.as_ref(),
    "The development keys, INSECURE: whoever knows the published seed can forge proofs under them."
);
local!(
    DevSimulator,
    simulator => Some(&simulator.ratio),
    "The development keys, INSECURE: the simulator is the proof of it."
);

fn output<S: Provable>(proven: Result<Proven<S>, ProveError>) -> Result<ProverOutput, ProverError> {
    let proven = proven.map_err(refusal)?;
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

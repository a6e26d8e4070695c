//! Proving in this process, with the prover's development keys, and simulating proofs under them.

use std::sync::Arc;

use obolus_protocol::{
    Fr,
    statement::{
        BalanceWitness, IssueWitness, RatioWitness, RedeemWitness, RegisterWitness, SupplyWitness,
        TransferWitness, VelocityWitness,
    },
};
use obolus_prover::{DevSimulator, Provable, ProveError, Proven, Provers};

use crate::prove::{CircuitKeys, ProverError, ProverOutput, StatementProver};

macro_rules! local {
    ($provers:ty, $there:path, $comment:literal) => {
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
                output(unless_missing($there(&self.ratio))?.prove(witness, context))
            }

            fn prove_balance(
                &self,
                witness: &BalanceWitness,
                context: Fr,
            ) -> Result<ProverOutput, ProverError> {
                output(unless_missing($there(&self.balance))?.prove(witness, context))
            }

            fn prove_supply(
                &self,
                witness: &SupplyWitness,
                context: Fr,
            ) -> Result<ProverOutput, ProverError> {
                output(unless_missing($there(&self.supply))?.prove(witness, context))
            }

            fn prove_velocity(
                &self,
                witness: &VelocityWitness,
                context: Fr,
            ) -> Result<ProverOutput, ProverError> {
                output(unless_missing($there(&self.velocity))?.prove(witness, context))
            }
        }

        #[doc = $comment]
        impl From<&$provers> for CircuitKeys {
            fn from(provers: &$provers) -> Self {
                Self {
                    transfer: Arc::new(provers.transfer.verifying_key().clone()),
                    issue: Arc::new(provers.issue.verifying_key().clone()),
                    redeem: Arc::new(provers.redeem.verifying_key().clone()),
                    register: Arc::new(provers.register.verifying_key().clone()),
                    ratio: $there(&provers.ratio).map(|p| Arc::new(p.verifying_key().clone())),
                    balance: $there(&provers.balance).map(|p| Arc::new(p.verifying_key().clone())),
                    supply: $there(&provers.supply).map(|p| Arc::new(p.verifying_key().clone())),
                    velocity: $there(&provers.velocity)
                        .map(|p| Arc::new(p.verifying_key().clone())),
                }
            }
        }
    };
}

local!(
    Provers,
    Option::as_ref,
    "The development keys, INSECURE: whoever knows the published seed can forge proofs under them."
);
local!(
    DevSimulator,
    Some,
    "The development keys, INSECURE: the simulator is the proof of it."
);

fn unless_missing<P>(prover: Option<P>) -> Result<P, ProverError> {
    prover.ok_or(ProverError::Unavailable)
}

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
        ProveError::Key(error) => ProverError::Key(error.to_string()),
        _ => ProverError::Unavailable,
    }
}

#[cfg(test)]
mod tests;

//! The seam to a prover, local or remote.
//!
//! A prover is given a witness and the context; it never sees a spending key, and the wallet does
//! not believe what comes back before it has checked inputs and proof.

use std::sync::Arc;

use obolus_protocol::field::fr_to_bytes;
use obolus_protocol::{
    Fr,
    statement::{
        BalanceWitness, IssueWitness, RatioWitness, RedeemWitness, RegisterWitness, Rule,
        SupplyWitness, TransferWitness, VelocityWitness, balance, issue, ratio, redeem, register,
        supply, transfer, velocity,
    },
    tx::{ProofBytes, ProofEnvelope},
};
use obolus_verifier::{CircuitName, Proof, ProofError, VerifyError, VerifyingKey, verify};

/// What a prover returns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProverOutput {
    /// The public inputs that were proved, in the statement's order.
    pub inputs: Vec<Fr>,
    /// The proof.
    pub proof: ProofBytes,
}

/// Makes proofs.
pub trait StatementProver {
    /// Proves a payment.
    ///
    /// # Errors
    /// [`ProverError`].
    fn prove_transfer(
        &self,
        witness: &TransferWitness,
        context: Fr,
    ) -> Result<ProverOutput, ProverError>;

    /// Proves an issue.
    ///
    /// # Errors
    /// [`ProverError`].
    fn prove_issue(&self, witness: &IssueWitness, context: Fr)
    -> Result<ProverOutput, ProverError>;

    /// Proves a redemption.
    ///
    /// # Errors
    /// [`ProverError`].
    fn prove_redeem(
        &self,
        witness: &RedeemWitness,
        context: Fr,
    ) -> Result<ProverOutput, ProverError>;

    /// Proves a registration.
    ///
    /// # Errors
    /// [`ProverError`].
    fn prove_register(
        &self,
        witness: &RegisterWitness,
        context: Fr,
    ) -> Result<ProverOutput, ProverError>;

    /// Proves that two deposits stand in a deal's rate.
    ///
    /// # Errors
    /// [`ProverError`].
    fn prove_ratio(&self, witness: &RatioWitness, context: Fr)
    -> Result<ProverOutput, ProverError>;

    /// Proves that notes hold at least a threshold.
    ///
    /// # Errors
    /// [`ProverError`].
    fn prove_balance(
        &self,
        witness: &BalanceWitness,
        context: Fr,
    ) -> Result<ProverOutput, ProverError>;

    /// Proves that reserves cover a supply.
    ///
    /// # Errors
    /// [`ProverError`].
    fn prove_supply(
        &self,
        witness: &SupplyWitness,
        context: Fr,
    ) -> Result<ProverOutput, ProverError>;

    /// Proves that a payment is within its period's quota.
    ///
    /// # Errors
    /// [`ProverError`].
    fn prove_velocity(
        &self,
        witness: &VelocityWitness,
        context: Fr,
    ) -> Result<ProverOutput, ProverError>;
}

/// Why a prover gave no usable proof. Carries no values, since they would be secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProverError {
    /// It cannot be reached, is overloaded, or has no key for the circuit.
    #[error("the prover is not available: check its keys, or try again later")]
    Unavailable,
    /// Its proving key cannot be read or made.
    #[error("no proving key: {0}")]
    Key(String),
    /// The chain has no key for the circuit.
    #[error("the chain has no key for circuit {0}: ask its operator for one")]
    NoKey(CircuitName),
    /// It refused the witness.
    #[error("the prover refused the witness: sync the wallet and assemble again")]
    Refused,
    /// It proved something else than it was asked to.
    #[error("the prover returned a proof of other public inputs: use another prover")]
    OtherInputs,
    /// The proving service did not prove it.
    #[cfg(feature = "client")]
    #[error(transparent)]
    Remote(Box<obolus_prover_api::client::ProverClientError>),
    /// Neither proof nor inputs.
    #[error("the prover returned something that is no proof ({0}): use another prover")]
    Form(String),
    /// Not a proof.
    #[error("the prover returned malformed bytes: use another prover")]
    Malformed(#[from] ProofError),
    /// The proof does not hold under the wallet's key.
    #[error("the prover's proof does not hold: prover and wallet must use the same keys")]
    Invalid(#[from] VerifyError),
}

/// The verifying keys that the token and its registry pin, and the chain's for what tokens need not pin.
#[derive(Clone)]
pub struct CircuitKeys {
    /// For payments.
    pub transfer: Arc<VerifyingKey>,
    /// For issues.
    pub issue: Arc<VerifyingKey>,
    /// For redemptions.
    pub redeem: Arc<VerifyingKey>,
    /// For registrations.
    pub register: Arc<VerifyingKey>,
    /// For agreed rates, if the chain has one.
    pub ratio: Option<Arc<VerifyingKey>>,
    /// For balances, if the chain has one.
    pub balance: Option<Arc<VerifyingKey>>,
    /// For covered supplies, if the chain has one.
    pub supply: Option<Arc<VerifyingKey>>,
    /// For payments within a quota, if the chain has one.
    pub velocity: Option<Arc<VerifyingKey>>,
}

impl CircuitKeys {
    /// Every key, in the order of a genesis.
    pub fn all(&self) -> impl Iterator<Item = &Arc<VerifyingKey>> {
        let of_tokens = [&self.transfer, &self.issue, &self.redeem, &self.register];
        of_tokens
            .into_iter()
            .chain(&self.ratio)
            .chain(&self.balance)
            .chain(&self.supply)
            .chain(&self.velocity)
    }
}

/// A witness with everything that its statement defines.
pub trait Statement: Clone {
    /// The circuit.
    const CIRCUIT: CircuitName;

    /// The public inputs of an honest proof, in order.
    fn inputs(&self, context: Fr) -> Vec<Fr>;

    /// Checks every rule natively.
    ///
    /// # Errors
    /// The first rule that does not hold.
    fn check(&self, context: Fr) -> Result<(), Rule>;

    /// Asks a prover for a proof.
    ///
    /// # Errors
    /// [`ProverError`].
    fn request(
        &self,
        prover: &dyn StatementProver,
        context: Fr,
    ) -> Result<ProverOutput, ProverError>;

    /// The verifying key of the circuit.
    ///
    /// # Errors
    /// [`ProverError::NoKey`].
    fn key(keys: &CircuitKeys) -> Result<&VerifyingKey, ProverError>;
}

/// Gets a proof and checks it: the right inputs, and valid under the wallet's own key.
pub(crate) fn prove<W: Statement>(
    witness: &W,
    context: Fr,
    prover: &dyn StatementProver,
    keys: &CircuitKeys,
) -> Result<ProofEnvelope, ProverError> {
    let key = W::key(keys)?;
    let expected = witness.inputs(context);
    let output = witness.request(prover, context)?;
    if output.inputs != expected {
        return Err(ProverError::OtherInputs);
    }
    let proof = Proof::decode(&output.proof.0)?;
    verify(key, &expected, &proof)?;
    Ok(ProofEnvelope {
        key: key.id(),
        inputs: expected.iter().map(fr_to_bytes).collect(),
        proof: output.proof,
    })
}

macro_rules! statement {
    ($witness:ty, $module:ident, $circuit:ident, $request:ident, $key:expr) => {
        impl Statement for $witness {
            const CIRCUIT: CircuitName = CircuitName::$circuit;

            fn inputs(&self, context: Fr) -> Vec<Fr> {
                self.public_inputs(context).to_array().to_vec()
            }

            fn check(&self, context: Fr) -> Result<(), Rule> {
                $module::check(self, &self.public_inputs(context))
            }

            fn request(
                &self,
                prover: &dyn StatementProver,
                context: Fr,
            ) -> Result<ProverOutput, ProverError> {
                prover.$request(self, context)
            }

            fn key(keys: &CircuitKeys) -> Result<&VerifyingKey, ProverError> {
                let key: fn(&CircuitKeys) -> Option<&Arc<VerifyingKey>> = $key;
                key(keys)
                    .map(Arc::as_ref)
                    .ok_or(ProverError::NoKey(Self::CIRCUIT))
            }
        }
    };
}

statement!(TransferWitness, transfer, TRANSFER, prove_transfer, |k| {
    Some(&k.transfer)
});
statement!(IssueWitness, issue, ISSUE, prove_issue, |k| Some(&k.issue));
statement!(RedeemWitness, redeem, REDEEM, prove_redeem, |k| {
    Some(&k.redeem)
});
statement!(RegisterWitness, register, REGISTER, prove_register, |k| {
    Some(&k.register)
});
statement!(RatioWitness, ratio, RATIO, prove_ratio, |k| k
    .ratio
    .as_ref());
statement!(BalanceWitness, balance, BALANCE, prove_balance, |k| k
    .balance
    .as_ref());
statement!(SupplyWitness, supply, SUPPLY, prove_supply, |k| k
    .supply
    .as_ref());
statement!(VelocityWitness, velocity, VELOCITY, prove_velocity, |k| k
    .velocity
    .as_ref());

//! One payment to be proved: assembled by a wallet on a development chain, and caught on its way to the prover.

use std::sync::Mutex;

use obolus_protocol::Fr;
use obolus_protocol::statement::{
    BalanceWitness, IssueWitness, RatioWitness, RedeemWitness, RegisterWitness, SupplyWitness,
    TransferWitness, VelocityWitness,
};
use obolus_prover::DevSimulator;
use obolus_wallet::prove::ProverOutput;
use obolus_wallet::{CircuitKeys, ProverError, StatementProver};

use crate::bench::BenchError;
use crate::bench::fixture::Place;
use crate::bench::prepare::Preparation;
use crate::dev;
use crate::progress::Progress;

/// A payment's witness and context.
pub struct Sample {
    pub witness: TransferWitness,
    pub context: Fr,
}

/// Keeps the last payment that it is asked to prove.
struct Catching<'a> {
    simulator: &'a DevSimulator,
    caught: Mutex<Option<Sample>>,
}

impl StatementProver for Catching<'_> {
    fn prove_transfer(
        &self,
        witness: &TransferWitness,
        context: Fr,
    ) -> Result<ProverOutput, ProverError> {
        if let Ok(mut caught) = self.caught.lock() {
            *caught = Some(Sample {
                witness: witness.clone(),
                context,
            });
        }
        self.simulator.prove_transfer(witness, context)
    }

    fn prove_issue(
        &self,
        witness: &IssueWitness,
        context: Fr,
    ) -> Result<ProverOutput, ProverError> {
        self.simulator.prove_issue(witness, context)
    }

    fn prove_redeem(
        &self,
        witness: &RedeemWitness,
        context: Fr,
    ) -> Result<ProverOutput, ProverError> {
        self.simulator.prove_redeem(witness, context)
    }

    fn prove_register(
        &self,
        witness: &RegisterWitness,
        context: Fr,
    ) -> Result<ProverOutput, ProverError> {
        self.simulator.prove_register(witness, context)
    }

    fn prove_ratio(
        &self,
        witness: &RatioWitness,
        context: Fr,
    ) -> Result<ProverOutput, ProverError> {
        self.simulator.prove_ratio(witness, context)
    }

    fn prove_balance(
        &self,
        witness: &BalanceWitness,
        context: Fr,
    ) -> Result<ProverOutput, ProverError> {
        self.simulator.prove_balance(witness, context)
    }

    fn prove_supply(
        &self,
        witness: &SupplyWitness,
        context: Fr,
    ) -> Result<ProverOutput, ProverError> {
        self.simulator.prove_supply(witness, context)
    }

    fn prove_velocity(
        &self,
        witness: &VelocityWitness,
        context: Fr,
    ) -> Result<ProverOutput, ProverError> {
        self.simulator.prove_velocity(witness, context)
    }
}

/// A payment of one note on a chain of its own.
pub fn payment() -> Result<Sample, BenchError> {
    let folder = tempfile::tempdir().map_err(BenchError::io("a temporary folder"))?;
    let simulator = DevSimulator::new()?;
    let keys = CircuitKeys::from(&simulator);
    let catching = Catching {
        simulator: &simulator,
        caught: Mutex::new(None),
    };
    let (fresh, mut desk) = Place::new(folder.path(), &keys, "one").begin()?;
    let preparation = Preparation {
        token: fresh.token.config,
        authorities: &dev::read_authorities(&fresh.dev)?,
        simulator: &simulator,
        prover: &catching,
        keys: &keys,
    };
    preparation.run(&mut desk, 1, &mut Progress::new(true))?;
    let caught = catching.caught.into_inner().ok().flatten();
    caught.ok_or(BenchError::NothingToProve)
}

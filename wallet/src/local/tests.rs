//! A registration proved for real, and provers that misbehave.

use std::sync::LazyLock;

use obolus_protocol::{
    Amount, FullViewingKey, Seed, SpendingKey,
    statement::{BalanceWitness, RatioWitness, RegisterWitness, SupplyWitness, VelocityWitness},
    tx::{Height, Transaction},
};
use obolus_prover::{KeyStore, Prover, Register};
use rand::{SeedableRng, rngs::StdRng};

use super::*;
use crate::{
    assemble::{AssembleError, Registration, Unproven},
    testing::TestChain,
    view::TokenView,
};

/// The smallest circuit's prover stands in for all, its key too.
static PROVER: LazyLock<Prover<Register>> = LazyLock::new(|| {
    let directory = tempfile::tempdir().unwrap();
    let store = KeyStore::open(directory.path()).unwrap();
    Prover::development(&store, &()).unwrap()
});

/// Alters what an honest prover returns.
struct Altering(fn(ProverOutput) -> ProverOutput);

impl StatementProver for Altering {
    fn prove_transfer(&self, _: &TransferWitness, _: Fr) -> Result<ProverOutput, ProverError> {
        Err(ProverError::Unavailable)
    }

    fn prove_issue(&self, _: &IssueWitness, _: Fr) -> Result<ProverOutput, ProverError> {
        Err(ProverError::Unavailable)
    }

    fn prove_redeem(&self, _: &RedeemWitness, _: Fr) -> Result<ProverOutput, ProverError> {
        Err(ProverError::Unavailable)
    }

    fn prove_ratio(&self, _: &RatioWitness, _: Fr) -> Result<ProverOutput, ProverError> {
        Err(ProverError::Unavailable)
    }

    fn prove_balance(&self, _: &BalanceWitness, _: Fr) -> Result<ProverOutput, ProverError> {
        Err(ProverError::Unavailable)
    }

    fn prove_supply(&self, _: &SupplyWitness, _: Fr) -> Result<ProverOutput, ProverError> {
        Err(ProverError::Unavailable)
    }

    fn prove_velocity(&self, _: &VelocityWitness, _: Fr) -> Result<ProverOutput, ProverError> {
        Err(ProverError::Unavailable)
    }

    fn prove_register(
        &self,
        witness: &RegisterWitness,
        context: Fr,
    ) -> Result<ProverOutput, ProverError> {
        output(PROVER.prove(witness, context)).map(self.0)
    }
}

fn keys() -> CircuitKeys {
    let key = Arc::new(PROVER.verifying_key().clone());
    CircuitKeys {
        transfer: Arc::clone(&key),
        issue: Arc::clone(&key),
        redeem: Arc::clone(&key),
        register: key,
        ratio: None,
        balance: None,
        supply: None,
        velocity: None,
    }
}

fn seed() -> Seed {
    Seed::new([42; 32])
}

fn unproven() -> Unproven<RegisterWitness> {
    let view = TokenView::new(TestChain::new().config);
    let registration = Registration {
        entering: crate::assemble::Entering::Anew,
        limit: Amount::new(1_000),
        expiry: Height(20),
    };
    let keys = FullViewingKey::from_seed(&seed());
    Unproven::register(&view, &keys, &registration, &mut StdRng::seed_from_u64(1)).unwrap()
}

fn refusal(alter: fn(ProverOutput) -> ProverOutput) -> AssembleError {
    match unproven().prove(&Altering(alter), &keys()) {
        Ok(_) => panic!("the altered output must be refused"),
        Err(error) => error,
    }
}

#[test]
fn proved_and_signed_it_is_a_transaction() {
    let unproven = unproven();
    let proven = unproven.prove(&Altering(|output| output), &keys()).unwrap();
    assert_eq!(proven.digest(), unproven.digest());
    let mut rng = StdRng::seed_from_u64(2);
    let signed = proven
        .sign(&SpendingKey::from_seed(&seed()), Vec::new(), &mut rng)
        .unwrap();
    let tx = Transaction::decode(&signed.transaction().encode()).unwrap();
    assert_eq!(tx.id(), unproven.digest());
    assert_eq!(tx.proofs.len(), 1);
    assert_eq!(tx.spend_signatures.len(), 1);
    tx.spend_signatures[0].verify(&tx.id()).unwrap();
}

#[test]
fn only_the_holder_can_sign() {
    let prove = || {
        unproven()
            .prove(&Altering(|output| output), &keys())
            .unwrap()
    };
    let stranger = SpendingKey::from_seed(&Seed::new([43; 32]));
    let mut rng = StdRng::seed_from_u64(2);
    assert_eq!(
        prove().sign(&stranger, Vec::new(), &mut rng).err(),
        Some(AssembleError::WrongKey)
    );
    assert_eq!(
        prove().authorise(Vec::new()).err(),
        Some(AssembleError::KeyNeeded)
    );
}

#[test]
fn a_prover_that_misbehaves_is_found_out() {
    let other_inputs = refusal(|mut output| {
        output.inputs[0] += Fr::from(1_u64);
        output
    });
    assert_eq!(
        other_inputs,
        AssembleError::Prover(ProverError::OtherInputs)
    );
    let malformed = refusal(|mut output| {
        output.proof.0 = [0xff; 128];
        output
    });
    assert!(matches!(
        malformed,
        AssembleError::Prover(ProverError::Malformed(_))
    ));
    let invalid = refusal(|mut output| {
        let foreign = Unproven::register(
            &TokenView::new(TestChain::new().config),
            &FullViewingKey::from_seed(&Seed::new([44; 32])),
            &Registration {
                entering: crate::assemble::Entering::Anew,
                limit: Amount::new(1),
                expiry: Height(20),
            },
            &mut StdRng::seed_from_u64(3),
        )
        .unwrap();
        let proof = super::output(PROVER.prove(foreign.witness(), foreign.context()));
        output.proof = proof.unwrap().proof;
        output
    });
    assert!(matches!(
        invalid,
        AssembleError::Prover(ProverError::Invalid(_))
    ));
}

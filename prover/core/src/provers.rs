//! Provers of all statements, from one directory of keys.

use std::path::PathBuf;

use obolus_r1cs::{Balance, Issue, Ratio, Redeem, Register, Supply, Transfer, Velocity};
use obolus_verifier::VerifyingKey;

use crate::ceremony::{CeremonyStore, CeremonyStoreError};
use crate::progress::Progress;
use crate::prover::{PrepareError, Prover};
use crate::statement::Provable;
use crate::store::KeyStore;

#[cfg(test)]
mod tests;

/// Provers of all statements.
pub struct Provers {
    /// Confidential payments.
    pub transfer: Prover<Transfer>,
    /// Creation of notes by the issuer.
    pub issue: Prover<Issue>,
    /// Withdrawals.
    pub redeem: Prover<Redeem>,
    /// Registrations of participants.
    pub register: Prover<Register>,
    /// Agreed rates of two amounts. None if there was no ceremony for it, which only deals need.
    pub ratio: Option<Prover<Ratio>>,
    /// What a holder shows that it has. None if there was no ceremony for it, which no contract needs.
    pub balance: Option<Prover<Balance>>,
    /// Supplies covered by reserves. None if there was no ceremony for it, which only tokens that attest reserves need.
    pub supply: Option<Prover<Supply>>,
    /// Payments within a period's quota. None if there was no ceremony for it, which only tokens with a quota need.
    pub velocity: Option<Prover<Velocity>>,
}

impl Provers {
    /// Provers with the eight development keys of `directory`. Those that are missing are made; those that are there are read when
    /// they are first used.
    ///
    /// # Errors
    /// As [`Prover::development`].
    pub fn development(
        directory: impl Into<PathBuf>,
        progress: &dyn Progress,
    ) -> Result<Self, PrepareError> {
        let store = KeyStore::open(directory)?;
        let provers = Self::of(&store)?;
        make(&store, &provers.transfer, progress)?;
        make(&store, &provers.issue, progress)?;
        make(&store, &provers.redeem, progress)?;
        make(&store, &provers.register, progress)?;
        make_too(&store, &provers.ratio, progress)?;
        make_too(&store, &provers.balance, progress)?;
        make_too(&store, &provers.supply, progress)?;
        make_too(&store, &provers.velocity, progress)?;
        Ok(provers)
    }

    /// The same, with nothing made, either, before it is first used.
    ///
    /// # Errors
    /// [`PrepareError`] if the key directory cannot be used or the setup refuses a circuit.
    pub fn on_demand(directory: impl Into<PathBuf>) -> Result<Self, PrepareError> {
        Self::of(&KeyStore::open(directory)?)
    }

    fn of(store: &KeyStore) -> Result<Self, PrepareError> {
        Ok(Self {
            transfer: Prover::on_demand(store)?,
            issue: Prover::on_demand(store)?,
            redeem: Prover::on_demand(store)?,
            register: Prover::on_demand(store)?,
            ratio: Some(Prover::on_demand(store)?),
            balance: Some(Prover::on_demand(store)?),
            supply: Some(Prover::on_demand(store)?),
            velocity: Some(Prover::on_demand(store)?),
        })
    }

    /// Provers with the keys of ceremonies: all four that every token needs, and of the others those that are
    /// there. Proving keys are read when they are first used.
    ///
    /// # Errors
    /// As [`CeremonyStore::on_demand`].
    pub fn ceremony(store: &CeremonyStore) -> Result<Self, CeremonyStoreError> {
        Ok(Self {
            transfer: store.on_demand()?,
            issue: store.on_demand()?,
            redeem: store.on_demand()?,
            register: store.on_demand()?,
            ratio: if_there(store)?,
            balance: if_there(store)?,
            supply: if_there(store)?,
            velocity: if_there(store)?,
        })
    }

    /// The verifying keys, for a chain's genesis: transfer, issue, redeem, register, and of ratio, balance, supply
    /// and velocity those that are there.
    pub fn verifying_keys(&self) -> Vec<&VerifyingKey> {
        let ratio = self.ratio.iter().map(Prover::verifying_key);
        let balance = self.balance.iter().map(Prover::verifying_key);
        let supply = self.supply.iter().map(Prover::verifying_key);
        let velocity = self.velocity.iter().map(Prover::verifying_key);
        [
            self.transfer.verifying_key(),
            self.issue.verifying_key(),
            self.redeem.verifying_key(),
            self.register.verifying_key(),
        ]
        .into_iter()
        .chain(ratio)
        .chain(balance)
        .chain(supply)
        .chain(velocity)
        .collect()
    }
}

/// Makes the key of a statement, unless it is there.
fn make<S: Provable>(
    store: &KeyStore,
    prover: &Prover<S>,
    progress: &dyn Progress,
) -> Result<(), PrepareError> {
    if store.has(prover.relation()?) {
        return Ok(());
    }
    prover.load(progress)
}

fn make_too<S: Provable>(
    store: &KeyStore,
    prover: &Option<Prover<S>>,
    progress: &dyn Progress,
) -> Result<(), PrepareError> {
    prover
        .iter()
        .try_for_each(|prover| make(store, prover, progress))
}

/// The prover of a statement under its ceremony key, if that was imported.
fn if_there<S: Provable>(store: &CeremonyStore) -> Result<Option<Prover<S>>, CeremonyStoreError> {
    match store.has(&S::CIRCUIT) {
        true => store.on_demand().map(Some),
        false => Ok(None),
    }
}

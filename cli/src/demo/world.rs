//! Everything that is running during a demo, and the steps that move it on.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use obolus_protocol::amount::Amount;
use obolus_protocol::memo::MemoText;
use obolus_protocol::statement::TransferWitness;
use obolus_protocol::tx::SignedTx;
use obolus_prover::Provers;
use obolus_wallet::prove::Statement;
use obolus_wallet::{
    AssembleError, AuditorView, CircuitKeys, Follower, Redemption, TokenConfig, TokenView, Unproven,
};
use rand::rngs::OsRng;

use super::DemoError;
use super::cast::{Institution, Vault};
use crate::dev::{Authorities, Bank, Counter, prove_all};
use crate::progress::Stage;

/// The running demo.
pub struct World {
    /// The ledger.
    pub desk: Box<dyn Counter>,
    /// The bank's and the supervisor's keys.
    pub authorities: Authorities,
    /// Which token.
    pub token: TokenConfig,
    /// Makes proofs on this machine.
    pub prover: Provers,
    /// What wallets check proofs with.
    pub keys: CircuitKeys,
    /// In the order of registration.
    pub institutions: Vec<Institution>,
    /// Their encrypted seeds.
    pub vault: Vault,
    /// The issuer's view of the ledger.
    pub view: TokenView,
    /// The auditor's.
    pub audit: AuditorView,
    /// Minor units issued and redeemed by accepted orders.
    pub issued: u128,
    /// Minor units redeemed by accepted orders.
    pub redeemed: u128,
    /// Durations of single transfer proofs.
    pub proving: Mutex<Vec<Duration>>,
}

impl World {
    /// Lets every party read the newest blocks.
    pub fn sync(&mut self) -> Result<(), DemoError> {
        self.view.sync(&*self.desk)?;
        self.audit.sync(&*self.desk)?;
        for institution in &mut self.institutions {
            institution.wallet.sync(&*self.desk)?;
        }
        Ok(())
    }

    /// The institution of this name.
    pub fn find(&self, name: &str) -> Result<usize, DemoError> {
        self.institutions
            .iter()
            .position(|institution| institution.name == name)
            .ok_or_else(|| DemoError::NoSuchInstitution(name.into()))
    }

    /// Registers new institutions under these names, each with the largest limit.
    pub fn register(&mut self, names: &[String], stage: &Stage) -> Result<(), DemoError> {
        let first = self.institutions.len();
        for (index, name) in (first..).zip(names) {
            let seed = self.vault.generate(index)?;
            let institution = Institution::from_seed(name, &seed, self.token);
            self.institutions.push(institution);
        }
        let newcomers: Vec<_> = self.institutions[first..]
            .iter()
            .map(|newcomer| (newcomer.wallet.keys(), &newcomer.key))
            .collect();
        let done = |_| stage.step();
        let bank = Bank {
            authorities: &self.authorities,
            prover: &self.prover,
            keys: &self.keys,
            done: &done,
        };
        bank.register(&mut *self.desk, &self.view, &newcomers)?;
        self.sync()
    }

    /// Issues to each institution by index.
    pub fn issue(&mut self, orders: &[(usize, Amount)], stage: &Stage) -> Result<(), DemoError> {
        let payees: Vec<_> = orders
            .iter()
            .map(|(index, amount)| (self.institutions[*index].wallet.address(), *amount))
            .collect();
        let done = |_| stage.step();
        let bank = Bank {
            authorities: &self.authorities,
            prover: &self.prover,
            keys: &self.keys,
            done: &done,
        };
        bank.issue(&mut *self.desk, &self.view, &payees)?;
        self.issued += orders
            .iter()
            .map(|(_, amount)| u128::from(amount.get()))
            .sum::<u128>();
        self.sync()
    }

    /// Redeems an amount for each institution by index.
    pub fn redeem(&mut self, orders: &[(usize, Amount)], stage: &Stage) -> Result<(), DemoError> {
        let mut unproven = Vec::new();
        for (index, amount) in orders {
            let institution = &mut self.institutions[*index];
            let order = Redemption {
                amount: *amount,
                payout_reference: *blake3::hash(institution.name.as_bytes()).as_bytes(),
                text: MemoText::new("redeemed to the reserve account")?,
                expiry: self.desk.expiry()?,
            };
            unproven.push(institution.wallet.redeem(&order, &mut OsRng)?);
        }
        let mut signed = Vec::new();
        for (proven, (index, _)) in self.prove_all(&unproven, stage)?.into_iter().zip(orders) {
            let key = &self.institutions[*index].key;
            signed.push(proven.sign(key, Vec::new(), &mut OsRng)?);
        }
        for block in signed.chunks(MAX_BLOCK) {
            self.desk.must_all("redeem", block)?;
        }
        self.redeemed += orders
            .iter()
            .map(|(_, amount)| u128::from(amount.get()))
            .sum::<u128>();
        self.sync()
    }

    /// Proves a transfer of one institution and signs it.
    pub fn finish(
        &self,
        index: usize,
        unproven: &Unproven<TransferWitness>,
    ) -> Result<SignedTx, AssembleError> {
        let start = Instant::now();
        let proven = unproven.prove(&self.prover, &self.keys)?;
        self.record_proving(start.elapsed());
        proven.sign(&self.institutions[index].key, Vec::new(), &mut OsRng)
    }

    fn record_proving(&self, elapsed: Duration) {
        // A poisoned lock only means that another proof panicked; the sample is still good.
        self.proving
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .push(elapsed);
    }

    /// Proves independent statements, one thread a core, in order.
    pub fn prove_all<W>(
        &self,
        unproven: &[Unproven<W>],
        stage: &Stage,
    ) -> Result<Vec<obolus_wallet::Proven>, DemoError>
    where
        W: Statement,
        Unproven<W>: Sync,
    {
        let done = |elapsed| {
            if W::CIRCUIT == TransferWitness::CIRCUIT {
                self.record_proving(elapsed);
            }
            stage.step();
        };
        Ok(prove_all(unproven, &self.prover, &self.keys, &done)?)
    }
}

/// Transactions in one block of a stage.
pub const MAX_BLOCK: usize = 64;

//! Everything that is running during a demo, and the steps that move it on.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use obolus_protocol::amount::Amount;
use obolus_protocol::memo::MemoText;
use obolus_protocol::statement::{IssueWitness, RegisterWitness, TransferWitness};
use obolus_protocol::tx::SignedTx;
use obolus_prover::DevProvers;
use obolus_wallet::prove::Statement;
use obolus_wallet::{
    AssembleError, AuditorView, CircuitKeys, Follower, IssueRequest, Redemption, Registration,
    TokenConfig, TokenView, Unproven,
};
use rand::rngs::OsRng;

use super::DemoError;
use super::cast::{Institution, Vault};
use super::progress::Stage;
use crate::dev::{Authorities, Desk};

/// The running demo.
pub struct World {
    /// The ledger.
    pub desk: Desk,
    /// Where it is kept.
    pub ledger_dir: PathBuf,
    /// The bank's and the supervisor's keys.
    pub authorities: Authorities,
    /// Which token.
    pub token: TokenConfig,
    /// Makes proofs on this machine.
    pub prover: DevProvers,
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
        self.view.sync(&self.desk)?;
        self.audit.sync(&self.desk)?;
        for institution in &mut self.institutions {
            institution.wallet.sync(&self.desk)?;
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
        let mut applications = Vec::new();
        for name in names {
            let index = self.institutions.len();
            let seed = self.vault.generate(index)?;
            let institution = Institution::from_seed(name, &seed, self.token);
            let terms = Registration {
                limit: Amount::MAX,
                expiry: self.desk.expiry(),
            };
            applications.push(Unproven::<RegisterWitness>::register(
                &self.view,
                institution.wallet.keys(),
                &terms,
                &mut OsRng,
            )?);
            self.institutions.push(institution);
        }
        let first = self.institutions.len() - applications.len();
        let proven = self.prove_all(&applications, stage)?;
        let mut signed = Vec::new();
        for (proven, institution) in proven.into_iter().zip(&self.institutions[first..]) {
            let approval = self.authorities.registrar.sign(&proven.digest());
            signed.push(proven.sign(&institution.key, approval, &mut OsRng)?);
        }
        for block in signed.chunks(MAX_BLOCK) {
            self.desk.must_all("register", block)?;
        }
        self.sync()
    }

    /// Issues to each institution by index.
    pub fn issue(&mut self, orders: &[(usize, Amount)], stage: &Stage) -> Result<(), DemoError> {
        let mut requests = Vec::new();
        for (nonce, (index, amount)) in (self.view.issue_nonce()..).zip(orders) {
            let request = IssueRequest {
                to: self.institutions[*index].wallet.address(),
                amount: *amount,
                text: MemoText::new("issued against deposits")?,
                nonce,
                expiry: self.desk.expiry(),
            };
            requests.push(Unproven::<IssueWitness>::issue(
                &self.view, &request, &mut OsRng,
            )?);
        }
        let mut signed = Vec::new();
        for proven in self.prove_all(&requests, stage)? {
            let approval = self.authorities.issuer.sign(&proven.digest());
            signed.push(proven.authorise(approval)?);
        }
        for block in signed.chunks(MAX_BLOCK) {
            self.desk.must_all("issue", block)?;
        }
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
                expiry: self.desk.expiry(),
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
        W: Statement + Sync,
        Unproven<W>: Sync,
    {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let prove = |part: usize| {
            let mine = unproven.iter().enumerate().skip(part).step_by(threads);
            mine.map(|(index, statement)| {
                let start = Instant::now();
                let proven = statement.prove(&self.prover, &self.keys)?;
                if W::CIRCUIT == TransferWitness::CIRCUIT {
                    self.record_proving(start.elapsed());
                }
                stage.step();
                Ok((index, proven))
            })
            .collect::<Result<Vec<_>, AssembleError>>()
        };
        let parts: Vec<_> = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..threads.min(unproven.len()))
                .map(|part| scope.spawn(move || prove(part)))
                .collect();
            workers
                .into_iter()
                .map(|worker| worker.join().map_err(|_| DemoError::Worker))
                .collect()
        });
        let mut all = BTreeMap::new();
        for part in parts {
            all.extend(part??);
        }
        Ok(all.into_values().collect())
    }
}

/// Transactions in one block of a stage.
pub const MAX_BLOCK: usize = 64;

//! Transfers that do not depend on one another: each spends a note of its own.

use obolus_protocol::memo::MemoText;
use obolus_protocol::{Amount, FullViewingKey, Seed, SpendingKey};
use obolus_prover::DevSimulator;
use obolus_wallet::{
    CircuitKeys, Follower, Payment, StatementProver, TokenConfig, TokenView, Wallet,
};
use rand::rngs::OsRng;

use super::BenchError;
use crate::dev::{Authorities, Bank, Counter, prove_all};
use crate::progress::Progress;

/// What every note of the payer is worth, in minor units.
const VALUE: u64 = 100_000;
/// Statements held in memory at once.
const AT_ONCE: usize = 512;
/// How far ahead the transfers expire, in blocks: nearly as far as development chains allow.
const VALIDITY: u64 = 990;

/// What transfers are made with.
pub struct Preparation<'a> {
    /// On which token.
    pub token: TokenConfig,
    /// Its role holders.
    pub authorities: &'a Authorities,
    /// Proves what only sets the scene.
    pub simulator: &'a DevSimulator,
    /// Proves the transfers.
    pub prover: &'a (dyn StatementProver + Sync),
    /// Checks both.
    pub keys: &'a CircuitKeys,
}

impl Preparation<'_> {
    /// Registers a payer and a payee, issues `count` notes to the payer, and returns as many transfers to the payee.
    pub fn run(
        &self,
        counter: &mut dyn Counter,
        count: u32,
        progress: &mut Progress,
    ) -> Result<Vec<Vec<u8>>, BenchError> {
        let (payer, payee) = (Seed::generate()?, Seed::generate()?);
        let key = SpendingKey::from_seed(&payer);
        let mut view = TokenView::new(self.token);
        let mut wallet = Wallet::new(self.token, FullViewingKey::from_seed(&payer));
        let to = FullViewingKey::from_seed(&payee).address();

        let stage = progress.start("notes", u64::from(count) + 2);
        let done = |_| stage.step();
        let bank = Bank {
            authorities: self.authorities,
            prover: self.simulator,
            keys: self.keys,
            done: &done,
        };
        view.sync(counter)?;
        let payee = (
            FullViewingKey::from_seed(&payee),
            SpendingKey::from_seed(&payee),
        );
        bank.register(
            counter,
            &view,
            &[(wallet.keys(), &key), (&payee.0, &payee.1)],
        )?;
        let order = (wallet.address(), Amount::new(VALUE));
        for part in vec![order; count as usize].chunks(AT_ONCE) {
            view.sync(counter)?;
            bank.issue(counter, &view, part)?;
        }
        wallet.sync(counter)?;
        progress.finish(stage);

        let stage = progress.start("transfers", u64::from(count));
        let done = |_| stage.step();
        let expiry = obolus_protocol::tx::Height(
            counter.tip().map_err(crate::dev::DevError::from)?.0 + VALIDITY,
        );
        let numbers: Vec<u64> = (0..u64::from(count)).collect();
        let mut transfers = Vec::with_capacity(numbers.len());
        for part in numbers.chunks(AT_ONCE) {
            let mut unproven = Vec::with_capacity(part.len());
            for number in part {
                let payment = Payment {
                    to,
                    amount: Amount::new(1 + number % VALUE),
                    text: MemoText::new(format!("load {number}"))?,
                    identity: obolus_wallet::PayerIdentity::Hidden,
                    expiry,
                };
                unproven.push(wallet.transfer(&payment, &mut OsRng)?);
            }
            for proven in prove_all(&unproven, self.prover, self.keys, &done)? {
                let signed = proven.sign(&key, Vec::new(), &mut OsRng)?;
                transfers.push(signed.transaction().encode());
            }
        }
        progress.finish(stage);
        Ok(transfers)
    }
}

//! What a bank does on a development chain: registers participants and issues to them.

use std::time::Duration;

use obolus_protocol::memo::MemoText;
use obolus_protocol::statement::{IssueWitness, RegisterWitness};
use obolus_protocol::{Address, Amount, FullViewingKey, SpendingKey};
use obolus_wallet::{
    CircuitKeys, IssueRequest, Registration, StatementProver, TokenView, Unproven,
};
use rand::rngs::OsRng;

use super::proving::on_all_cores;
use super::{Authorities, Counter, DevError, prove_all};

/// Transactions handed in together.
const AT_ONCE: usize = 256;

/// A bank with all its role holders at one table.
pub struct Bank<'a> {
    /// They.
    pub authorities: &'a Authorities,
    /// Makes the proofs.
    pub prover: &'a (dyn StatementProver + Sync),
    /// Checks them.
    pub keys: &'a CircuitKeys,
    /// Is told of every finished proof.
    pub done: &'a (dyn Fn(Duration) + Sync),
}

impl Bank<'_> {
    /// Registers participants, each with the largest limit. `view` is up to date.
    pub fn register(
        &self,
        counter: &mut dyn Counter,
        view: &TokenView,
        participants: &[(&FullViewingKey, &SpendingKey)],
    ) -> Result<(), DevError> {
        let mut applications = Vec::new();
        for (keys, _) in participants {
            let terms = Registration {
                entering: obolus_wallet::Entering::Anew,
                limit: Amount::MAX,
                expiry: counter.expiry()?,
            };
            let application = Unproven::<RegisterWitness>::register(view, keys, &terms, &mut OsRng);
            applications.push(application?);
        }
        let mut signed = Vec::new();
        let proven = prove_all(&applications, self.prover, self.keys, self.done)?;
        for (proven, (_, key)) in proven.into_iter().zip(participants) {
            let approval = self.authorities.registrar.sign(&proven.digest());
            signed.push(proven.sign(key, approval, &mut OsRng)?);
        }
        for part in signed.chunks(AT_ONCE) {
            counter.must_all("register", part)?;
        }
        Ok(())
    }

    /// Issues to participants, in order. `view` is up to date.
    pub fn issue(
        &self,
        counter: &mut dyn Counter,
        view: &TokenView,
        orders: &[(Address, Amount)],
    ) -> Result<(), DevError> {
        let mut requests = Vec::new();
        for (nonce, (to, amount)) in (view.issue_nonce()..).zip(orders) {
            let request = IssueRequest {
                to: *to,
                amount: *amount,
                text: MemoText::new("issued against deposits")?,
                nonce,
                expiry: counter.expiry()?,
            };
            requests.push(request);
        }
        let requests = on_all_cores(&requests, |request| {
            Unproven::<IssueWitness>::issue(view, request, &mut OsRng)
        })?;
        let mut signed = Vec::new();
        for proven in prove_all(&requests, self.prover, self.keys, self.done)? {
            let approval = self.authorities.issuer.sign(&proven.digest());
            signed.push(proven.authorise(approval)?);
        }
        for part in signed.chunks(AT_ONCE) {
            counter.must_all("issue", part)?;
        }
        Ok(())
    }
}

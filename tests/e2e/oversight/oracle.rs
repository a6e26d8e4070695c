//! What must come of a transaction, told from what the contracts' documents promise: no hash, no proof, no contract in it.
//! A registry root is the set of slots under it and their limits, a proof is what it was made for.

use obolus_abi::token::Circuit;

mod deals;
mod deed;
mod quota;
mod registry;
mod reserves;
mod token;

pub use deals::{APPROVERS, Condition, Deal, DealDeed, Leg, Plan, Rules, THRESHOLD, Way};
pub use deed::{Basis, Deed, Spend, Unable};
pub use registry::Registry;
pub use reserves::{Attested, Backing};
pub use token::{Account, Began, Token};

/// What the ledger answers: the refusal's name.
pub type Verdict = Result<(), &'static str>;

/// The block that a transaction is in.
#[derive(Clone, Copy)]
pub struct Now {
    pub height: u64,
    pub time_ms: u64,
}

/// The state of a registry, of its two tokens, the second of which is made to succeed the first, and of deals in them.
pub struct Oracle {
    pub registry: Registry,
    pub tokens: [Token; 2],
    /// In the order in which they were opened.
    pub deals: Vec<Deal>,
}

impl Oracle {
    /// Tokens nobody has entered, whose registry was made in the block at `height`.
    pub fn new(height: u64) -> Self {
        Self {
            registry: Registry::new(height),
            tokens: [Token::default(), Token::default()],
            deals: Vec::new(),
        }
    }

    /// Why nobody can be paid there now.
    pub fn cannot_receive(&self, to: usize) -> Option<Unable> {
        let registry = &self.registry;
        registry.is_superseded(to).or(registry.is_frozen(to))
    }

    /// Why a wallet that knows the chain up to that time can pay nothing out of the token.
    pub fn cannot_spend(
        &self,
        (at, time_ms): (usize, u64),
        from: usize,
        amount: u64,
    ) -> Option<Unable> {
        let registry = &self.registry;
        let over = registry.is_over(from, amount);
        over.or(registry.is_frozen(from))
            .or(self.tokens[at].quotas.used_up(from, time_ms))
    }

    /// Why nothing can be paid from there to there now.
    pub fn cannot_pay(
        &self,
        (at, time_ms): (usize, u64),
        (from, to): (usize, usize),
        amount: u64,
    ) -> Option<Unable> {
        self.cannot_give((from, to), amount)
            .or(self.tokens[at].quotas.used_up(from, time_ms))
    }

    /// The same of a payment that takes no place in a quota.
    pub fn cannot_give(&self, (from, to): (usize, usize), amount: u64) -> Option<Unable> {
        let registry = &self.registry;
        if from == to {
            return Some(Unable::PaysItself);
        }
        registry
            .is_superseded(to)
            .or(registry.is_over(from, amount))
            .or(registry.is_frozen(from))
            .or(registry.is_frozen(to))
    }

    /// Why nothing can be moved from there to there now.
    pub fn cannot_move(&self, (from, to): (usize, usize), amount: u64) -> Option<Unable> {
        let registry = &self.registry;
        if self.tokens.iter().any(|token| token.quotas.limits()) {
            return Some(Unable::MovesClosed);
        }
        registry
            .is_superseded(to)
            .or(registry.is_over(from, amount))
            .or(registry.is_frozen(from))
            .or(registry.is_frozen(to))
    }

    /// What the ledger says of a transaction about a token; takes it into account if it is taken.
    pub fn judge(&mut self, at: usize, deed: &Deed, now: Now) -> Verdict {
        let (registry, height) = (&mut self.registry, now.height);
        let token = &mut self.tokens[at];
        match deed {
            Deed::Issue {
                to,
                amount,
                nonce,
                basis,
            } => {
                token.check_open(Circuit::Issue)?;
                require(*nonce == token.nonce, "issue_nonce")?;
                registry.check_recipient(basis)?;
                registry.check_key(basis.key, height, "proof_refused")?;
                token.check_pinned(Circuit::Issue)?;
                token.nonce += 1;
                token.enter(*to, *amount);
            }
            Deed::Pay { to, spend } => {
                token.check_spend(spend, Circuit::Transfer, registry, now)?;
                token.spend(spend);
                token.receive(*to, spend.amount);
            }
            Deed::Redeem(spend) => {
                token.check_spend(spend, Circuit::Redeem, registry, now)?;
                token.leave(spend, height);
            }
            Deed::Move { to, spend } => {
                let [first, next] = &mut self.tokens;
                next.check_open(Circuit::Issue)?;
                next.quotas.check_shown(None)?;
                registry.check_recipient(&spend.basis)?;
                registry.check_key(spend.basis.key, height, "proof_refused")?;
                next.check_pinned(Circuit::Issue)?;
                require(first.succeeded, "not_successor")?;
                first.check_spend(spend, Circuit::Redeem, registry, now)?;
                first.leave(spend, height);
                next.enter(*to, spend.amount);
            }
            Deed::Seize { to, spend, frozen } => {
                token.check_on(Circuit::Transfer)?;
                token.check_unspent(spend)?;
                registry.check_seizure(frozen, height)?;
                registry.check_recipient(&spend.basis)?;
                registry.check_key(spend.basis.key, height, "proof_refused")?;
                token.check_pinned(Circuit::Transfer)?;
                token.spend(spend);
                token.receive(*to, spend.amount);
            }
            Deed::Freeze(slot) => registry.freeze(*slot, height)?,
            Deed::Unfreeze(slot) => registry.unfreeze(*slot)?,
            Deed::Limit(slot, limit) => registry.set_limit(*slot, *limit),
            Deed::Pause(paused) => token.pause(*paused),
            Deed::Switch(circuit, on) => token.switch(*circuit, *on),
            Deed::Pin(circuit, right) => token.pin(*circuit, *right),
            Deed::Rule(rule) => token.quotas.set(*rule)?,
            Deed::Succeed => token.succeed()?,
            Deed::Enter {
                entering,
                limit,
                basis,
            } => {
                registry.enter(*entering, *limit, basis, height)?;
                for token in &mut self.tokens {
                    token.accounts.push(Account::default());
                }
            }
            Deed::Deal(deed) => self.judge_deal(deed, now)?,
            Deed::Attest(attested) => token.attest(attested, height)?,
            Deed::Epoch { key, window } => registry.begin(*key, *window, height)?,
        }
        Ok(())
    }
}

fn require(holds: bool, otherwise: &'static str) -> Verdict {
    if holds { Ok(()) } else { Err(otherwise) }
}

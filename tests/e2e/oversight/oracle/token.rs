//! A token: who holds what, and what its operator decided.

use std::collections::HashSet;

use obolus_abi::FieldBytes;
use obolus_abi::token::Circuit;

use super::quota::Quotas;
use super::registry::Registry;
use super::reserves::Backing;
use super::{Now, Spend, Verdict, require};

/// What a participant's slot has seen.
#[derive(Clone, Copy, Default)]
pub struct Account {
    pub held: u128,
    /// Issued to it, or moved in.
    pub issued: u128,
    /// Redeemed by it, or moved out.
    pub redeemed: u128,
}

/// What had entered and left when a version of the circuits began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Began {
    pub issued: u128,
    pub redeemed: u128,
    pub redemptions: u64,
}

/// The state of a token.
#[derive(Default)]
pub struct Token {
    /// By slot.
    pub accounts: Vec<Account>,
    pub nonce: u64,
    pub quotas: Quotas,
    /// All but the first.
    pub versions: Vec<Began>,
    pub succeeded: bool,
    /// How often something entered.
    pub entered: u64,
    pub backing: Option<Backing>,
    /// How many redemptions an attestation has counted.
    pub cleared: u64,
    /// The block of each redemption, and what had left with it.
    pub(super) reached: Vec<(u64, u128)>,
    paused: bool,
    off: Vec<Circuit>,
    /// Circuits for whose proofs another key is asked.
    mispinned: Vec<Circuit>,
    spent: HashSet<FieldBytes>,
}

impl Token {
    pub const fn pause(&mut self, paused: bool) {
        self.paused = paused;
    }

    pub fn switch(&mut self, circuit: Circuit, on: bool) {
        set(&mut self.off, circuit, !on);
    }

    /// Another key for what makes or moves value begins another version, the same one too.
    pub fn pin(&mut self, circuit: Circuit, right: bool) {
        set(&mut self.mispinned, circuit, !right);
        if !matches!(circuit, Circuit::Supply | Circuit::Velocity) {
            self.versions.push(Began {
                issued: self.sum(|account| account.issued),
                redeemed: self.sum(|account| account.redeemed),
                redemptions: self.redemptions(),
            });
        }
    }

    pub fn succeed(&mut self) -> Verdict {
        require(!self.succeeded, "successor_fixed")?;
        self.succeeded = true;
        Ok(())
    }

    pub fn check_open(&self, circuit: Circuit) -> Verdict {
        require(!self.paused, "token_paused")?;
        self.check_on(circuit)
    }

    pub fn check_on(&self, circuit: Circuit) -> Verdict {
        require(!self.off.contains(&circuit), "circuit_off")
    }

    pub fn check_pinned(&self, circuit: Circuit) -> Verdict {
        require(!self.mispinned.contains(&circuit), "proof_refused")
    }

    pub fn check_unspent(&self, spend: &Spend) -> Verdict {
        let mut nullifiers = spend.nullifiers.iter();
        let fresh = nullifiers.all(|one| !self.is_spent(one));
        require(fresh, "double_spend")
    }

    /// A payment, redemption or move, by whom the notes belong to if it is signed.
    pub fn check_spend(
        &self,
        spend: &Spend,
        circuit: Circuit,
        registry: &Registry,
        now: Now,
    ) -> Verdict {
        let place = spend.place.as_ref();
        self.quotas.check_shown(place)?;
        self.check_open(circuit)?;
        if place.is_some() {
            self.check_on(Circuit::Velocity)?;
        }
        self.quotas.check_free(place, now.time_ms)?;
        self.check_unspent(spend)?;
        require(spend.signed, "not_authorised")?;
        registry.check_sender(&spend.basis)?;
        registry.check_key(spend.basis.key, now.height, "proof_refused")?;
        self.check_pinned(circuit)?;
        if place.is_some() {
            self.check_pinned(Circuit::Velocity)?;
        }
        Ok(())
    }

    /// What is spent is gone from there.
    pub fn spend(&mut self, spend: &Spend) {
        self.quotas.use_up(spend.from, spend.place.as_ref());
        self.spent.extend(spend.nullifiers);
        let held = &mut self.accounts[spend.from].held;
        let left = held.checked_sub(spend.amount.into());
        *held = left.expect("nobody overdraws");
    }

    /// The same, and it leaves the token in the block at `height`.
    pub fn leave(&mut self, spend: &Spend, height: u64) {
        self.spend(spend);
        self.accounts[spend.from].redeemed += u128::from(spend.amount);
        let gone = self.sum(|account| account.redeemed);
        self.reached.push((height, gone));
    }

    /// How many redemptions there were.
    pub const fn redemptions(&self) -> u64 {
        self.reached.len() as u64
    }

    /// Whether a note with this nullifier is gone.
    pub fn is_spent(&self, nullifier: &FieldBytes) -> bool {
        self.spent.contains(nullifier)
    }

    pub fn receive(&mut self, to: usize, amount: u64) {
        self.accounts[to].held += u128::from(amount);
    }

    /// The same, of what enters the token.
    pub fn enter(&mut self, to: usize, amount: u64) {
        self.receive(to, amount);
        self.accounts[to].issued += u128::from(amount);
        self.entered += 1;
    }
}

fn set(list: &mut Vec<Circuit>, circuit: Circuit, member: bool) {
    list.retain(|one| *one != circuit);
    list.extend(member.then_some(circuit));
}

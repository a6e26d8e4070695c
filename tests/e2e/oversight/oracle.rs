//! What must come of a transaction, told from what the contracts' documents promise: no hash, no proof, no contract in it.
//! A registry root is the set of slots under it, a proof is what it was made for.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use obolus_abi::FieldBytes;
use obolus_tests::bank::SEIZURE_DELAY;
use obolus_wallet::directory::DirectoryError;
use obolus_wallet::{AssembleError, Entering};

/// Slots under a root.
pub type Slots = BTreeSet<usize>;

/// What a proof was made for; other things may be in force when it arrives.
#[derive(Clone)]
pub struct Basis {
    /// Who was active.
    pub active: Slots,
    /// Number of the auditor's key.
    pub key: usize,
}

/// A transaction as the oracle sees it.
pub enum Deed {
    Issue {
        to: usize,
        amount: u64,
        nonce: u64,
        basis: Basis,
    },
    Pay {
        from: usize,
        to: usize,
        amount: u64,
        nullifiers: [FieldBytes; 2],
        basis: Basis,
    },
    Redeem {
        from: usize,
        amount: u64,
        nullifiers: [FieldBytes; 2],
        basis: Basis,
    },
    Seize {
        from: usize,
        to: usize,
        amount: u64,
        nullifiers: [FieldBytes; 2],
        frozen: Slots,
        basis: Basis,
    },
    Freeze(usize),
    Unfreeze(usize),
    Pause(bool),
    Enter {
        entering: Entering,
        basis: Basis,
    },
    Epoch {
        key: usize,
        window: u64,
    },
}

/// Why a wallet must not assemble something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unable {
    PaysItself,
    Superseded,
    Frozen,
    NotSeizable,
    NotFrozen,
}

impl Unable {
    /// Whether that is what the wallet said.
    pub const fn is(self, error: &AssembleError) -> bool {
        matches!(
            (self, error),
            (Self::PaysItself, AssembleError::SelfPayment)
                | (Self::Superseded, AssembleError::Superseded(_))
                | (
                    Self::Frozen,
                    AssembleError::Directory(DirectoryError::Frozen)
                )
                | (Self::NotSeizable, AssembleError::NotSeizable)
                | (
                    Self::NotFrozen,
                    AssembleError::Directory(DirectoryError::NotFrozen(_))
                )
        )
    }
}

/// What a participant's slot has seen.
#[derive(Clone, Copy, Default)]
pub struct Account {
    pub held: u128,
    pub issued: u128,
    pub redeemed: u128,
}

/// The state of token and registry.
pub struct Oracle {
    pub accounts: Vec<Account>,
    pub active: Slots,
    /// Slots that were given up or lost, and where their participants went on.
    pub superseded: BTreeMap<usize, usize>,
    pub paused: bool,
    pub nonce: u64,
    /// Sets of active slots that a proof may be about. Histories are shorter than the registry's window.
    known: HashSet<Slots>,
    /// Sets of frozen slots all of which are frozen still, and since when they all were; the last is the present one.
    frozen: Vec<(Slots, u64)>,
    /// Keys of the auditor, by number, in the order in which they came into force.
    keys: Vec<usize>,
    /// The key before the last, and the last block that takes it.
    previous: Option<(usize, u64)>,
    spent: HashSet<FieldBytes>,
}

impl Oracle {
    /// A token nobody has entered, whose registry was made in the block at `height`.
    pub fn new(height: u64) -> Self {
        Self {
            accounts: Vec::new(),
            active: Slots::new(),
            superseded: BTreeMap::new(),
            paused: false,
            nonce: 0,
            known: HashSet::from([Slots::new()]),
            frozen: vec![(Slots::new(), height)],
            keys: vec![0],
            previous: None,
            spent: HashSet::new(),
        }
    }

    /// Number of the auditor's key in force.
    pub fn key(&self) -> usize {
        *self.keys.last().unwrap()
    }

    /// Who is frozen.
    pub fn frozen(&self) -> &Slots {
        &self.frozen.last().unwrap().0
    }

    /// The newest set of frozen slots all of which a block at `height` lets be seized.
    pub fn seizable(&self, height: u64) -> Option<&Slots> {
        let old_enough = |(_, since): &&(Slots, u64)| since + SEIZURE_DELAY <= height;
        let newest = self.frozen.iter().rev().find(old_enough)?;
        Some(&newest.0)
    }

    /// Why nobody can be paid there now.
    pub fn cannot_receive(&self, to: usize) -> Option<Unable> {
        if self.superseded.contains_key(&to) {
            Some(Unable::Superseded)
        } else {
            self.is_frozen(to)
        }
    }

    /// Why nothing can be paid from there to there now.
    pub fn cannot_pay(&self, from: usize, to: usize) -> Option<Unable> {
        if from == to {
            return Some(Unable::PaysItself);
        }
        match self.cannot_receive(to) {
            Some(Unable::Superseded) => Some(Unable::Superseded),
            frozen => self.is_frozen(from).or(frozen),
        }
    }

    /// Why nothing can be seized from there under that set of frozen slots.
    pub fn cannot_seize(&self, from: usize, to: usize, under: Option<&Slots>) -> Option<Unable> {
        let Some(under) = under else {
            return Some(Unable::NotSeizable);
        };
        match self.cannot_receive(to) {
            Some(Unable::Superseded) => Some(Unable::Superseded),
            _ if !under.contains(&from) => Some(Unable::NotFrozen),
            frozen => frozen,
        }
    }

    pub fn is_frozen(&self, slot: usize) -> Option<Unable> {
        (!self.active.contains(&slot)).then_some(Unable::Frozen)
    }

    /// What the ledger says of a transaction in the block at `height`; takes it into account if it is taken.
    pub fn judge(&mut self, deed: &Deed, height: u64) -> Result<(), &'static str> {
        match deed {
            Deed::Issue {
                to,
                amount,
                nonce,
                basis,
            } => {
                self.check_running()?;
                require(*nonce == self.nonce, "issue_nonce")?;
                require(self.known.contains(&basis.active), "recipient_root_stale")?;
                self.check_key(basis.key, height, "proof_refused")?;
                self.nonce += 1;
                let account = &mut self.accounts[*to];
                account.held += u128::from(*amount);
                account.issued += u128::from(*amount);
            }
            Deed::Pay {
                from,
                to,
                amount,
                nullifiers,
                basis,
            } => {
                self.check_running()?;
                self.spend(nullifiers, basis, height)?;
                self.take(*from, *amount);
                self.accounts[*to].held += u128::from(*amount);
            }
            Deed::Redeem {
                from,
                amount,
                nullifiers,
                basis,
            } => {
                self.check_running()?;
                self.spend(nullifiers, basis, height)?;
                self.take(*from, *amount);
                self.accounts[*from].redeemed += u128::from(*amount);
            }
            Deed::Seize {
                from,
                to,
                amount,
                nullifiers,
                frozen,
                basis,
            } => {
                self.check_unspent(nullifiers)?;
                let known = self.frozen.iter().find(|(slots, _)| slots == frozen);
                let (_, since) = known.ok_or("frozen_root_stale")?;
                require(since + SEIZURE_DELAY <= height, "seizure_early")?;
                require(self.known.contains(&basis.active), "recipient_root_stale")?;
                self.check_key(basis.key, height, "proof_refused")?;
                self.spent.extend(nullifiers);
                self.take(*from, *amount);
                self.accounts[*to].held += u128::from(*amount);
            }
            Deed::Freeze(slot) => {
                require(self.active.remove(slot), "freeze_state")?;
                self.known = HashSet::from([self.active.clone()]);
                let mut frozen = self.frozen().clone();
                frozen.insert(*slot);
                self.frozen.retain(|(_, since)| *since < height);
                self.frozen.push((frozen, height));
            }
            Deed::Unfreeze(slot) => {
                require(self.frozen().contains(slot), "freeze_state")?;
                let (mut left, since) = self.frozen.last().unwrap().clone();
                left.remove(slot);
                self.frozen.retain(|(slots, _)| !slots.contains(slot));
                if self.frozen.last().is_none_or(|(slots, _)| *slots != left) {
                    self.frozen.push((left, since));
                }
                self.activate(*slot);
            }
            Deed::Pause(paused) => self.paused = *paused,
            Deed::Enter { entering, basis } => self.enter(*entering, basis, height)?,
            Deed::Epoch { key, window } => {
                require(*key != self.key(), "auditor_unchanged")?;
                require(!self.keys.contains(key), "auditor_reused")?;
                self.previous = (*window > 0).then(|| (self.key(), height + window));
                self.keys.push(*key);
            }
        }
        Ok(())
    }

    fn enter(
        &mut self,
        entering: Entering,
        basis: &Basis,
        height: u64,
    ) -> Result<(), &'static str> {
        let (old, lost) = match entering {
            Entering::Anew => (None, false),
            Entering::Rotating(slot) => (Some(slot.get() as usize), false),
            Entering::Recovering(slot) => (Some(slot.get() as usize), true),
        };
        if let Some(old) = old {
            require(!self.superseded.contains_key(&old), "slot_superseded")?;
            require(self.frozen().contains(&old) == lost, "freeze_state")?;
        }
        self.check_key(basis.key, height, "register_proof")?;
        let slot = self.accounts.len();
        self.accounts.push(Account::default());
        self.superseded.extend(old.map(|old| (old, slot)));
        self.activate(slot);
        Ok(())
    }

    fn activate(&mut self, slot: usize) {
        self.active.insert(slot);
        self.known.insert(self.active.clone());
    }

    fn take(&mut self, from: usize, amount: u64) {
        let held = &mut self.accounts[from].held;
        *held = held.checked_sub(amount.into()).expect("nobody overdraws");
    }

    fn spend(
        &mut self,
        nullifiers: &[FieldBytes; 2],
        basis: &Basis,
        height: u64,
    ) -> Result<(), &'static str> {
        self.check_unspent(nullifiers)?;
        require(self.known.contains(&basis.active), "sender_root_stale")?;
        self.check_key(basis.key, height, "proof_refused")?;
        self.spent.extend(nullifiers);
        Ok(())
    }

    fn check_running(&self) -> Result<(), &'static str> {
        require(!self.paused, "token_paused")
    }

    fn check_unspent(&self, nullifiers: &[FieldBytes; 2]) -> Result<(), &'static str> {
        let fresh = nullifiers.iter().all(|one| !self.spent.contains(one));
        require(fresh, "double_spend")
    }

    /// The auditor's key in force, or the one before while its window runs.
    fn check_key(
        &self,
        key: usize,
        height: u64,
        refusal: &'static str,
    ) -> Result<(), &'static str> {
        let earlier = self.previous;
        let within = earlier.is_some_and(|(old, until)| old == key && height <= until);
        require(key == self.key() || within, refusal)
    }
}

fn require(holds: bool, otherwise: &'static str) -> Result<(), &'static str> {
    if holds { Ok(()) } else { Err(otherwise) }
}

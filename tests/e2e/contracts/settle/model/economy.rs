//! The economics in plain Rust, written from `docs/settlement.md`: who owns which note, how far each deal is, what a call
//! does, and why it is refused.

use std::collections::BTreeSet;

use obolus_abi::deal::conditional::Condition;
use obolus_abi::{PointBytes, RoleKey};

use super::super::calls::Way;
use super::super::notes::{Note, Owner};
use super::super::plans::Plan;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Empty,
    Locked,
    Released,
    Refunded,
}

#[derive(Clone, Debug)]
pub enum Kind {
    Pair {
        expiry: u64,
    },
    Conditional {
        condition: Condition,
        expiry: u64,
        payee: PointBytes,
        /// Fulfilled or failed, if that was decided by a call.
        decided: Option<bool>,
        attested: Option<bool>,
        approved: BTreeSet<RoleKey>,
    },
    Standing {
        due: Vec<u64>,
        cancelled: Option<u64>,
    },
}

#[derive(Clone, Debug)]
pub struct Deal {
    pub plan: Plan<()>,
    pub kind: Kind,
    pub legs: Vec<State>,
}

impl Deal {
    /// A leg that is due but was not cancelled, or the contrary; for standing orders.
    pub fn is_cancelled(&self, leg: usize) -> bool {
        match &self.kind {
            Kind::Standing { due, cancelled } => cancelled.is_some_and(|after| due[leg] > after),
            _ => false,
        }
    }

    /// What the condition has come to.
    pub fn verdict(&self, now: u64) -> Option<bool> {
        let Kind::Conditional {
            condition,
            expiry,
            decided,
            ..
        } = &self.kind
        else {
            return None;
        };
        match condition {
            _ if decided.is_some() => *decided,
            Condition::Time(from) if now >= *from => Some(true),
            _ if now > *expiry => Some(false),
            _ => None,
        }
    }

    /// Times at which something changes.
    pub fn dates(&self) -> Vec<u64> {
        match &self.kind {
            Kind::Pair { expiry } => vec![*expiry],
            Kind::Standing { due, .. } => due.clone(),
            Kind::Conditional {
                condition: Condition::Time(from),
                expiry,
                ..
            } => vec![*from, *expiry],
            Kind::Conditional { expiry, .. } => vec![*expiry],
        }
    }
}

/// Money that goes from some notes to another one.
#[derive(Clone, Debug)]
pub struct Flow {
    pub from: Vec<Note>,
    pub paid: Note,
    pub change: Note,
}

/// What a call wants; deals by their number.
#[derive(Clone, Debug)]
pub enum Act {
    Open(Deal),
    Deposit(usize, u8, Flow),
    Settle(usize, [Flow; 2]),
    PayOut(usize, u8, Way, Flow),
    Attest(usize, bool),
    Approve(usize, BTreeSet<RoleKey>),
    Decline(usize),
    Cancel(usize),
    Swap(Vec<Flow>),
    Net(Vec<Flow>),
}

/// What is right about a call. At most one thing is wrong.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// A user makes it.
    pub direct: bool,
    /// It names a deal that exists.
    pub known: bool,
    pub terms: bool,
    /// The party's key of the deal signed, or the oracle.
    pub signed: bool,
    /// Every payment is signed under its `rk`; otherwise the last one is not.
    pub authorised: bool,
    /// Every payment or leg has its proof; otherwise the last payment has none, or no leg has one.
    pub proved: bool,
    pub memos: bool,
}

impl Facts {
    pub const RIGHT: Self = Self {
        direct: true,
        known: true,
        terms: true,
        signed: true,
        authorised: true,
        proved: true,
        memos: true,
    };
}

/// Everybody's money and deals.
#[derive(Debug, Default)]
pub struct Economy {
    pub now: u64,
    /// Unspent notes.
    pub live: BTreeSet<Note>,
    pub spent: BTreeSet<Note>,
    /// Per token, every note in the order of the token's tree.
    pub created: Vec<Vec<Note>>,
    pub issued: Vec<u64>,
    pub deals: Vec<Deal>,
}

impl Economy {
    pub fn issue(&mut self, note: Note) {
        self.live.insert(note);
        self.created[note.token].push(note);
        self.issued[note.token] += note.value;
    }

    fn flow(&mut self, flow: &Flow) {
        for note in &flow.from {
            assert!(self.live.remove(note), "a note that was not there");
            self.spent.insert(*note);
        }
        for note in [flow.paid, flow.change] {
            assert!(self.live.insert(note), "a note twice");
            self.created[note.token].push(note);
        }
    }

    /// What a call that was not refused does.
    pub fn apply(&mut self, act: &Act) {
        let now = self.now;
        match act {
            Act::Open(deal) => self.deals.push(deal.clone()),
            Act::Deposit(deal, leg, flow) => {
                self.flow(flow);
                self.deals[*deal].legs[usize::from(*leg)] = State::Locked;
            }
            Act::Settle(deal, flows) => {
                flows.iter().for_each(|flow| self.flow(flow));
                self.deals[*deal].legs = vec![State::Released; 2];
            }
            Act::PayOut(deal, leg, way, flow) => {
                self.flow(flow);
                self.deals[*deal].legs[usize::from(*leg)] = match way {
                    Way::Release => State::Released,
                    Way::Refund => State::Refunded,
                };
            }
            Act::Swap(flows) | Act::Net(flows) => flows.iter().for_each(|flow| self.flow(flow)),
            Act::Attest(deal, outcome) => {
                if let Kind::Conditional {
                    decided, attested, ..
                } = &mut self.deals[*deal].kind
                    && attested.is_none()
                {
                    (*decided, *attested) = (Some(*outcome), Some(*outcome));
                }
            }
            Act::Approve(deal, signers) => {
                if let Kind::Conditional {
                    condition: Condition::Approvals(role),
                    decided,
                    approved,
                    ..
                } = &mut self.deals[*deal].kind
                {
                    approved.extend(role.keys.iter().filter(|key| signers.contains(key)));
                    if approved.len() >= usize::from(role.threshold) {
                        *decided = Some(true);
                    }
                }
            }
            Act::Decline(deal) => {
                if let Kind::Conditional { decided, .. } = &mut self.deals[*deal].kind {
                    *decided = Some(false);
                }
            }
            Act::Cancel(deal) => {
                if let Kind::Standing { cancelled, .. } = &mut self.deals[*deal].kind {
                    *cancelled = Some(now);
                }
            }
        }
    }

    /// Money is neither made nor lost, per token.
    pub fn check_sums(&self) {
        for (token, issued) in self.issued.iter().enumerate() {
            let of_token = self.live.iter().filter(|note| note.token == token);
            let sum: u64 = of_token.map(|note| note.value).sum();
            assert_eq!(sum, *issued, "token {token}");
        }
    }

    /// Money that contracts hold.
    pub fn locked(&self) -> u64 {
        self.live
            .iter()
            .filter(|note| matches!(note.owner, Owner::Leg(..)))
            .map(|note| note.value)
            .sum()
    }
}

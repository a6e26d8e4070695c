//! Deals: legs, each in a token, and the registry's entries that own what is locked in them.

use std::collections::BTreeSet;

use obolus_abi::token::Circuit;

use super::{Account, Now, Oracle, Registry, Spend, Token, Unable, Verdict, require};

mod condition;
mod order;
mod pair;

/// More than which no leg's entry may pay at a time; no leg holds as much.
const LEG_LIMIT: u64 = u64::MAX - 1;
/// So many must approve.
pub const THRESHOLD: usize = 2;
/// So many are asked; whoever has a higher number is none of them.
pub const APPROVERS: usize = 3;

/// How far a leg is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leg {
    Empty,
    Locked,
    Released,
    Refunded,
}

/// Where a leg's note goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    ToPayee,
    Back,
}

/// What fulfils a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    Attested,
    Approved,
    From(u64),
}

/// What a deal follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rules {
    /// Each party pays the leg of its number, until the expiry; perhaps at a rate.
    Pair {
        expiry_ms: u64,
        rate: Option<[u64; 2]>,
    },
    /// A condition that is open after the expiry has failed.
    Conditional {
        expiry_ms: u64,
        condition: Condition,
    },
    /// When each leg is due.
    Standing { due_ms: Vec<u64> },
}

/// What is agreed.
#[derive(Clone)]
pub struct Plan {
    pub rules: Rules,
    /// Their slots. The first one opens, and pays all legs but the second one of a pair.
    pub parties: [usize; 2],
    /// Token and amount of each leg.
    pub legs: Vec<(usize, u64)>,
}

/// A deal and how far it is.
pub struct Deal {
    pub plan: Plan,
    /// Slots of what is locked.
    owners: Vec<usize>,
    pub legs: Vec<Leg>,
    /// What was decided, but by the clock: whether it is fulfilled.
    pub decided: Option<bool>,
    attested: Option<bool>,
    /// Its oracle said both.
    pub equivocated: bool,
    pub approved: BTreeSet<usize>,
    /// What is due after that time is cancelled.
    pub cancelled_ms: Option<u64>,
}

/// What is done in a deal, which is meant by its number.
pub enum DealDeed {
    /// Proved for the auditor's key of that number. The rate may be another than was proved.
    Open {
        plan: Plan,
        key: usize,
        proved: bool,
    },
    /// It may lock another note than was agreed.
    Deposit {
        deal: usize,
        leg: usize,
        spend: Spend,
        agreed: bool,
    },
    Settle {
        deal: usize,
        spends: [Spend; 2],
    },
    PayOut {
        deal: usize,
        leg: usize,
        way: Way,
        /// By whom the leg was paid.
        signed: bool,
        spend: Spend,
    },
    /// It may be another oracle's.
    Attest {
        deal: usize,
        genuine: bool,
        outcome: bool,
    },
    Approve {
        deal: usize,
        approver: usize,
    },
    /// By the party of that number.
    Decline {
        deal: usize,
        by: usize,
    },
    Cancel {
        deal: usize,
        by: usize,
    },
    /// Payments in these tokens to these slots, all or none.
    Together(Vec<(usize, Spend, usize)>),
}

impl Rules {
    /// The last time of what must be in time; never for orders.
    const fn expiry_ms(&self) -> u64 {
        match self {
            Self::Pair { expiry_ms, .. } | Self::Conditional { expiry_ms, .. } => *expiry_ms,
            Self::Standing { .. } => u64::MAX,
        }
    }
}

impl Plan {
    /// The slot that pays a leg.
    pub fn payer(&self, leg: usize) -> usize {
        self.parties[self.side(leg)]
    }

    /// The slot that a leg's note goes to.
    pub fn paid(&self, leg: usize, way: Way) -> usize {
        match way {
            Way::Back => self.payer(leg),
            Way::ToPayee => self.parties[1 - self.side(leg)],
        }
    }

    const fn side(&self, leg: usize) -> usize {
        match self.rules {
            Rules::Pair { .. } => leg,
            Rules::Conditional { .. } | Rules::Standing { .. } => 0,
        }
    }
}

impl Oracle {
    /// The slot of what is locked in a leg.
    pub fn owner_of(&self, deal: usize, leg: usize) -> usize {
        self.deals[deal].owners[leg]
    }

    /// Why the payer's wallet locks nothing in a leg.
    pub fn cannot_deposit(&self, deal: usize, leg: usize) -> Option<Unable> {
        let Deal { plan, legs, .. } = &self.deals[deal];
        let (payer, (_, amount)) = (plan.payer(leg), plan.legs[leg]);
        let done = (legs[leg] != Leg::Empty).then_some(Unable::LegState);
        done.or(self.registry.is_over(payer, amount))
            .or(self.registry.is_frozen(payer))
    }

    /// Why nobody's wallet pays a leg out that way.
    pub fn cannot_pay_out(&self, deal: usize, leg: usize, way: Way) -> Option<Unable> {
        let Deal { plan, legs, .. } = &self.deals[deal];
        let other = (legs[leg] != Leg::Locked).then_some(Unable::LegState);
        other.or(self.registry.is_frozen(plan.paid(leg, way)))
    }

    pub(super) fn judge_deal(&mut self, deed: &DealDeed, now: Now) -> Verdict {
        match deed {
            DealDeed::Open { plan, key, proved } => self.open(plan, (*key, *proved), now)?,
            DealDeed::Deposit {
                deal,
                leg,
                spend,
                agreed,
            } => {
                let deal = &mut self.deals[*deal];
                deal.check_deposit(*leg, now.time_ms)?;
                require(deal.legs[*leg] == Leg::Empty, "leg_not_empty")?;
                require(*agreed, "other_note")?;
                let token = &mut self.tokens[deal.plan.legs[*leg].0];
                token.check_spend(spend, Circuit::Transfer, &self.registry, now)?;
                token.spend(spend);
                token.receive(deal.owners[*leg], spend.amount);
                deal.legs[*leg] = Leg::Locked;
            }
            DealDeed::Settle { deal, spends } => {
                let deal = &mut self.deals[*deal];
                deal.check_settlement(now.time_ms)?;
                for ((token, _), spend) in deal.plan.legs.iter().zip(spends) {
                    check_payout(&self.tokens[*token], spend, &self.registry, now)?;
                }
                for (leg, spend) in spends.iter().enumerate() {
                    deal.pay_out(&mut self.tokens, leg, Way::ToPayee, spend);
                }
            }
            DealDeed::PayOut {
                deal,
                leg,
                way,
                signed,
                spend,
            } => {
                let deal = &mut self.deals[*deal];
                deal.check_payout(*leg, *way, *signed, now.time_ms)?;
                require(deal.legs[*leg] == Leg::Locked, "leg_not_locked")?;
                let token = &self.tokens[deal.plan.legs[*leg].0];
                check_payout(token, spend, &self.registry, now)?;
                deal.pay_out(&mut self.tokens, *leg, *way, spend);
            }
            DealDeed::Attest {
                deal,
                genuine,
                outcome,
            } => self.deals[*deal].attest(*genuine, *outcome, now.time_ms)?,
            DealDeed::Approve { deal, approver } => {
                self.deals[*deal].approve(*approver, now.time_ms)?;
            }
            DealDeed::Decline { deal, by } => self.deals[*deal].decline(*by, now.time_ms)?,
            DealDeed::Cancel { deal, by } => self.deals[*deal].cancel(*by, now.time_ms)?,
            DealDeed::Together(payments) => {
                for (token, spend, _) in payments {
                    let token = &self.tokens[*token];
                    token.check_spend(spend, Circuit::Transfer, &self.registry, now)?;
                }
                for (token, spend, to) in payments {
                    pay(&mut self.tokens[*token], spend, *to);
                }
            }
        }
        Ok(())
    }

    fn open(&mut self, plan: &Plan, (key, proved): (usize, bool), now: Now) -> Verdict {
        require(proved, "rate_proof_refused")?;
        require(now.time_ms <= plan.rules.expiry_ms(), "deal_expired")?;
        let registry = &mut self.registry;
        registry.check_key(key, now.height, "register_proof")?;
        let owners: Vec<_> = plan.legs.iter().map(|_| registry.list(LEG_LIMIT)).collect();
        for token in &mut self.tokens {
            let legs = owners.iter().map(|_| Account::default());
            token.accounts.extend(legs);
        }
        self.deals.push(Deal {
            plan: plan.clone(),
            legs: vec![Leg::Empty; owners.len()],
            owners,
            decided: None,
            attested: None,
            equivocated: false,
            approved: BTreeSet::new(),
            cancelled_ms: None,
        });
        Ok(())
    }
}

impl Deal {
    /// What comes before the leg's own state and note.
    fn check_deposit(&self, leg: usize, now_ms: u64) -> Verdict {
        match &self.plan.rules {
            Rules::Pair { .. } => self.check_pair_deposit(now_ms),
            Rules::Conditional { expiry_ms, .. } => {
                require(now_ms <= *expiry_ms, "deal_expired")?;
                require(self.decided != Some(false), "condition_decided")
            }
            Rules::Standing { .. } => require(!self.is_cancelled(leg), "deal_cancelled"),
        }
    }

    fn check_payout(&self, leg: usize, way: Way, signed: bool, now_ms: u64) -> Verdict {
        match &self.plan.rules {
            Rules::Pair { .. } => self.check_refund(leg, signed, now_ms),
            Rules::Conditional { .. } => {
                let needed = way == Way::ToPayee;
                require(self.fulfilled(now_ms) == Some(needed), "condition_open")
            }
            Rules::Standing { due_ms } => self.check_due(leg, way, due_ms[leg], now_ms),
        }
    }

    fn pay_out(&mut self, tokens: &mut [Token; 2], leg: usize, way: Way, spend: &Spend) {
        let (token, _) = self.plan.legs[leg];
        pay(&mut tokens[token], spend, self.plan.paid(leg, way));
        self.legs[leg] = match way {
            Way::ToPayee => Leg::Released,
            Way::Back => Leg::Refunded,
        };
    }
}

/// A payment out of what is locked. No quota is asked for.
fn check_payout(token: &Token, spend: &Spend, registry: &Registry, now: Now) -> Verdict {
    token.check_open(Circuit::Transfer)?;
    token.check_unspent(spend)?;
    registry.check_sender(&spend.basis)?;
    registry.check_key(spend.basis.key, now.height, "proof_refused")?;
    token.check_pinned(Circuit::Transfer)
}

fn pay(token: &mut Token, spend: &Spend, to: usize) {
    token.spend(spend);
    token.receive(to, spend.amount);
}

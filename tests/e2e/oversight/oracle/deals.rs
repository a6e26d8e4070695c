//! Deals: two legs, one in each token, and the registry's entries that own what is locked in them.

use obolus_abi::token::Circuit;

use super::{Account, Now, Oracle, Registry, Spend, Token, Unable, Verdict, require};

/// More than which no leg's entry may pay at a time; no leg holds as much.
const LEG_LIMIT: u64 = u64::MAX - 1;

/// How far a leg is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leg {
    Empty,
    Locked,
    Released,
    Refunded,
}

/// What is agreed. Each party pays the leg of its number and is paid the other.
#[derive(Clone, Copy)]
pub struct Plan {
    /// Their slots.
    pub parties: [usize; 2],
    /// The token of each leg.
    pub tokens: [usize; 2],
    pub amounts: [u64; 2],
    /// The last time of deposits and settlement.
    pub expiry_ms: u64,
}

/// A deal and how far it is.
pub struct Deal {
    pub plan: Plan,
    /// Slots of what is locked.
    owners: [usize; 2],
    legs: [Leg; 2],
}

/// What is done in a deal, which is meant by its number.
pub enum DealDeed {
    /// Proved for the auditor's key of that number.
    Open {
        plan: Plan,
        key: usize,
    },
    Deposit {
        deal: usize,
        leg: usize,
        spend: Spend,
    },
    Settle {
        deal: usize,
        spends: [Spend; 2],
    },
    Refund {
        deal: usize,
        leg: usize,
        /// By whom the leg was paid.
        signed: bool,
        spend: Spend,
    },
    /// Each pays the other, in these tokens.
    Swap {
        tokens: [usize; 2],
        payments: [Spend; 2],
    },
}

impl Oracle {
    /// The slot of what is locked in a leg.
    pub fn owner_of(&self, deal: usize, leg: usize) -> usize {
        self.deals[deal].owners[leg]
    }

    /// Why the payer's wallet locks nothing in a leg.
    pub fn cannot_deposit(&self, deal: usize, leg: usize) -> Option<Unable> {
        let Deal { plan, legs, .. } = &self.deals[deal];
        let (payer, amount) = (plan.parties[leg], plan.amounts[leg]);
        let done = (legs[leg] != Leg::Empty).then_some(Unable::LegState);
        done.or(self.registry.is_over(payer, amount))
            .or(self.registry.is_frozen(payer))
    }

    /// Why nobody's wallet pays a leg out to the party of that number.
    pub fn cannot_pay_out(&self, deal: usize, leg: usize, party: usize) -> Option<Unable> {
        let Deal { plan, legs, .. } = &self.deals[deal];
        let other = (legs[leg] != Leg::Locked).then_some(Unable::LegState);
        other.or(self.registry.is_frozen(plan.parties[party]))
    }

    pub(super) fn judge_deal(&mut self, deed: &DealDeed, now: Now) -> Verdict {
        match deed {
            DealDeed::Open { plan, key } => {
                require(now.time_ms <= plan.expiry_ms, "deal_expired")?;
                let registry = &mut self.registry;
                registry.check_key(*key, now.height, "register_proof")?;
                let owners = [(), ()].map(|()| registry.list(LEG_LIMIT));
                for token in &mut self.tokens {
                    token.accounts.extend([Account::default(); 2]);
                }
                self.deals.push(Deal {
                    plan: *plan,
                    owners,
                    legs: [Leg::Empty; 2],
                });
            }
            DealDeed::Deposit { deal, leg, spend } => {
                let Deal { plan, owners, legs } = &mut self.deals[*deal];
                require(!legs.contains(&Leg::Refunded), "deal_cancelled")?;
                require(now.time_ms <= plan.expiry_ms, "deal_expired")?;
                require(legs[*leg] == Leg::Empty, "leg_not_empty")?;
                let token = &mut self.tokens[plan.tokens[*leg]];
                token.check_spend(spend, Circuit::Transfer, &self.registry, now)?;
                token.spend(spend);
                token.receive(owners[*leg], spend.amount);
                legs[*leg] = Leg::Locked;
            }
            DealDeed::Settle { deal, spends } => {
                let Deal { plan, legs, .. } = &mut self.deals[*deal];
                require(now.time_ms <= plan.expiry_ms, "deal_expired")?;
                require(*legs == [Leg::Locked; 2], "leg_not_locked")?;
                for (token, spend) in plan.tokens.iter().zip(spends) {
                    check_payout(&self.tokens[*token], spend, &self.registry, now)?;
                }
                for (leg, spend) in spends.iter().enumerate() {
                    pay(
                        &mut self.tokens[plan.tokens[leg]],
                        spend,
                        plan.parties[1 - leg],
                    );
                    legs[leg] = Leg::Released;
                }
            }
            DealDeed::Refund {
                deal,
                leg,
                signed,
                spend,
            } => {
                let Deal { plan, legs, .. } = &mut self.deals[*deal];
                if now.time_ms <= plan.expiry_ms {
                    require(legs[1 - leg] != Leg::Locked, "deal_bound")?;
                    require(*signed, "not_deal_party")?;
                }
                require(legs[*leg] == Leg::Locked, "leg_not_locked")?;
                let token = &mut self.tokens[plan.tokens[*leg]];
                check_payout(token, spend, &self.registry, now)?;
                pay(token, spend, plan.parties[*leg]);
                legs[*leg] = Leg::Refunded;
            }
            DealDeed::Swap { tokens, payments } => {
                for (token, payment) in tokens.iter().zip(payments) {
                    let token = &self.tokens[*token];
                    token.check_spend(payment, Circuit::Transfer, &self.registry, now)?;
                }
                let [one, other] = payments;
                pay(&mut self.tokens[tokens[0]], one, other.from);
                pay(&mut self.tokens[tokens[1]], other, one.from);
            }
        }
        Ok(())
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

//! Deals of two participants: opened, funded, paid out.

use obolus_abi::DealId;
use obolus_abi::deal::pair::SettleMsg;
use obolus_abi::deal::{DepositMsg, PayOutMsg};
use obolus_protocol::Amount;
use obolus_protocol::rate::Rate;
use obolus_protocol::tx::Transaction;
use obolus_tests::bank::{Agreed, Bank};
use obolus_wallet::deal::Kind;
use obolus_wallet::deal::payout::Payout;

use super::super::act::Term;
use super::super::oracle::{Basis, Condition, DealDeed, Deed, Plan, Rules, Unable, Way};
use super::conditions::condition;
use super::spends::payment;
use super::{After, Pending, Play};

/// Which deals something can be about.
#[derive(Clone, Copy)]
pub enum Of {
    Any,
    Pairs,
    Conditional,
    Standing,
    /// All but pairs.
    Single,
}

impl Of {
    const fn fits(self, rules: &Rules) -> bool {
        match rules {
            Rules::Pair { .. } => matches!(self, Self::Any | Self::Pairs),
            Rules::Conditional { .. } => {
                matches!(self, Self::Any | Self::Single | Self::Conditional)
            }
            Rules::Standing { .. } => matches!(self, Self::Any | Self::Single | Self::Standing),
        }
    }
}

impl Play {
    /// The first leg is in the token that is turned to; the second one of a pair in the other one, of an order in the same.
    pub(super) fn open(
        &mut self,
        parties: (usize, usize),
        rules: Rules,
        amounts: &[u64],
    ) -> Option<Pending> {
        let plan = self.plan(parties, rules, amounts)?;
        let opened = self.bank.try_open(&self.agreed(&plan));
        Some(self.opened(opened.unwrap(), plan, true))
    }

    /// A wallet that asks for more than the rate gives opens nothing; one that states another rate than it proves is refused.
    pub(super) fn misprice(
        &mut self,
        parties: (usize, usize),
        amount: u64,
        rate: [u64; 2],
    ) -> Option<Pending> {
        let rules = self.pair(Some(rate), 10);
        let amounts = [amount, converted(amount, rate)];
        let off = self.plan(parties, rules.clone(), &[amounts[0], amounts[1] + 1])?;
        let refused = self.bank.try_open(&self.agreed(&off)).err();
        assert!(refused.is_some_and(|error| Unable::OffRate.is(&error)));
        self.tally.unable(Unable::OffRate);
        let plan = self.plan(parties, rules, &amounts)?;
        let opened = self.bank.try_open_at_other_rate(&self.agreed(&plan));
        Some(self.opened(opened.unwrap(), plan, false))
    }

    /// A pair that stands for so many seconds.
    pub(super) fn pair(&self, rate: Option<[u64; 2]>, seconds: u64) -> Rules {
        let expiry_ms = self.after(seconds);
        Rules::Pair { expiry_ms, rate }
    }

    /// A condition that stands for so many seconds.
    pub(super) fn conditional(&self, term: Term, seconds: u64) -> Rules {
        Rules::Conditional {
            expiry_ms: self.after(seconds),
            condition: match term {
                Term::Attested => Condition::Attested,
                Term::Approved => Condition::Approved,
                Term::After(wait) => Condition::From(self.after(wait.min(seconds))),
            },
        }
    }

    /// A payment that is due after so many seconds, and another so many later.
    pub(super) fn standing(&self, [wait, more]: [u64; 2]) -> Rules {
        let due_ms = vec![self.after(wait), self.after(wait + more)];
        Rules::Standing { due_ms }
    }

    fn opened(&self, (deal, tx): (DealId, Transaction), plan: Plan, proved: bool) -> Pending {
        let key = self.oracle.registry.key();
        let deed = DealDeed::Open { plan, key, proved };
        Pending {
            after: After::Opens(deal),
            ..self.decided(tx, Deed::Deal(deed))
        }
    }

    fn plan(&self, parties: (usize, usize), rules: Rules, amounts: &[u64]) -> Option<Plan> {
        let ((first, second), slots) = self.parties(parties.0, parties.1);
        let other = match rules {
            Rules::Pair { .. } => 1 - self.at,
            Rules::Conditional { .. } | Rules::Standing { .. } => self.at,
        };
        let tokens = [self.at, other].into_iter();
        (first != second).then(|| Plan {
            rules,
            parties: [slots.0, slots.1],
            legs: tokens.zip(amounts.iter().copied()).collect(),
        })
    }

    /// The same as wallets say it.
    fn agreed(&self, plan: &Plan) -> Agreed {
        let kind = match &plan.rules {
            Rules::Pair { expiry_ms, rate } => match rate {
                None => Kind::Dvp {
                    expiry_ms: *expiry_ms,
                },
                Some([p, q]) => Kind::Pvp {
                    expiry_ms: *expiry_ms,
                    rate: Rate::new(*p, *q).unwrap(),
                },
            },
            Rules::Conditional {
                expiry_ms,
                condition: waits_for,
            } => Kind::Conditional {
                expiry_ms: *expiry_ms,
                condition: condition(*waits_for),
            },
            Rules::Standing { due_ms } => Kind::Standing {
                due_ms: due_ms.clone(),
            },
        };
        let legs = plan.legs.iter();
        Agreed {
            contract: self.contracts.of(&kind),
            kind,
            parties: plan.parties.map(Bank::slot),
            legs: legs
                .map(|(token, amount)| (usize::from(*token != self.at), *amount))
                .collect(),
        }
    }

    /// By the payer: what was agreed, or a minor unit less with a modified wallet.
    pub(super) fn deposit(
        &mut self,
        (deal, leg): (usize, usize),
        agreed: bool,
        basis: Basis,
    ) -> Option<Pending> {
        let (deal, plan) = self.deal(deal, Of::Any)?;
        let leg = leg % plan.legs.len();
        let (token, amount) = plan.legs[leg];
        let payer = self.member_at(plan.payer(leg));
        let expected = self.oracle.cannot_deposit(deal, leg);
        let at = self.turn_to(token);
        let (id, number) = (&self.deals[deal], leg as u8);
        let (deposit, after) = if agreed {
            let deposit = self.bank.try_deposit(payer, id, number);
            (deposit, self.notes_of(payer))
        } else {
            let short = self.bank.try_short_deposit(payer, id, number);
            (short, After::Nothing)
        };
        let deed = |tx: &Transaction| {
            let msg: DepositMsg = borsh::from_slice(&tx.body.args).unwrap();
            Deed::Deal(DealDeed::Deposit {
                deal,
                leg,
                spend: payment(&msg.transfer, (plan.payer(leg), amount), basis),
                agreed,
            })
        };
        let pending = self.assembled(deposit, expected, deed, after);
        self.turn_to(at);
        pending
    }

    /// By the party of that number.
    pub(super) fn settle(&mut self, deal: usize, by: usize, basis: &Basis) -> Option<Pending> {
        let (deal, plan) = self.deal(deal, Of::Pairs)?;
        let by = self.member_at(plan.parties[by]);
        let payout = |leg: usize| self.oracle.cannot_pay_out(deal, leg, Way::ToPayee);
        let expected = payout(0).or(payout(1));
        let owners = [0, 1].map(|leg| self.oracle.owner_of(deal, leg));
        let settlement = self.bank.try_settle(by, &self.deals[deal]);
        let deed = |tx: &Transaction| {
            let msg: SettleMsg = borsh::from_slice(&tx.body.args).unwrap();
            let spend = |leg: usize| {
                let from = (owners[leg], plan.legs[leg].1);
                payment(&msg.transfers[leg], from, basis.clone())
            };
            Deed::Deal(DealDeed::Settle {
                deal,
                spends: [spend(0), spend(1)],
            })
        };
        self.assembled(settlement, expected, deed, After::Nothing)
    }

    /// By the party of that number. A pair's legs go to their payees together alone.
    pub(super) fn pay_out(
        &mut self,
        (deal, leg): (usize, usize),
        way: Way,
        by: usize,
        basis: Basis,
    ) -> Option<Pending> {
        let (of, payout) = match way {
            Way::ToPayee => (Of::Single, Payout::Release),
            Way::Back => (Of::Any, Payout::Refund),
        };
        let (deal, plan) = self.deal(deal, of)?;
        let leg = leg % plan.legs.len();
        let (token, amount) = plan.legs[leg];
        let signed = way == Way::Back && plan.parties[by] == plan.payer(leg);
        let by = self.member_at(plan.parties[by]);
        let expected = self.oracle.cannot_pay_out(deal, leg, way);
        let owner = self.oracle.owner_of(deal, leg);
        let at = self.turn_to(token);
        let paid = self
            .bank
            .try_pay_out(by, (&self.deals[deal], leg as u8), payout);
        let deed = |tx: &Transaction| {
            let msg: PayOutMsg = borsh::from_slice(&tx.body.args).unwrap();
            Deed::Deal(DealDeed::PayOut {
                deal,
                leg,
                way,
                signed,
                spend: payment(&msg.transfer, (owner, amount), basis),
            })
        };
        let pending = self.assembled(paid, expected, deed, After::Nothing);
        self.turn_to(at);
        pending
    }

    /// Counted from the last one that was opened of those that it can be about.
    pub(super) fn deal(&self, which: usize, of: Of) -> Option<(usize, Plan)> {
        let deals = self.oracle.deals.iter().enumerate();
        let fitting: Vec<_> = deals
            .filter(|(_, deal)| of.fits(&deal.plan.rules))
            .collect();
        let place = fitting
            .len()
            .checked_sub(1 + which % fitting.len().max(1))?;
        let (number, deal) = fitting[place];
        Some((number, deal.plan.clone()))
    }

    pub(super) fn member_at(&self, slot: usize) -> usize {
        let mut slots = self.slots.iter();
        slots.position(|one| *one == slot).unwrap()
    }

    /// A time so many seconds after the last block.
    fn after(&self, seconds: u64) -> u64 {
        self.bank.ledger.tip().time_ms + seconds * 1000
    }
}

/// What the rate `p : q` makes of an amount.
pub(super) fn converted(amount: u64, [p, q]: [u64; 2]) -> u64 {
    let rate = Rate::new(p, q).unwrap();
    rate.convert(Amount::new(amount)).unwrap().get()
}

//! Deals: one leg in each token.

use obolus_abi::deal::atomic::SwapMsg;
use obolus_abi::deal::pair::SettleMsg;
use obolus_abi::deal::{DepositMsg, PayOutMsg};
use obolus_abi::token::TransferMsg;
use obolus_protocol::tx::Transaction;
use obolus_tests::bank::Bank;

use super::super::oracle::{Basis, Deal, DealDeed, Deed, Plan, Spend};
use super::{After, Pending, Play};

impl Play {
    /// The first party pays in the token that is turned to, the second one in the other.
    pub(super) fn open(
        &mut self,
        (first, second): (usize, usize),
        amounts: [u64; 2],
        seconds: u64,
    ) -> Option<Pending> {
        let ((first, second), slots) = self.parties(first, second);
        if first == second {
            return None;
        }
        let plan = Plan {
            parties: [slots.0, slots.1],
            tokens: [self.at, 1 - self.at],
            amounts,
            expiry_ms: self.bank.ledger.tip().time_ms + seconds * 1000,
        };
        let parties = plan.parties.map(Bank::slot);
        let opened = self
            .bank
            .try_open(self.dvp, parties, amounts, plan.expiry_ms);
        let (deal, tx) = opened.unwrap();
        let key = self.oracle.registry.key();
        Some(Pending {
            after: After::Opens(deal),
            ..self.decided(tx, Deed::Deal(DealDeed::Open { plan, key }))
        })
    }

    /// The first one pays in the token that is turned to, the second one in the other, at once or not at all.
    pub(super) fn swap(
        &mut self,
        (first, second): (usize, usize),
        amounts: [u64; 2],
        basis: Basis,
    ) -> Option<Pending> {
        let (members, slots) = self.parties(first, second);
        let oracle = &self.oracle;
        let expected = oracle
            .cannot_give(slots, amounts[0])
            .or(oracle.cannot_give((slots.1, slots.0), amounts[1]));
        let tokens = [self.at, 1 - self.at];
        let swap = self.bank.try_swap(self.dvp, members, amounts);
        let deed = |tx: &Transaction| {
            let msg: SwapMsg = borsh::from_slice(&tx.body.args).unwrap();
            let [one, other] = &msg.payments;
            let payments = [
                payment(&one.transfer, (slots.0, amounts[0]), basis.clone()),
                payment(&other.transfer, (slots.1, amounts[1]), basis),
            ];
            Deed::Deal(DealDeed::Swap { tokens, payments })
        };
        let reserved = vec![(tokens[0], members.0), (tokens[1], members.1)];
        self.assembled(swap, expected, deed, After::Notes(reserved))
    }

    pub(super) fn deposit(&mut self, deal: usize, leg: usize, basis: Basis) -> Option<Pending> {
        let (deal, plan) = self.deal(deal)?;
        let payer = self.member_at(plan.parties[leg]);
        let expected = self.oracle.cannot_deposit(deal, leg);
        let at = self.turn_to(plan.tokens[leg]);
        let deposit = self.bank.try_deposit(payer, &self.deals[deal], leg as u8);
        let deed = |tx: &Transaction| {
            let msg: DepositMsg = borsh::from_slice(&tx.body.args).unwrap();
            let from = plan.parties[leg];
            Deed::Deal(DealDeed::Deposit {
                deal,
                leg,
                spend: payment(&msg.transfer, (from, plan.amounts[leg]), basis),
            })
        };
        let pending = self.assembled(deposit, expected, deed, self.notes_of(payer));
        self.turn_to(at);
        pending
    }

    /// By the party of that number.
    pub(super) fn settle(&mut self, deal: usize, by: usize, basis: Basis) -> Option<Pending> {
        let (deal, plan) = self.deal(deal)?;
        let by = self.member_at(plan.parties[by]);
        let payout = |leg: usize| self.oracle.cannot_pay_out(deal, leg, 1 - leg);
        let expected = payout(0).or(payout(1));
        let owners = [0, 1].map(|leg| self.oracle.owner_of(deal, leg));
        let settlement = self.bank.try_settle(by, &self.deals[deal]);
        let deed = |tx: &Transaction| {
            let msg: SettleMsg = borsh::from_slice(&tx.body.args).unwrap();
            let spend = |leg: usize| {
                let from = (owners[leg], plan.amounts[leg]);
                payment(&msg.transfers[leg], from, basis.clone())
            };
            Deed::Deal(DealDeed::Settle {
                deal,
                spends: [spend(0), spend(1)],
            })
        };
        self.assembled(settlement, expected, deed, After::Nothing)
    }

    /// By the party of that number.
    pub(super) fn refund(
        &mut self,
        deal: usize,
        leg: usize,
        by: usize,
        basis: Basis,
    ) -> Option<Pending> {
        let (deal, plan) = self.deal(deal)?;
        let signed = by == leg;
        let by = self.member_at(plan.parties[by]);
        let expected = self.oracle.cannot_pay_out(deal, leg, leg);
        let owner = self.oracle.owner_of(deal, leg);
        let at = self.turn_to(plan.tokens[leg]);
        let refund = self.bank.try_refund(by, &self.deals[deal], leg as u8);
        let deed = |tx: &Transaction| {
            let msg: PayOutMsg = borsh::from_slice(&tx.body.args).unwrap();
            Deed::Deal(DealDeed::Refund {
                deal,
                leg,
                signed,
                spend: payment(&msg.transfer, (owner, plan.amounts[leg]), basis),
            })
        };
        let pending = self.assembled(refund, expected, deed, After::Nothing);
        self.turn_to(at);
        pending
    }

    /// Counted from the last one that was opened.
    fn deal(&self, which: usize) -> Option<(usize, Plan)> {
        let deals: &[Deal] = &self.oracle.deals;
        let number = deals.len().checked_sub(1 + which % deals.len().max(1))?;
        Some((number, deals[number].plan))
    }

    fn member_at(&self, slot: usize) -> usize {
        let mut slots = self.slots.iter();
        slots.position(|one| *one == slot).unwrap()
    }
}

fn payment(transfer: &TransferMsg, (from, amount): (usize, u64), basis: Basis) -> Spend {
    Spend {
        from,
        amount,
        nullifiers: [transfer.nf1, transfer.nf2],
        place: None,
        basis,
    }
}

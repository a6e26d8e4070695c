//! Payments of several participants in one transaction.

use obolus_abi::deal::atomic::{NetMsg, Payment, SwapMsg};
use obolus_protocol::tx::Transaction;
use obolus_tests::bank::Passed;
use obolus_wallet::AssembleError;

use super::super::oracle::{Basis, DealDeed, Deed, Spend};
use super::spends::payment;
use super::{After, Pending, Play};

impl Play {
    /// The first one pays in the token that is turned to, the second one in the other, at once or not at all.
    pub(super) fn swap(
        &mut self,
        (first, second): (usize, usize),
        amounts: [u64; 2],
        basis: &Basis,
    ) -> Option<Pending> {
        let (first, second) = (self.member(first), self.member(second));
        let payments = [(0, first, second), (1, second, first)];
        let payments = payments.map(|(token, from, to)| Passed {
            token,
            from,
            to,
            amount: amounts[token],
        });
        let swap = self.bank.try_swap(self.contracts.dvp, &payments);
        let made = |args: &[u8]| borsh::from_slice::<SwapMsg>(args).unwrap().payments.into();
        self.together((swap, &payments), None, made, basis)
    }

    /// Three from that one on, each pays the next one; the second one in the other token.
    pub(super) fn net(
        &mut self,
        first: usize,
        amounts: [u64; 3],
        unsigned: Option<usize>,
        basis: &Basis,
    ) -> Option<Pending> {
        let payments = [0, 1, 2].map(|number| Passed {
            token: number % 2,
            from: self.member(first + number),
            to: self.member(first + (number + 1) % 3),
            amount: amounts[number],
        });
        let unsigned = unsigned.map(|number| number % 3);
        let net = self
            .bank
            .try_net(self.contracts.netting, &payments, unsigned);
        let made = |args: &[u8]| borsh::from_slice::<NetMsg>(args).unwrap().payments;
        self.together((net, &payments), unsigned, made, basis)
    }

    fn together(
        &mut self,
        (outcome, payments): (Result<Transaction, AssembleError>, &[Passed]),
        unsigned: Option<usize>,
        made: fn(&[u8]) -> Vec<Payment>,
        basis: &Basis,
    ) -> Option<Pending> {
        let tokens = [self.at, 1 - self.at];
        let ends = |passed: &Passed| (self.slots[passed.from], self.slots[passed.to]);
        let ends: Vec<_> = payments.iter().map(ends).collect();
        let mut given = ends.iter().zip(payments);
        let expected =
            given.find_map(|(ends, passed)| self.oracle.cannot_give(*ends, passed.amount));
        let reserved = payments.iter();
        let reserved = reserved.map(|passed| (tokens[passed.token], passed.from));
        let reserved = reserved.collect();
        let deed = |tx: &Transaction| {
            let made = made(&tx.body.args);
            let spends = made.iter().zip(payments).zip(ends).enumerate();
            let spends = spends.map(|(number, ((payment_made, passed), (from, to)))| {
                let paid = (from, passed.amount);
                let spend = Spend {
                    signed: unsigned != Some(number),
                    ..payment(&payment_made.transfer, paid, basis.clone())
                };
                (tokens[passed.token], spend, to)
            });
            Deed::Deal(DealDeed::Together(spends.collect()))
        };
        self.assembled(outcome, expected, deed, After::Notes(reserved))
    }
}

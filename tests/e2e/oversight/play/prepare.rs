//! What somebody wants to do becomes a transaction, and the same in the oracle's terms.

use obolus_abi::registry::{SeizableRoot, SetLimitMsg, SlotMsg};
use obolus_abi::token::SetPausedMsg;
use obolus_protocol::Amount;
use obolus_protocol::tx::Transaction;
use obolus_tests::bank::{Bank, encode};
use obolus_wallet::{AssembleError, ChainSource, Entering};

use super::super::act::{Act, FIRST, NEXT, Part};
use super::super::oracle::{Basis, Deed, Unable, Way};
use super::deals::converted;
use super::spends::spend;
use super::{After, Pending, Play};

/// Members beyond whom nobody enters: more only take time.
const CROWD: usize = 7;

impl Play {
    pub(super) fn prepare(&mut self, act: Act) -> Option<Pending> {
        let basis = self.oracle.registry.basis();
        match act {
            Act::Issue(to, amount) => {
                let to = self.member(to);
                let deed = Deed::Issue {
                    to: self.slots[to],
                    amount,
                    nonce: self.oracle.tokens[self.at].nonce,
                    basis,
                };
                let expected = self.oracle.cannot_receive(self.slots[to]);
                let issue = self.bank.try_issue(to, amount);
                self.assembled(issue, expected, |_| deed, After::Nothing)
            }
            Act::Pay(from, to, part) => {
                let (members, slots) = self.parties(from, to);
                let amount = self.part(members.0, part);
                let expected = self.oracle.cannot_pay(self.known(), slots, amount);
                let payment = self.bank.try_pay(members.0, members.1, amount);
                let deed = |tx: &Transaction| Deed::Pay {
                    to: slots.1,
                    spend: spend(tx, (slots.0, amount), basis),
                };
                self.assembled(payment, expected, deed, self.notes_of(members.0))
            }
            Act::Overpay(from, to, amount) => {
                let (members, slots) = self.parties(from, to);
                let within = amount.min(self.oracle.registry.limits[slots.0]);
                let expected = self.oracle.cannot_pay(self.known(), slots, within);
                let payment = self.bank.try_overpay(members.0, members.1, amount);
                // The root that it is proved under is that of another leaf.
                let mut claimed = basis;
                claimed.active.insert(slots.0, u64::MAX);
                let deed = |tx: &Transaction| Deed::Pay {
                    to: slots.1,
                    spend: spend(tx, (slots.0, amount), claimed),
                };
                self.assembled(payment, expected, deed, After::Nothing)
            }
            Act::Redeem(from, part) => {
                let from = self.member(from);
                let (slot, amount) = (self.slots[from], self.part(from, part));
                let expected = self.oracle.cannot_spend(self.known(), slot, amount);
                let redemption = self.bank.try_redeem(from, amount);
                let deed = |tx: &Transaction| Deed::Redeem(spend(tx, (slot, amount), basis));
                self.assembled(redemption, expected, deed, self.notes_of(from))
            }
            Act::Merge(who) => {
                let who = self.member(who);
                let slot = self.slots[who];
                let expected = self.oracle.cannot_spend(self.known(), slot, 0);
                let merge = self.bank.try_merge(who)?;
                let deed = |tx: &Transaction| Deed::Pay {
                    to: slot,
                    spend: spend(tx, (slot, 0), basis),
                };
                self.assembled(merge, expected, deed, self.notes_of(who))
            }
            Act::Move(from, to, part) => {
                let (members, slots) = self.parties(from, to);
                let at = self.turn_to(FIRST);
                let amount = self.part(members.0, part);
                let expected = self.oracle.cannot_move(slots, amount);
                let moved = self.bank.try_move(0, members, amount);
                let deed = |tx: &Transaction| Deed::Move {
                    to: slots.1,
                    spend: spend(tx, (slots.0, amount), basis),
                };
                let pending = self.assembled(moved, expected, deed, self.notes_of(members.0));
                self.turn_to(at);
                pending.map(|pending| Pending {
                    token: NEXT,
                    ..pending
                })
            }
            Act::Seize {
                from,
                to,
                part,
                eager,
            } => self.seize((from, to), part, eager, basis),
            Act::Freeze(who) => Some(self.registrar("freeze", who, Deed::Freeze)),
            Act::Unfreeze(who) => Some(self.registrar("unfreeze", who, Deed::Unfreeze)),
            Act::Limit(who, limit) => {
                let slot = self.slots[self.member(who)];
                let message = SetLimitMsg {
                    slot: slot as u32,
                    limit,
                };
                let tx = self.bank.registrar("set_limit", &message);
                Some(self.decided(tx, Deed::Limit(slot, limit)))
            }
            Act::Pause(paused) => {
                let (token, message) = (self.bank.token.token, encode(&SetPausedMsg { paused }));
                let tx = self.bank.operate(token, "set_paused", message);
                Some(self.decided(tx, Deed::Pause(paused)))
            }
            Act::Switch(circuit, on) => {
                let tx = self.bank.set_switch(circuit, on);
                Some(self.decided(tx, Deed::Switch(circuit, on)))
            }
            Act::Pin(circuit, right) => {
                let tx = self.bank.set_pin(circuit, right);
                Some(self.decided(tx, Deed::Pin(circuit, right)))
            }
            Act::Rule(rule) => {
                let tx = self.bank.set_velocity(rule);
                Some(self.decided(tx, Deed::Rule(rule)))
            }
            Act::Succeed => {
                let at = self.turn_to(FIRST);
                let pending = self.decided(self.bank.set_successor(0), Deed::Succeed);
                self.turn_to(at);
                Some(pending)
            }
            Act::Epoch(window) => {
                self.keys.push(self.bank.draw_auditor());
                Some(self.epoch(self.keys.len() - 1, window))
            }
            Act::OldKey(which) => Some(self.epoch(which % self.keys.len(), 1)),
            Act::Join => self.enter(Entering::Anew, u64::MAX, basis),
            Act::Rotate(who) => {
                let slot = self.slots[self.member(who)];
                let limit = self.oracle.registry.limits[slot];
                self.enter(Entering::Rotating(Bank::slot(slot)), limit, basis)
            }
            Act::Recover(who) => {
                let slot = self.slots[self.member(who)];
                let limit = self.oracle.registry.limits[slot];
                self.enter(Entering::Recovering(Bank::slot(slot)), limit, basis)
            }
            Act::Turn(token) => {
                self.turn_to(token);
                None
            }
            Act::Deal(first, second, amounts, seconds) => {
                let rules = self.pair(None, seconds);
                self.open((first, second), rules, &amounts)
            }
            Act::Exchange(first, second, amount, rate, seconds) => {
                let rules = self.pair(Some(rate), seconds);
                self.open((first, second), rules, &[amount, converted(amount, rate)])
            }
            Act::Promise(first, second, amount, term, seconds) => {
                let rules = self.conditional(term, seconds);
                self.open((first, second), rules, &[amount])
            }
            Act::Order(first, second, amounts, waits) => {
                let rules = self.standing(waits);
                self.open((first, second), rules, &amounts)
            }
            Act::Misprice(first, second, amount, rate) => {
                self.misprice((first, second), amount, rate)
            }
            Act::Deposit(deal, leg) => self.deposit((deal, leg), true, basis),
            Act::Underfund(deal, leg) => self.deposit((deal, leg), false, basis),
            Act::Settle(deal, by) => self.settle(deal, by, &basis),
            Act::Release(deal, leg, by) => self.pay_out((deal, leg), Way::ToPayee, by, basis),
            Act::Refund(deal, leg, by) => self.pay_out((deal, leg), Way::Back, by, basis),
            Act::Attest {
                deal,
                genuine,
                outcome,
            } => self.attest(deal, genuine, outcome),
            Act::Approve(deal, approver) => self.approve(deal, approver),
            Act::Decline(deal, by) => self.decline(deal, by),
            Act::Cancel(deal, by) => self.cancel(deal, by),
            Act::Swap(first, second, amounts) => self.swap((first, second), amounts, &basis),
            Act::Net(first, amounts, unsigned) => self.net(first, amounts, unsigned, &basis),
            Act::Reserves(cover, shift) => self.reserves(cover, shift),
            Act::Show(who, part) => {
                self.show(who, part);
                None
            }
            Act::Again(which) => {
                self.again(which);
                None
            }
            Act::Rest | Act::Submit(_) => None,
        }
    }

    /// What was assembled, if the wallet did; it must have unless it was unable, or had not the notes.
    pub(super) fn assembled(
        &mut self,
        outcome: Result<Transaction, AssembleError>,
        expected: Option<Unable>,
        deed: impl FnOnce(&Transaction) -> Deed,
        after: After,
    ) -> Option<Pending> {
        match (outcome, expected) {
            (Ok(tx), None) => {
                let deed = deed(&tx);
                Some(Pending {
                    after,
                    ..self.decided(tx, deed)
                })
            }
            // Which notes are free and which two would do is the wallets' affair.
            (Err(AssembleError::Select(_) | AssembleError::ZeroAmount), _) => None,
            (Err(error), Some(unable)) if unable.is(&error) => {
                self.tally.unable(unable);
                None
            }
            (Ok(_), Some(unable)) => panic!("assembled, though {unable:?}"),
            (Err(error), unable) => panic!("not assembled: {error}; expected {unable:?}"),
        }
    }

    fn seize(
        &mut self,
        (from, to): (usize, usize),
        part: Part,
        eager: bool,
        basis: Basis,
    ) -> Option<Pending> {
        let (members, slots) = self.parties(from, to);
        let recovery = self.audited[self.at].recover(slots.0);
        recovery.check().unwrap();
        let held = self.oracle.tokens[self.at].accounts[slots.0].held;
        assert_eq!(recovery.total(), held);
        let notes = recovery.notes.iter();
        let amount = amount(notes.map(|n| n.note.value.get()), part);
        let mut registry = self.bank.source().registry_state().unwrap();
        let under = if eager {
            // An auditor who does not wait for the registry's word.
            registry.seizable = Some(SeizableRoot {
                root: registry.frozen_root,
                since: 0,
            });
            Some(self.oracle.registry.frozen().clone())
        } else {
            let tip = self.bank.ledger.tip().height;
            self.oracle.registry.seizable(tip).cloned()
        };
        let expected = self
            .oracle
            .registry
            .cannot_seize(slots, amount, under.as_ref());
        let seizure = self.bank.seize((&recovery, &registry), members.1, amount);
        let deed = |tx: &Transaction| Deed::Seize {
            to: slots.1,
            spend: spend(tx, (slots.0, amount), basis),
            frozen: under.unwrap(),
        };
        self.assembled(seizure, expected, deed, After::Nothing)
    }

    fn registrar(&self, entry: &str, who: usize, deed: fn(usize) -> Deed) -> Pending {
        let slot = self.slots[self.member(who)];
        let message = SlotMsg { slot: slot as u32 };
        self.decided(self.bank.registrar(entry, &message), deed(slot))
    }

    /// About the token that is turned to, with no consequences but the ledger's.
    pub(super) fn decided(&self, tx: Transaction, deed: Deed) -> Pending {
        Pending {
            tx,
            token: self.at,
            deed,
            after: After::Nothing,
        }
    }

    fn epoch(&mut self, key: usize, window: u64) -> Pending {
        let secret = self.keys[key].clone();
        let tx = self.bank.set_auditor(&secret, window);
        Pending {
            after: After::Trusted(secret),
            ..self.decided(tx, Deed::Epoch { key, window })
        }
    }

    fn enter(&mut self, entering: Entering, limit: u64, basis: Basis) -> Option<Pending> {
        let waiting = self.block.iter().chain(&self.held);
        let entering_too = waiting.filter(|p| matches!(p.deed, Deed::Enter { .. }));
        if self.bank.members.len() + entering_too.count() >= CROWD {
            return None;
        }
        let entered = self.bank.enter(entering, Amount::new(limit)).unwrap();
        let deed = Deed::Enter {
            entering,
            limit,
            basis,
        };
        Some(Pending {
            after: After::Enters(Box::new(entered.member)),
            ..self.decided(entered.tx, deed)
        })
    }

    pub(super) fn member(&self, number: usize) -> usize {
        number % self.bank.members.len()
    }

    /// Two members, and their slots.
    pub(super) fn parties(&self, from: usize, to: usize) -> ((usize, usize), (usize, usize)) {
        let (from, to) = (self.member(from), self.member(to));
        ((from, to), (self.slots[from], self.slots[to]))
    }

    /// The token, and the chain's time as its wallets know it.
    fn known(&self) -> (usize, u64) {
        (self.at, self.bank.ledger.tip().time_ms)
    }

    pub(super) fn notes_of(&self, member: usize) -> After {
        After::Notes(vec![(self.at, member)])
    }

    fn part(&self, from: usize, part: Part) -> u64 {
        let notes = self.bank.members[from].wallet.notes().candidates();
        amount(notes.iter().map(|n| n.value.get()), part)
    }
}

fn amount(values: impl Iterator<Item = u64>, part: Part) -> u64 {
    match part {
        Part::Of(amount) => amount,
        Part::All => {
            let mut values: Vec<_> = values.collect();
            values.sort_unstable();
            values.iter().rev().take(2).sum()
        }
    }
}

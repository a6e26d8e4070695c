//! Random calls, honest or with one thing wrong.

use std::collections::BTreeSet;

use borsh::BorshSerialize;
use obolus_abi::deal::DepositMsg;
use obolus_abi::{DealId, RoleKey};
use obolus_contract_hostile::messages::Raw;
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use super::super::calls::{Part, Way, relayed};
use super::super::notes::{Call, Note, Owner};
use super::super::plans::Plan;
use super::super::stage::{PARTIES, Stage};
use super::economy::{Act, Deal, Economy, Facts, Flow, Kind};

pub const HOUR: u64 = 3_600_000;
pub const STATEMENT: [u8; 32] = [4; 32];
pub const ORACLE: u8 = 5;

/// One thing that is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Twist {
    Nothing,
    Relayed,
    NoDeal,
    NoLeg,
    BadTerms,
    Unsigned,
    OtherNote,
    SpentNote,
    NoRk,
    NoProof,
    NoMemos,
}

const TWISTS: [Twist; 10] = [
    Twist::Relayed,
    Twist::NoDeal,
    Twist::NoLeg,
    Twist::BadTerms,
    Twist::Unsigned,
    Twist::OtherNote,
    Twist::SpentNote,
    Twist::NoRk,
    Twist::NoProof,
    Twist::NoMemos,
];

/// A call with what the model needs to know about it.
#[derive(Clone, Debug)]
pub struct Move {
    pub act: Act,
    pub facts: Facts,
    pub call: Call<Raw>,
}

/// Draws calls.
pub struct Player<'a> {
    pub rng: &'a mut StdRng,
    pub stage: &'a mut Stage,
    pub economy: &'a Economy,
}

impl Player<'_> {
    /// A call, if the one that was drawn is possible at all.
    pub fn draw(&mut self) -> Option<Move> {
        let twist = match self.rng.gen_bool(0.35) {
            true => *TWISTS.choose(self.rng)?,
            false => Twist::Nothing,
        };
        let deals = self.economy.deals.len();
        match self.rng.gen_range(0..20) {
            0..=2 => Some(self.open(twist)),
            3..=4 => self.together(twist),
            _ if deals == 0 => None,
            number => {
                let deal = self.rng.gen_range(0..deals);
                match number {
                    5..=9 => self.deposit(deal, twist),
                    10..=15 => self.pay_out(deal, twist),
                    _ => self.decide(deal, twist),
                }
            }
        }
    }

    pub fn later(&mut self) -> u64 {
        self.economy.now + self.rng.gen_range(0..2 * HOUR)
    }

    pub fn finish<M: BorshSerialize>(
        act: Act,
        mut facts: Facts,
        twist: Twist,
        call: Call<M>,
    ) -> Move {
        let relay = twist == Twist::Relayed;
        facts.direct = !relay;
        let call = if relay {
            relayed(&call).raw()
        } else {
            call.raw()
        };
        Move { act, facts, call }
    }

    /// One or two notes of a party that hold at least this; spent ones if asked for.
    fn notes(&mut self, token: usize, party: usize, value: u64, spent: bool) -> Option<Vec<Note>> {
        let pool = if spent {
            &self.economy.spent
        } else {
            &self.economy.live
        };
        let mut mine: Vec<Note> = pool
            .iter()
            .filter(|note| (note.token, note.owner) == (token, Owner::Party(party)))
            .copied()
            .collect();
        mine.shuffle(self.rng);
        let taken: Vec<Note> = mine.into_iter().take(self.rng.gen_range(1..=2)).collect();
        let held: u64 = taken.iter().map(|note| note.value).sum();
        (held >= value && !taken.is_empty()).then_some(taken)
    }

    fn deposit(&mut self, deal: usize, twist: Twist) -> Option<Move> {
        let plan = self.economy.deals[deal].plan.clone();
        let number = self.rng.gen_range(0..plan.legs.len());
        let leg = &plan.legs[number];
        let mut paid = leg.deposit;
        if twist == Twist::OtherNote {
            paid = self.stage.gift(paid.token, paid.value, leg.payer);
        }
        let spent = twist == Twist::SpentNote;
        let from = self.notes(paid.token, leg.payer, paid.value, spent)?;
        let (call, change) = self.stage.deposit_of(&plan, number as u8, &from, paid);
        let mut facts = Facts::RIGHT;
        let mut shown = number as u8;
        let call = call.but(|msg: &mut DepositMsg, tx| match twist {
            Twist::NoDeal => {
                facts.known = false;
                msg.deal = DealId([0xee; 32]);
            }
            Twist::NoLeg => {
                shown = 9;
                msg.leg = 9;
            }
            Twist::Unsigned => {
                facts.signed = false;
                tx.spend_keys.remove(&leg.payer_key);
            }
            Twist::NoRk => {
                facts.authorised = false;
                tx.spend_keys.remove(&msg.transfer.rk);
            }
            Twist::NoProof => {
                facts.proved = false;
                tx.proofs.clear();
            }
            Twist::NoMemos => {
                facts.memos = false;
                tx.memos.clear();
            }
            _ => {}
        });
        let flow = Flow { from, paid, change };
        let act = Act::Deposit(deal, shown, flow);
        Some(Self::finish(act, facts, twist, call))
    }

    fn pay_out(&mut self, deal: usize, twist: Twist) -> Option<Move> {
        let Deal { plan, kind, .. } = self.economy.deals[deal].clone();
        let pair = matches!(kind, Kind::Pair { .. });
        if pair && self.rng.gen_bool(0.6) {
            return Some(self.settle(deal, &plan, twist));
        }
        let way = if pair || self.rng.gen_bool(0.4) {
            Way::Refund
        } else {
            Way::Release
        };
        let number = self.rng.gen_range(0..plan.legs.len());
        let leg = &plan.legs[number];
        let (entry, mut paid) = match way {
            Way::Release => ("release", leg.release),
            Way::Refund => ("refund", leg.refund),
        };
        if twist == Twist::OtherNote {
            paid = match way {
                Way::Release => leg.refund,
                Way::Refund => leg.release,
            };
        }
        let (call, change) = self.stage.pay_out_with(&plan, number as u8, entry, paid);
        let mut facts = Facts::RIGHT;
        let mut shown = number as u8;
        facts.signed = pair && twist != Twist::Unsigned;
        let call = call.but(|msg, tx| {
            if facts.signed {
                tx.spend_keys.insert(leg.payer_key);
            }
            match twist {
                Twist::NoDeal => {
                    facts.known = false;
                    msg.deal = DealId([0xee; 32]);
                }
                Twist::NoLeg => {
                    shown = 9;
                    msg.leg = 9;
                }
                Twist::NoProof => {
                    facts.proved = false;
                    tx.proofs.clear();
                }
                Twist::NoMemos => {
                    facts.memos = false;
                    tx.memos.clear();
                }
                _ => {}
            }
        });
        let from = vec![leg.deposit];
        let act = Act::PayOut(deal, shown, way, Flow { from, paid, change });
        Some(Self::finish(act, facts, twist, call))
    }

    fn settle(&mut self, deal: usize, plan: &Plan<()>, twist: Twist) -> Move {
        let mut paid = [0, 1].map(|leg| plan.legs[leg].release);
        if twist == Twist::OtherNote {
            let leg = self.rng.gen_range(0..2);
            paid[leg] = plan.legs[leg].refund;
        }
        let (call, changes) = self.stage.settle_with(plan, paid);
        let mut facts = Facts::RIGHT;
        let call = call.but(|msg, tx| match twist {
            Twist::NoDeal => {
                facts.known = false;
                msg.deal = DealId([0xee; 32]);
            }
            Twist::NoProof => {
                facts.proved = false;
                tx.proofs.clear();
            }
            Twist::NoMemos => {
                facts.memos = false;
                tx.memos.clear();
            }
            _ => {}
        });
        let flows = [0, 1].map(|leg| Flow {
            from: vec![plan.legs[leg].deposit],
            paid: paid[leg],
            change: changes[leg],
        });
        Self::finish(Act::Settle(deal, flows), facts, twist, call)
    }

    /// What decides a condition, or cancels an order.
    fn decide(&mut self, deal: usize, twist: Twist) -> Option<Move> {
        let Deal { plan, kind, .. } = self.economy.deals[deal].clone();
        let mut facts = Facts::RIGHT;
        facts.known = twist != Twist::NoDeal;
        facts.signed = twist != Twist::Unsigned;
        let spoil = |id: &mut DealId| {
            if !facts.known {
                *id = DealId([0xee; 32]);
            }
        };
        let payee = match kind {
            Kind::Pair { .. } => return None,
            Kind::Standing { .. } => {
                let keys = [plan.legs[0].payer_key];
                let keys = if facts.signed { &keys[..] } else { &[] };
                let call = self.stage.about(&plan, "cancel", keys);
                let call = call.but(|msg, _| spoil(&mut msg.deal));
                return Some(Self::finish(Act::Cancel(deal), facts, twist, call));
            }
            Kind::Conditional { payee, .. } => payee,
        };
        Some(match self.rng.gen_range(0..5) {
            0 => {
                let keys = if facts.signed { &[payee][..] } else { &[] };
                let call = self.stage.about(&plan, "decline", keys);
                let call = call.but(|msg, _| spoil(&mut msg.deal));
                Self::finish(Act::Decline(deal), facts, twist, call)
            }
            1 | 2 => {
                let outcome = self.rng.gen_bool(0.6);
                // The wrong one of two oracles.
                let oracle = if facts.signed { ORACLE } else { ORACLE + 1 };
                let call = self.stage.attest(&plan, oracle, &STATEMENT, outcome);
                let call = call.but(|msg, _| spoil(&mut msg.deal));
                Self::finish(Act::Attest(deal, outcome), facts, twist, call)
            }
            _ => {
                let signers: BTreeSet<RoleKey> = (1..=5)
                    .filter(|_| self.rng.gen_bool(0.3))
                    .map(|key| RoleKey([key; 32]))
                    .collect();
                let call = self.stage.about(&plan, "approve", &[]);
                let call = call.but(|msg, tx| {
                    spoil(&mut msg.deal);
                    tx.role_keys = signers.clone();
                });
                Self::finish(Act::Approve(deal, signers), facts, twist, call)
            }
        })
    }

    /// A swap, or net payments.
    fn together(&mut self, twist: Twist) -> Option<Move> {
        let swap = self.rng.gen_bool(0.4);
        let count = if swap { 2 } else { self.rng.gen_range(1..=4) };
        let tokens = self.stage.tokens.len();
        let first = self.rng.gen_range(0..tokens);
        let mut parts: Vec<Part> = Vec::new();
        for number in 0..count {
            // Sometimes the same token twice, which a swap refuses; sometimes the same note twice.
            let token = if swap && twist != Twist::BadTerms {
                (first + number) % tokens
            } else {
                first
            };
            let payer = self.rng.gen_range(0..PARTIES);
            let value = self.rng.gen_range(1..20);
            let spent = twist == Twist::SpentNote && number == 1;
            let from = self.notes(token, payer, value, spent)?;
            let payee = (payer + 1) % PARTIES;
            parts.push((from, self.stage.gift(token, value, payee)));
        }
        let mut facts = Facts::RIGHT;
        let (mut call, changes) = if swap {
            let pair: &[Part; 2] = parts.as_slice().try_into().expect("two");
            let (call, changes) = self.stage.swap(pair);
            (call.raw(), changes)
        } else {
            let (call, changes) = self.stage.net(&parts);
            (call.raw(), changes)
        };
        // Of the last payment.
        let nullifier = parts.last()?.0[0].nullifier();
        let last = changes.last()?.cm();
        let is_last = |inputs: &Vec<_>| inputs.contains(&nullifier) && inputs.contains(&last);
        match twist {
            Twist::NoProof => {
                facts.proved = false;
                call.tx.proofs.retain(|(_, inputs)| !is_last(inputs));
            }
            Twist::NoRk => {
                facts.authorised = false;
                let (_, inputs) = call.tx.proofs.iter().find(|(_, inputs)| is_last(inputs))?;
                let inputs = inputs.clone();
                call.tx.spend_keys.retain(|key| !inputs.contains(&key.x()));
            }
            Twist::NoMemos => {
                facts.memos = false;
                call.tx.memos.clear();
            }
            _ => {}
        }
        let flows: Vec<Flow> = parts
            .into_iter()
            .zip(changes)
            .map(|((from, paid), change)| Flow { from, paid, change })
            .collect();
        let act = if swap {
            Act::Swap(flows)
        } else {
            Act::Net(flows)
        };
        Some(Self::finish(act, facts, twist, call))
    }
}

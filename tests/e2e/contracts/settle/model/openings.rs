//! Random deals.

use std::collections::BTreeSet;

use obolus_abi::deal::conditional::Condition;
use obolus_abi::{RoleKey, RoleSet};
use rand::Rng;

use super::super::super::stage::REGISTER_KEY;
use super::super::plans::{ConditionalPlan, rated};
use super::super::stage::{DVP, PARTIES, PVP};
use super::economy::{Act, Deal, Facts, Kind, State};
use super::moves::{HOUR, Move, ORACLE, Player, STATEMENT, Twist};

impl Player<'_> {
    /// An opening.
    pub fn open(&mut self, twist: Twist) -> Move {
        let tokens = self.stage.tokens.len();
        let token = self.rng.gen_range(0..tokens);
        let other = (token + self.rng.gen_range(1..tokens)) % tokens;
        let payer = self.rng.gen_range(0..PARTIES);
        let payee = (payer + self.rng.gen_range(1..PARTIES)) % PARTIES;
        let value = self.rng.gen_range(1..40);
        let late = self.later();
        let broken = twist == Twist::BadTerms;
        let mut facts = Facts::RIGHT;
        facts.terms = !broken;
        let (plan, kind, call) = match self.rng.gen_range(0..4) {
            0 => {
                let (plan, kind) = self.conditional((token, value), [payer, payee], late);
                let mut terms = plan.terms.clone();
                if broken {
                    terms.header.payee = terms.header.payer;
                }
                (plan.bare(), kind, self.stage.open_conditional(&terms).raw())
            }
            1 => {
                let count = self.rng.gen_range(1..=4);
                let mut due = late;
                let payments: Vec<(u64, u64)> = (0..count)
                    .map(|_| {
                        due += self.rng.gen_range(1..HOUR);
                        (due, self.rng.gen_range(1..40))
                    })
                    .collect();
                let plan = self.stage.standing(token, [payer, payee], &payments);
                let mut terms = plan.terms.clone();
                if broken {
                    terms.header.due_ms.push(0);
                }
                let kind = Kind::Standing {
                    due: plan.terms.header.due_ms.clone(),
                    cancelled: None,
                };
                (plan.bare(), kind, self.stage.open_standing(&terms).raw())
            }
            number => {
                let contract = if number == 2 { DVP } else { PVP };
                let values = [value, self.rng.gen_range(1..40)];
                let parties = [payer, payee];
                let plan = self
                    .stage
                    .pair(contract, [token, other], values, parties, late);
                let mut terms = plan.terms.clone();
                if broken {
                    terms.header.parties[1] = terms.header.parties[0];
                }
                let call = if contract == DVP {
                    self.stage.open_pair(&terms).raw()
                } else {
                    self.stage.open_rated(&rated(&terms), None).raw()
                };
                (plan.bare(), Kind::Pair { expiry: late }, call)
            }
        };
        let mut call = call;
        match twist {
            Twist::Unsigned => {
                facts.signed = false;
                call.tx.spend_keys.clear();
            }
            Twist::NoProof => {
                facts.proved = false;
                call.tx.proofs.retain(|(key, _)| *key != REGISTER_KEY);
            }
            _ => {}
        }
        let legs = vec![State::Empty; plan.legs.len()];
        let act = Act::Open(Deal { plan, kind, legs });
        Self::finish(act, facts, twist, call)
    }

    fn conditional(
        &mut self,
        money: (usize, u64),
        parties: [usize; 2],
        expiry: u64,
    ) -> (ConditionalPlan, Kind) {
        let condition = match self.rng.gen_range(0..3) {
            0 => Condition::Oracle {
                key: self.stage.ground.oracle(ORACLE),
                statement: STATEMENT,
            },
            1 => {
                let count = self.rng.gen_range(1..=4);
                Condition::Approvals(RoleSet {
                    keys: (1..=count).map(|key| RoleKey([key; 32])).collect(),
                    threshold: self.rng.gen_range(1..=count),
                })
            }
            _ => Condition::Time(self.rng.gen_range(self.economy.now..=expiry)),
        };
        let plan = self.stage.conditional(money, parties, condition, expiry);
        let header = &plan.terms.header;
        let kind = Kind::Conditional {
            condition: header.condition.clone(),
            expiry,
            payee: header.payee,
            decided: None,
            attested: None,
            approved: BTreeSet::new(),
        };
        (plan, kind)
    }
}

//! Random sequences of calls over all settlement contracts against a model in plain Rust.
//!
//! The model predicts for each call that it is accepted, or the code of its refusal. After each call: a refused one
//! changed nothing; the token trees hold exactly the notes that the model knows, in its order; money is neither made nor
//! lost. At the end time passes every date, and honest calls free everything that is still locked.

mod economy;
mod moves;
mod openings;
mod rules;

use std::collections::BTreeMap;

use obolus_abi::ContractError;
use obolus_abi::deal::DealError as E;
use obolus_abi::deal::conditional::Conditional;
use obolus_abi::deal::pair::Pair;
use obolus_abi::deal::standing::Standing;
use obolus_abi::deal::{DealMsg, LegState};
use obolus_abi::token::TokenError as T;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};

use super::calls::Way;
use super::ground::Ground;
use super::stage::{CONDITIONAL, PARTIES, STANDING, Stage};
use economy::{Act, Economy, Facts, Flow, Kind, State};
use moves::{Move, Player};

/// Sequences on the mock alone, unless the environment variable says how many.
const CASES: u64 = 250;
const CASES_VARIABLE: &str = "OBOLUS_MODEL_CASES";
/// Sequences that also run as WASM.
const TWIN_CASES: u64 = 2;

/// Refusals of settlement contracts that the sequences meet: all but those of tokens that are none and of a contract that
/// was not instantiated.
const MET: [E; 18] = [
    E::NoSuchDeal,
    E::DealExists,
    E::BadTerms,
    E::NotParty,
    E::NoSuchLeg,
    E::NotEmpty,
    E::NotLocked,
    E::OtherNote,
    E::Expired,
    E::NotDue,
    E::Cancelled,
    E::Bound,
    E::ConditionOpen,
    E::Decided,
    E::BadAttestation,
    E::NotApprover,
    E::BadRate,
    E::UserOnly,
];

/// Codes of refusals, or none, and how often they were met.
type Tally = BTreeMap<Option<u16>, usize>;

/// A sequence as it is played.
struct Game {
    rng: StdRng,
    stage: Stage,
    economy: Economy,
    /// Calls that were accepted, for replays.
    done: Vec<Move>,
    /// How often each outcome was met: no code for an accepted call.
    tally: Tally,
}

impl Game {
    fn new(seed: u64, ground: Ground) -> Self {
        let tokens = 3;
        let mut stage = Stage::new(ground, tokens);
        let mut economy = Economy {
            now: stage.ground.now(),
            created: vec![Vec::new(); tokens],
            issued: vec![0; tokens],
            ..Economy::default()
        };
        for token in 0..tokens {
            for party in 0..PARTIES {
                for value in [60, 25] {
                    economy.issue(stage.fund(token, party, value));
                }
            }
        }
        Self {
            rng: StdRng::seed_from_u64(seed),
            stage,
            economy,
            done: Vec::new(),
            tally: Tally::new(),
        }
    }

    /// Time goes on a little, or to a date of some deal, or one ms to either side of it.
    fn wait(&mut self) {
        let now = self.economy.now;
        let date = match self.economy.deals.choose(&mut self.rng) {
            Some(deal) if self.rng.gen_bool(0.5) => {
                let dates = deal.dates();
                let date = dates.choose(&mut self.rng).expect("each deal has one");
                (date + self.rng.gen_range(0..3)).saturating_sub(1)
            }
            _ => now + self.rng.gen_range(0..600_000),
        };
        self.economy.now = date.max(now);
        self.stage.ground.set_time(self.economy.now);
    }

    fn step(&mut self) {
        if self.rng.gen_bool(0.12) {
            self.wait();
            return;
        }
        let replay = self.rng.gen_bool(0.08);
        let next = if replay {
            self.done.choose(&mut self.rng).cloned()
        } else {
            let (rng, stage, economy) = (&mut self.rng, &mut self.stage, &self.economy);
            Player {
                rng,
                stage,
                economy,
            }
            .draw()
        };
        if let Some(next) = next {
            self.make(next);
        }
    }

    /// Makes a call and compares everything with the model.
    fn make(&mut self, next: Move) {
        let expected = self.economy.judge(&next.act, &next.facts);
        let before = self.stage.ground.mark();
        let outcome = self.stage.run(&next.call);
        let told = format!("{:?} {:?}", next.act, next.facts);
        match (&outcome, expected) {
            (Ok(_), Ok(())) => {
                self.economy.apply(&next.act);
                self.stage.end_block();
                self.done.push(next);
                *self.tally.entry(None).or_default() += 1;
            }
            (Err(refusal), Err(error)) => {
                assert_eq!(refusal.code(), Some(error.code), "{told}");
                assert_eq!(self.stage.ground.mark(), before, "{told}");
                *self.tally.entry(Some(error.code)).or_default() += 1;
            }
            (outcome, expected) => panic!("{told}: {outcome:?}, but the model {expected:?}"),
        }
        self.economy.check_sums();
        for (token, notes) in self.economy.created.iter().enumerate() {
            let leaves: Vec<_> = notes.iter().map(|note| note.cm()).collect();
            assert_eq!(self.stage.leaves(token), leaves, "{told}");
        }
    }

    /// States of the legs as the contract shows them.
    fn shown(&mut self, number: usize) -> Vec<LegState> {
        let plan = &self.economy.deals[number].plan;
        let (contract, msg) = (plan.contract, DealMsg { deal: plan.id });
        let ground = &mut self.stage.ground;
        if contract == CONDITIONAL {
            let deal: Conditional = ground.query(contract, "deal", &msg).unwrap();
            vec![deal.leg.state]
        } else if contract == STANDING {
            let order: Standing = ground.query(contract, "deal", &msg).unwrap();
            order.payments.iter().map(|(_, leg)| leg.state).collect()
        } else {
            let pair: Pair = ground.query(contract, "deal", &msg).unwrap();
            pair.legs.iter().map(|leg| leg.state).collect()
        }
    }

    /// The contracts' books are the model's.
    fn audit(&mut self) {
        for number in 0..self.economy.deals.len() {
            let shown: Vec<State> = self
                .shown(number)
                .into_iter()
                .map(|state| match state {
                    LegState::Empty => State::Empty,
                    LegState::Locked { .. } => State::Locked,
                    LegState::Released => State::Released,
                    LegState::Refunded => State::Refunded,
                })
                .collect();
            assert_eq!(shown, self.economy.deals[number].legs);
        }
        let notes = self.economy.live.iter().map(|note| (*note, false));
        let spent = self.economy.spent.iter().map(|note| (*note, true));
        for (note, expected) in notes.chain(spent) {
            let token = self.stage.tokens[note.token].token;
            let nullifier = note.nullifier();
            let answer = self.stage.ground.query(token, "spent", &nullifier);
            assert_eq!(answer, Ok(expected), "{note:?}");
        }
        for deal in &self.economy.deals {
            for leg in &deal.plan.legs {
                let leaves = self.stage.leaves(leg.deposit.token);
                let paid = |note: &super::notes::Note| {
                    leaves.iter().filter(|leaf| **leaf == note.cm()).count()
                };
                let payouts = paid(&leg.release) + paid(&leg.refund);
                assert!(payouts <= paid(&leg.deposit) && payouts <= 1);
            }
            if matches!(deal.kind, Kind::Pair { .. }) {
                let [first, second] = [0, 1].map(|leg| deal.legs[leg] == State::Released);
                assert_eq!(first, second, "one party was paid and the other was not");
            }
        }
    }

    /// Past every date, whatever is locked goes where it belongs, without anybody's signature.
    fn close(&mut self) {
        let dates = self.economy.deals.iter().flat_map(|deal| deal.dates());
        let end = dates.max().unwrap_or_default().max(self.economy.now) + 1;
        self.economy.now = end;
        self.stage.ground.set_time(end);
        for number in 0..self.economy.deals.len() {
            for leg in 0..self.economy.deals[number].legs.len() {
                let deal = self.economy.deals[number].clone();
                if deal.legs[leg] != State::Locked {
                    continue;
                }
                let release = match &deal.kind {
                    Kind::Pair { .. } => false,
                    Kind::Conditional { .. } => deal.verdict(end) == Some(true),
                    Kind::Standing { .. } => !deal.is_cancelled(leg),
                };
                let plan = &deal.plan.legs[leg];
                let (way, entry, paid) = if release {
                    (Way::Release, "release", plan.release)
                } else {
                    (Way::Refund, "refund", plan.refund)
                };
                let (call, change) = self.stage.pay_out_with(&deal.plan, leg as u8, entry, paid);
                let flow = Flow {
                    from: vec![plan.deposit],
                    paid,
                    change,
                };
                let next = Move {
                    act: Act::PayOut(number, leg as u8, way, flow),
                    facts: Facts {
                        signed: false,
                        ..Facts::RIGHT
                    },
                    call: call.raw(),
                };
                self.make(next);
                let state = self.economy.deals[number].legs[leg];
                assert_ne!(state, State::Locked, "stuck: {deal:?}");
            }
        }
        assert_eq!(self.economy.locked(), 0);
    }
}

/// Plays one sequence.
fn play(seed: u64, ground: Ground, steps: usize) -> Tally {
    let mut game = Game::new(seed, ground);
    for _ in 0..steps {
        game.step();
    }
    game.audit();
    game.close();
    game.audit();
    game.tally
}

#[test]
fn random_calls_do_what_the_model_says_and_nothing_stays_locked() {
    let cases = match std::env::var(CASES_VARIABLE) {
        Ok(count) => count.parse().expect("a number of cases"),
        Err(_) => CASES,
    };
    let mut sum = Tally::new();
    for seed in 0..cases {
        for (outcome, count) in play(seed, Ground::alone(), 80) {
            *sum.entry(outcome).or_default() += count;
        }
    }
    // No outcome that calls can come to is missing, or the test would say less than it seems to.
    if cases >= CASES {
        let codes = MET
            .iter()
            .map(|error| Some(ContractError::from(*error).code));
        let token = [T::DoubleSpend, T::NotAuthorised, T::BadProof, T::BadMemos];
        let token = token.map(|error| Some(ContractError::from(error).code));
        for outcome in codes.chain(token).chain([None]) {
            let count = sum.get(&outcome).copied().unwrap_or(0);
            assert!(count >= 5, "{outcome:?} came {count} times: {sum:?}");
        }
    }
}

#[test]
fn the_model_holds_for_the_contracts_as_wasm() {
    for seed in 0..TWIN_CASES {
        play(1_000_000 + seed, Ground::twin(), 40);
    }
}

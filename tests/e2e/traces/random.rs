//! Random calls, valid and malformed, on both engines and natively: the twin compares replies, refusals, writes, trees
//! and events after each.
//!
//! A case plays a scenario's steps in their order, so that deep states are reached, and between them calls made of its own
//! calls and of other scenarios': with bytes changed, cut off, added or taken from another message, at another entry or
//! contract, by another caller, without what the transaction carried or with everything that any carried. What of it is
//! accepted stays, so that the steps that follow meet another state than they were made for.

use std::collections::BTreeMap;

use obolus_abi::ContractId;
use obolus_contract_hostile::messages::{ForwardMsg, Raw};
use obolus_sdk::Entry;
use obolus_sdk::mock::MockTx;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};

use super::scenes::{self, Scene};
use super::script::{Made, Step};
use super::text::Names;
use crate::contracts::settle::stage::HOSTILE;
use crate::contracts::stage::DEALER_ID;
use crate::contracts::twin::{Refusal, Twin, encode};

/// How often each scenario is played, unless the environment variable says so.
const CASES: u64 = 6;
const CASES_VARIABLE: &str = "OBOLUS_ENGINE_CASES";
/// Random calls before each step of a scenario, at most.
const BETWEEN: usize = 3;
/// From how many of a scenario's next calls one is drawn.
const NEXT: usize = 8;
/// From how many calls the one at the least tried entry is taken.
const FEW: usize = 4;
/// The hostile contract where scenarios have it.
const RELAYS: [ContractId; 2] = [DEALER_ID, HOSTILE];

/// Entries of the hostile contract that end when fuel or stack does, which the runtime alone counts, or let another one
/// do so.
const ENDLESS: [&str; 4] = ["x_spin", "x_recurse", "x_sink", "x_set_mode"];

/// A contract's entries natively.
fn native(module: &[u8]) -> &'static [Entry] {
    let all: [(&[u8], &[Entry]); 9] = [
        (
            obolus_contracts::REGISTRY,
            obolus_contract_registry::ENTRIES,
        ),
        (obolus_contracts::TOKEN, obolus_contract_token::ENTRIES),
        (obolus_contracts::DVP, obolus_contract_dvp::ENTRIES),
        (obolus_contracts::PVP, obolus_contract_pvp::ENTRIES),
        (
            obolus_contracts::CONDITIONAL,
            obolus_contract_conditional::ENTRIES,
        ),
        (
            obolus_contracts::STANDING,
            obolus_contract_standing::ENTRIES,
        ),
        (obolus_contracts::NETTING, obolus_contract_netting::ENTRIES),
        (
            obolus_contracts::ACCESSLOG,
            obolus_contract_accesslog::ENTRIES,
        ),
        (obolus_contracts::HOSTILE, obolus_contract_hostile::ENTRIES),
    ];
    let found = all.into_iter().find(|(bytes, _)| *bytes == module);
    found.expect("a module of ours").1
}

/// What a random call came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Accepted,
    Refused(u16),
    Trapped,
    NoSuchEntry,
}

/// Of arguments that do not decode.
const MALFORMED: Kind = Kind::Refused(1);

/// How often random calls of each contract's entries met each outcome.
type Tally = BTreeMap<(String, &'static str), BTreeMap<Kind, usize>>;

struct Player<'a> {
    rng: StdRng,
    twin: Twin,
    /// Calls of all scenarios.
    calls: &'a [&'a Made],
    /// Contracts of this one, with the entries of their modules.
    contracts: Vec<(ContractId, Vec<&'static str>)>,
    names: Names,
    tally: &'a mut Tally,
}

impl Player<'_> {
    /// Plays a scenario.
    fn play(&mut self, scene: &Scene) {
        for (number, step) in scene.script.iter().enumerate() {
            if number >= scene.from {
                for _ in 0..self.rng.gen_range(0..=BETWEEN) {
                    self.disturb(scene, number);
                }
            }
            match step {
                Step::Install(contract, module) => {
                    self.twin.install(*contract, native(module), module);
                    self.list(*contract, module);
                }
                Step::Instantiate(module, made) => {
                    self.enter(made, tx(made));
                    let message = Raw(made.args.clone());
                    let entries = native(module);
                    let outcome = self
                        .twin
                        .instantiate(made.contract, entries, module, &message);
                    if outcome.is_ok() {
                        self.list(made.contract, module);
                    }
                }
                Step::Call(made) => {
                    self.enter(made, tx(made));
                    // Accepted or not: what came between may have changed that.
                    let _ = self.make(made.contract, &made.entry, made.args.clone());
                }
                Step::Query(made) => {
                    self.enter(made, MockTx::default());
                    let _ = self.ask(made.contract, &made.entry, made.args.clone());
                }
                Step::EndBlock(_) => self.twin.end_block(),
            }
        }
    }

    fn list(&mut self, contract: ContractId, module: &[u8]) {
        let exports = native(module).iter().map(|entry| entry.export);
        let bounded = exports.filter(|export| !ENDLESS.contains(export));
        self.contracts.push((contract, bounded.collect()));
    }

    fn enter(&mut self, made: &Made, tx: MockTx) {
        self.twin.tx = tx;
        self.twin.set_time(made.env.time.0);
    }

    fn make(
        &mut self,
        contract: ContractId,
        entry: &str,
        args: Vec<u8>,
    ) -> Result<Vec<u8>, Refusal> {
        let reply = self.twin.call::<_, Raw>(contract, entry, &Raw(args));
        reply.map(|reply| reply.0)
    }

    fn ask(
        &mut self,
        contract: ContractId,
        entry: &str,
        args: Vec<u8>,
    ) -> Result<Vec<u8>, Refusal> {
        let reply = self.twin.query::<_, Raw>(contract, entry, &Raw(args));
        reply.map(|reply| reply.0)
    }

    /// One random call before a step.
    fn disturb(&mut self, scene: &Scene, number: usize) {
        // The scenario's next calls can be accepted already, all others rather not.
        let next: Vec<&Made> = calls(&scene.script[number..]).take(NEXT).collect();
        let own: Vec<&Made> = calls(&scene.script).collect();
        let made = match self.rng.gen_range(0..10) {
            0..6 => next.choose(&mut self.rng).copied(),
            6..8 => self.rarest(&own),
            _ => None,
        };
        let all = self.calls;
        let made = made.or_else(|| self.rarest(all)).expect("a call");
        let (contract, export) = self.place(made);
        let mut args = made.args.clone();
        // What a relay is asked names fuel to pass on, which the mock does not count.
        if !RELAYS.contains(&contract) {
            for _ in 0..self.rng.gen_range(0..3) {
                self.spoil(&mut args);
            }
        }
        let carried = self.carried(made);
        let later = self.rng.gen_range(0..4_u64) * 1_800_000;
        self.enter(made, carried);
        self.twin.set_time(made.env.time.0 + later);
        let (prefix, entry) = export.split_at(2);
        let outcome = if prefix == "q_" {
            self.ask(contract, entry, args)
        } else if self.rng.gen_bool(0.15) {
            self.forward(contract, entry, args)
        } else {
            self.make(contract, entry, args)
        };
        let kind = match outcome {
            Ok(_) => Kind::Accepted,
            Err(Refusal::Reverted(error)) => Kind::Refused(error.code),
            Err(Refusal::Trapped) => Kind::Trapped,
            Err(Refusal::NoSuchEntry) => Kind::NoSuchEntry,
        };
        let name = kind_of(&self.names, &contract);
        let outcomes = self.tally.entry((name, export)).or_default();
        *outcomes.entry(kind).or_default() += 1;
    }

    /// Of a few calls, one whose entry has understood the fewest so far: entries that a scenario calls once are met too.
    /// Calls of another scenario's contracts are made at any, so that entries of this name count together.
    fn rarest<'c>(&mut self, calls: &[&'c Made]) -> Option<&'c Made> {
        let few: Vec<&Made> = calls.choose_multiple(&mut self.rng, FEW).copied().collect();
        few.into_iter().min_by_key(|made| {
            let known = self.contracts.iter().any(|(id, _)| *id == made.contract);
            let name = kind_of(&self.names, &made.contract);
            let entries = self
                .tally
                .iter()
                .filter(|((of, export), _)| export[2..] == *made.entry && (!known || *of == name));
            let outcomes = entries.flat_map(|(_, outcomes)| outcomes);
            let understood = outcomes.filter(|(kind, _)| **kind != MALFORMED);
            understood.map(|(_, count)| count).sum::<usize>()
        })
    }

    /// Where the call is made: where it was, at another entry, or anywhere.
    fn place(&mut self, made: &Made) -> (ContractId, &'static str) {
        let rng = &mut self.rng;
        let known = self.contracts.iter().find(|(id, _)| *id == made.contract);
        let (contract, exports) = match known.filter(|_| rng.gen_bool(0.85)) {
            Some(known) => known,
            None => self.contracts.choose(rng).expect("a contract"),
        };
        let same = |export: &&&str| export[2..] == *made.entry;
        let own = exports.iter().find(same).filter(|_| rng.gen_bool(0.9));
        let export = own.or_else(|| exports.choose(rng)).expect("an entry");
        (*contract, export)
    }

    /// By the hostile contract, with everything that the transaction carries.
    fn forward(
        &mut self,
        contract: ContractId,
        entry: &str,
        input: Vec<u8>,
    ) -> Result<Vec<u8>, Refusal> {
        let relay = RELAYS
            .into_iter()
            .find(|relay| self.contracts.iter().any(|(id, _)| id == relay));
        let message = ForwardMsg {
            contract,
            entry: entry.into(),
            input,
            fuel: u64::MAX,
        };
        let swallow = self.rng.gen_bool(0.3);
        let entry = if swallow { "swallow" } else { "forward" };
        self.make(relay.expect("a hostile contract"), entry, encode(&message))
    }

    /// Changes a message's bytes.
    fn spoil(&mut self, args: &mut Vec<u8>) {
        let rng = &mut self.rng;
        match rng.gen_range(0..6) {
            0 => args.truncate(rng.gen_range(0..=args.len())),
            1 => args.extend((0..rng.gen_range(1..40)).map(|_| rng.r#gen::<u8>())),
            2 if !args.is_empty() => {
                let at = rng.gen_range(0..args.len());
                args[at] ^= 1 << rng.gen_range(0..8);
            }
            3 if !args.is_empty() => {
                let at = rng.gen_range(0..args.len());
                args[at] = *[0, 1, 0x7f, 0x80, 0xff].choose(rng).expect("a byte");
            }
            // A part of another message, which is often a whole field of it.
            4 => {
                let other = &self.calls.choose(rng).expect("a call").args;
                let width = *[1, 8, 32, 64].choose(rng).expect("a width");
                let most = args.len().min(other.len());
                if width <= most {
                    let step = |len: usize, rng: &mut StdRng| rng.gen_range(0..=(len - width));
                    let (to, from) = (step(args.len(), rng), step(other.len(), rng));
                    args[to..to + width].copy_from_slice(&other[from..from + width]);
                }
            }
            _ => {
                let other = &self.calls.choose(rng).expect("a call").args;
                args.clone_from(other);
            }
        }
    }

    /// What the transaction carries: what it did, a part of that, or what all of them did.
    fn carried(&mut self, made: &Made) -> MockTx {
        let mut carried = tx(made);
        match self.rng.gen_range(0..10) {
            0 => carried.proofs.clear(),
            1 => carried.spend_keys.clear(),
            2 => carried.role_keys.clear(),
            3 => carried.memos.clear(),
            4 | 5 => {
                for other in self.calls {
                    carried.spend_keys.extend(&other.auth.spend_keys);
                    carried.role_keys.extend(&other.auth.role_keys);
                    carried.proofs.extend(other.auth.proofs.iter().cloned());
                }
            }
            _ => {}
        }
        carried
    }
}

/// Name of a contract's module.
fn kind_of(names: &Names, contract: &ContractId) -> String {
    let name = names.get(contract);
    name.split('-').next().unwrap_or(name).to_owned()
}

/// The transaction of a call, as the mock takes it.
fn tx(made: &Made) -> MockTx {
    MockTx {
        digest: made.auth.digest,
        spend_keys: made.auth.spend_keys.clone(),
        role_keys: made.auth.role_keys.clone(),
        proofs: made.auth.proofs.clone(),
        memos: made.auth.memos.iter().map(|len| *len as u32).collect(),
    }
}

/// The calls and queries among steps.
fn calls(steps: &[Step]) -> impl Iterator<Item = &Made> {
    steps.iter().filter_map(|step| match step {
        Step::Call(made) | Step::Query(made) => Some(made),
        _ => None,
    })
}

#[test]
fn both_engines_do_the_same_on_random_calls() {
    let cases = match std::env::var(CASES_VARIABLE) {
        Ok(count) => count.parse().expect("a number of cases"),
        Err(_) => CASES,
    };
    let all: Vec<&Made> = scenes::all()
        .flat_map(|scene| calls(&scene.script))
        .collect();
    let mut tally = Tally::new();
    for seed in 0..cases {
        for (number, scene) in (0..).zip(scenes::all()) {
            let mut player = Player {
                rng: StdRng::seed_from_u64(1_000 * seed + number),
                twin: Twin::new(),
                calls: &all,
                contracts: Vec::new(),
                names: Names::of(&scene.script),
                tally: &mut tally,
            };
            player.play(scene);
        }
    }
    if cases >= CASES {
        check(&tally);
    }
}

/// No entry and no kind of outcome is missing, or the test would say less than it seems to.
fn check(tally: &Tally) {
    for scene in scenes::all() {
        let mut accepted = 0;
        for entry in native(scene.module).iter().map(|entry| entry.export) {
            // Users find no `init`.
            if entry == "x_init" {
                continue;
            }
            let of = |wanted: fn(Kind) -> bool| -> usize {
                let outcomes = tally.get(&(scene.name.to_owned(), entry));
                let met = outcomes.into_iter().flatten();
                met.filter(|(kind, _)| wanted(**kind))
                    .map(|(_, count)| count)
                    .sum()
            };
            accepted += of(|kind| kind == Kind::Accepted);
            let malformed = of(|kind| kind == MALFORMED);
            let understood = of(|kind| kind != MALFORMED);
            assert!(
                malformed >= 3 && understood >= 3,
                "{} {entry}: {malformed} malformed, {understood} understood",
                scene.name
            );
        }
        assert!(accepted >= 5, "{}: {accepted} accepted", scene.name);
    }
}

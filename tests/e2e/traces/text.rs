//! A trace as text, for golden files: one line for each call, its events and writes below it.

use std::collections::BTreeMap;
use std::fmt::Write;

use obolus_abi::ContractId;
use obolus_runtime::exec::{CallError, CallOutcome};
use obolus_runtime::state::{WriteSet, keys};

use super::script::{Effect, Made, Step};

/// Longest value that stands there itself; of longer ones, length and hash.
const SHOWN: usize = 40;

/// Contracts by readable names: the module's, with a number from the second one on.
#[derive(Default)]
pub struct Names(BTreeMap<ContractId, String>);

impl Names {
    /// Of everything that a script installs.
    pub fn of(script: &[Step]) -> Self {
        let mut names = Self::default();
        let mut count = BTreeMap::new();
        for step in script {
            let (contract, module) = match step {
                Step::Install(contract, module) => (contract, module),
                Step::Instantiate(module, made) => (&made.contract, module),
                _ => continue,
            };
            let mut modules = obolus_contracts::ALL.iter();
            let found = modules.find(|(_, bytes)| bytes == module);
            let (name, _) = found.expect("a module of ours");
            let number: &mut u32 = count.entry(*name).or_default();
            *number += 1;
            let name = match *number {
                1 => (*name).to_owned(),
                number => format!("{name}-{number}"),
            };
            names.0.insert(*contract, name);
        }
        names
    }

    /// A contract's name.
    pub fn get(&self, contract: &ContractId) -> &str {
        self.0.get(contract).map_or("unknown", String::as_str)
    }
}

/// The steps from `from` on. Of those before, the app hash after them tells.
pub fn render(script: &[Step], effects: &[Effect], from: usize) -> String {
    let names = Names::of(script);
    let mut text = String::new();
    let before = effects[..from]
        .iter()
        .rev()
        .find_map(|effect| match effect {
            Effect::Ended(_, app_hash) => Some(app_hash),
            _ => None,
        });
    if let Some(app_hash) = before {
        line(&mut text, format_args!("so far: app hash {app_hash}"));
    }
    for (step, effect) in script.iter().zip(effects).skip(from) {
        match (step, effect) {
            (Step::Instantiate(_, made), Effect::Called(outcome, writes)) => {
                call(&mut text, &names, "instantiate", made, outcome, writes);
            }
            (Step::Call(made), Effect::Called(outcome, writes)) => {
                call(&mut text, &names, "call", made, outcome, writes);
            }
            (Step::Query(made), Effect::Called(outcome, writes)) => {
                call(&mut text, &names, "query", made, outcome, writes);
            }
            (Step::EndBlock(env), Effect::Ended(writes, app_hash)) => {
                let (height, count) = (env.height.0, writes.len());
                line(
                    &mut text,
                    format_args!("block {height}: {count} writes, app hash {app_hash}"),
                );
            }
            (Step::Install(contract, _), _) => {
                line(&mut text, format_args!("install {}", names.get(contract)));
            }
            _ => panic!("{step:?} has another effect than it can have: {effect:?}"),
        }
    }
    text
}

fn call(
    text: &mut String,
    names: &Names,
    kind: &str,
    made: &Made,
    outcome: &CallOutcome,
    writes: &WriteSet,
) {
    let verdict = match &outcome.result {
        Ok(reply) if reply.is_empty() => "ok".to_owned(),
        Ok(reply) => format!("ok {}", value(reply)),
        Err(CallError::Revert(error)) => format!("refused {} {}", error.code, error.name),
        Err(other) => format!("failed {other:?}"),
    };
    let (contract, entry, fuel) = (names.get(&made.contract), &made.entry, outcome.fuel_used.0);
    line(
        text,
        format_args!("{kind} {contract}.{entry}: {verdict}, fuel {fuel}"),
    );
    for event in &outcome.events {
        let contract = names.get(&event.contract);
        line(
            text,
            format_args!("  event {contract} {}", value(&event.data)),
        );
    }
    for (key, written) in writes {
        let key = place(names, key);
        match written {
            Some(written) => line(text, format_args!("  write {key} = {}", value(written))),
            None => line(text, format_args!("  delete {key}")),
        }
    }
}

fn line(text: &mut String, content: std::fmt::Arguments<'_>) {
    writeln!(text, "{content}").expect("writing to memory");
}

/// A state key: its first byte, the contract's name if one follows, the rest.
fn place(names: &Names, key: &[u8]) -> String {
    let (kind, rest) = key.split_first().expect("no key is empty");
    let owned = [
        keys::CONTRACT,
        keys::STORAGE_USE,
        keys::STORAGE,
        keys::ACCUMULATOR,
    ];
    match rest.split_first_chunk() {
        Some((contract, rest)) if owned.contains(kind) => {
            let contract = names.get(&ContractId(*contract));
            format!("{kind:02x} {contract} {}", hex(rest))
                .trim_end()
                .to_owned()
        }
        _ => format!("{kind:02x} {}", hex(rest)),
    }
}

fn value(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return "empty".to_owned();
    }
    if bytes.len() <= SHOWN {
        return hex(bytes);
    }
    let hash = blake3::hash(bytes).to_hex();
    format!("{} bytes {}", bytes.len(), &hash[..32])
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to memory");
        text
    })
}

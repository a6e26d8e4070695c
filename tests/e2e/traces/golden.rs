//! What each contract's scenario does, against `tests/data/traces`. The files hold for every build: whoever runs this
//! test with another profile, machine or compiler compares with the same bytes.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use obolus_abi::ContractId;
use obolus_runtime::vm::Vm;

use super::scenes::{self, Scene};
use super::script::{Effect, Step, run};
use super::text::render;
use crate::contracts::twin::VM;

/// Entries that only contracts may call: they are accepted below another contract's call.
const NESTED: [&str; 4] = [
    "x_open_deal",
    "x_transfer_for",
    "x_transfer_deal",
    "x_migrate_out",
];

fn path(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/traces");
    folder.join(format!("{name}.txt"))
}

/// Run with `OBOLUS_BLESS=1` after a deliberate change of a contract, the SDK, a price or the state's layout.
fn compare(scene: &Scene) {
    let effects = run(&scene.script, &VM);
    covers(scene, &effects);
    let found = render(&scene.script, &effects, scene.from);
    let path = path(scene.name);
    if std::env::var_os("OBOLUS_BLESS").is_some() {
        fs::write(path, found).unwrap();
        return;
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    let mut lines = (1..).zip(expected.lines().zip(found.lines()));
    if let Some((number, (expected, found))) = lines.find(|(_, (left, right))| left != right) {
        let path = path.display();
        panic!(
            "{path}, line {number}:\nexpected {expected}\nfound    {found}\nreview why, then run with OBOLUS_BLESS=1"
        );
    }
    assert_eq!(
        (expected.lines().count(), expected.len()),
        (found.lines().count(), found.len()),
        "{} is longer or shorter than what the scenario does: review why, then run with OBOLUS_BLESS=1",
        path.display()
    );
}

/// Every entry of the contract, or of another of its code, is accepted and refused in its scenario.
fn covers(scene: &Scene, effects: &[Effect]) {
    let own: BTreeSet<ContractId> = scene
        .script
        .iter()
        .filter_map(|step| match step {
            Step::Instantiate(module, made) if *module == scene.module => Some(made.contract),
            Step::Install(contract, module) if *module == scene.module => Some(*contract),
            _ => None,
        })
        .collect();
    let steps = scene.script.iter().zip(effects).skip(scene.from);
    let mut seen = BTreeSet::new();
    let mut below = false;
    for (step, effect) in steps {
        let Effect::Called(outcome, _) = effect else {
            continue;
        };
        let (prefix, made) = match step {
            Step::Instantiate(_, made) | Step::Call(made) => ("x_", made),
            Step::Query(made) => ("q_", made),
            _ => continue,
        };
        if own.contains(&made.contract) {
            seen.insert((format!("{prefix}{}", made.entry), outcome.result.is_ok()));
        }
        if scene.contract != made.contract {
            let mut events = outcome.events.iter();
            below |= events.any(|event| event.contract == scene.contract);
        }
    }
    for entry in Vm::check(scene.module).unwrap().entries {
        let nested = NESTED.contains(&entry.as_str());
        for accepted in [true, false] {
            let found = seen.contains(&(entry.clone(), accepted)) || (nested && accepted && below);
            let word = if accepted { "accepted" } else { "refused" };
            assert!(found, "{}: {entry} is never {word}", scene.name);
        }
    }
}

#[test]
fn every_contract_does_what_it_did() {
    for scene in scenes::all() {
        compare(scene);
    }
}

/// No file is left of a scenario that there is no more, and no contract is without one.
#[test]
fn every_contract_has_a_scenario() {
    let modules = obolus_contracts::ALL.iter().map(|(name, _)| *name);
    let expected: BTreeSet<String> = modules
        .filter(|name| *name != "hostile")
        .map(|name| format!("{name}.txt"))
        .collect();
    let scenes: BTreeSet<String> = scenes::all()
        .map(|scene| format!("{}.txt", scene.name))
        .collect();
    assert_eq!(scenes, expected);
    let files = fs::read_dir(path("").parent().unwrap()).unwrap();
    let files: BTreeSet<String> = files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(files, expected);
}

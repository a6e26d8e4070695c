//! Circuits rebuilt from the code and compared with the golden files; keys compared with a list of ids.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use obolus_abi::KeyId;
use obolus_r1cs::{
    Balance, Issue, R1csShape, Ratio, Redeem, Register, Supply, Transfer, Velocity, shape,
};
use obolus_verifier::{CircuitName, KeyIdText, KeyOrigin, VerifyingKey};

use crate::hex;
use crate::keyfile::{KeyArg, read_key};
use crate::policy::Rules;
use crate::report::{Fact, Fault, Finding, Item, Kind, Source, Subject};
use crate::source::{name, read_file};

mod golden;

use golden::Golden;

#[cfg(test)]
mod tests;

/// Longest golden file or list of key ids in bytes; the longest now has 20 KiB.
const MAX_GOLDEN: usize = 1 << 20;

/// A circuit: how it is built, and the golden file that this program was built with.
struct Circuit {
    name: CircuitName,
    build: fn() -> R1csShape,
    golden: &'static str,
}

fn circuits() -> [Circuit; 8] {
    [
        Circuit {
            name: CircuitName::TRANSFER,
            build: shape::<Transfer>,
            golden: include_str!("../../circuits/r1cs/golden/transfer.txt"),
        },
        Circuit {
            name: CircuitName::ISSUE,
            build: shape::<Issue>,
            golden: include_str!("../../circuits/r1cs/golden/issue.txt"),
        },
        Circuit {
            name: CircuitName::REDEEM,
            build: shape::<Redeem>,
            golden: include_str!("../../circuits/r1cs/golden/redeem.txt"),
        },
        Circuit {
            name: CircuitName::REGISTER,
            build: shape::<Register>,
            golden: include_str!("../../circuits/r1cs/golden/register.txt"),
        },
        Circuit {
            name: CircuitName::RATIO,
            build: shape::<Ratio>,
            golden: include_str!("../../circuits/r1cs/golden/ratio.txt"),
        },
        Circuit {
            name: CircuitName::BALANCE,
            build: shape::<Balance>,
            golden: include_str!("../../circuits/r1cs/golden/balance.txt"),
        },
        Circuit {
            name: CircuitName::SUPPLY,
            build: shape::<Supply>,
            golden: include_str!("../../circuits/r1cs/golden/supply.txt"),
        },
        Circuit {
            name: CircuitName::VELOCITY,
            build: shape::<Velocity>,
            golden: include_str!("../../circuits/r1cs/golden/velocity.txt"),
        },
    ]
}

/// Rebuilds the circuits and compares each with its golden file, in `directory` or built in.
pub fn check_circuits(directory: Option<&Path>) -> Vec<Item> {
    circuits()
        .iter()
        .map(|c| check_circuit(c, directory))
        .collect()
}

fn check_circuit(circuit: &Circuit, directory: Option<&Path>) -> Item {
    let start = Instant::now();
    let file = format!("{}.txt", circuit.name);
    let path = directory.map(|directory| directory.join(&file));
    let built = Golden::of(&(circuit.build)());
    let outcome = golden_text(circuit, path.as_deref()).and_then(|text| built.compare(&text));
    Item {
        source: Source::file(path.map_or(format!("built-in {file}"), |path| name(&path))),
        kind: Kind::Circuit,
        subject: Subject {
            circuit: Some(circuit.name.clone()),
            ..Subject::default()
        },
        outcome,
        facts: built.facts(),
        elapsed: start.elapsed(),
    }
}

fn golden_text(circuit: &Circuit, path: Option<&Path>) -> Result<String, Finding> {
    match path {
        None => Ok(circuit.golden.to_owned()),
        Some(path) => text(path),
    }
}

fn text(path: &Path) -> Result<String, Finding> {
    String::from_utf8(read_file(path, MAX_GOLDEN)?)
        .map_err(|_| Finding::new(Fault::Malformed, "golden_malformed", "it is not UTF-8"))
}

/// Key ids that are expected, by circuit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyList(BTreeMap<CircuitName, KeyId>);

impl KeyList {
    /// Reads a list: a circuit and a key id a line.
    ///
    /// # Errors
    /// A finding: unreadable, or malformed with the line.
    pub fn read(path: &Path) -> Result<Self, Finding> {
        Self::parse(&text(path)?)
    }

    /// Parses a list.
    ///
    /// # Errors
    /// A finding with the first line that is none.
    pub fn parse(text: &str) -> Result<Self, Finding> {
        let mut list = BTreeMap::new();
        for (at, line) in text.lines().enumerate() {
            let parts = line.split_once(' ');
            let entry = parts.and_then(|(circuit, id)| {
                let id: KeyIdText = id.parse().ok()?;
                Some((CircuitName::new(circuit).ok()?, id.0))
            });
            let fresh = entry.is_some_and(|(circuit, id)| list.insert(circuit, id).is_none());
            if !fresh {
                return Err(Finding::new(
                    Fault::Malformed,
                    "key_list_malformed",
                    format!(
                        "line {} is not a circuit's name, a space and its key id, each circuit once",
                        at + 1
                    ),
                ));
            }
        }
        Ok(Self(list))
    }

    fn check(&self, key: &VerifyingKey) -> Result<(), Finding> {
        match self.0.get(key.circuit()) {
            Some(id) if *id == key.id() => Ok(()),
            Some(id) => Err(Finding::new(
                Fault::Refused,
                "key_not_listed",
                format!(
                    "the list names {} for circuit {}; this is {}",
                    KeyIdText(*id),
                    key.circuit(),
                    KeyIdText(key.id())
                ),
            )),
            None => Err(Finding::new(
                Fault::Refused,
                "key_not_listed",
                format!("the list names no key for circuit {}", key.circuit()),
            )),
        }
    }
}

/// Reads, lints and compares a key.
pub fn check_key(arg: &KeyArg, list: Option<&KeyList>, rules: &Rules) -> Item {
    let start = Instant::now();
    let mut subject = Subject {
        circuit: arg.circuit.clone(),
        ..Subject::default()
    };
    let mut facts = Vec::new();
    let outcome = read_key(arg).and_then(|key| {
        subject.circuit = Some(key.circuit().clone());
        subject.key = Some(key.id());
        facts = key_facts(&key);
        rules.check_claims(&subject, None)?;
        rules.check_origin(&key)?;
        list.map_or(Ok(()), |list| list.check(&key))
    });
    Item {
        source: Source::file(name(&arg.path)),
        kind: Kind::Key,
        subject,
        outcome,
        facts,
        elapsed: start.elapsed(),
    }
}

fn key_facts(key: &VerifyingKey) -> Vec<Fact> {
    let origin = match key.origin() {
        KeyOrigin::InsecureDevelopment => "insecure_development",
        KeyOrigin::Ceremony => "ceremony",
        KeyOrigin::Imported => "imported",
    };
    vec![
        ("circuit", key.circuit().to_string()),
        ("key_id", KeyIdText(key.id()).to_string()),
        ("origin", origin.to_owned()),
        ("public_inputs", key.public_inputs().to_string()),
    ]
}

/// Lower-case hexadecimal of a circuit's digest.
fn digest_text(shape: &R1csShape) -> String {
    hex::encode(&shape.digest())
}

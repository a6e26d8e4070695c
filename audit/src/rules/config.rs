//! `rules.toml`: which rules there are, with their thresholds.
//!
//! ```toml
//! [[large]]
//! name = "reportable"
//! amount = "100000.00"
//!
//! [[structuring]]
//! name = "just below 10,000"
//! above = "9000.00"
//! below = "10000.00"
//! count = 3
//! window = "24h"
//! same_recipient = false
//!
//! [[velocity]]
//! name = "a million a day"
//! window = "24h"
//! sum = "1000000.00"
//! count = 500
//!
//! [[sanctions]]
//! name = "our list"
//! list = "sanctions.txt"   # a slot, address, owner hash or name on each line
//!
//! [[round_trip]]
//! name = "there and back"
//! window = "48h"
//! tolerance_percent = 2
//! least = "1000.00"
//! ```

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use obolus_protocol::Amount;
use serde::Deserialize;

use super::pairs::Pairs;
use super::{Detector, Rule};
use crate::names::People;
use crate::show::Decimals;

/// Most movements in a row that a structuring rule waits for.
const MAX_COUNT: usize = 10_000;

/// Why rules could not be used.
#[derive(Debug, thiserror::Error)]
pub enum RulesError {
    /// The file, or a list that it names.
    #[error("{path}: {1}; check path and permissions", path = .0.display())]
    Io(PathBuf, std::io::Error),
    /// Its form.
    #[error("the rules file does not parse: {0}")]
    Form(String),
    /// A rule.
    #[error("rule {rule:?}: {reason}")]
    Rule {
        /// Its name.
        rule: String,
        /// What is wrong.
        reason: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    #[serde(default)]
    large: Vec<Large>,
    #[serde(default)]
    structuring: Vec<Structuring>,
    #[serde(default)]
    velocity: Vec<Velocity>,
    #[serde(default)]
    sanctions: Vec<Sanctions>,
    #[serde(default)]
    round_trip: Vec<RoundTrip>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Large {
    name: String,
    amount: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Structuring {
    name: String,
    above: String,
    below: String,
    count: usize,
    window: String,
    #[serde(default)]
    same_recipient: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Velocity {
    name: String,
    window: String,
    sum: Option<String>,
    count: Option<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sanctions {
    name: String,
    list: PathBuf,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RoundTrip {
    name: String,
    window: String,
    #[serde(default)]
    tolerance_percent: u8,
    least: String,
}

/// The rules of a file's text. Lists are looked for beside `directory`; who on a list is no participant is passed over, and
/// told to `unknown`: it may become one.
///
/// # Errors
/// [`RulesError`].
pub fn compile(
    text: &str,
    directory: &Path,
    people: &People<'_>,
    decimals: Decimals,
    unknown: &mut dyn FnMut(&str),
) -> Result<Vec<Rule>, RulesError> {
    let fields: Fields =
        toml::from_str(text).map_err(|error| RulesError::Form(error.to_string()))?;
    let mut rules = Vec::new();
    let parse = Parser { decimals };
    for rule in fields.large {
        let least = parse.amount(&rule.name, "amount", &rule.amount)?;
        rules.push(Rule {
            detector: Detector::Large { least },
            name: rule.name,
        });
    }
    for rule in fields.structuring {
        let (above, below) = (
            parse.amount(&rule.name, "above", &rule.above)?,
            parse.amount(&rule.name, "below", &rule.below)?,
        );
        if above >= below {
            return Err(bad(&rule.name, "above must be less than below"));
        }
        if !(2..=MAX_COUNT).contains(&rule.count) {
            return Err(bad(&rule.name, "count must be from 2 to 10000"));
        }
        rules.push(Rule {
            detector: Detector::Structuring {
                above,
                below,
                count: rule.count,
                window: parse.window(&rule.name, &rule.window)?,
                same_recipient: rule.same_recipient,
                seen: HashMap::new(),
            },
            name: rule.name,
        });
    }
    for rule in fields.velocity {
        let sum = rule
            .sum
            .as_deref()
            .map(|sum| parse.amount(&rule.name, "sum", sum));
        let sum = sum.transpose()?.map(|sum| u128::from(sum.get()));
        if sum.is_none() && rule.count.is_none() {
            return Err(bad(&rule.name, "give sum, count, or both"));
        }
        rules.push(Rule {
            detector: Detector::Velocity {
                sum,
                count: rule.count,
                window: parse.window(&rule.name, &rule.window)?,
                seen: HashMap::new(),
            },
            name: rule.name,
        });
    }
    for rule in fields.sanctions {
        let path = directory.join(&rule.list);
        let list = std::fs::read_to_string(&path).map_err(|e| RulesError::Io(path, e))?;
        let lines = list.lines().map(str::trim);
        let mut listed = BTreeSet::new();
        for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
            match people.find(line) {
                Ok(slot) => listed.extend(people.lineage(slot)),
                Err(_) => unknown(line),
            }
        }
        rules.push(Rule {
            detector: Detector::Sanctions {
                listed,
                found: HashMap::new(),
            },
            name: rule.name,
        });
    }
    for rule in fields.round_trip {
        if rule.tolerance_percent > 100 {
            return Err(bad(&rule.name, "tolerance_percent must be at most 100"));
        }
        let window = parse.window(&rule.name, &rule.window)?;
        let least = parse.amount(&rule.name, "least", &rule.least)?;
        let pairs = Pairs::new(window, rule.tolerance_percent, least);
        rules.push(Rule {
            detector: Detector::RoundTrip(pairs),
            name: rule.name,
        });
    }
    let mut names = BTreeSet::new();
    for rule in &rules {
        if rule.name.is_empty() || !names.insert(rule.name.as_str()) {
            return Err(bad(&rule.name, "each rule needs a name of its own"));
        }
    }
    Ok(rules)
}

struct Parser {
    decimals: Decimals,
}

impl Parser {
    fn amount(&self, rule: &str, field: &str, text: &str) -> Result<Amount, RulesError> {
        Amount::parse(text, self.decimals.exponent())
            .map_err(|error| bad(rule, &format!("{field}: {error}")))
    }

    fn window(&self, rule: &str, text: &str) -> Result<u64, RulesError> {
        let span = humantime::parse_duration(text)
            .map_err(|error| bad(rule, &format!("window: {error}; write 24h or 30m")))?;
        u64::try_from(span.as_millis()).map_err(|_| bad(rule, "window: too long"))
    }
}

fn bad(rule: &str, reason: &str) -> RulesError {
    RulesError::Rule {
        rule: rule.to_owned(),
        reason: reason.to_owned(),
    }
}

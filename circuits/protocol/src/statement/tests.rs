//! Honest samples pass; a change of one field or one public input fails at its own rule, and every
//! rule that types do not already rule out is hit.

mod balance;
mod issue;
mod ratio;
mod redeem;
mod register;
mod sample_trees;
mod spec_pages;
mod supply;
mod transfer;
mod velocity;

use std::collections::HashSet;

use super::Rule;
use crate::field::Fr;

/// What cannot be broken natively, because a type rules it out or the value is derived. The
/// circuits' tests break them.
const BY_TYPE: &[Rule] = &[
    Rule::DummyBoolean,
    Rule::PayRange,
    Rule::ChangeRange,
    Rule::ValueRange,
    Rule::AmountRange,
    Rule::SupplyRange,
];

/// Collects refusals and compares them with the statement's rules at the end.
struct Hits(HashSet<Rule>);

impl Hits {
    fn new() -> Self {
        Self(HashSet::new())
    }

    fn expect(&mut self, what: &str, verdict: Result<(), Rule>, rule: Rule) {
        assert_eq!(verdict, Err(rule), "{what}");
        self.0.insert(rule);
    }

    /// Every rule was hit but those that types (and `derived`) rule out.
    fn covers(&self, rules: &[Rule], derived: &[Rule]) {
        for rule in rules {
            let excused = BY_TYPE.contains(rule) || derived.contains(rule);
            assert_eq!(self.0.contains(rule), !excused, "{}", rule.name());
        }
    }
}

/// The public inputs with one slot changed: by one, save for the context, which leaves its range.
fn spoiled<const N: usize>(inputs: [Fr; N], slot: usize) -> [Fr; N] {
    let mut inputs = inputs;
    let step = if slot + 1 == N {
        Fr::from(2_u64).pow_248()
    } else {
        Fr::from(1_u64)
    };
    inputs[slot] += step;
    inputs
}

trait Pow248 {
    fn pow_248(&self) -> Fr;
}

impl Pow248 for Fr {
    fn pow_248(&self) -> Fr {
        ark_ff::Field::pow(self, [248])
    }
}

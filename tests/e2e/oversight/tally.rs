//! What histories met.

use std::collections::{BTreeMap, BTreeSet};

use super::oracle::Unable;

/// How often what happened.
#[derive(Default)]
pub struct Tally {
    /// What the ledger took, by contract and entry, and what a verifier believed.
    pub taken: BTreeMap<String, usize>,
    /// What the ledger refused, with the refusal's name.
    pub refused: BTreeMap<String, usize>,
    /// Every refusal that was met, of wallets and of the ledger.
    pub met: BTreeSet<String>,
}

impl Tally {
    /// Something was taken.
    pub fn take(&mut self, what: String) {
        *self.taken.entry(what).or_default() += 1;
    }

    /// The ledger refused something.
    pub fn refuse(&mut self, what: &str, refusal: &str) {
        let refused = self.refused.entry(format!("{what}: {refusal}"));
        *refused.or_default() += 1;
        self.met.insert(refusal.into());
    }

    /// A wallet refused something.
    pub fn unable(&mut self, unable: Unable) {
        self.met.insert(format!("{unable:?}"));
    }

    /// All of these were met.
    pub fn check(&self, taken: &[&str], refused: &[&str]) {
        let missing = |all: &BTreeMap<String, usize>, wanted: &[&str]| -> Vec<String> {
            let missing = wanted.iter().filter(|what| !all.contains_key(**what));
            missing.map(|what| (*what).to_owned()).collect()
        };
        let missing = [missing(&self.taken, taken), missing(&self.refused, refused)].concat();
        assert!(missing.is_empty(), "never met: {missing:#?}");
    }

    /// What another history met as well.
    pub fn add(&mut self, other: Self) {
        for (all, more) in [
            (&mut self.taken, other.taken),
            (&mut self.refused, other.refused),
        ] {
            for (what, count) in more {
                *all.entry(what).or_default() += count;
            }
        }
        self.met.extend(other.met);
    }
}

//! The frame of a statement's tests: valid samples, and a table of what breaks one of them with the rule that must be
//! named for it.

use std::collections::HashSet;

use rand::{SeedableRng, rngs::StdRng};

use crate::{field::Fr, statement::Rule};

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

/// One change of a witness, and the rule that it breaks.
pub type Break<W> = (&'static str, Rule, fn(&mut W, &mut StdRng));

/// A statement with `N` public inputs, and what breaks it.
pub struct Table<W: 'static, const N: usize> {
    /// Every rule of it.
    pub rules: &'static [Rule],
    /// Those of them that cannot be the first to fail, because others are derived from the same values.
    pub derived: &'static [Rule],
    /// Names of the public inputs.
    pub names: &'static [&'static str],
    /// Valid witnesses; the first is the one that is broken.
    pub samples: &'static [fn(u64) -> W],
    /// What an honest prover shows.
    pub public: fn(&W) -> [Fr; N],
    /// The native check.
    pub check: fn(&W, [Fr; N]) -> Result<(), Rule>,
    /// The rule that each public input belongs to, in order.
    pub slots: [Rule; N],
    /// A field of the witness differs from the one that the public inputs were made with.
    pub fields: &'static [Break<W>],
    /// The public inputs are made from the broken witness itself, as an attacker would.
    pub consistent: &'static [Break<W>],
}

impl<W: Clone, const N: usize> Table<W, N> {
    /// Valid samples pass.
    pub fn samples_pass(&self) {
        for seed in 0..4 {
            for sample in self.samples {
                let witness = sample(seed);
                assert_eq!((self.check)(&witness, (self.public)(&witness)), Ok(()));
            }
        }
    }

    /// Each change is refused by the name of its rule; together they hit every rule that types do not rule out.
    pub fn every_rule_is_checked(&self) {
        let mut rng = StdRng::seed_from_u64(7);
        let mut hits = HashSet::new();
        let mut expect = |what: &str, verdict, rule| {
            assert_eq!(verdict, Err(rule), "{what}");
            hits.insert(rule);
        };
        let witness = (self.samples[0])(1);
        let public = (self.public)(&witness);
        for (slot, rule) in self.slots.into_iter().enumerate() {
            let verdict = (self.check)(&witness, spoiled(public, slot));
            expect(self.names[slot], verdict, rule);
        }
        for (what, rule, change) in self.fields {
            let mut broken = witness.clone();
            change(&mut broken, &mut rng);
            expect(what, (self.check)(&broken, public), *rule);
        }
        for (what, rule, change) in self.consistent {
            let mut broken = witness.clone();
            change(&mut broken, &mut rng);
            let verdict = (self.check)(&broken, (self.public)(&broken));
            expect(what, verdict, *rule);
        }
        for rule in self.rules {
            let excused = BY_TYPE.contains(rule) || self.derived.contains(rule);
            assert_eq!(hits.contains(rule), !excused, "{}", rule.name());
        }
    }
}

/// The public inputs with one slot changed: by one, save for the context, which leaves its range.
fn spoiled<const N: usize>(mut inputs: [Fr; N], slot: usize) -> [Fr; N] {
    inputs[slot] += if slot + 1 == N {
        ark_ff::Field::pow(&Fr::from(2_u64), [248])
    } else {
        Fr::from(1_u64)
    };
    inputs
}

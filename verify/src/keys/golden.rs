//! Golden files of circuits: a heading of counts and the digest, then lists under titles.
//!
//! The lists of constraints by rule and gadget, and of free inputs, are for reviewers; the digest covers the
//! matrices, so what they say cannot change without it.

use obolus_r1cs::R1csShape;

use super::digest_text;
use crate::report::{Fact, Fault, Finding};

/// What is compared.
pub(super) struct Golden {
    heading: [(&'static str, String); 5],
    public: &'static [&'static str],
}

impl Golden {
    pub(super) fn of(shape: &R1csShape) -> Self {
        let witness = shape.num_variables() - 1 - shape.num_public();
        Self {
            heading: [
                ("circuit", shape.name().to_owned()),
                ("constraints", shape.num_constraints().to_string()),
                ("public inputs", shape.num_public().to_string()),
                ("witness variables", witness.to_string()),
                ("r1cs digest", digest_text(shape)),
            ],
            public: shape.public_names(),
        }
    }

    pub(super) fn facts(&self) -> Vec<Fact> {
        let fact = |(name, value): &(&'static str, String)| {
            let name = match *name {
                "public inputs" => "public_inputs",
                "witness variables" => "witness_variables",
                "r1cs digest" => "r1cs_digest",
                name => name,
            };
            (name, value.clone())
        };
        self.heading.iter().map(fact).collect()
    }

    /// Compares with the text of a golden file.
    pub(super) fn compare(&self, text: &str) -> Result<(), Finding> {
        let mut lines = text.lines();
        for (name, value) in &self.heading {
            let line = lines.next().unwrap_or_default();
            let Some(given) = line
                .strip_prefix(name)
                .and_then(|rest| rest.strip_prefix(' '))
            else {
                return Err(malformed(name));
            };
            if given != value {
                return Err(differs(name, given, value));
            }
        }
        let title = |line: &&str| line.starts_with("public inputs in order");
        if !(lines.next() == Some("") && lines.next().as_ref().is_some_and(title)) {
            return Err(malformed("public inputs in order"));
        }
        let listed = lines.map_while(|line| line.strip_prefix("  "));
        let listed: Vec<&str> = listed.map(|line| line.trim_end_matches(" *")).collect();
        if listed != self.public {
            return Err(differs(
                "public inputs in order",
                &listed.join(" "),
                &self.public.join(" "),
            ));
        }
        Ok(())
    }
}

fn malformed(what: &str) -> Finding {
    Finding::new(
        Fault::Malformed,
        "golden_malformed",
        format!("the golden file does not say its {what} where it should"),
    )
}

fn differs(what: &str, given: &str, built: &str) -> Finding {
    Finding::new(
        Fault::Invalid,
        "circuit_differs",
        format!("{what}: the golden file says {given}, the code builds {built}"),
    )
}

//! Cases of `supply`.

use obolus_protocol::{Scalar, amount::Total, pedersen::Blinding};

use super::*;

type C = Change<Supply>;

impl Table for Supply {
    const SAMPLE: fn(u64) -> SupplyWitness = sample::supply;

    fn cases() -> Vec<Case<Self>> {
        let supply = sample::supply as fn(u64) -> _;
        vec![
            same(
                "another supply",
                supply,
                C::Witness(|w| w.total = less(w.total)),
                Rule::SupplyCommitment,
            ),
            same(
                "another blinding",
                supply,
                C::Witness(|w| w.s = Blinding::new(Scalar::from(9_u64))),
                Rule::SupplyCommitment,
            ),
            circuit_only(
                "a digit of s that is neither 1 nor -1",
                supply,
                C::Variable("s/bit250"),
                Rule::SupplyCommitment,
            ),
            circuit_only(
                "another sum of the windows",
                supply,
                C::Variable("total_commitment/x"),
                Rule::SupplyCommitment,
            ),
            // The sample has its highest bit set.
            circuit_only(
                "a bit of the supply that is neither 0 nor 1",
                supply,
                C::Variable("total/bit95"),
                Rule::SupplyRange,
            ),
            same(
                "reserves one unit short",
                supply,
                C::Rebuilt(|w| w.reserves = less(w.total)),
                Rule::Backed,
            ),
            same(
                "no reserves",
                supply,
                C::Rebuilt(|w| w.reserves = Total::default()),
                Rule::Backed,
            ),
            circuit_only(
                "a bit of the difference that is neither 0 nor 1",
                supply,
                C::Variable("slack/bit3"),
                Rule::Backed,
            ),
            circuit_only(
                "reserves below zero",
                supply,
                C::Forged(|_, public| public.reserves = -Fr::from(1_u64)),
                Rule::Backed,
            ),
        ]
    }

    fn public_rule(name: &str) -> (Rule, Rule) {
        match name {
            "c_x" | "c_y" => (Rule::SupplyCommitment, Rule::SupplyCommitment),
            "reserves" => (Rule::Backed, Rule::Backed),
            "context" => (Rule::ContextBinding, Rule::ContextBinding),
            other => panic!("no expectation for public input {other}"),
        }
    }
}

fn less(total: Total) -> Total {
    Total::new(total.get() - 1).expect("smaller than a total")
}

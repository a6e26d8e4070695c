//! Cases of `ratio`.

use obolus_protocol::{Rate, amount::Amount, note::Rcm, poseidon2::hash3, tags};

use super::*;

type C = Change<Ratio>;

/// Commitments to whatever the values are.
fn commit(values: &<Ratio as sealed::Circuit>::Values, public: &mut RatioInputs<Fr>) {
    public.cm1 = hash3(tags::NOTE, values.v1, public.owner1, values.rcm1);
    public.cm2 = hash3(tags::NOTE, values.v2, public.owner2, values.rcm2);
}

impl Table for Ratio {
    const SAMPLE: fn(u64) -> RatioWitness = sample::ratio;

    fn cases() -> Vec<Case<Self>> {
        let mut cases = openings();
        cases.extend(ranges());
        cases.extend(rates());
        cases
    }

    fn public_rule(name: &str) -> (Rule, Rule) {
        match name {
            "cm1" | "owner1" => (Rule::FirstCommitment, Rule::FirstCommitment),
            "cm2" | "owner2" => (Rule::SecondCommitment, Rule::SecondCommitment),
            "p" | "q" => (Rule::Rate, Rule::Rate),
            "context" => (Rule::ContextBinding, Rule::ContextBinding),
            other => panic!("no expectation for public input {other}"),
        }
    }
}

fn openings() -> Vec<Case<Ratio>> {
    vec![
        same(
            "another first amount",
            sample::ratio,
            C::Witness(|w| w.first.value = Amount::new(1)),
            Rule::FirstCommitment,
        ),
        same(
            "other randomness of the first note",
            sample::ratio,
            C::Witness(|w| w.first.rcm = Rcm::new(Fr::from(3_u64))),
            Rule::FirstCommitment,
        ),
        same(
            "another second amount",
            sample::ratio,
            C::Witness(|w| w.second.value = Amount::new(1)),
            Rule::SecondCommitment,
        ),
        same(
            "other randomness of the second note",
            sample::ratio,
            C::Witness(|w| w.second.rcm = Rcm::new(Fr::from(3_u64))),
            Rule::SecondCommitment,
        ),
        same(
            "the notes exchanged",
            sample::ratio,
            C::Witness(|w| core::mem::swap(&mut w.first, &mut w.second)),
            Rule::FirstCommitment,
        ),
    ]
}

/// The rate holds in the field, and the commitments are to these very values.
fn ranges() -> Vec<Case<Ratio>> {
    vec![
        circuit_only(
            "a first amount above 64 bits",
            sample::ratio,
            C::Forged(|v, public| {
                (v.v1, v.v2) = (power_of_two(64), power_of_two(63));
                (public.p, public.q) = (Fr::from(1_u64), Fr::from(2_u64));
                commit(v, public);
            }),
            Rule::AmountRange,
        ),
        circuit_only(
            "a second amount above 64 bits",
            sample::ratio,
            C::Forged(|v, public| {
                (v.v1, v.v2) = (power_of_two(63), power_of_two(64));
                (public.p, public.q) = (Fr::from(2_u64), Fr::from(1_u64));
                commit(v, public);
            }),
            Rule::AmountRange,
        ),
        circuit_only(
            "negative amounts",
            sample::ratio,
            C::Forged(|v, public| {
                (v.v1, v.v2) = (-Fr::from(1_u64), -Fr::from(1_u64));
                (public.p, public.q) = (Fr::from(1_u64), Fr::from(1_u64));
                commit(v, public);
            }),
            Rule::AmountRange,
        ),
        circuit_only(
            "a second amount that is the field's quotient",
            sample::ratio,
            C::Forged(|v, public| {
                v.v2 = v.v1 * public.p / public.q;
                commit(v, public);
            }),
            Rule::AmountRange,
        ),
        circuit_only(
            "a bit of the first amount that is neither 0 nor 1",
            sample::ratio,
            C::Variable("v1/bit63"),
            Rule::AmountRange,
        ),
        circuit_only(
            "a bit of the second amount that is neither 0 nor 1",
            sample::ratio,
            C::Variable("v2/bit0"),
            Rule::AmountRange,
        ),
    ]
}

/// Notes and commitments that fit, at another rate.
fn rates() -> Vec<Case<Ratio>> {
    let change = |name, change| same(name, sample::ratio, C::Rebuilt(change), Rule::Rate);
    vec![
        change("rounded up", |w| {
            w.second.value = Amount::new(w.second.value.get() + 1);
        }),
        change("one unit too few", |w| {
            w.second.value = Amount::new(w.second.value.get() - 1);
        }),
        change("nothing for something", |w| w.second.value = Amount::ZERO),
        change("something for nothing", |w| w.first.value = Amount::ZERO),
        change("the inverse rate", |w| {
            w.rate = Rate::new(w.rate.q(), w.rate.p()).expect("p is not zero");
        }),
        change("a result above 64 bits", |w| {
            w.rate = Rate::new(u64::MAX, 1).expect("q is not zero");
        }),
        change("a rate of nothing", |w| {
            w.rate = Rate::new(0, w.rate.q()).expect("q is not zero");
        }),
        circuit_only(
            "a rate for nothing",
            sample::ratio,
            C::Forged(|_, public| public.q = Fr::from(0_u64)),
            Rule::Rate,
        ),
        circuit_only(
            "nothing to nothing",
            sample::ratio,
            C::Forged(|_, public| (public.p, public.q) = (Fr::from(0_u64), Fr::from(0_u64))),
            Rule::Rate,
        ),
        circuit_only(
            "a bit of the remainder that is neither 0 nor 1",
            sample::ratio,
            C::Variable("remainder/bit3"),
            Rule::Rate,
        ),
        circuit_only(
            "a bit of the slack that is neither 0 nor 1",
            sample::ratio,
            C::Variable("slack/bit3"),
            Rule::Rate,
        ),
        circuit_only(
            "another product",
            sample::ratio,
            C::Variable("scaled"),
            Rule::Rate,
        ),
        circuit_only(
            "another multiple",
            sample::ratio,
            C::Variable("multiple"),
            Rule::Rate,
        ),
    ]
}

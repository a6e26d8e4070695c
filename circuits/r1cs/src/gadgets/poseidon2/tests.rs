use ark_ff::UniformRand;
use obolus_protocol::poseidon2 as native;

use super::{
    super::testing::{rng, run},
    *,
};

fn inputs(cs: &mut Builder, values: &[Fr; 4]) -> [Lc; 4] {
    let mut names = ["a", "b", "c", "d"].into_iter().zip(values);
    std::array::from_fn(|_| {
        let (name, value) = names.next().expect("four");
        cs.input(name, *value)
    })
}

#[test]
fn permutation_equals_native() {
    let mut rng = rng();
    for _ in 0..10 {
        let values: [Fr; 4] = std::array::from_fn(|_| Fr::rand(&mut rng));
        let outcome = run(|cs| {
            let state = inputs(cs, &values);
            permutation(cs, state).map(|lane| lane.value())
        });
        assert_eq!(outcome.constraints, 264);
        assert_eq!(outcome.satisfied(), native::permutation(&values));
    }
}

#[test]
fn hashes_equal_native() {
    let mut rng = rng();
    let values: [Fr; 4] = std::array::from_fn(|_| Fr::rand(&mut rng));
    let [a, b, c, _] = values;
    let outcome = run(|cs| {
        let state = inputs(cs, &values);
        let [x, y, z, _] = &state;
        let hash = hash3(cs, obolus_protocol::tags::NOTE, [x, y, z]).value();
        let stream = cs.scope(format_args!("prf"), |cs| {
            prf3(cs, obolus_protocol::tags::AUDIT_ISSUE, [x, y, z]).map(|k| k.value())
        });
        let node = cs.scope(format_args!("node"), |cs| compress4(cs, state).value());
        (hash, stream, node)
    });
    assert_eq!(
        outcome.satisfied(),
        (
            native::hash3(obolus_protocol::tags::NOTE, a, b, c),
            native::prf3(obolus_protocol::tags::AUDIT_ISSUE, a, b, c),
            native::compress4(&values)
        )
    );
}

/// x⁴ costs the prover no point of G2.
#[test]
fn fourth_powers_are_on_no_b_side() {
    let shape = run(|cs| {
        let state = inputs(cs, &[Fr::from(1_u64); 4]);
        permutation(cs, state);
    })
    .shape;
    for (_, index) in shape.b().iter().flatten() {
        assert!(!shape.variable_name(*index).ends_with("x4"));
    }
}

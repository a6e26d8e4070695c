//! Native check, circuit, and arkworks agree on honest samples.

use ark_relations::gr1cs::{
    ConstraintSynthesizer, ConstraintSystem, R1CS_PREDICATE_LABEL, mat_vec_mul,
};

use super::*;
use crate::replay::Replay;

/// Random witnesses of every kind satisfy both, and the public inputs come back unchanged.
fn honest_samples_satisfy<S: Native>() {
    let shape = shape::<S>();
    for seed in 0..8 {
        for witness in S::samples(seed) {
            let public = S::honest(&witness, sample::context(seed));
            assert_eq!(S::check(&witness, &public), Ok(()));
            let assignment = assign::<S>(&witness, &public);
            assert_eq!(assignment.check(&shape), Ok(()));
            assert_eq!(assignment.public(), S::to_vec(&public));
        }
    }
}
for_each_circuit!(honest_samples_satisfy);

/// The values pass emits the same products as the recorded matrices.
fn products_are_those_of_the_matrices<S: Native>() {
    let shape = shape::<S>();
    let witness = S::samples(11).remove(0);
    let assignment = assign::<S>(&witness, &S::honest(&witness, sample::context(11)));
    assert_eq!(mat_vec_mul(shape.a(), assignment.z()), assignment.az());
    assert_eq!(mat_vec_mul(shape.b(), assignment.z()), assignment.bz());
    assert_eq!(
        assignment.z().len(),
        1 + assignment.public().len() + assignment.witness().len()
    );
}
for_each_circuit!(products_are_those_of_the_matrices);

/// What the values pass says of its constraints is what the matrices say, on one thread and on two.
fn broken_constraints_are_seen_at_once<S: Native>() {
    let shape = shape::<S>();
    let witness = S::samples(7).remove(0);
    let honest = S::to_vec(&S::honest(&witness, sample::context(7)));
    for wrong in (0..honest.len()).map(Some).chain([None]) {
        let mut inputs = honest.clone();
        if let Some(wrong) = wrong {
            inputs[wrong] += Fr::from(1_u64);
        }
        let public = S::from_vec(inputs);
        let [one, two] = [1, 2].map(|threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
            let pool = pool.build().expect("threads");
            pool.install(|| assign::<S>(&witness, &public))
        });
        let found = match one.check(&shape) {
            Err(crate::Unsatisfied::Constraint { index, .. }) => Some(index),
            other => other.map(|()| None).expect("the same circuit"),
        };
        assert_eq!(one.unsatisfied(), found);
        assert_eq!(two.unsatisfied(), found);
        assert_eq!((one.z(), one.az(), one.bz()), (two.z(), two.az(), two.bz()));
    }
}
for_each_circuit!(broken_constraints_are_seen_at_once);

/// Values are never moved, and a prover finds as many as its domain has points.
fn there_is_room_for_all_values<S: Native>() {
    let shape = shape::<S>();
    let rows = shape.num_constraints() + shape.num_public() + 1;
    assert_eq!(S::POINTS, rows.next_power_of_two());
    assert!(shape.num_variables() <= S::POINTS);
}
for_each_circuit!(there_is_room_for_all_values);

/// arkworks sees the same matrices and is satisfied.
fn arkworks_sees_the_same<S: Native>() {
    let shape = shape::<S>();
    let witness = S::samples(5).remove(0);
    let assignment = assign::<S>(&witness, &S::honest(&witness, sample::context(5)));
    let cs = ConstraintSystem::new_ref();
    Replay::with(&shape, &assignment)
        .generate_constraints(cs.clone())
        .expect("replays");
    cs.finalize();
    assert!(cs.is_satisfied().expect("has values"));
    let matrices = &cs.to_matrices().expect("has matrices")[R1CS_PREDICATE_LABEL];
    assert!(matrices[..] == [shape.a().clone(), shape.b().clone(), shape.c().clone()]);
    assert_eq!(cs.num_instance_variables(), 1 + shape.num_public());
    assert_eq!(
        cs.num_witness_variables(),
        shape.num_variables() - 1 - shape.num_public()
    );
}
for_each_circuit!(arkworks_sees_the_same);

/// Every constraint has a rule of the statement and a gadget, every variable a name of its own.
fn everything_is_labelled<S: Native>() {
    let shape = shape::<S>();
    for (rule, _) in shape.rule_counts() {
        assert!(S::RULES.iter().any(|known| known.name() == rule), "{rule}");
    }
    assert!(
        shape
            .gadget_counts()
            .iter()
            .all(|(name, _)| !name.is_empty())
    );
    let names: std::collections::HashSet<&str> = (0..shape.num_variables())
        .map(|index| shape.variable_name(index))
        .collect();
    assert_eq!(names.len(), shape.num_variables());
    assert_eq!(shape.variable_name(shape.num_variables()), "");
}
for_each_circuit!(everything_is_labelled);

/// An assignment of another circuit is refused, not misread.
#[test]
fn assignments_of_other_circuits_are_refused() {
    let witness = sample::register(1);
    let assignment = assign::<Register>(&witness, &witness.public_inputs(sample::context(1)));
    assert!(matches!(
        assignment.check(&shape::<Issue>()),
        Err(crate::Unsatisfied::Length { .. })
    ));
}

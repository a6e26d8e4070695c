use ark_relations::gr1cs::{ConstraintSystem, SynthesisMode};

use super::*;
use crate::{Register, shape};

/// Key generation needs no values; proving without any fails instead of proving something else.
#[test]
fn a_shape_alone_sets_up_but_does_not_prove() {
    let shape = shape::<Register>();
    let setup = ConstraintSystem::new_ref();
    setup.set_mode(SynthesisMode::Setup);
    Replay::shape(&shape)
        .generate_constraints(setup.clone())
        .expect("no values needed");
    assert_eq!(setup.num_constraints(), shape.num_constraints());

    let proving = ConstraintSystem::new_ref();
    let result = Replay::shape(&shape).generate_constraints(proving);
    assert!(matches!(result, Err(SynthesisError::AssignmentMissing)));
}

//! The under-constraint hunt: no variable of a valid assignment can be changed alone, and none can
//! drift together with others once the free inputs are fixed.
//!
//! The second part is linear algebra over the Jacobian of the constraints. Given the public inputs
//! that a contract knows, its columns are all witness variables except the free inputs, and the
//! public inputs that the circuit computes. Full column rank says that locally nothing else can
//! move. The Jacobian is square but for the rows named in [`spare_rows`], so no other constraint
//! can be missing unnoticed.

mod change;
mod rank;

use obolus_protocol::context::is_context;
use rand::{Rng, SeedableRng, rngs::StdRng};

use super::*;
use change::unprotected;
use rank::undetermined;

/// A valid assignment; those of the first kind have two real inputs, where there are inputs.
fn valid<S: Native>(seed: u64, kind: usize) -> Assignment {
    let witness = S::samples(seed).remove(kind);
    assign::<S>(&witness, &S::honest(&witness, sample::context(seed)))
}

/// Which variables the free inputs and the contract's public inputs determine.
fn dependent<S: Native>(shape: &R1csShape) -> Vec<bool> {
    let mut dependent = vec![true; shape.num_variables()];
    dependent[0] = false;
    for index in shape.free_inputs() {
        dependent[*index] = false;
    }
    for (at, name) in shape.public_names().iter().enumerate() {
        dependent[1 + at] = !S::GIVEN.contains(name) || S::IMPLIED.contains(name);
    }
    dependent
}

/// Rows that say nothing new at an assignment with real inputs: `d·v = 0` where the bit d is 0.
fn spare_rows(shape: &R1csShape) -> usize {
    let counts = shape.rule_counts();
    let dummy = counts
        .iter()
        .find(|(rule, _)| *rule == Rule::DummyValue.name());
    dummy.map_or(0, |(_, count)| *count)
}

/// The first constraint that mentions a variable: for a bit, that it is one; for a product, quotient
/// or sum, its definition.
fn first_mention(shape: &R1csShape, name: &str) -> usize {
    mentions(shape, name).next().expect("is used")
}

fn mentions<'a>(shape: &'a R1csShape, name: &str) -> impl DoubleEndedIterator<Item = usize> + 'a {
    let variable = (0..shape.num_variables()).find(|index| shape.variable_name(*index) == name);
    let variable = variable.unwrap_or_else(|| panic!("no variable {name}"));
    (0..shape.num_constraints()).filter(move |row| {
        let matrices = [shape.a(), shape.b(), shape.c()];
        matrices
            .iter()
            .any(|matrix| matrix[*row].iter().any(|(_, index)| *index == variable))
    })
}

/// The context is only squared, so it has one other value with the same witness: its opposite. That
/// has more than 31 bytes, so no contract asks for it; and a prover may prove for any context it
/// likes, while nobody else can change the one in a proof.
fn no_variable_changes_alone<S: Native>() {
    let shape = shape::<S>();
    for seed in [21, 22] {
        assert!(!is_context(&-sample::context(seed)));
        for kind in 0..S::samples(seed).len() {
            let assignment = valid::<S>(seed, kind);
            assert_eq!(unprotected(&shape, &assignment), ["context"]);
        }
    }
}
for_each_circuit!(no_variable_changes_alone);

fn jacobian_has_full_rank<S: Native>() {
    let shape = shape::<S>();
    let dependent = dependent::<S>(&shape);
    for seed in [31, 32, 33] {
        let assignment = valid::<S>(seed, 0);
        assert_eq!(undetermined(&shape, &assignment, &dependent), [""; 0]);
    }
    let columns = dependent.iter().filter(|dependent| **dependent).count();
    assert_eq!(columns, shape.num_constraints() - spare_rows(&shape));
}
for_each_circuit!(jacobian_has_full_rank);

/// With dummies, whose paths may lead anywhere, the highest neighbours of those paths are free as well.
fn jacobian_has_full_rank_with_dummies<S: Native>(inputs: &[usize]) {
    let shape = shape::<S>();
    let mut dependent = dependent::<S>(&shape);
    for input in inputs {
        let last = format!(
            "input{input}/path/level{}/neighbour",
            obolus_protocol::tree::NOTE_DEPTH - 1
        );
        let free = (0..shape.num_variables()).find(|index| shape.variable_name(*index) == last);
        dependent[free.expect("has such an input")] = false;
    }
    for seed in [41, 42] {
        let assignment = valid::<S>(seed, 1);
        assert_eq!(undetermined(&shape, &assignment, &dependent), [""; 0]);
    }
}

#[test]
fn transfer_with_a_dummy() {
    jacobian_has_full_rank_with_dummies::<Transfer>(&[2]);
}

#[test]
fn redeem_with_a_dummy() {
    jacobian_has_full_rank_with_dummies::<Redeem>(&[2]);
}

#[test]
fn balance_with_dummies() {
    jacobian_has_full_rank_with_dummies::<Balance>(&[4, 5, 6, 7, 8]);
}

/// Drops constraints of every rule and gadget, one at a time, and some at random.
fn rank_notices_a_missing_constraint<S: Native>() {
    let shape = shape::<S>();
    let dependent = dependent::<S>(&shape);
    let assignment = valid::<S>(51, 0);
    let mut rng = StdRng::seed_from_u64(51);
    let mut planted: Vec<usize> = Vec::new();
    for (gadget, _) in shape.gadget_counts() {
        planted.extend((0..shape.num_constraints()).find(|row| shape.gadget_of(*row) == gadget));
    }
    for (rule, _) in shape.rule_counts() {
        planted.extend((0..shape.num_constraints()).rfind(|row| shape.rule_of(*row) == rule));
    }
    planted.extend((0..8).map(|_| rng.gen_range(0..shape.num_constraints())));
    if S::RULES.contains(&Rule::AuditEphemeral) {
        // A bit of the audit scalar: without this the prover picks any K.
        planted.push(first_mention(&shape, "audit/r/bit17"));
    }
    planted.retain(|row| {
        // At real inputs d·v = 0 and d·(d − 1) = 0 both fix d: see below.
        ![Rule::DummyValue.name(), Rule::DummyBoolean.name()].contains(&shape.rule_of(*row))
    });
    for row in planted {
        let rest = shape.without(row);
        let found = undetermined(&rest, &assignment, &dependent);
        assert!(
            !found.is_empty(),
            "constraint {row}, rule {}",
            shape.rule_of(row)
        );
    }
}
for_each_circuit!(rank_notices_a_missing_constraint);

/// A real note of value zero leaves only `d·(d − 1) = 0` to fix its dummy bit.
#[test]
fn rank_notices_a_missing_dummy_bit() {
    let shape = shape::<Transfer>();
    let dependent = dependent::<Transfer>(&shape);
    let assignment = worthless_second_input(61);
    assert_eq!(assignment.check(&shape), Ok(()));
    assert_eq!(undetermined(&shape, &assignment, &dependent), [""; 0]);
    let row = first_mention(&shape, "input2/dummy");
    assert_eq!(shape.rule_of(row), Rule::DummyBoolean.name());
    let rest = shape.without(row);
    let found = undetermined(&rest, &assignment, &dependent);
    assert_eq!(found, ["input2/dummy"]);
}

/// A transfer whose second input is a real note of value zero.
fn worthless_second_input(seed: u64) -> Assignment {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut witness = sample::transfer(seed);
    witness.inputs[1].note_value = obolus_protocol::Amount::ZERO;
    let total = witness.inputs[0].note_value.get();
    let pay = total / 3;
    witness.pay = obolus_protocol::Amount::new(pay);
    witness.change = obolus_protocol::Amount::new(total - pay);
    let owner = witness.owner();
    let leaf = |input: &obolus_protocol::statement::SpendInput| {
        (input.position().get(), input.note(owner).commitment().get())
    };
    let leaves = witness.inputs.each_ref().map(leaf);
    for (input, path) in witness
        .inputs
        .iter_mut()
        .zip(sample::paths(leaves, &mut rng))
    {
        input.path = path;
    }
    witness.sender_leaf.limit = obolus_protocol::Amount::new(u64::MAX);
    let recipient_leaf =
        obolus_protocol::note::registry_leaf(witness.recipient, witness.recipient_leaf.limit);
    let sender_leaf = obolus_protocol::note::registry_leaf(owner, witness.sender_leaf.limit);
    let slots = [
        (witness.sender_leaf.path.index(), sender_leaf),
        (witness.recipient_leaf.path.index(), recipient_leaf),
    ];
    let [sender, recipient] = sample::paths(slots, &mut rng);
    witness.sender_leaf.path = sender;
    witness.recipient_leaf.path = recipient;
    let public = witness.public_inputs(sample::context(seed));
    assert_eq!(transfer::check(&witness, &public), Ok(()));
    assign::<Transfer>(&witness, &public)
}

/// The first test notices what it can: variables that are left in no other constraint, and bits
/// whose use is gone.
#[test]
fn single_changes_notice_a_missing_constraint() {
    let shape = shape::<Transfer>();
    let assignment = valid::<Transfer>(71, 0);
    let planted = [
        // Nothing but its square mentions the context.
        ("context_squared", first_mention(&shape, "context_squared")),
        // Nothing but one comparison mentions a commitment, or c2.
        ("cm1", first_mention(&shape, "cm1")),
        ("c2", first_mention(&shape, "c2")),
        // A bit whose sum is not compared any more may flip.
        (
            "limit_slack/bit5",
            mentions(&shape, "limit_slack/bit5")
                .next_back()
                .expect("is used"),
        ),
    ];
    for (variable, row) in planted {
        let rest = shape.without(row);
        let found = unprotected(&rest, &assignment);
        assert!(found.contains(&variable), "{variable}: {found:?}");
    }
}

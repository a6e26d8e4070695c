//! One change at a time to one valid sample: the native check names the rule, the circuit is not
//! satisfied, and a test shows that the tables reach every rule and every public input.

mod balance;
mod issue;
mod ratio;
mod redeem;
mod register;
mod supply;
mod transfer;
mod velocity;

use std::collections::HashSet;

use super::*;
use crate::Unsatisfied;

/// One change to a valid statement.
enum Change<S: Native> {
    /// A field of the witness; the public inputs stay those of the sample.
    Witness(fn(&mut S::Witness)),
    /// A field of the witness; the public inputs are assembled from the changed witness.
    Rebuilt(fn(&mut S::Witness)),
    /// What native types rule out: circuit only. The public inputs stay.
    Values(fn(&mut S::Values)),
    /// As `Values`, with public inputs that fit, so that no other rule is broken.
    Forged(fn(&mut S::Values, &mut S::Public)),
    /// One variable inside a valid assignment: circuit only.
    Variable(&'static str),
    /// One public input; the witness stays.
    Public(&'static str),
}

/// A change and what it must lead to.
struct Case<S: Native> {
    name: &'static str,
    sample: fn(u64) -> S::Witness,
    change: Change<S>,
    /// The rule that the native check must name.
    native: Option<Rule>,
    /// The rule of the first constraint that fails.
    circuit: Rule,
}

/// A case where native check and circuit name the same rule.
const fn same<S: Native>(
    name: &'static str,
    sample: fn(u64) -> S::Witness,
    change: Change<S>,
    rule: Rule,
) -> Case<S> {
    Case {
        name,
        sample,
        change,
        native: Some(rule),
        circuit: rule,
    }
}

/// A case that native types rule out.
const fn circuit_only<S: Native>(
    name: &'static str,
    sample: fn(u64) -> S::Witness,
    change: Change<S>,
    rule: Rule,
) -> Case<S> {
    Case {
        name,
        sample,
        change,
        native: None,
        circuit: rule,
    }
}

/// The statement's table. Public inputs are added by [`run`], one case each.
trait Table: Native {
    const SAMPLE: fn(u64) -> Self::Witness;
    fn cases() -> Vec<Case<Self>>;
    /// The rule that a wrong public input violates natively, and in the circuit if another one.
    fn public_rule(name: &str) -> (Rule, Rule);
}

const SEED: u64 = 81;

fn refused(shape: &R1csShape, assignment: &Assignment) -> Rule {
    match assignment.check(shape) {
        Err(Unsatisfied::Constraint { rule, .. }) => {
            let known = Rule::ALL.iter().find(|known| known.name() == rule);
            *known.expect("constraints name rules")
        }
        other => panic!("expected a violated constraint, found {other:?}"),
    }
}

/// A different value for a public input; for the context, one outside its range.
fn spoiled(name: &str, value: Fr) -> Fr {
    let step = if name == "context" {
        power_of_two(248)
    } else {
        Fr::from(1_u64)
    };
    value + step
}

/// What the native check and the circuit say to a case.
fn verdicts<S: Native>(case: &Case<S>, shape: &R1csShape) -> (Option<Rule>, Rule) {
    let context = sample::context(SEED);
    let valid = (case.sample)(SEED);
    let public = S::honest(&valid, context);
    let mut witness = valid.clone();
    match &case.change {
        Change::Witness(change) => {
            change(&mut witness);
            let native = S::check(&witness, &public).expect_err(case.name);
            (
                Some(native),
                refused(shape, &assign::<S>(&witness, &public)),
            )
        }
        Change::Rebuilt(change) => {
            change(&mut witness);
            let public = S::honest(&witness, context);
            let native = S::check(&witness, &public).expect_err(case.name);
            (
                Some(native),
                refused(shape, &assign::<S>(&witness, &public)),
            )
        }
        Change::Values(change) => {
            let mut values = S::values(&witness);
            change(&mut values);
            (None, refused(shape, &assign_values::<S>(&values, &public)))
        }
        Change::Forged(change) => {
            let (mut values, mut public) = (S::values(&witness), public);
            change(&mut values, &mut public);
            (None, refused(shape, &assign_values::<S>(&values, &public)))
        }
        Change::Variable(name) => {
            let mut assignment = assign::<S>(&witness, &public);
            let index =
                (0..shape.num_variables()).find(|index| shape.variable_name(*index) == *name);
            assignment.z_mut()[index.expect("variable exists")] += Fr::from(1_u64);
            (None, refused(shape, &assignment))
        }
        Change::Public(name) => {
            let at = S::PUBLIC
                .iter()
                .position(|known| known == name)
                .expect("public input");
            let mut inputs = S::to_vec(&public);
            inputs[at] = spoiled(name, inputs[at]);
            let wrong = S::from_vec(inputs.clone());
            let native = S::check(&witness, &wrong).expect_err(case.name);
            // A prover that recomputes everything it can fails too, save where another proof is as
            // true: it is the proof for one context that does not hold for another.
            if !S::ADJUSTABLE.contains(name) {
                refused(shape, &assign::<S>(&witness, &wrong));
            }
            let mut assignment = assign::<S>(&witness, &public);
            assignment.z_mut()[1 + at] = inputs[at];
            (Some(native), refused(shape, &assignment))
        }
    }
}

fn run<S: Table>() {
    let shape = shape::<S>();
    let mut cases = S::cases();
    for name in S::PUBLIC {
        let (native, circuit) = S::public_rule(name);
        cases.push(Case {
            name,
            sample: S::SAMPLE,
            change: Change::Public(name),
            native: Some(native),
            circuit,
        });
    }
    let (mut native_hits, mut circuit_hits) = (HashSet::new(), HashSet::new());
    for case in &cases {
        let found = verdicts(case, &shape);
        assert_eq!(found, (case.native, case.circuit), "{}", case.name);
        native_hits.extend(found.0);
        circuit_hits.insert(found.1.name());
    }
    for rule in S::RULES {
        let reached = native_hits.contains(rule) || circuit_hits.contains(rule.name());
        assert!(reached, "no case for rule {}", rule.name());
    }
    for (rule, _) in shape.rule_counts() {
        assert!(
            circuit_hits.contains(rule),
            "no case for the constraints of {rule}"
        );
    }
}
for_each_circuit!(run);

/// Another value for anything that is only compared.
fn bump(value: &mut Fr) {
    *value += Fr::from(1_u64);
}

//! Running a gadget alone: both passes, then the check.

use obolus_protocol::{Fr, Point, Scalar, statement::Rule};
use rand::{SeedableRng, rngs::StdRng};

use super::edwards::EdwardsPoint;
use crate::{assignment::Unsatisfied, builder::Builder, lc::Lc, shape::R1csShape};

/// What came out of a gadget.
pub(super) struct Outcome<T> {
    pub(super) verdict: Result<(), Unsatisfied>,
    pub(super) constraints: usize,
    pub(super) shape: R1csShape,
    /// From the pass over values.
    pub(super) output: T,
}

impl<T> Outcome<T> {
    /// The output of a satisfied gadget.
    pub(super) fn satisfied(self) -> T {
        assert_eq!(self.verdict, Ok(()));
        self.output
    }

    pub(super) fn is_refused(&self) -> bool {
        matches!(self.verdict, Err(Unsatisfied::Constraint { .. }))
    }
}

/// Runs `body` once to record and once for values.
pub(super) fn run<T>(body: impl Fn(&mut Builder) -> T) -> Outcome<T> {
    let wrapped = |cs: &mut Builder| cs.rule(Rule::OwnerKey, |cs| cs.gadget("test", &body));
    let mut recording = Builder::recording("test", &[]);
    wrapped(&mut recording);
    let shape = recording.into_shape();
    let mut values = Builder::values(0, 1 << 12);
    let output = wrapped(&mut values);
    Outcome {
        verdict: values.into_assignment().check(&shape),
        constraints: shape.num_constraints(),
        shape,
        output,
    }
}

/// A point as two inputs.
pub(super) fn input_point(cs: &mut Builder, name: &str, point: &Point) -> EdwardsPoint {
    EdwardsPoint {
        x: cs.input(&format!("{name}_x"), point.x()),
        y: cs.input(&format!("{name}_y"), point.y()),
    }
}

/// The coordinates' values.
pub(super) fn value_of(point: &EdwardsPoint) -> (Fr, Fr) {
    (point.x.value(), point.y.value())
}

pub(super) fn coordinates(point: &Point) -> (Fr, Fr) {
    (point.x(), point.y())
}

/// Inputs for ±1 digits, from the bits of an index.
pub(super) fn digits_of<const N: usize>(cs: &mut Builder, index: usize) -> [Lc; N] {
    std::array::from_fn(|i| {
        let bit = cs.bit(format_args!("bit{i}"), Fr::from((index as u64 >> i) & 1));
        super::digits::signed(&bit)
    })
}

/// The scalar of a small signed integer.
pub(super) fn scalar(integer: i64) -> Scalar {
    Scalar::from(integer)
}

pub(super) fn rng() -> StdRng {
    StdRng::seed_from_u64(0x6763)
}

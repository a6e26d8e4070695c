//! Interpolation of the secret polynomial, in the exponent.

use ark_ff::Field;
use obolus_protocol::{Point, Scalar};

use crate::member::Member;

/// Lagrange's coefficient of `member` among `members`, for the polynomial's value at `at`; none if a member is named
/// twice.
fn coefficient(members: &[(Member, Point)], member: Member, at: Scalar) -> Option<Scalar> {
    let mut numerator = Scalar::from(1_u64);
    let mut denominator = Scalar::from(1_u64);
    let mut seen = false;
    for (other, _) in members {
        if *other != member {
            numerator *= at - other.scalar();
            denominator *= member.scalar() - other.scalar();
        } else if core::mem::replace(&mut seen, true) {
            return None;
        }
    }
    Some(numerator * denominator.inverse()?)
}

/// `f(at)·B` from values `f(i)·B`, where f has a lower degree than there are values; none if a member is named twice.
pub(crate) fn interpolate(values: &[(Member, Point)], at: Scalar) -> Option<Point> {
    values
        .iter()
        .try_fold(Point::IDENTITY, |sum, (member, value)| {
            Some(sum.add(&value.mul(&coefficient(values, *member, at)?)))
        })
}

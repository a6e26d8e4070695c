use ark_ff::UniformRand;
use obolus_protocol::{Point, Scalar};

use super::{
    super::{
        testing::{rng, scalar},
        window::montgomery,
    },
    *,
};
use crate::{builder::Builder, lc::Lc};

fn affine(point: &Point) -> EdwardsAffine {
    EdwardsAffine::new_unchecked(point.x(), point.y())
}

/// 1/(u(p) − u(q)), step by step in affine coordinates.
fn reciprocal(p: &Point, q: &Point) -> Option<Fr> {
    (montgomery(p).0 - montgomery(q).0).inverse()
}

#[test]
fn sums_get_the_inverses_of_their_slopes() {
    let mut rng = rng();
    let points: [Point; 9] =
        std::array::from_fn(|_| Point::generator().mul(&Scalar::rand(&mut rng)));
    let mut inverses = Inverses::of_sum(points.iter().map(affine));
    let mut sum = points[0];
    for point in &points[1..] {
        assert_eq!(inverses.take(), reciprocal(point, &sum));
        sum = sum.add(point);
    }
    assert_eq!(inverses.take(), None);
    assert_eq!(Inverses::of_sum(std::iter::empty()).take(), None);
}

#[test]
fn ladders_get_the_inverses_of_their_slopes() {
    let point = Point::generator().mul(&scalar(41));
    let signs = [true, false, false, true, true, true, false];
    let mut inverses = Inverses::of_ladder(affine(&point), signs.into_iter());
    let mut multiple = point.add(&point);
    for positive in signs {
        let sum = multiple.add(&if positive { point } else { point.neg() });
        assert_eq!(inverses.take(), reciprocal(&point, &multiple));
        assert_eq!(inverses.take(), reciprocal(&sum, &multiple));
        multiple = multiple.add(&sum);
    }
    assert_eq!(inverses.take(), None);
}

/// Equal and opposite points have the same u: then there are no proposals at all.
#[test]
fn a_difference_of_zero_leaves_no_proposals() {
    let point = Point::generator();
    for other in [point, point.neg()] {
        let chain = [point, other, point.mul(&scalar(7))];
        assert_eq!(Inverses::of_sum(chain.iter().map(affine)).take(), None);
    }
}

/// Whatever is proposed, the quotient is the same.
#[test]
fn a_wrong_proposal_is_not_taken() {
    let (numerator, denominator) = (Fr::from(15), Fr::from(5));
    let right = denominator.inverse();
    for proposed in [right, Some(Fr::from(5)), Some(Fr::ZERO), None] {
        let mut cs = Builder::values(0, 8);
        let lc = Lc::constant;
        let quotient = cs.quotient_by("q", &lc(numerator), &lc(denominator), proposed);
        assert_eq!(quotient.value(), Fr::from(3));
        let nothing = cs.quotient_by("q", &lc(numerator), &lc(Fr::ZERO), proposed);
        assert_eq!(nothing.value(), Fr::ZERO);
    }
}

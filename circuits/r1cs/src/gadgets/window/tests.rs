use obolus_protocol::{Scalar, curve::blinding_base};

use super::{
    super::testing::{coordinates, digits_of, run, scalar, value_of},
    *,
};

#[test]
fn signed_windows_hold_the_eight_multiples() {
    for base in [Point::generator(), blinding_base().mul(&scalar(8))] {
        let window = SignedWindow::new(&base);
        for index in 0..8 {
            let outcome = run(|cs| {
                let [e0, e1, e2] = digits_of(cs, index);
                let point = window.lookup(cs, [&e0, &e1, &e2]);
                let known = window.point([&e0, &e1, &e2]);
                ((point.u.value(), point.v.value()), (known.x, known.y))
            });
            assert_eq!(outcome.constraints, 3 + 2);
            let multiple = base.mul(&scalar(2 * index as i64 - 7));
            let expected = (montgomery(&multiple), coordinates(&multiple));
            assert_eq!(outcome.satisfied(), expected, "{index}");
        }
    }
}

#[test]
fn tables_hold_any_points() {
    let point = |index: usize| Point::generator().mul(&Scalar::from((index * index) as u64));
    let (four, eight) = (
        Lookup2::new(std::array::from_fn(point)),
        Lookup3::new(std::array::from_fn(point)),
    );
    for index in 0..8 {
        let outcome = run(|cs| {
            let [e0, e1, e2] = digits_of(cs, index);
            let three = eight.lookup(cs, [&e0, &e1, &e2]);
            let two = cs.scope(format_args!("two"), |cs| four.lookup(cs, [&e0, &e1]));
            (value_of(&three), value_of(&two))
        });
        assert_eq!(outcome.constraints, 3 + 3 + 1);
        let expected = (coordinates(&point(index)), coordinates(&point(index & 3)));
        assert_eq!(outcome.satisfied(), expected, "{index}");
    }
}

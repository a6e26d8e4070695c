use ark_ff::{UniformRand, Zero};
use obolus_protocol::{
    Amount, Fr,
    audit::AuditScalar,
    pedersen::{Blinding, ValueCommitment},
};

use super::{
    super::{
        digits::DigitValues,
        range::range64,
        testing::{coordinates, input_point, rng, run, scalar, value_of},
        variable_base::audit_digits,
    },
    *,
};

/// Digits of any odd integer −(2^251 − 1) … 2^251 − 1, given as low + high·2^249.
fn digits_of_sum(low: &Scalar, high: i64) -> DigitValues {
    // low as 249 digits: the bits of (low + 2^249 − 1)/2, which is a small enough integer.
    let half = scalar(2).inverse().expect("odd order");
    let bits = ark_ff::PrimeField::into_bigint((*low + power_of_two(249) - scalar(1)) * half);
    let mut digits: Vec<Fr> = (0..249)
        .map(|i| Fr::from(ark_ff::BigInteger::get_bit(&bits, i)))
        .collect();
    let top = (high + 3) / 2;
    digits.extend([Fr::from(top & 1 == 1), Fr::from(top & 2 == 2)]);
    DigitValues::from_bits(digits)
}

/// Every window of every base, at all eight digit triples.
#[test]
fn every_window_is_right() {
    let bases = [
        (&G_WINDOWS, Point::generator(), WINDOWS),
        (&S_WINDOWS, blinding_base(), WINDOWS),
        (&V_WINDOWS, half_value_base(), TOTAL_WINDOWS),
    ];
    for (windows, mut base, count) in bases {
        assert_eq!(windows.0.len(), count);
        for window in &windows.0 {
            for index in 0..8 {
                let outcome = run(|cs| {
                    let [e0, e1, e2] = super::super::testing::digits_of(cs, index);
                    let point = window.lookup(cs, [&e0, &e1, &e2]);
                    (point.u.value(), point.v.value())
                });
                let multiple = base.mul(&scalar(2 * index as i64 - 7));
                assert_eq!(
                    outcome.satisfied(),
                    super::super::window::montgomery(&multiple)
                );
            }
            base = base.mul(&scalar(8));
        }
    }
}

fn randomised(ak: Point, alpha: &DigitValues, rk: Point) -> super::super::testing::Outcome<()> {
    run(move |cs| {
        let (ak, rk) = (input_point(cs, "ak", &ak), input_point(cs, "rk", &rk));
        let alpha = Digits::allocate(cs, alpha);
        randomise(cs, &ak, &alpha, &rk);
    })
}

/// Edge scalars, among them zero (deal notes) and those whose top addition meets equal or opposite
/// points.
#[test]
fn randomised_keys_equal_native() {
    let mut rng = rng();
    let ak = Point::generator().mul(&Scalar::rand(&mut rng));
    let mut scalars: Vec<Scalar> = (-4..=4).map(scalar).collect();
    scalars.extend([248, 249, 250, 251].map(power_of_two));
    scalars.extend([
        power_of_two(250) - scalar(1),
        -power_of_two(250),
        Scalar::rand(&mut rng),
    ]);
    // m ≡ ±3·2^249 modulo ℓ: the sum of the windows equals the table's point or its opposite.
    let top = scalar(3) * power_of_two(249);
    scalars.extend([top + top, -(top + top)]);
    for alpha in scalars {
        let rk = ak.add(&Point::generator().mul(&alpha));
        let outcome = randomised(ak, &DigitValues::new(&alpha), rk);
        assert_eq!(outcome.constraints, DIGITS + 427);
        outcome.satisfied();
        let wrong = rk.add(&Point::generator());
        assert!(randomised(ak, &DigitValues::new(&alpha), wrong).is_refused());
    }
    // The sums that complete additions are there for, reached digit by digit.
    let double_point = (digits_of_sum(&top, 3), top + top);
    let neutral_point = (digits_of_sum(&-top, 3), Scalar::zero());
    for (digits, alpha) in [double_point, neutral_point] {
        let rk = ak.add(&Point::generator().mul(&alpha));
        randomised(ak, &digits, rk).satisfied();
    }
    // ak itself may be the opposite of the multiple, or equal to it.
    let alpha = Scalar::rand(&mut rng);
    let multiple = Point::generator().mul(&alpha);
    for ak in [multiple, multiple.neg()] {
        randomised(ak, &DigitValues::new(&alpha), ak.add(&multiple)).satisfied();
    }
}

fn ephemeral_of(r: &DigitValues, point: Point) -> super::super::testing::Outcome<()> {
    run(move |cs| {
        let point = input_point(cs, "r", &point);
        let r = Digits::allocate(cs, r);
        ephemeral(cs, &r, &point);
    })
}

#[test]
fn ephemeral_points_equal_native() {
    let mut rng = rng();
    let mut scalars: Vec<Scalar> = (2..6).chain(-5..-1).map(scalar).collect();
    scalars.extend([249, 250, 251].map(power_of_two));
    scalars.push(Scalar::rand(&mut rng));
    for r in scalars {
        let native = AuditScalar::new(r).expect("allowed").ephemeral();
        let outcome = ephemeral_of(&audit_digits(&r), native);
        assert_eq!(outcome.constraints, DIGITS + 421);
        outcome.satisfied();
        assert!(ephemeral_of(&audit_digits(&r), native.neg()).is_refused());
    }
    // m ≡ 9·2^249 modulo ℓ: equal points in the last addition.
    let top = scalar(9) * power_of_two(249);
    let digits = digits_of_sum(&top, 1);
    ephemeral_of(&digits, Point::generator().mul(&(top + top))).satisfied();
    ephemeral_of(&digits_of_sum(&-top, 1), Point::IDENTITY).satisfied();
}

#[test]
fn value_commitments_equal_native() {
    let mut rng = rng();
    let mut cases: Vec<(u64, Scalar)> = [0, 1, 2, 1 << 62, 1 << 63, (1 << 63) - 1, u64::MAX]
        .map(|value| (value, Scalar::rand(&mut rng)))
        .to_vec();
    cases.extend((-3..=3).map(|s| (77, scalar(s))));
    cases.extend([
        (0, Scalar::zero()),
        (0, power_of_two(250)),
        (1, -power_of_two(249)),
    ]);
    for (value, s) in cases {
        let blinding = Blinding::new(s);
        let native = *ValueCommitment::commit(Amount::new(value), &blinding).point();
        let commitment = |cv: Point| {
            run(move |cs| {
                let value = cs.input("value", Fr::from(value));
                let bits = range64(cs, &value);
                let s = Digits::allocate(cs, &DigitValues::new(&s));
                let cv = input_point(cs, "cv", &cv);
                commit_value(cs, &bits, &s, &cv);
                value_of(&cv)
            })
        };
        let outcome = commitment(native);
        assert_eq!(outcome.constraints, 65 + DIGITS + 533);
        assert_eq!(outcome.satisfied(), coordinates(&native));
        assert!(commitment(native.add(&Point::generator())).is_refused());
    }
}

#[test]
fn total_commitments_equal_native() {
    let mut rng = rng();
    let most = (1_u128 << 96) - 1;
    let mut cases: Vec<(u128, Scalar)> = [0, 1, 2, 1 << 64, 1 << 95, (1 << 95) - 1, most]
        .map(|total| (total, Scalar::rand(&mut rng)))
        .to_vec();
    cases.extend((-3..=3).map(|s| (77, scalar(s))));
    cases.extend([
        (0, Scalar::zero()),
        (0, power_of_two(250)),
        (1, -power_of_two(249)),
    ]);
    for (total, s) in cases {
        let native = *ValueCommitment::commit_total(total, &Blinding::new(s)).point();
        let commitment = |expected: Point| {
            run(move |cs| {
                let bits = super::super::range::integer(cs, Fr::from(total), 96);
                let s = Digits::allocate(cs, &DigitValues::new(&s));
                let point = input_point(cs, "c", &expected);
                commit_total(cs, &bits, &s, &point);
                value_of(&point)
            })
        };
        let outcome = commitment(native);
        assert_eq!(outcome.constraints, 96 + DIGITS + 586);
        assert_eq!(outcome.satisfied(), coordinates(&native));
        assert!(commitment(native.add(&Point::generator())).is_refused());
    }
}

use ark_bn254::{G1Projective, G2Projective, g1, g2};
use ark_ec::{PrimeGroup, VariableBaseMSM};
use ark_ff::{One, PrimeField, UniformRand};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::*;

/// The library's sum, and ours.
fn compare<P: Curve>(bases: &[Affine<P>], scalars: &[Fr])
where
    Projective<P>: VariableBaseMSM<ScalarField = Fr, MulBase = Affine<P>>,
{
    let integers: Vec<_> = scalars.iter().map(|s| s.into_bigint()).collect();
    let expected = Projective::<P>::msm_bigint(bases, &integers);
    assert_eq!(Table::new(bases, &()).sum(&integers), expected);
}

fn random_points<G: CurveGroup + PrimeGroup<ScalarField = Fr>>(
    count: usize,
    rng: &mut StdRng,
) -> Vec<G::Affine> {
    let points: Vec<G> = (0..count).map(|_| G::generator() * Fr::rand(rng)).collect();
    G::normalize_batch(&points)
}

/// Values as assignments have them: many bits, small numbers and their negatives.
fn scalars(count: usize, rng: &mut StdRng) -> Vec<Fr> {
    (0..count)
        .map(|_| match rng.gen_range(0..6) {
            0 => Fr::zero(),
            1 => Fr::one(),
            2 => -Fr::one(),
            3 => Fr::from(rng.r#gen::<u64>()),
            _ => Fr::rand(rng),
        })
        .collect()
}

#[test]
fn sums_agree_with_the_library_in_both_groups() {
    let mut rng = StdRng::seed_from_u64(1);
    for count in [1, 2, 3, 17, 300, 1500] {
        let scalars = scalars(count, &mut rng);
        compare::<g1::Config>(&random_points::<G1Projective>(count, &mut rng), &scalars);
        compare::<g2::Config>(&random_points::<G2Projective>(count, &mut rng), &scalars);
    }
}

#[test]
fn no_bases_sum_to_the_identity() {
    compare::<g1::Config>(&[], &[]);
}

/// Equal, opposite and identity bases under equal scalars: every special case of an addition
/// occurs, on every level of the tree.
#[test]
fn special_points_meet() {
    let mut rng = StdRng::seed_from_u64(2);
    let [p, q] = random_points::<G1Projective>(2, &mut rng)[..] else {
        panic!("two points");
    };
    let zero = Affine::identity();
    for pattern in [
        vec![p, p],
        vec![p, -p],
        vec![p, zero],
        vec![zero, p],
        vec![zero, zero],
        vec![p, p, -p, -p],
        vec![p, -p, p, -p],
        vec![p, q, p, q, -p, -q, -p],
        vec![p, p, p, p, p, p, p, p],
        vec![p, zero, -p, zero, q, zero],
    ] {
        for scalar in [Fr::one(), -Fr::one(), Fr::from(2), Fr::rand(&mut rng)] {
            compare::<g1::Config>(&pattern, &vec![scalar; pattern.len()]);
        }
    }
}

#[test]
fn random_mixtures_of_few_points() {
    let mut rng = StdRng::seed_from_u64(3);
    let mut few = random_points::<G1Projective>(3, &mut rng);
    few.push(Affine::identity());
    few.push(-few[0]);
    for _ in 0..30 {
        let count = rng.gen_range(1..200);
        let bases: Vec<_> = (0..count).map(|_| few[rng.gen_range(0..5)]).collect();
        let values = [Fr::one(), -Fr::one(), Fr::from(3), Fr::rand(&mut rng)];
        let scalars: Vec<_> = (0..count).map(|_| values[rng.gen_range(0..4)]).collect();
        compare::<g1::Config>(&bases, &scalars);
    }
}

#[test]
fn digits_add_up_to_the_scalar() {
    let mut rng = StdRng::seed_from_u64(4);
    let mut scalars = scalars(50, &mut rng);
    scalars.extend([-Fr::one(), -Fr::from(2), Fr::from(u64::MAX)]);
    let integers: Vec<_> = scalars.iter().map(|s| s.into_bigint()).collect();
    for window in digits::WINDOWS {
        let digits = digits::signed(&integers, window);
        let rows: Vec<_> = digits.chunks(scalars.len()).collect();
        let base = Fr::from(1_u64 << window);
        for (j, scalar) in scalars.iter().enumerate() {
            let sum = rows.iter().rev().fold(Fr::zero(), |sum, row| {
                let digit = Fr::from(u64::from(row[j].unsigned_abs()));
                assert!(row[j].unsigned_abs() <= 1 << (window - 1));
                sum * base + if row[j] < 0 { -digit } else { digit }
            });
            assert_eq!(sum, *scalar, "window {window}");
        }
    }
}

#[test]
fn parts_must_fit() {
    let mut rng = StdRng::seed_from_u64(5);
    let table = Table::<g1::Config>::new(&random_points::<G1Projective>(5, &mut rng), &());
    let points = table.points().to_vec();
    let again = |window, count, points| Table::<g1::Config>::from_parts(window, count, points);
    assert_eq!(again(table.window(), 5, points.clone()), Some(table));
    assert_eq!(again(0, 5, points.clone()), None);
    assert_eq!(again(40, 5, points.clone()), None);
    assert_eq!(again(8, 4, points.clone()), None);
    assert_eq!(again(8, usize::MAX, points), None);
}

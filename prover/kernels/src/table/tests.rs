use ark_bn254::{Fr, G1Projective, G2Projective, g1, g2};
use ark_ec::{CurveGroup, PrimeGroup, VariableBaseMSM};
use ark_ff::{Field, One, PrimeField, UniformRand};
use proptest::prelude::*;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::*;

/// The library's sum, and ours on every path with tables of several sizes.
fn compare<P: Curve>(bases: &[Affine<P>], scalars: &[Fr])
where
    Projective<P>: VariableBaseMSM<ScalarField = Fr, MulBase = Affine<P>>,
{
    let integers: Vec<_> = scalars.iter().map(|s| s.into_bigint()).collect();
    let expected: Projective<P> = bases.iter().zip(scalars).map(|(p, s)| *p * s).sum();
    for path in Path::available() {
        for most in [Multiples::NONE, Multiples::at_most(4), Multiples::ALL] {
            let table = Table::new(bases, most, path, &|_| ());
            assert_eq!(table.sum(&integers), expected, "{table:?}");
            let again = Table::from_parts(&table.shape(), table.words().clone()).unwrap();
            assert_eq!(again.sum(&integers), expected, "{table:?}");
            for (index, base) in bases.iter().enumerate() {
                assert_eq!(table.base(index), *base);
            }
        }
    }
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
fn sums_agree_with_the_naive_sum_in_both_groups() {
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

/// Fewer scalars than bases: the rest count as zero.
#[test]
fn scalars_may_be_missing() {
    let mut rng = StdRng::seed_from_u64(6);
    let bases = random_points::<G1Projective>(40, &mut rng);
    let scalars = scalars(23, &mut rng);
    compare::<g1::Config>(&bases, &scalars);
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

/// Hundreds of times the same addition, in both groups.
#[test]
fn one_point_many_times() {
    let mut rng = StdRng::seed_from_u64(9);
    let p = random_points::<G1Projective>(1, &mut rng)[0];
    let q = random_points::<G2Projective>(1, &mut rng)[0];
    compare::<g1::Config>(&[p; 3000], &[Fr::from(5); 3000]);
    compare::<g2::Config>(&[q; 500], &[Fr::from(5); 500]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Few bases, few values: zero scalars, repeated and opposite bases, the identity.
    #[test]
    fn mixtures_of_few_points(
        seed in 0..4_u64,
        picks in prop::collection::vec((0..6_usize, 0..6_usize, any::<u64>()), 1..200),
    ) {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut few = random_points::<G1Projective>(3, &mut rng);
        few.extend([Affine::identity(), -few[0], -few[1]]);
        let mut few2 = random_points::<G2Projective>(3, &mut rng);
        few2.extend([Affine::identity(), -few2[0], -few2[1]]);
        let value = |kind: usize, word: u64| match kind {
            0 => Fr::zero(),
            1 => Fr::one(),
            2 => -Fr::one(),
            3 => Fr::from(word),
            4 => -Fr::from(word),
            _ => Fr::from(word).square() * Fr::from(word),
        };
        let scalars: Vec<_> = picks.iter().map(|(_, kind, word)| value(*kind, *word)).collect();
        let bases: Vec<_> = picks.iter().map(|(base, ..)| few[*base]).collect();
        compare::<g1::Config>(&bases, &scalars);
        let bases: Vec<_> = picks.iter().map(|(base, ..)| few2[*base]).collect();
        compare::<g2::Config>(&bases, &scalars);
    }
}

#[test]
fn parts_must_fit() {
    let mut rng = StdRng::seed_from_u64(5);
    let bases = random_points::<G1Projective>(5, &mut rng);
    let table = Table::<g1::Config>::new(&bases, Multiples::at_most(4), Path::best(), &|_| ());
    let shape = table.shape();
    let again = |shape: Shape| Table::<g1::Config>::from_parts(&shape, table.words().clone());
    assert_eq!(again(shape), Some(table.clone()));
    assert_eq!(again(Shape { window: 0, ..shape }), None);
    assert_eq!(
        again(Shape {
            window: 40,
            ..shape
        }),
        None
    );
    assert_eq!(
        again(Shape {
            multiples: 0,
            ..shape
        }),
        None
    );
    assert_eq!(again(Shape { count: 4, ..shape }), None);
    assert_eq!(
        again(Shape {
            count: usize::MAX,
            ..shape
        }),
        None
    );
}

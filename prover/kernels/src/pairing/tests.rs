use ark_bn254::{Bn254, Fr, G2Projective};
use ark_ec::pairing::{MillerLoopOutput, Pairing};
use ark_ec::{AdditiveGroup, AffineRepr, CurveConfig, CurveGroup, PrimeGroup};
use ark_ff::{BigInteger256, Field, MontFp, PrimeField, UniformRand};
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::*;

fn g1(scalar: Fr) -> G1Affine {
    (G1Affine::generator() * scalar).into_affine()
}

fn g2(scalar: Fr) -> G2Affine {
    (G2Affine::generator() * scalar).into_affine()
}

/// The product on every path of this processor; they agree after the final exponentiation.
fn on_all_paths(pairs: &[(G1Affine, G2Affine)]) -> Result<Fq12, Outside> {
    let portable = super::miller_loop(pairs, Path::Portable);
    for path in Path::available() {
        match (&portable, super::miller_loop(pairs, path)) {
            (Ok(a), Ok(b)) => assert_eq!(value(*a), value(b), "{path}"),
            (Err(a), Err(b)) => assert_eq!(*a, b, "{path}"),
            (a, b) => panic!("{path}: {a:?} {b:?}"),
        }
    }
    portable
}

fn rng(seed: u64) -> StdRng {
    StdRng::seed_from_u64(seed)
}

fn pairs(count: usize, seed: u64) -> Vec<(G1Affine, G2Affine)> {
    let rng = &mut rng(seed);
    (0..count)
        .map(|_| (g1(Fr::rand(rng)), g2(Fr::rand(rng))))
        .collect()
}

fn value(product: Fq12) -> Fq12 {
    Bn254::final_exponentiation(MillerLoopOutput(product))
        .unwrap()
        .0
}

fn expected(pairs: &[(G1Affine, G2Affine)]) -> Fq12 {
    let (p, q): (Vec<_>, Vec<_>) = pairs.iter().copied().unzip();
    Bn254::multi_pairing(p, q).0
}

#[test]
fn products_are_those_of_the_library() {
    for count in (0..=9).chain([31, 40]) {
        let pairs = pairs(count, count as u64);
        assert_eq!(
            value(on_all_paths(&pairs).unwrap()),
            expected(&pairs),
            "{count}"
        );
    }
}

#[test]
fn equal_opposite_and_small_points() {
    let (p, q) = pairs(1, 9)[0];
    let cases = [
        vec![(p, q), (p, q)],
        vec![(p, q), (-p, q)],
        vec![(p, q), (p, -q), (-p, -q)],
        vec![(G1Affine::identity(), q), (p, q)],
        (1..=20_u64)
            .map(|k| (g1(Fr::from(k)), g2(Fr::from(21 - k))))
            .collect(),
        (1..=20_u64)
            .map(|k| (g1(-Fr::from(k)), g2(-Fr::from(k))))
            .collect(),
    ];
    for pairs in cases {
        assert_eq!(value(on_all_paths(&pairs).unwrap()), expected(&pairs));
    }
}

/// Order of the curve over Fq2 divided by r, in 64-bit words.
fn cofactor() -> [u64; 4] {
    let words = ark_bn254::g2::Config::COFACTOR;
    std::array::from_fn(|i| words.get(i).copied().unwrap_or(0))
}

/// Random points of the curve, nearly all of them in no small subgroup.
fn on_curve(rng: &mut StdRng) -> G2Affine {
    loop {
        if let Some(point) = G2Affine::get_point_from_x_unchecked(Fq2::rand(rng), true) {
            return point;
        }
    }
}

fn outside(point: G2Affine) -> bool {
    let inside = (g1(Fr::from(3)), g2(Fr::from(5)));
    let mut pairs = vec![inside; 7];
    pairs[1].1 = point;
    pairs[6].1 = point;
    match on_all_paths(&pairs) {
        Ok(_) => false,
        Err(found) => {
            assert_eq!(found, Outside(vec![1, 6]));
            true
        }
    }
}

#[test]
fn points_outside_the_subgroup_are_found() {
    let rng = &mut rng(4);
    let r = Fr::MODULUS;
    let h = BigInteger256::new(cofactor());
    assert!(outside(G2Affine::identity()));
    for _ in 0..20 {
        let point = on_curve(rng);
        assert!(outside(point));
        // Only its part of order r, and only the other part.
        assert!(!outside(point.mul_bigint(h).into_affine()));
        let torsion = point.mul_bigint(r);
        assert!(outside(torsion.into_affine()));
        // A good point with such a part added.
        let mixed = torsion + G2Projective::generator() * Fr::rand(rng);
        assert!(outside(mixed.into_affine()));
    }
}

/// The smallest subgroups, where a test with coefficients would fail most often: the cofactor is
/// 10069 · 5864401 · 1875725156269 · …
#[test]
fn points_of_small_order_are_found() {
    let rng = &mut rng(5);
    for prime in [10_069_u64, 5_864_401, 1_875_725_156_269] {
        let (rest, remainder) = divide(cofactor(), prime);
        assert_eq!(remainder, 0, "{prime} divides the cofactor");
        let small = loop {
            let point = on_curve(rng)
                .mul_bigint(Fr::MODULUS)
                .mul_bigint(BigInteger256::new(rest));
            if point != G2Projective::ZERO {
                break point;
            }
        };
        assert_eq!(small.mul_bigint([prime]), G2Projective::ZERO);
        for multiple in 1..50_u64 {
            let point = small.mul_bigint([multiple]);
            assert!(outside(point.into_affine()), "{multiple} of {prime}");
            let mixed = point + G2Projective::generator() * Fr::rand(rng);
            assert!(outside(mixed.into_affine()), "{multiple} of {prime}, mixed");
        }
    }
}

fn divide(words: [u64; 4], by: u64) -> ([u64; 4], u64) {
    let mut quotient = [0; 4];
    let mut remainder = 0_u128;
    for (word, out) in words.iter().zip(&mut quotient).rev() {
        let part = remainder << 64 | u128::from(*word);
        *out = (part / u128::from(by)) as u64;
        remainder = part % u128::from(by);
    }
    (quotient, remainder as u64)
}

#[test]
fn multiples_are_those_of_the_library() {
    let rng = &mut rng(6);
    let edges = [0, 1, 2, 3, 1 << 63, u64::MAX];
    let mut by: Vec<Coefficient> = edges
        .iter()
        .flat_map(|&low| edges.map(|high| Coefficient { low, high }))
        .collect();
    by.extend((0..50).map(|_| Coefficient {
        low: u64::rand(rng),
        high: u64::rand(rng),
    }));
    let points: Vec<G1Affine> = by.iter().map(|_| g1(Fr::rand(rng))).collect();
    for path in Path::available() {
        for count in (0..10).chain([by.len()]) {
            let scaled = multiples(&points[..count], &by[..count], path);
            assert_eq!(scaled.len(), count);
            for ((point, by), scaled) in points.iter().zip(&by).zip(scaled) {
                assert!(scaled.is_on_curve());
                assert_eq!((*point * by.to_fr()).into_affine(), scaled, "{by:?}");
            }
        }
    }
    let p = g1(Fr::from(7));
    // The lower halves cancel, and what is left of the upper ones is 2·λ.
    let [one, three] = [(1 << 63), (1 << 63) + 1].map(|high| Coefficient { low: 0, high });
    let difference = three.to_fr() - one.to_fr();
    assert_eq!(p * difference, endomorphism(&p) * Fr::from(2));
    let all = Coefficient {
        low: u64::MAX,
        high: 0,
    };
    let none = Coefficient { low: 0, high: 0 };
    assert_eq!(all.to_fr() - none.to_fr(), Fr::from(2) * Fr::from(u64::MAX));
}

#[test]
fn bilinear() {
    let rng = &mut rng(7);
    let (g, h) = (G1Affine::generator(), G2Affine::generator());
    for _ in 0..4 {
        let (a, b) = (Fr::rand(rng), Fr::rand(rng));
        let parts = on_all_paths(&[(g1(a), h), (g, g2(b))]).unwrap();
        let sum = on_all_paths(&[(g1(a + b), h)]).unwrap();
        assert_eq!(value(parts), value(sum));
    }
}

/// Points of the curve over Fq whose x or y is 1, −1, small or just below the modulus; all have order r.
fn edges_of_g1() -> Vec<G1Affine> {
    let around = |x: u64| [Fq::from(x), -Fq::from(x)];
    let mut points = Vec::new();
    for x in (0..12).flat_map(around) {
        for greatest in [false, true] {
            points.extend(G1Affine::get_point_from_x_unchecked(x, greatest));
        }
    }
    // A cube root of −2: y is 1 there.
    let x = MontFp!("737672023501788484657034070393467974112713954770214311754569895089682103088");
    let one = G1Affine::new(x, Fq::ONE);
    let g = G1Affine::generator();
    for p in [
        g,
        one,
        endomorphism(&one),
        endomorphism(&endomorphism(&one)),
    ] {
        points.extend([p, -p, endomorphism(&p), -endomorphism(&p)]);
    }
    points
}

#[test]
fn points_of_g1_at_the_edges() {
    let points = edges_of_g1();
    let one = |x: Fq| [Fq::ONE, -Fq::ONE].contains(&x);
    assert!(points.iter().any(|p| p.x == -Fq::ONE) && points.iter().any(|p| one(p.y)));
    let h = G2Affine::generator();
    for q in [h, -h, g2(-Fr::from(2))] {
        let pairs: Vec<_> = points.iter().map(|p| (*p, q)).collect();
        assert_eq!(value(on_all_paths(&pairs).unwrap()), expected(&pairs));
        // One after the other, where nothing else is in a group.
        for pair in &pairs {
            let product = on_all_paths(std::slice::from_ref(pair)).unwrap();
            assert_eq!(value(product), expected(&[*pair]));
        }
    }
    let edges = [0, 1, u64::MAX];
    for low in edges {
        for high in edges {
            let by = vec![Coefficient { low, high }; points.len()];
            let times = by[0].to_fr();
            for path in Path::available() {
                for (point, scaled) in points.iter().zip(multiples(&points, &by, path)) {
                    assert_eq!((*point * times).into_affine(), scaled, "{path}, {point}");
                }
            }
        }
    }
}

/// The same x in two lanes or groups, in every step.
#[test]
fn pairs_in_step_with_each_other() {
    let (p, q) = pairs(1, 10)[0];
    for count in [2, 7, 8, 9, 17] {
        let same = vec![(p, q); count];
        let opposite: Vec<_> = (0..count)
            .map(|i| (p, if i % 2 == 0 { q } else { -q }))
            .collect();
        // On the other side: what cancels in both.
        let cancelled: Vec<_> = (0..count)
            .flat_map(|i| {
                if i % 2 == 0 {
                    [(p, q), (-p, q)]
                } else {
                    [(-p, -q), (p, -q)]
                }
            })
            .collect();
        for pairs in [same, opposite, cancelled] {
            assert_eq!(
                value(on_all_paths(&pairs).unwrap()),
                expected(&pairs),
                "{count}"
            );
        }
    }
}

/// Points of the twist with small coordinates of x, each beside good ones: the library tells which are outside.
#[test]
fn points_of_the_twist_at_the_edges() {
    let parts = [0, 1, 2, 3].map(Fq::from).map(|x| [x, -x]).concat();
    let mut points = vec![G2Affine::identity()];
    for re in &parts {
        for im in &parts {
            for greatest in [false, true] {
                points.extend(G2Affine::get_point_from_x_unchecked(
                    Fq2::new(*re, *im),
                    greatest,
                ));
            }
        }
    }
    let p = g1(Fr::from(3));
    let mut pairs = Vec::new();
    for (i, q) in points.into_iter().enumerate() {
        pairs.push((p, q));
        pairs.push((p, g2(Fr::from(i as u64 + 1))));
    }
    let refused = |(_, q): &(G1Affine, G2Affine)| {
        q.is_zero() || !q.is_in_correct_subgroup_assuming_on_curve()
    };
    let outside: Vec<_> = (0..pairs.len()).filter(|i| refused(&pairs[*i])).collect();
    assert!(outside.len() > 30);
    assert_eq!(on_all_paths(&pairs), Err(Outside(outside)));
    pairs.retain(|pair| !refused(pair));
    assert_eq!(value(on_all_paths(&pairs).unwrap()), expected(&pairs));
}

use ark_ec::AffineRepr;
use ark_ff::{MontFp, UniformRand, Zero};
use borsh::BorshDeserialize;
use obolus_abi::FieldBytes;
use rand::{SeedableRng, rngs::StdRng};

use super::*;

fn rng() -> StdRng {
    StdRng::seed_from_u64(2494)
}

fn random_point(rng: &mut StdRng) -> Point {
    Point::generator().mul(&Scalar::rand(rng))
}

/// The point of order 2.
fn order_two() -> EdwardsAffine {
    EdwardsAffine::new_unchecked(Fr::ZERO, -Fr::ONE)
}

#[test]
fn parameters_are_those_of_erc_2494() {
    assert_eq!(EdwardsConfig::COEFF_A, Fr::from(168_700_u64));
    assert_eq!(EdwardsConfig::COEFF_D, Fr::from(168_696_u64));
    let order: Fr =
        MontFp!("2736030358979909402780800718157159386076813972158567259200215660948447373041");
    assert_eq!(Scalar::MODULUS, order.into_bigint());
    // ERC-2494's generator of the whole group; eight times it is Base8.
    let whole = EdwardsAffine::new_unchecked(
        MontFp!("995203441582195749578291179787384436505546430278305826713579947235728471134"),
        MontFp!("5472060717959818805561601436314318772137091100104008585924551046643952123905"),
    );
    assert!(whole.is_on_curve());
    assert_eq!(
        whole.mul_by_cofactor_to_group().into_affine(),
        Point::generator().0
    );
    // circomlib's Base8.
    assert_eq!(
        (Point::generator().x(), Point::generator().y()),
        (
            MontFp!("5299619240641551281634865583518297030282874472190772894086521144482721001553"),
            MontFp!(
                "16950150798460657717958625567821834550301663161624707787222815936182638968203"
            ),
        )
    );
}

/// circomlib's published test of point addition.
#[test]
fn a_published_sum_holds() {
    let a = EdwardsAffine::new_unchecked(
        MontFp!("17777552123799933955779906779655732241715742912184938656739573121738514868268"),
        MontFp!("2626589144620713026669568689430873010625803728049924121243784502389097019475"),
    );
    let b = EdwardsAffine::new_unchecked(
        MontFp!("16540640123574156134436876038791482806971768689494387082833631921987005038935"),
        MontFp!("20819045374670962167435360035096875258406992893633759881276124905556507972311"),
    );
    let sum = EdwardsAffine::new_unchecked(
        MontFp!("7916061937171219682591368294088513039687205273691143098332585753343424131937"),
        MontFp!("14035240266687799601661095864649209771790948434046947201833777492504781204499"),
    );
    assert!(a.is_on_curve() && b.is_on_curve());
    assert_eq!((a + b).into_affine(), sum);
}

/// `ark-ed-on-bn254` models the same curve with a = 1: x' = √168700·x.
#[test]
fn the_second_implementation_agrees() {
    use ark_ed_on_bn254::{EdwardsAffine as Other, Fr as OtherScalar};
    let root = Fr::from(168_700_u64).sqrt().unwrap();
    let map = |point: &Point| Other::new_unchecked(point.x() * root, point.y());
    let scalar = |value: &Scalar| OtherScalar::from_bigint(value.into_bigint()).unwrap();
    assert_eq!(OtherScalar::MODULUS, Scalar::MODULUS);

    let mut rng = rng();
    for _ in 0..32 {
        let (p, q) = (random_point(&mut rng), random_point(&mut rng));
        let (a, b) = (Scalar::rand(&mut rng), Scalar::rand(&mut rng));
        let (mp, mq) = (map(&p), map(&q));
        assert!(mp.is_on_curve() && mp.is_in_correct_subgroup_assuming_on_curve());
        assert_eq!(map(&p.add(&q)), mp + mq);
        assert_eq!(map(&p.sub(&q)), mp - mq);
        assert_eq!(map(&p.add(&p)), mp + mp);
        assert_eq!(map(&p.neg()), -mp);
        assert_eq!(map(&p.mul(&a)), mp * scalar(&a));
        assert_eq!(
            map(&p.combine_vartime(&a, &q, &b)),
            mp * scalar(&a) + mq * scalar(&b)
        );
    }
}

#[test]
fn group_laws_at_the_edges() {
    let g = Point::generator();
    assert_eq!(g.mul(&Scalar::ZERO), Point::IDENTITY);
    assert_eq!(g.mul(&Scalar::ONE), g);
    assert_eq!(g.mul(&-Scalar::ONE), g.neg());
    assert_eq!(g.sub(&g), Point::IDENTITY);
    assert_eq!(g.add(&Point::IDENTITY), g);
    assert_eq!(Point::IDENTITY.mul(&-Scalar::ONE), Point::IDENTITY);
    assert!(Point::IDENTITY.is_identity() && !g.is_identity());
    let (one, zero) = (Scalar::ONE, Scalar::ZERO);
    assert_eq!(g.combine_vartime(&zero, &g, &zero), Point::IDENTITY);
    assert_eq!(g.combine_vartime(&one, &g, &-one), Point::IDENTITY);
    assert_eq!(g.combine_vartime(&one, &g.neg(), &one), Point::IDENTITY);
    assert_eq!(g.combine_vartime(&-one, &g, &one), Point::IDENTITY);
}

#[test]
fn encodings_round_trip() {
    let mut rng = rng();
    for point in [Point::IDENTITY, Point::generator(), random_point(&mut rng)] {
        assert_eq!(Point::decode(&point.encode()), Ok(point));
        let bytes = borsh::to_vec(&point).unwrap();
        assert_eq!(Point::try_from_slice(&bytes).unwrap(), point);
        assert!(Point::try_from_slice(&[&bytes[..], &[0]].concat()).is_err());
        assert!(Point::try_from_slice(&bytes[..63]).is_err());
    }
}

#[test]
fn coordinates_must_be_canonical() {
    // 1 + p and p stand for the identity's coordinates 1 and 0 but are not least residues.
    let mut modulus = fr_to_bytes(&-Fr::ONE);
    modulus.0[0] += 1;
    let mut above = modulus;
    above.0[0] += 1;
    let (zero, one) = (FieldBytes::ZERO, fr_to_bytes(&Fr::ONE));
    assert_eq!(
        Point::decode(&PointBytes::from_xy(&zero, &one)),
        Ok(Point::IDENTITY)
    );
    for bytes in [
        PointBytes::from_xy(&modulus, &one),
        PointBytes::from_xy(&zero, &above),
        PointBytes([0xff; 64]),
    ] {
        assert_eq!(
            Point::decode(&bytes),
            Err(PointError::Coordinate(FieldError::NonCanonicalField))
        );
    }
}

#[test]
fn points_off_the_curve_are_refused() {
    let g = Point::generator();
    for (x, y) in [
        (g.x() + Fr::ONE, g.y()),
        (g.x(), g.y() + Fr::ONE),
        (g.y(), g.x()),
        (Fr::ZERO, Fr::ZERO),
    ] {
        assert_eq!(Point::from_xy(x, y), Err(PointError::OffCurve));
    }
}

#[test]
fn points_outside_the_subgroup_are_refused() {
    // Order 4: y = 0, 168700·x² = 1. Order 8: half of that, found by clearing ℓ from a random point.
    let order_four = EdwardsAffine::new_unchecked(
        Fr::from(168_700_u64).inverse().unwrap().sqrt().unwrap(),
        Fr::ZERO,
    );
    let order_eight = (0_u64..)
        .filter_map(|y| {
            let y2 = Fr::from(y).square();
            let x2 = (Fr::ONE - y2) / (EdwardsConfig::COEFF_A - EdwardsConfig::COEFF_D * y2);
            Some(EdwardsAffine::new_unchecked(x2.sqrt()?, Fr::from(y)))
        })
        .map(|point| point.mul_bigint(Scalar::MODULUS))
        .find(|point| *point != -*point && *point + point != -(*point + point))
        .unwrap()
        .into_affine();
    for small in [order_two(), order_four, order_eight] {
        assert!(small.is_on_curve());
        assert!(small.mul_by_cofactor_to_group().is_zero());
        assert_eq!(
            Point::from_xy(small.x, small.y),
            Err(PointError::OutsideSubgroup)
        );
        let mixed = (small + Point::generator().0).into_affine();
        assert_eq!(
            Point::from_xy(mixed.x, mixed.y),
            Err(PointError::OutsideSubgroup)
        );
    }
}

#[test]
fn the_identity_is_no_key() {
    let bytes = Point::IDENTITY.encode();
    assert!(Point::decode(&bytes).is_ok());
    assert_eq!(
        Point::decode_non_identity(&bytes),
        Err(PointError::Identity)
    );
    let g = Point::generator();
    assert_eq!(Point::decode_non_identity(&g.encode()), Ok(g));
}

#[test]
fn hashing_lands_in_the_group() {
    let mut seen = std::collections::BTreeSet::new();
    for message in 0_u8..64 {
        let point = hash_to_curve(context::DEAL_POINT, &[message]);
        assert_eq!(Point::decode_non_identity(&point.encode()), Ok(point));
        assert_eq!(hash_to_curve(context::DEAL_POINT, &[message]), point);
        assert!(seen.insert(point.encode()));
    }
    assert_ne!(
        hash_to_curve(context::VALUE_BASE, b""),
        hash_to_curve(context::BLINDING_BASE, b"")
    );
}

/// Bases are part of every key and commitment: they must never change.
#[test]
fn bases_are_known_answers() {
    assert_eq!(
        value_base().encode().to_string(),
        "3325233c2407cf0ea1bc5784bdb0525cf3ca3c5fcae1d7aac7e351c1d523bc08117600f6f793cb3e05977168cd322f3b5db86bef8ca1bdda7ba5ad388f319011"
    );
    assert_eq!(
        blinding_base().encode().to_string(),
        "b29bb03fe706b66f1a71111e8c46af886ca43882f3e58f0fb4f370515ff75f272a236c6e048e72e994159fd6f8e0ff1a8dabe69cfcf3211b779c71936ed31c0c"
    );
    let deal = deal_point(&ContractId([1; 32]), &DealId([2; 32]));
    assert_eq!(
        deal.encode().to_string(),
        "ff145ef2ed99b95a780e35d6269ea78f023e68a47ce46cb725731feb05ae360f9f9ec9f8a2f2ab3c54fdffa4cac9a31c58d1f2978caf4c7ae08fd9dcf313a919"
    );
}

#[test]
fn deals_have_their_own_points() {
    let point = |contract, deal| deal_point(&ContractId([contract; 32]), &DealId([deal; 32]));
    assert_ne!(point(1, 2), point(2, 1));
    assert_ne!(point(1, 2), point(1, 3));
    assert_ne!(point(1, 2), point(3, 2));
}

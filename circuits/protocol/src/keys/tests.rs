use ark_ff::{AdditiveGroup, Field};
use borsh::BorshDeserialize;
use proptest::prelude::*;
use rand::{SeedableRng, rngs::StdRng};

use super::*;
use crate::field::{Fr, scalar_to_bytes};

fn seed(byte: u8) -> Seed {
    Seed::new([byte; 32])
}

/// Whoever changes a derivation loses every wallet: the values are pinned.
#[test]
fn derivations_are_known_answers() {
    let hex = |bytes: [u8; 32]| obolus_abi::FieldBytes(bytes).to_string();
    let ask = SpendingKey::from_seed(&seed(7));
    assert_eq!(
        hex(scalar_to_bytes(ask.scalar())),
        "c3c9c5c8b494621717a02c44deec6cd9cf8f9aaf1c5bf982dd0eaeeec3f74800"
    );
    let keys = FullViewingKey::from_seed(&seed(7));
    assert_eq!(
        keys.nk.to_bytes().to_string(),
        "5236228a110b3e97b18809b0dacf9532c733acc387edf7377058448667f6d005"
    );
    assert_eq!(
        hex(*keys.ivk.expose()),
        "10afce439325ac1080db6d621ed147bb1d529f071431c11b9d95a87aba380e4c"
    );
    assert_eq!(
        keys.owner().to_bytes().to_string(),
        "0602cc443aba8f3391bb2126328879bbb473ff94d59e5f8810bcda1c92b8d01c"
    );
}

#[test]
fn everything_depends_on_the_seed() {
    let (a, b) = (
        FullViewingKey::from_seed(&seed(1)),
        FullViewingKey::from_seed(&seed(2)),
    );
    assert_ne!(a.ak, b.ak);
    assert!(a.nk != b.nk);
    assert_ne!(a.ivk.expose(), b.ivk.expose());
    assert_ne!(a.owner(), b.owner());
    assert_ne!(a.address().epk, b.address().epk);
}

#[test]
fn the_owner_binds_every_part() {
    let keys = FullViewingKey::from_seed(&seed(3));
    let other = FullViewingKey::from_seed(&seed(4));
    assert_ne!(Owner::derive(other.ak.point(), &keys.nk), keys.owner());
    assert_ne!(Owner::derive(keys.ak.point(), &other.nk), keys.owner());
    // ak and −ak share y only.
    assert_ne!(
        Owner::derive(&keys.ak.point().neg(), &keys.nk),
        keys.owner()
    );
}

#[test]
fn the_validating_key_is_the_multiple_of_the_generator() {
    let key = SpendingKey::from_scalar(Scalar::from(2_u64)).unwrap();
    let g = Point::generator();
    assert_eq!(*key.validating_key().point(), g.add(&g));
}

#[test]
fn zero_and_the_identity_are_no_keys() {
    assert!(matches!(
        SpendingKey::from_scalar(Scalar::ZERO),
        Err(KeyError::ZeroKey)
    ));
    let identity = Err(KeyError::Point(PointError::Identity));
    assert_eq!(SpendValidatingKey::new(Point::IDENTITY), identity);
    let bytes = Point::IDENTITY.encode();
    assert_eq!(SpendValidatingKey::decode(&bytes), identity);
    assert!(SpendValidatingKey::try_from_slice(bytes.as_bytes()).is_err());
    let off = PointBytes([1; 64]);
    assert_eq!(
        SpendValidatingKey::decode(&off),
        Err(KeyError::Point(PointError::OffCurve))
    );
}

/// RFC 7748, section 6.1.
#[test]
fn the_encryption_key_is_x25519s() {
    let secret = [
        0x77, 0x07, 0x6d, 0x0a, 0x73, 0x18, 0xa5, 0x7d, 0x3c, 0x16, 0xc1, 0x72, 0x51, 0xb2, 0x66,
        0x45, 0xdf, 0x4c, 0x2f, 0x87, 0xeb, 0xc0, 0x99, 0x2a, 0xb1, 0x77, 0xfb, 0xa5, 0x1d, 0xb9,
        0x2c, 0x2a,
    ];
    let public = [
        0x85, 0x20, 0xf0, 0x09, 0x89, 0x30, 0xa7, 0x54, 0x74, 0x8b, 0x7d, 0xdc, 0xb4, 0x3e, 0xf7,
        0x5a, 0x0d, 0xbf, 0x3a, 0x0d, 0x26, 0x38, 0x1a, 0xf4, 0xeb, 0xa4, 0xa9, 0x8e, 0xaa, 0x9b,
        0x4e, 0x6a,
    ];
    let key = IncomingViewingKey(secret);
    assert_eq!(key.encryption_key().as_bytes(), &public);
}

#[test]
fn nothing_secret_is_printed() {
    let seed = seed(0xab);
    let keys = FullViewingKey::from_seed(&seed);
    assert_eq!(format!("{seed:?}"), "Seed(redacted)");
    let spending = SpendingKey::from_seed(&seed);
    assert_eq!(format!("{spending:?}"), "SpendingKey(redacted)");
    let text = format!("{keys:?}");
    assert!(text.contains("NullifierKey(redacted)"));
    assert!(text.contains("IncomingViewingKey(redacted)"));
    assert!(!text.contains(&keys.nk.to_bytes().to_string()));
}

#[test]
fn secrets_can_be_wiped() {
    let mut key = NullifierKey::from_seed(&seed(1));
    key.zeroize();
    assert_eq!(key.get(), Fr::ZERO);
    let mut key = SpendingKey::from_seed(&seed(1));
    key.zeroize();
    assert_eq!(*key.scalar(), Scalar::ZERO);
    let mut seed = seed(1);
    seed.zeroize();
    assert_eq!(seed.expose(), &[0; 32]);
}

#[test]
fn fresh_seeds_differ() {
    let (a, b) = (Seed::generate().unwrap(), Seed::generate().unwrap());
    assert_ne!(a.expose(), b.expose());
    assert_ne!(a.expose(), &[0; 32]);
    let mut rng = StdRng::seed_from_u64(1);
    assert_ne!(
        Seed::random(&mut rng).expose(),
        Seed::random(&mut rng).expose()
    );
    assert!(NullifierKey::random(&mut rng) != NullifierKey::random(&mut rng));
}

#[test]
fn a_viewing_key_round_trips_for_the_store() {
    let keys = FullViewingKey::from_seed(&seed(9));
    let bytes = borsh::to_vec(&keys).unwrap();
    assert_eq!(bytes.len(), 128);
    let read = FullViewingKey::try_from_slice(&bytes).unwrap();
    assert_eq!(read.address(), keys.address());
    assert_eq!(read.ivk.expose(), keys.ivk.expose());
    assert!(FullViewingKey::try_from_slice(&[&bytes[..], &[0]].concat()).is_err());
    assert!(FullViewingKey::try_from_slice(&bytes[..127]).is_err());
}

proptest! {
    #[test]
    fn validating_keys_are_linear(a in 1_u64.., b in 1_u64..) {
        let key = |scalar: Scalar| *SpendingKey::from_scalar(scalar).unwrap().validating_key().point();
        let (a, b) = (Scalar::from(a), Scalar::from(b));
        prop_assert_eq!(key(a).add(&key(b)), key(a + b));
        prop_assert_eq!(key(a * b), key(a).mul(&b));
        prop_assert_eq!(key(a).mul(&Scalar::ONE), key(a));
    }
}

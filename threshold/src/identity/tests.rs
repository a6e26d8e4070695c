use super::*;
use crate::testing;

fn identity(number: u8) -> Identity {
    Identity::from_seed(&IdentitySeed::new([number; 32]))
}

#[test]
fn only_the_addressee_opens_and_only_for_the_purpose() {
    let (first, second) = (identity(1), identity(2));
    let sealed = first.card().seal(&[9; 32], b"info").unwrap();
    assert_eq!(*first.open(&sealed, b"info").unwrap(), [9; 32]);
    assert_eq!(first.open(&sealed, b"other"), Err(IdentityError::Sealed));
    assert_eq!(second.open(&sealed, b"info"), Err(IdentityError::Sealed));
    for place in 0..SEALED {
        let mut damaged = sealed.clone();
        damaged.0[place] ^= 1;
        assert_eq!(first.open(&damaged, b"info"), Err(IdentityError::Sealed));
    }
}

#[test]
fn signatures_are_the_members_own() {
    let (first, second) = (identity(1), identity(2));
    let signature = first.sign(&[5; 32]);
    assert_eq!(first.card().verify(&[5; 32], &signature), Ok(()));
    let refused = Err(IdentityError::Signature);
    assert_eq!(second.card().verify(&[5; 32], &signature), refused);
    assert_eq!(first.card().verify(&[6; 32], &signature), refused);
}

#[test]
fn cards_are_strict_and_refuse_keys_of_small_order() {
    let card = identity(1).card().to_bytes();
    testing::check_wire(&card, |bytes| {
        MemberCard::from_bytes(bytes).map(|c| c.to_bytes())
    });
    let mut weak = card.clone();
    weak[2..34].copy_from_slice(&[0; 32]);
    weak[2] = 1;
    assert!(
        MemberCard::from_bytes(&weak).is_err(),
        "the identity signs for everybody"
    );
    let mut low = card.clone();
    low[34..].fill(0);
    assert!(
        MemberCard::from_bytes(&low).is_err(),
        "zero shares no secret"
    );
}

#[test]
fn seeds_make_one_identity_each() {
    let mut rng = testing::rng(1);
    let seed = IdentitySeed::random(&mut rng);
    let again = IdentitySeed::new(*seed.expose());
    let (first, second) = (Identity::from_seed(&seed), Identity::from_seed(&again));
    assert_eq!(first.card(), second.card());
    assert!(!first.card().overlaps(identity(1).card()));
}

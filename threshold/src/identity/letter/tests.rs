use rand::{SeedableRng, rngs::StdRng};

use super::*;
use crate::identity::IdentitySeed;

const TOPIC: Topic = Topic::new("obolus test letter v1");
const OTHER: Topic = Topic::new("obolus test letter v2");

fn identities() -> [Identity; 3] {
    [1, 2, 3].map(|seed| {
        let mut rng = StdRng::seed_from_u64(seed);
        Identity::from_seed(&IdentitySeed::random(&mut rng))
    })
}

fn letter(from: &Identity, to: &[&Identity]) -> Letter {
    let cards: Vec<_> = to.iter().map(|to| to.card().clone()).collect();
    Letter::write(from, TOPIC, &cards, b"pay the rent").unwrap()
}

#[test]
fn recipients_and_nobody_else_read_it() {
    let [alice, bob, carol] = identities();
    let sent = letter(&alice, &[&bob, &bob, &alice]);
    let read = Letter::from_bytes(&sent.to_bytes()).unwrap();
    assert_eq!(read.body.copies.len(), 2);
    assert_eq!(read.sender(), alice.card());
    assert_eq!(*read.open(&bob, TOPIC).unwrap(), b"pay the rent");
    assert_eq!(*read.open(&alice, TOPIC).unwrap(), b"pay the rent");
    assert_eq!(read.open(&carol, TOPIC), Err(IdentityError::Sealed));
}

#[test]
fn a_letter_is_on_one_topic() {
    let [alice, bob, _] = identities();
    let sent = letter(&alice, &[&bob]);
    assert_eq!(sent.open(&bob, OTHER), Err(IdentityError::Signature));
    assert_eq!(sent.verify(TOPIC), Ok(()));
}

#[test]
fn nobody_signs_anothers_copies_as_its_own() {
    let [alice, bob, carol] = identities();
    let mut stolen = letter(&alice, &[&bob]);
    stolen.body.sender = carol.card().clone();
    assert_eq!(stolen.open(&bob, TOPIC), Err(IdentityError::Signature));
    stolen.signature = carol.sign(&stolen.body.digest(TOPIC));
    assert_eq!(stolen.open(&bob, TOPIC), Err(IdentityError::Sealed));
}

#[test]
fn every_changed_byte_is_noticed() {
    let [alice, bob, _] = identities();
    let bytes = letter(&alice, &[&bob]).to_bytes();
    for place in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[place] ^= 1;
        let opened = Letter::from_bytes(&changed).map(|letter| letter.open(&bob, TOPIC));
        assert!(!matches!(opened, Ok(Ok(_))), "byte {place}");
    }
    assert!(Letter::from_bytes(&[bytes.as_slice(), &[0]].concat()).is_err());
    assert!(Letter::from_bytes(&bytes[..bytes.len() - 1]).is_err());
}

#[test]
fn copies_have_one_order() {
    let [alice, bob, carol] = identities();
    let mut sent = letter(&alice, &[&bob, &carol]);
    sent.body.copies.reverse();
    assert!(Letter::from_bytes(&sent.to_bytes()).is_err());
    let copy = sent.body.copies[0].clone();
    sent.body.copies = vec![copy.clone(), copy];
    assert!(Letter::from_bytes(&sent.to_bytes()).is_err());
}

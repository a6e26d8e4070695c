use obolus_verifier::trapdoor::Trapdoor;

use super::*;

fn code(result: Result<Arc<VerifyingKey>, Finding>) -> &'static str {
    result.unwrap_err().code.0
}

#[test]
fn a_key_comes_from_the_ring_or_from_the_bundle_that_names_it() {
    let (key, other) = (Trapdoor::new(3, 1).key(), Trapdoor::new(3, 2).key());
    let bytes = key.encode().unwrap();
    let ring = Keyring::default();
    assert_eq!(code(ring.resolve(key.id(), None)), "key_missing");
    assert_eq!(*ring.resolve(key.id(), Some(&bytes)).unwrap(), key);
    // Known now, but not given: a bundle without it must not depend on what was looked at before.
    assert_eq!(code(ring.resolve(key.id(), None)), "key_missing");
    assert_eq!(*ring.resolve(key.id(), Some(&bytes)).unwrap(), key);
    ring.add(other.clone()).unwrap();
    assert_eq!(*ring.resolve(other.id(), None).unwrap(), other);
    assert_eq!(code(ring.resolve(other.id(), Some(&bytes))), "key_other");
}

#[test]
fn a_bad_copy_does_not_spoil_the_good_one() {
    let (key, other) = (Trapdoor::new(3, 1).key(), Trapdoor::new(3, 2).key());
    let bytes = key.encode().unwrap();
    let ring = Keyring::default();
    let wrong = other.encode().unwrap();
    assert_eq!(code(ring.resolve(key.id(), Some(&wrong))), "key_other");
    assert_eq!(code(ring.resolve(key.id(), Some(b"junk"))), "key_other");
    // What has the right hash and is no key.
    let junk = VerifyingKey::id_of_encoding(b"junk");
    assert_eq!(code(ring.resolve(junk, Some(b"junk"))), "key_malformed");
    assert_eq!(*ring.resolve(key.id(), Some(&bytes)).unwrap(), key);
}

#[test]
fn the_same_key_is_decoded_once() {
    let key = Trapdoor::new(3, 1).key();
    let bytes = key.encode().unwrap();
    let ring = Keyring::default();
    let first = ring.resolve(key.id(), Some(&bytes)).unwrap();
    let second = ring.resolve(key.id(), Some(&bytes)).unwrap();
    assert!(Arc::ptr_eq(&first, &second));
}

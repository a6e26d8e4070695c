use proptest::prelude::*;

use super::*;

fn pair(seed: u8) -> (OpeningKey, SealingKey) {
    OpeningKey::derive(&[seed; 32])
}

#[test]
fn only_the_right_key_opens_and_only_for_the_right_circuit() {
    let (opening, sealing) = pair(1);
    let sealed = sealing.seal(b"witness", "obolvk1a").unwrap();
    assert_eq!(&**opening.open(&sealed, "obolvk1a").unwrap(), b"witness");
    assert_eq!(
        opening.open(&sealed, "obolvk1b").unwrap_err(),
        SealError::Open
    );
    assert_eq!(
        pair(2).0.open(&sealed, "obolvk1a").unwrap_err(),
        SealError::Open
    );
    // Nothing of it is in the clear, and sealing twice is not the same twice.
    let bytes = sealed.as_bytes();
    assert!(!bytes.windows(7).any(|window| window == b"witness"));
    assert_ne!(sealed, sealing.seal(b"witness", "obolvk1a").unwrap());
}

#[test]
fn keys_of_small_order_are_refused() {
    for bytes in [[0; 32], {
        let mut one = [0; 32];
        one[0] = 1;
        one
    }] {
        assert_eq!(SealingKey::from_bytes(&bytes), Err(SealError::Key));
    }
    assert_eq!(SealingKey::from_bytes(&[9; 31]), Err(SealError::Key));
}

proptest! {
    #[test]
    fn damage_is_noticed(witness in proptest::collection::vec(any::<u8>(), 0..64), at in any::<prop::sample::Index>(), flip in 1u8..) {
        let (opening, sealing) = pair(1);
        let sealed = sealing.seal(&witness, "k").unwrap();
        let mut bytes = sealed.as_bytes().to_vec();
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        // X25519 ignores the top bit of a key, and HPKE binds the key as it was sent.
        let verdict = SealedWitness::new(bytes).and_then(|sealed| opening.open(&sealed, "k").map(drop));
        prop_assert!(verdict.is_err());
        let cut = SealedWitness::new(sealed.as_bytes()[..at].to_vec());
        prop_assert!(cut.and_then(|sealed| opening.open(&sealed, "k").map(drop)).is_err());
    }
}

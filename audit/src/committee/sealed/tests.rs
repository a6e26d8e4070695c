use rand::{SeedableRng, rngs::StdRng};

use super::*;
use crate::committee::testing::Court;

fn items() -> Vec<AccessItem> {
    vec![
        AccessItem::Transaction {
            digest: TxDigest([7; 32]),
        },
        AccessItem::Note {
            position: 3,
            commitment: FieldBytes([8; 32]),
        },
        AccessItem::Escrow {
            slot: 1,
            owner: FieldBytes([9; 32]),
        },
    ]
}

fn sealed() -> SealedItems {
    SealedItems::seal(&items(), &mut StdRng::seed_from_u64(1))
}

fn message(items: Vec<AccessItem>) -> RequestAccessMsg {
    let mut court = Court::new();
    let number = court.ask(items);
    let log = court.read_log();
    log.request(number).unwrap().message.clone()
}

#[test]
fn the_opening_gives_back_what_was_hidden() {
    let sealed = sealed();
    let hashes = sealed.hashes();
    let hidden = |item: &AccessItem| matches!(item, AccessItem::Sealed { .. });
    assert!(hashes.iter().all(hidden));
    let read = SealedItems::from_toml(&sealed.to_toml().unwrap()).unwrap();
    assert!(read == sealed);
    let asked = message(hashes);
    assert_eq!(unsealed(&asked, Some(&read)).unwrap(), items());
    assert!(matches!(
        unsealed(&asked, None),
        Err(AccessError::Sealed(0))
    ));
    // What is not sealed needs no opening.
    let open = message(items());
    assert_eq!(unsealed(&open, None).unwrap(), items());
}

#[test]
fn the_hash_is_as_documented_and_salted_afresh() {
    let sealed = sealed();
    let (item, salt) = &sealed.0[0];
    let mut bytes = borsh::to_vec(item).unwrap();
    bytes.extend_from_slice(salt);
    let hash = blake3::hash(&bytes).into();
    assert_eq!(sealed.hashes()[0], AccessItem::Sealed { hash });
    let again = SealedItems::seal(&items(), &mut StdRng::seed_from_u64(2));
    let both = sealed.hashes().into_iter().zip(again.hashes());
    assert!(both.into_iter().all(|(one, other)| one != other));
    assert_ne!(sealed.0[0].1, sealed.0[1].1);
}

#[test]
fn another_opening_is_refused() {
    let asked = message(sealed().hashes());
    for place in 0..3 {
        let mut salt = sealed();
        salt.0[place].1[0] ^= 1;
        let mut item = sealed();
        item.0[place].0 = AccessItem::Note {
            position: 4,
            commitment: FieldBytes([8; 32]),
        };
        let mut missing = sealed();
        missing.0.remove(place);
        for other in [salt, item, missing] {
            let refused = unsealed(&asked, Some(&other));
            assert!(matches!(refused, Err(AccessError::Sealed(n)) if n == place));
        }
    }
}

#[test]
fn malformed_openings_are_refused() {
    let text = sealed().to_toml().unwrap();
    for (from, to) in [
        ("opening/2", "opening/1"),
        ("salt = \"", "salt = \"0"),
        ("transaction = \"07", "transaction = \"7"),
        ("position = 3", "position = -3"),
        ("position = 3", "place = 3"),
        ("commitment = \"08", "commitment = \"8"),
        ("owner = ", "extra = 1\nowner = "),
        ("schema", "extra = 1\nschema"),
    ] {
        let other = text.replacen(from, to, 1);
        assert_ne!(other, text, "{from}");
        let refused = SealedItems::from_toml(&other);
        assert!(matches!(refused, Err(AccessError::Opening(_))), "{to}");
    }
    let nested = SealedItems(vec![(AccessItem::Sealed { hash: [1; 32] }, [2; 32])]);
    assert!(matches!(nested.to_toml(), Err(AccessError::Opening(_))));
}

#[test]
fn members_who_are_shown_the_opening_find_what_was_asked() {
    let mut court = Court::new();
    let digest = court.recent()[0];
    let open = court.ask(vec![AccessItem::Transaction { digest }]);
    let sealed = SealedItems::seal(&[AccessItem::Transaction { digest }], &mut court.rng);
    let number = court.ask(sealed.hashes());
    assert!(matches!(court.find(number), Err(AccessError::Sealed(0))));
    let log = court.read_log();
    let request = log.request(number).unwrap();
    let wanted = court.find_with(request, Some(&sealed)).unwrap();
    assert_eq!(wanted, court.find(open).unwrap());
}

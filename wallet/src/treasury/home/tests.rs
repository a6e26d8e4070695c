use obolus_threshold::Purpose;

use super::*;
use crate::committee::testing::Three;
use crate::treasury::testing::{founded, joined};

/// Three members after a ceremony.
fn members() -> (Vec<MemberDir>, tempfile::TempDir) {
    let (Three { folder, dirs, .. }, _) = Three::with_key(Purpose::Treasury);
    (dirs, folder)
}

/// Opens a member's directory again.
fn member(root: &std::path::Path, seed: u64) -> MemberDir {
    let mut rng: rand::rngs::StdRng = rand::SeedableRng::seed_from_u64(seed);
    let identity = obolus_threshold::IdentitySeed::random(&mut rng);
    MemberDir::with_seed(root, &identity).unwrap()
}

#[test]
fn members_of_a_new_key_are_told_the_viewing_keys_before_it() {
    let mut before: Option<Treasury> = None;
    let mut folders = Vec::new();
    let mut addresses = Vec::new();
    for _ in 0..3 {
        let (dirs, folder) = members();
        folders.push(folder);
        let mut dirs = dirs.into_iter();
        let (first, letter) = founded(dirs.next().unwrap(), before.as_ref());
        let joined = joined(dirs.next().unwrap(), &letter).unwrap().0;
        let own = |treasury: &Treasury| -> Vec<Address> {
            let past = treasury.past.iter();
            past.map(|past| past.keys.address()).collect()
        };
        for treasury in [&first, &joined] {
            assert_eq!(own(treasury), addresses, "the latest first");
            assert_eq!(treasury.keys.address(), first.keys.address());
        }
        // From disk as well.
        let opened = Treasury::open(joined.member).unwrap();
        assert_eq!(own(&opened), addresses);
        addresses.insert(0, first.keys.address());
        before = Some(first);
    }
}

#[test]
fn a_letter_with_earlier_keys_that_cannot_be_leaves_no_wallet() {
    let (dirs, _folder) = members();
    let mut dirs = dirs.into_iter();
    let (alice, _) = founded(dirs.next().unwrap(), None);
    let mut bob = dirs.next().unwrap();
    let seed = Seed::new([1; 32]);
    let ak = |seed: u8| FullViewingKey::from_seed(&Seed::new([seed; 32])).ak;
    let good = Told::new(&ak(1), &seed);
    let mut bad = good.clone();
    bad.ak = [0xff; 64];
    let many = (0..=MAX_PAST as u8).map(|key| Told::new(&ak(key), &seed));
    for past in [
        vec![bad],
        vec![good.clone(), good.clone()],
        vec![Told::new(&alice.keys.ak, &seed)],
        many.collect(),
    ] {
        let letter = letter(&alice.member, &seed, past).unwrap();
        let root = bob.root().to_path_buf();
        let refused = joined(bob, &letter).err();
        assert!(matches!(refused, Some(TreasuryError::PastKey)));
        bob = member(&root, 2);
        let none = bob.kept(VIEWING).unwrap();
        assert!(none.is_none());
    }
    let letter = letter(&alice.member, &seed, vec![good]).unwrap();
    let (bob, _) = joined(bob, &letter).unwrap();
    assert_eq!(bob.past.len(), 1);
}

#[test]
fn there_is_no_wallet_before_its_letter_is_kept() {
    let (dirs, _folder) = members();
    let mut dirs = dirs.into_iter();
    let (alice, bob) = (dirs.next().unwrap(), dirs.next().unwrap());
    let root = alice.root().to_path_buf();
    let full = |_: &[u8]| Err(TreasuryError::Unsupported);
    assert!(Treasury::found(alice, None, full).is_err());
    // Again, as if nothing had been; and so whoever joins.
    let (alice, letter) = founded(member(&root, 1), None);
    let root = bob.root().to_path_buf();
    let full = || Err(TreasuryError::Unsupported);
    assert!(Treasury::join(bob, &letter, full).is_err());
    let (bob, _) = joined(member(&root, 2), &letter).unwrap();
    assert_eq!(bob.keys.address(), alice.keys.address());
    // What is there is never touched.
    let untouched = |_: &[u8]| -> Result<(), TreasuryError> { panic!("nothing is written") };
    let again = Treasury::found(alice.member, None, untouched);
    assert!(matches!(again.err(), Some(TreasuryError::Exists)));
    let untouched = || -> Result<(), TreasuryError> { panic!("nothing is written") };
    let again = Treasury::join(bob.member, &letter, untouched);
    assert!(matches!(again.err(), Some(TreasuryError::Exists)));
}

#[test]
fn of_two_who_begin_at_once_one_has_the_wallet() {
    let (dirs, _folder) = members();
    let mut dirs = dirs.into_iter();
    let alice = dirs.next().unwrap();
    let root = alice.root().to_path_buf();
    let mut second = None;
    let treasury = Treasury::found(alice, None, |_| {
        let again = member(&root, 1);
        second = Some(std::thread::spawn(move || {
            let keep = |_: &[u8]| Ok::<_, TreasuryError>(());
            Treasury::found(again, None, keep).err()
        }));
        // Time for it to go ahead, if it did not wait.
        std::thread::sleep(std::time::Duration::from_millis(200));
        Ok::<_, TreasuryError>(())
    });
    let refused = second.unwrap().join().unwrap();
    assert!(matches!(refused, Some(TreasuryError::Exists)));
    let opened = Treasury::open(member(&root, 1)).unwrap();
    assert_eq!(opened.keys.address(), treasury.unwrap().keys.address());
}

use obolus_threshold::Purpose;

use super::*;
use crate::committee::testing::Three;

/// Three members after a ceremony.
fn members() -> (Vec<MemberDir>, tempfile::TempDir) {
    let (Three { folder, dirs, .. }, _) = Three::with_key(Purpose::Treasury);
    (dirs, folder)
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
        let (first, letter) = Treasury::found(dirs.next().unwrap(), before.as_ref()).unwrap();
        let (joined, _) = Treasury::join(dirs.next().unwrap(), &letter).unwrap();
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
    let (alice, _) = Treasury::found(dirs.next().unwrap(), None).unwrap();
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
        let letter = alice.letter(&seed, past).unwrap();
        let root = bob.root().to_path_buf();
        let refused = Treasury::join(bob, &letter).err();
        assert!(matches!(refused, Some(TreasuryError::PastKey)));
        let mut rng: rand::rngs::StdRng = rand::SeedableRng::seed_from_u64(2);
        let identity = obolus_threshold::IdentitySeed::random(&mut rng);
        bob = MemberDir::with_seed(&root, &identity).unwrap();
        let none = bob.kept(VIEWING).unwrap();
        assert!(none.is_none());
    }
    let letter = alice.letter(&seed, vec![good]).unwrap();
    let (joined, _) = Treasury::join(bob, &letter).unwrap();
    assert_eq!(joined.past.len(), 1);
}

use obolus_threshold::Purpose;

use super::*;
use crate::committee::testing::Three;

#[test]
fn one_pair_of_each_signer_is_asked_for_and_none_twice() {
    let (three, group) = Three::with_key(Purpose::Treasury);
    let files = three.nonces(&[0, 1, 2]);
    let mut ids = BTreeSet::new();
    for _ in 0..2 {
        let chosen = choose(&three.dirs[0], &group, &files, &[]).unwrap();
        let members: Vec<_> = chosen.iter().map(|pair| pair.member().number()).collect();
        assert_eq!(members, [1, 2]);
        assert!(chosen.iter().all(|pair| ids.insert(pair.id())));
    }
    // Alice's and Bob's are used up: Carol alone is not enough.
    let refused = choose(&three.dirs[0], &group, &files, &[]);
    assert!(matches!(
        refused,
        Err(CommitteeError::Nonces {
            found: 1,
            needed: 2
        })
    ));
    let bob_and_carol = [
        group.called("bob").unwrap().0,
        group.called("carol").unwrap().0,
    ];
    assert!(choose(&three.dirs[0], &group, &files, &bob_and_carol).is_err());
    let more = [three.nonces(&[1]), files].concat();
    assert_eq!(
        choose(&three.dirs[0], &group, &more, &bob_and_carol)
            .unwrap()
            .len(),
        2
    );
}

#[test]
fn nonces_are_given_out_once() {
    let (three, _) = Three::with_key(Purpose::Treasury);
    let file = draw(&three.dirs[0], 1).unwrap();
    let id = file.commitments()[0].id();
    let mut vault = Vault(&three.dirs[0]);
    assert!(vault.take(&id).unwrap().is_some());
    assert!(vault.take(&id).unwrap().is_none());
}

#[test]
fn files_read_back_and_other_files_do_not() {
    let (three, _) = Three::with_key(Purpose::Treasury);
    let file = draw(&three.dirs[0], 3).unwrap();
    let text = file.to_json();
    assert!(NonceFile::from_json(&text).unwrap() == file);
    assert!(NonceFile::from_json(&text.replacen("nonces/1", "nonces/2", 1)).is_err());
    assert!(draw(&three.dirs[0], 0).is_err());
}

use super::*;
use crate::committee::testing::{NAMES, Three, role};

#[test]
fn a_groups_file_reads_back_and_every_change_of_it_shows() {
    let (_three, group) = Three::with_key(Purpose::Auditor);
    let text = group.to_toml();
    let read = Group::from_toml(&text).unwrap();
    assert_eq!(read, group);
    for (from, to) in [
        ("needed = 2", "needed = 3"),
        ("purpose = \"audit\"", "purpose = \"treasury\""),
        ("name = \"bob\"", "name = \"alice\""),
        ("session", "sessions"),
    ] {
        assert!(
            Group::from_toml(&text.replacen(from, to, 1)).is_err(),
            "{to}"
        );
    }
    let [alice, bob] = [0, 1].map(|place: usize| card_text(&group.seats()[place].card));
    let swapped = text
        .replace(&alice, "ALICE")
        .replace(&bob, &alice)
        .replace("ALICE", &bob);
    let role = text.replacen(&hex::encode(role(1).as_bytes()), &hex::encode(&[9; 32]), 1);
    let name = text.replacen("name = \"bob\"", "name = \"bert\"", 1);
    let session = text.replacen("test 1", "test 2", 1);
    for other in [swapped, role, name, session] {
        let other = Group::from_toml(&other).unwrap();
        assert_eq!(other.key(), group.key());
        assert_ne!(other.fingerprint(), group.fingerprint(), "{other:?}");
    }
}

#[test]
fn messages_call_members_by_name() {
    let (_three, group) = Three::with_key(Purpose::Treasury);
    let text = group.named(&"no message of member 2: member 1 and member 3 wait");
    assert_eq!(text, "no message of bob: alice and carol wait");
    for (name, number) in NAMES.iter().zip(1..) {
        let (member, seat) = group.called(name).unwrap();
        assert_eq!((member.number(), seat.name.as_str()), (number, *name));
        assert_eq!(group.with_role(&role(number)).unwrap().0, member);
        assert_eq!(group.member(&seat.card).unwrap().0, member);
    }
    assert!(group.called("mallory").is_err());
}

#[test]
fn an_auditors_members_have_role_keys() {
    let three = Three::new();
    let text = three.roster.to_toml();
    let line = format!("role = \"{}\"\n", role(2));
    let without = Roster::from_toml(&text.replacen(&line, "", 1)).unwrap();
    assert!(without.ceremony(Purpose::Treasury, 2).is_ok());
    let refused = without.ceremony(Purpose::Auditor, 2).unwrap_err();
    assert!(refused.to_string().contains("bob"), "{refused}");
}

#[test]
fn names_role_keys_and_the_session_are_part_of_the_ceremony() {
    let three = Three::new();
    let text = three.roster.to_toml();
    let id = |text: &str| {
        let roster = Roster::from_toml(text).unwrap();
        roster.ceremony(Purpose::Auditor, 2).unwrap().id()
    };
    for (from, to) in [
        ("test 1".to_owned(), "test 2".to_owned()),
        ("carol".to_owned(), "dave".to_owned()),
        (role(3).to_string(), role(4).to_string()),
    ] {
        assert_ne!(id(&text), id(&text.replacen(&from, &to, 1)), "{to}");
    }
}

#[test]
fn malformed_rosters_are_refused() {
    let three = Three::new();
    let text = three.roster.to_toml();
    for (from, to) in [
        ("alice".to_owned(), "Bob".to_owned()),
        ("alice".to_owned(), "../alice".to_owned()),
        ("alice".to_owned(), String::new()),
        (role(1).to_string(), role(2).to_string()),
        ("test 1".to_owned(), String::new()),
        ("obolmember1".to_owned(), "obolmember2".to_owned()),
    ] {
        assert!(
            Roster::from_toml(&text.replacen(&from, &to, 1)).is_err(),
            "{to}"
        );
    }
}

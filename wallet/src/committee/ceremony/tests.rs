use super::*;
use crate::committee::card_text;
use crate::committee::testing::{NAMES, Three};

fn said<T>(outcome: Result<T, CommitteeError>) -> String {
    outcome.err().unwrap().to_string()
}

#[test]
fn three_machines_make_one_key_and_nothing_is_left_over() {
    let (three, group) = Three::with_key(Purpose::Treasury);
    assert!(group.key().spend_validating_key().is_ok());
    for (dir, name) in three.dirs.iter().zip(NAMES) {
        let read = dir.group().unwrap();
        assert_eq!(read.fingerprint(), group.fingerprint());
        assert_eq!(read.called(name).unwrap().0, dir.share().unwrap().member());
        assert!(!dir.root().join(STATE).exists());
        let again = begin(
            dir,
            &three.roster,
            (Purpose::Treasury, 2),
            &MemberName::new(name).unwrap(),
        );
        assert!(matches!(again, Err(CommitteeError::HasKey)));
    }
}

#[test]
fn a_groups_file_that_was_changed_is_not_used() {
    let (three, group) = Three::with_key(Purpose::Auditor);
    let dir = &three.dirs[0];
    let path = dir.root().join("group.toml");
    let text = group.to_toml();
    let [bob, carol] = [1, 2].map(|place: usize| card_text(three.dirs[place].card()));
    let swapped = text
        .replace(&bob, "BOB")
        .replace(&carol, &bob)
        .replace("BOB", &carol);
    let renamed = text.replacen("name = \"bob\"", "name = \"bert\"", 1);
    for other in [swapped, renamed, format!("{text}\n")] {
        // By itself it is a group with this member's key.
        let read = Group::from_toml(&other).unwrap();
        assert_eq!(read.key(), dir.share().unwrap().group());
        std::fs::write(&path, other).unwrap();
        let refused = dir.group();
        assert!(matches!(refused, Err(CommitteeError::Changed(_))));
    }
    std::fs::write(&path, [0xff; 8]).unwrap();
    assert!(matches!(dir.group(), Err(CommitteeError::Changed(_))));
    // Another member's file is the same.
    std::fs::copy(three.dirs[1].root().join("group.toml"), &path).unwrap();
    assert_eq!(dir.group().unwrap(), group);
}

#[test]
fn a_second_answer_to_other_messages_is_refused() {
    let three = Three::new();
    let first = three.begin(Purpose::Treasury);
    round2(&three.dirs[0], &first).unwrap();
    round2(&three.dirs[0], &first[1..]).unwrap();
    // Bob begins again, with another polynomial.
    abandon(&three.dirs[1]).unwrap();
    let bob = MemberName::new("bob").unwrap();
    let other = begin(&three.dirs[1], &three.roster, (Purpose::Treasury, 2), &bob).unwrap();
    let second = [first[0].clone(), other.round1, first[2].clone()];
    let refused = round2(&three.dirs[0], &second);
    assert!(matches!(refused, Err(CommitteeError::OtherMessages)));
}

#[test]
fn a_missing_message_names_its_sender_and_ends_nothing() {
    let three = Three::new();
    let mail = three.rounds(Purpose::Treasury);
    let to_alice = mail.to("alice");
    let missing = said(finish(&three.dirs[0], &to_alice[..1]));
    assert!(missing.contains("carol"), "{missing}");
    finish(&three.dirs[0], &to_alice).unwrap();
}

#[test]
fn members_who_saw_different_messages_end_the_ceremony() {
    let three = Three::new();
    let first = three.begin(Purpose::Treasury);
    let bob = MemberName::new("bob").unwrap();
    abandon(&three.dirs[1]).unwrap();
    let other = begin(&three.dirs[1], &three.roster, (Purpose::Treasury, 2), &bob).unwrap();
    let second = [first[0].clone(), other.round1, first[2].clone()];
    // Alice was shown Bob's first message, the others his second.
    round2(&three.dirs[0], &first).unwrap();
    let mut to_alice = Vec::new();
    for dir in &three.dirs[1..] {
        let answers = round2(dir, &second).unwrap();
        to_alice.extend(answers.into_iter().filter(|(to, _)| to.as_str() == "alice"));
    }
    let to_alice: Vec<_> = to_alice.into_iter().map(|(_, message)| message).collect();
    let dead = finish(&three.dirs[0], &to_alice);
    assert!(
        matches!(&dead, Err(CommitteeError::Dead(text)) if text.contains("bob")),
        "{}",
        said(dead)
    );
    // Its secrets are gone: nothing resumes it.
    let resumed = finish(&three.dirs[0], &to_alice);
    assert!(matches!(resumed, Err(CommitteeError::NotUnderWay)));
    assert!(matches!(
        round2(&three.dirs[0], &second),
        Err(CommitteeError::NotUnderWay)
    ));
}

#[test]
fn a_seat_is_its_identitys() {
    let three = Three::new();
    let bob = MemberName::new("bob").unwrap();
    let taken = begin(&three.dirs[0], &three.roster, (Purpose::Treasury, 2), &bob);
    assert!(said(taken).contains("bob"));
}

#[test]
fn a_ceremony_is_begun_once_and_finished_after_its_second_round() {
    let three = Three::new();
    let mail = three.begin(Purpose::Auditor);
    let alice = MemberName::new("alice").unwrap();
    let again = begin(&three.dirs[0], &three.roster, (Purpose::Auditor, 2), &alice);
    assert!(matches!(again, Err(CommitteeError::UnderWay)));
    let early = finish(&three.dirs[0], &[]);
    assert!(matches!(early, Err(CommitteeError::TooEarly)));
    round2(&three.dirs[0], &mail).unwrap();
}

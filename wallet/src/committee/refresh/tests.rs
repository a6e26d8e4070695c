use obolus_threshold::dkg::{Round1, Round2};

use super::*;
use crate::committee::testing::{NAMES, Three};
use crate::committee::{Finished, abandon, choose, draw, finish, round2};

fn roster(three: &Three, session: &str) -> Roster {
    let text = three.roster.to_toml().replace("test 1", session);
    Roster::from_toml(&text).unwrap()
}

fn begun(three: &Three) -> Vec<Round1> {
    let roster = roster(three, "test 2");
    let begin = |dir: &MemberDir| refresh(dir, &roster).unwrap().1.round1;
    three.dirs.iter().map(begin).collect()
}

fn answered(three: &Three, round1: &[Round1]) -> Vec<(MemberName, Round2)> {
    let answers = three.dirs.iter().map(|dir| round2(dir, round1).unwrap());
    answers.flatten().collect()
}

fn finished(three: &Three, number: usize, mail: &[(MemberName, Round2)]) -> Group {
    let mine = mail.iter().filter(|(to, _)| to.as_str() == NAMES[number]);
    let mine: Vec<_> = mine.map(|(_, message)| message.clone()).collect();
    match finish(&three.dirs[number], &mine).unwrap() {
        Finished::Refreshed(group) => group,
        Finished::Made(_) => panic!("shares were refreshed"),
    }
}

/// All three have refreshed shares that wait.
fn waiting(purpose: Purpose) -> (Three, Group, Group) {
    let (three, old) = Three::with_key(purpose);
    let mail = answered(&three, &begun(&three));
    let mut groups: Vec<_> = (0..3).map(|n| finished(&three, n, &mail)).collect();
    assert!(groups.windows(2).all(|pair| pair[0] == pair[1]));
    (three, old, groups.remove(0))
}

#[test]
fn all_members_refresh_their_shares_and_the_key_stays() {
    for purpose in [Purpose::Treasury, Purpose::Auditor] {
        let (three, old, new) = waiting(purpose);
        assert_eq!(new.key().point(), old.key().point());
        assert_ne!(new.key().id(), old.key().id());
        assert_ne!(new.fingerprint(), old.fingerprint());
        let nonces = three.nonces(&[0, 1]);
        let fingerprint = new.fingerprint().to_string();
        for dir in &three.dirs {
            // Until it is adopted, nothing changes.
            assert_eq!(dir.group().unwrap(), old);
            let before = dir.share().unwrap();
            assert_eq!(before.group().id(), old.key().id());
            let other = adopt(dir, &old.fingerprint().to_string());
            assert!(
                matches!(other, Err(CommitteeError::OtherFingerprint(own)) if own == fingerprint)
            );
            assert_eq!(dir.group().unwrap(), old);
            assert_eq!(adopt(dir, &fingerprint).unwrap(), new);
            assert_eq!(dir.group().unwrap(), new);
            let after = dir.share().unwrap();
            assert_eq!(after.member(), before.member());
            assert!(after.to_bytes() != before.to_bytes());
            assert!(!dir.root().join(WAITING).exists() && !dir.root().join(STATE).exists());
            let again = adopt(dir, &fingerprint);
            assert!(matches!(again, Err(CommitteeError::NothingWaits)));
        }
        // Nonces of the shares before are gone, and nobody takes their commitments for ones of the new shares.
        let kept = |dir: &MemberDir| {
            let folder = std::fs::read_dir(dir.root().join("nonces"));
            folder.map_or(0, Iterator::count)
        };
        assert!(three.dirs.iter().all(|dir| kept(dir) == 0));
        let none = choose(&three.dirs[0], &new, &nonces, &[]);
        assert!(matches!(none, Err(CommitteeError::Nonces { found: 0, .. })));
        let fresh: Vec<_> = three.dirs[1..]
            .iter()
            .map(|d| draw(d, 1).unwrap())
            .collect();
        assert_eq!(choose(&three.dirs[0], &new, &fresh, &[]).unwrap().len(), 2);
    }
}

#[test]
fn a_refresh_that_was_interrupted_goes_on() {
    let (three, old, new) = waiting(Purpose::Treasury);
    let dir = &three.dirs[0];
    // The share was exchanged, the group's file not yet.
    let (share, group) = dir.waiting().unwrap().unwrap();
    dir.keep_key(&share, &group).unwrap();
    std::fs::write(dir.root().join("group.toml"), old.to_toml()).unwrap();
    assert!(matches!(dir.group(), Err(CommitteeError::Changed(_))));
    adopt(dir, &new.fingerprint().to_string()).unwrap();
    assert_eq!(dir.group().unwrap(), new);
}

#[test]
fn a_refresh_that_ends_leaves_the_shares_as_they_were() {
    let (three, old, new) = waiting(Purpose::Auditor);
    let dir = &three.dirs[0];
    let again = refresh(dir, &roster(&three, "test 3"));
    assert!(matches!(again, Err(CommitteeError::Waiting)));
    abandon(dir).unwrap();
    let gone = adopt(dir, &new.fingerprint().to_string());
    assert!(matches!(gone, Err(CommitteeError::NothingWaits)));
    assert_eq!(dir.group().unwrap(), old);
    assert!(matches!(abandon(dir), Err(CommitteeError::NotUnderWay)));
    // And one that did not get so far.
    refresh(dir, &roster(&three, "test 3")).unwrap();
    let twice = refresh(dir, &roster(&three, "test 4"));
    assert!(matches!(twice, Err(CommitteeError::UnderWay)));
    abandon(dir).unwrap();
    assert_eq!(dir.group().unwrap(), old);
}

#[test]
fn only_all_members_of_a_key_refresh_it_in_a_session_of_its_own() {
    let three = Three::new();
    let fresh = refresh(&three.dirs[0], &roster(&three, "test 2"));
    assert!(matches!(fresh, Err(CommitteeError::NoKey)));

    let (three, _) = Three::with_key(Purpose::Auditor);
    let dir = &three.dirs[0];
    let said = |text: &str| match refresh(dir, &Roster::from_toml(text).unwrap()) {
        Err(CommitteeError::Form("members", reason)) => reason,
        _ => panic!("{text}"),
    };
    assert!(said(&three.roster.to_toml()).contains("session"));
    let text = roster(&three, "test 2").to_toml();
    let parts: Vec<&str> = text.split("[[member]]").collect();
    let [head, alice, bob, carol] = parts[..] else {
        panic!("three members")
    };
    let join = |members: &[&str]| {
        let listed = members.iter().map(|member| format!("[[member]]{member}\n"));
        format!("{head}{}", listed.collect::<String>())
    };
    assert!(said(&join(&[alice, bob])).contains("all members"));
    assert!(said(&join(&[bob, alice, carol])).contains("order"));
    let lines = alice.lines().filter(|line| !line.starts_with("role"));
    let roleless: String = lines.map(|line| format!("{line}\n")).collect();
    assert!(said(&join(&[&roleless, bob, carol])).contains("role key"));
    assert!(!dir.root().join(STATE).exists());
    // A role key may be another one from now on.
    let other = join(&[&alice.replacen("role = \"01", "role = \"77", 1), bob, carol]);
    assert_ne!(other, text);
    refresh(dir, &Roster::from_toml(&other).unwrap()).unwrap();
}

/// A member that sends a wrong message is named, and the shares in use stay.
#[test]
fn members_who_saw_different_messages_end_the_refresh() {
    let (three, old) = Three::with_key(Purpose::Treasury);
    let first = begun(&three);
    abandon(&three.dirs[1]).unwrap();
    let again = refresh(&three.dirs[1], &roster(&three, "test 2")).unwrap();
    let second = [first[0].clone(), again.1.round1, first[2].clone()];
    round2(&three.dirs[0], &first).unwrap();
    let mut mail = Vec::new();
    for dir in &three.dirs[1..] {
        mail.extend(round2(dir, &second).unwrap());
    }
    let mine = mail.into_iter().filter(|(to, _)| to.as_str() == "alice");
    let mine: Vec<_> = mine.map(|(_, message)| message).collect();
    let dead = finish(&three.dirs[0], &mine);
    assert!(matches!(dead, Err(CommitteeError::Dead(text)) if text.contains("bob")));
    assert_eq!(three.dirs[0].group().unwrap(), old);
    assert!(three.dirs[0].share().is_ok());
}

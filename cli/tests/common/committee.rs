//! Three machines, each with a member's directory of its own, that make a key together by files.

use std::fs;

use serde_json::Value;

use super::desk::{Desk, Ran};

pub const PEOPLE: [&str; 3] = ["alice", "bob", "carol"];

/// Splits at spaces outside single quotes.
pub fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (place, part) in line.split('\'').enumerate() {
        match place % 2 {
            1 => words.push(part.to_owned()),
            _ => words.extend(part.split_whitespace().map(str::to_owned)),
        }
    }
    words
}

/// Runs a command line.
pub fn run(desk: &Desk, line: &str) -> Ran {
    let words = words(line);
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    desk.run(&words)
}

/// Runs it to a good end.
pub fn ok(desk: &Desk, line: &str) -> Value {
    let ran = run(desk, line);
    assert_eq!(ran.status, 0, "{line}: {ran:?}");
    ran.json
}

/// A committee of two of three after its key ceremony, each member with nonces in `NAME-PERSON.nonces`.
pub struct Committee<'a> {
    desk: &'a Desk,
    name: &'static str,
}

impl<'a> Committee<'a> {
    pub fn new(desk: &'a Desk, name: &'static str, purpose: &str, roles: &[String]) -> Self {
        let committee = Self { desk, name };
        let mut members = format!("session = \"{name} 2026-11-29\"\n");
        for (number, person) in PEOPLE.iter().enumerate() {
            let line = format!("committee identity --out {name}-{person}.age --scrypt 4");
            let made = ok(desk, &line);
            let identity = made["identity"].as_str().unwrap();
            members.push_str(&format!(
                "[[member]]\nname = \"{person}\"\nidentity = \"{identity}\"\n"
            ));
            if let Some(role) = roles.get(number) {
                members.push_str(&format!("role = \"{role}\"\n"));
            }
        }
        fs::write(desk.path(&format!("{name}.toml")), members).unwrap();
        let begun = PEOPLE.map(|person| {
            let line = format!(
                "committee begin --identity {name}-{person}.age --members {name}.toml --threshold 2 \
                 --purpose {purpose} --me {person} --out {name}-{person}.round1"
            );
            committee.ok(person, &line)["ceremony"].clone()
        });
        assert!(begun.iter().all(|id| *id == begun[0]));
        let round1 = PEOPLE
            .map(|person| format!("{name}-{person}.round1"))
            .join(" ");
        for person in PEOPLE {
            let line = format!("committee round2 --out {name}-{person}.sent {round1}");
            let sent = committee.ok(person, &line);
            assert_eq!(sent["messages"].as_array().unwrap().len(), 2);
        }
        let made = PEOPLE.map(|person| {
            let others = PEOPLE.iter().filter(|other| **other != person);
            let mail: Vec<_> = others
                .map(|other| format!("{name}-{other}.sent/{person}.round2"))
                .collect();
            let group = committee.ok(person, &format!("committee finish {}", mail.join(" ")));
            let line = format!("committee nonces --count 8 --out {name}-{person}.nonces");
            committee.ok(person, &line);
            group["fingerprint"].clone()
        });
        assert!(made.iter().all(|fingerprint| *fingerprint == made[0]));
        committee
    }

    /// Runs a member's command line.
    pub fn run(&self, person: &str, line: &str) -> Ran {
        run(self.desk, &format!("{line} --dir {}-{person}", self.name))
    }

    /// Runs it to a good end.
    pub fn ok(&self, person: &str, line: &str) -> Value {
        let ran = self.run(person, line);
        assert_eq!(ran.status, 0, "{person}: {line}: {ran:?}");
        ran.json
    }

    /// What a command that fails says.
    pub fn fails(&self, person: &str, line: &str) -> String {
        let ran = self.run(person, line);
        assert_ne!(ran.status, 0, "{person}: {line}: {ran:?}");
        assert_eq!(ran.json, Value::Null, "{ran:?}");
        ran.said
    }
}

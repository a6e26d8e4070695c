//! A committee of three, each with a directory of its own.

use obolus_abi::RoleKey;
use obolus_threshold::dkg::{Round1, Round2};
use obolus_threshold::{IdentitySeed, Purpose};
use rand::{SeedableRng, rngs::StdRng};
use tempfile::TempDir;

use super::*;

pub(crate) const NAMES: [&str; 3] = ["alice", "bob", "carol"];

pub(crate) struct Three {
    pub(crate) folder: TempDir,
    pub(crate) dirs: Vec<MemberDir>,
    pub(crate) roster: Roster,
}

/// Everything that is exchanged in a ceremony that goes well.
pub(crate) struct Mail {
    pub(crate) round2: Vec<(MemberName, Round2)>,
}

impl Mail {
    pub(crate) fn to(&self, name: &str) -> Vec<Round2> {
        let mine = self.round2.iter().filter(|(to, _)| to.as_str() == name);
        mine.map(|(_, message)| message.clone()).collect()
    }
}

pub(crate) fn role(number: u8) -> RoleKey {
    RoleKey([number; 32])
}

impl Three {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let dirs: Vec<_> = NAMES
            .iter()
            .zip(1..)
            .map(|(name, seed)| {
                let mut rng = StdRng::seed_from_u64(seed);
                let seed = IdentitySeed::random(&mut rng);
                MemberDir::with_seed(&folder.path().join(name), &seed).unwrap()
            })
            .collect();
        let mut text = "session = \"test 1\"\n".to_owned();
        for ((name, dir), number) in NAMES.iter().zip(&dirs).zip(1..) {
            let (card, role) = (card_text(dir.card()), role(number));
            text.push_str(&format!(
                "[[member]]\nname = \"{name}\"\nidentity = \"{card}\"\nrole = \"{role}\"\n"
            ));
        }
        let roster = Roster::from_toml(&text).unwrap();
        Self {
            folder,
            dirs,
            roster,
        }
    }

    pub(crate) fn begin(&self, purpose: Purpose) -> Vec<Round1> {
        let begin = |(dir, name): (&MemberDir, &&str)| {
            let me = MemberName::new(name).unwrap();
            begin(dir, &self.roster, (purpose, 2), &me).unwrap().round1
        };
        self.dirs.iter().zip(&NAMES).map(begin).collect()
    }

    pub(crate) fn rounds(&self, purpose: Purpose) -> Mail {
        let round1 = self.begin(purpose);
        let answers = self.dirs.iter().map(|dir| round2(dir, &round1).unwrap());
        Mail {
            round2: answers.flatten().collect(),
        }
    }

    /// After a ceremony.
    pub(crate) fn with_key(purpose: Purpose) -> (Self, Group) {
        let three = Self::new();
        let mail = three.rounds(purpose);
        let finish = |(dir, name): (&MemberDir, &&str)| match finish(dir, &mail.to(name)).unwrap() {
            Finished::Made(group) => group,
            Finished::Refreshed(_) => panic!("a key was made"),
        };
        let mut groups: Vec<_> = three.dirs.iter().zip(&NAMES).map(finish).collect();
        assert!(groups.windows(2).all(|pair| pair[0] == pair[1]));
        (three, groups.remove(0))
    }

    /// Nonces of these members.
    pub(crate) fn nonces(&self, members: &[usize]) -> Vec<NonceFile> {
        let draw = |member: &usize| draw(&self.dirs[*member], 2).unwrap();
        members.iter().map(draw).collect()
    }
}

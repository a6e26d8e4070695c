//! Who is in a committee: the members' file before the ceremony, the group's file after it.

use std::fmt;

use borsh::BorshDeserialize;
use obolus_abi::RoleKey;
use obolus_runtime_api::hex;
use obolus_threshold::dkg::{CeremonyId, Round1, SessionId};
use obolus_threshold::{Ceremony, GroupKey, Member, MemberCard, Purpose};
use serde::{Deserialize, Serialize};

use super::CommitteeError;
use super::identity::{card_text, parse_card};

const SESSION: &str = "obolus 2026 committee session v1";
const TRANSCRIPT: &str = "obolus 2026 committee transcript v1";
const FINGERPRINT: &str = "obolus 2026 committee fingerprint v2";
/// Longest name of a member, in bytes.
const MAX_NAME: usize = 32;
/// Longest session text, in bytes.
const MAX_SESSION: usize = 120;

/// What a member is called: 1 to 32 letters, digits, `-` and `_`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MemberName(String);

/// A member's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    /// What it is called.
    pub name: MemberName,
    /// Its keys.
    pub card: MemberCard,
    /// The role key with which a member of an auditor signs on the ledger.
    pub role: Option<RoleKey>,
}

/// The members in order, and the name of the one ceremony that they meet for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roster {
    pub(super) session: String,
    seats: Vec<Seat>,
}

/// A group after its ceremony.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub(super) roster: Roster,
    key: GroupKey,
    transcript: [u8; 32],
}

/// What members compare after a ceremony, over a second way: it covers names, keys, roles, every message of round 1 and
/// the key that came out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint([u8; 32]);

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RosterFile {
    session: String,
    member: Vec<SeatFile>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SeatFile {
    name: String,
    identity: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupFile {
    purpose: String,
    needed: u8,
    session: String,
    key: String,
    transcript: String,
    member: Vec<SeatFile>,
}

impl MemberName {
    /// Checks a name.
    ///
    /// # Errors
    /// [`CommitteeError::Form`].
    pub fn new(name: &str) -> Result<Self, CommitteeError> {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if name.is_empty() || name.len() > MAX_NAME || !name.chars().all(plain) {
            let reason = format!("{name:?}: use 1 to {MAX_NAME} letters, digits, '-' and '_'");
            return Err(CommitteeError::Form("name", reason));
        }
        Ok(Self(name.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MemberName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Roster {
    /// Reads a members' file.
    ///
    /// # Errors
    /// [`CommitteeError::Form`].
    pub fn from_toml(text: &str) -> Result<Self, CommitteeError> {
        let file: RosterFile = toml::from_str(text)
            .map_err(|error| CommitteeError::Form("members", error.to_string()))?;
        Self::new(file.session, &file.member)
    }

    /// The members' file.
    pub fn to_toml(&self) -> String {
        let file = RosterFile {
            session: self.session.clone(),
            member: self.files(),
        };
        // Strings always encode.
        toml::to_string(&file).unwrap_or_default()
    }

    fn new(session: String, files: &[SeatFile]) -> Result<Self, CommitteeError> {
        let bad = |reason: String| CommitteeError::Form("members", reason);
        if session.is_empty() || session.len() > MAX_SESSION {
            return Err(bad(format!(
                "session: write 1 to {MAX_SESSION} bytes that name this one ceremony"
            )));
        }
        let mut seats: Vec<Seat> = Vec::with_capacity(files.len());
        for file in files {
            let role = file.role.as_deref().map(hex::decode_fixed::<RoleKey>);
            let seat = Seat {
                name: MemberName::new(&file.name)?,
                card: parse_card(&file.identity)?,
                role: role
                    .transpose()
                    .map_err(|error| bad(format!("role of {}: {error}", file.name)))?,
            };
            for other in &seats {
                if other.name.0.eq_ignore_ascii_case(&seat.name.0) {
                    return Err(bad(format!("two members are called {}", seat.name)));
                }
                if other.role.is_some() && other.role == seat.role {
                    let (one, two) = (&other.name, &seat.name);
                    return Err(bad(format!("{one} and {two} have one role key")));
                }
            }
            seats.push(seat);
        }
        Ok(Self { session, seats })
    }

    fn files(&self) -> Vec<SeatFile> {
        let file = |seat: &Seat| SeatFile {
            name: seat.name.0.clone(),
            identity: card_text(&seat.card),
            role: seat.role.map(|role| hex::encode(role.as_bytes())),
        };
        self.seats.iter().map(file).collect()
    }

    /// The members in order.
    pub fn seats(&self) -> &[Seat] {
        &self.seats
    }

    /// The ceremony that the members meet for. Its id covers names and role keys too.
    ///
    /// # Errors
    /// [`CommitteeError::Form`] for a group that cannot be.
    pub fn ceremony(&self, purpose: Purpose, needed: u8) -> Result<Ceremony, CommitteeError> {
        let bad = |error: &dyn fmt::Display| CommitteeError::Form("members", self.named(error));
        if purpose == Purpose::Auditor
            && let Some(seat) = self.seats.iter().find(|seat| seat.role.is_none())
        {
            return Err(bad(&format!(
                "{} has no role key: an auditor's members sign in the access log with `role`",
                seat.name
            )));
        }
        let cards = self.seats.iter().map(|seat| seat.card.clone()).collect();
        Ceremony::generate(purpose, needed, cards, self.session()).map_err(|error| bad(&error))
    }

    pub(super) fn session(&self) -> SessionId {
        let bytes = self.digest();
        #[expect(
            clippy::expect_used,
            reason = "32 bytes are a session's id, whatever they are"
        )]
        let session = SessionId::try_from_slice(&bytes).expect("32 bytes decode");
        session
    }

    /// Session, names and role keys in order.
    fn digest(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_derive_key(SESSION);
        let mut part = |bytes: &[u8]| {
            // Lengths first: no two rosters hash alike.
            hasher.update(&(bytes.len() as u64).to_le_bytes());
            hasher.update(bytes);
        };
        part(self.session.as_bytes());
        for seat in &self.seats {
            part(seat.name.0.as_bytes());
            part(
                seat.role
                    .as_ref()
                    .map_or(&[][..], |role| &role.as_bytes()[..]),
            );
        }
        hasher.finalize().into()
    }

    /// A message in which members are called by their names.
    pub(super) fn named(&self, message: &dyn fmt::Display) -> String {
        let mut text = message.to_string();
        for (place, seat) in self.seats.iter().enumerate().rev() {
            // From the highest number down: "member 1" begins "member 12" too.
            let number = format!("member {}", place + 1);
            text = text.replace(&number, seat.name.as_str());
        }
        text
    }
}

impl Group {
    pub(super) fn new(
        roster: Roster,
        key: GroupKey,
        ceremony: CeremonyId,
        round1: &[Round1],
    ) -> Result<Self, CommitteeError> {
        let mut messages: Vec<_> = round1.iter().collect();
        messages.sort_by_key(|message| message.sender());
        let mut hasher = blake3::Hasher::new_derive_key(TRANSCRIPT);
        hasher.update(ceremony.as_bytes());
        for message in messages {
            hasher.update(&message.to_bytes());
        }
        Self::checked(roster, key, hasher.finalize().into())
    }

    fn checked(
        roster: Roster,
        key: GroupKey,
        transcript: [u8; 32],
    ) -> Result<Self, CommitteeError> {
        let threshold = key.threshold();
        if usize::from(threshold.members()) != roster.seats.len() {
            let reason = "the key is not of as many members as are named".to_owned();
            return Err(CommitteeError::Form("group", reason));
        }
        roster.ceremony(key.purpose(), threshold.needed())?;
        Ok(Self {
            roster,
            key,
            transcript,
        })
    }

    /// Reads a group's file.
    ///
    /// # Errors
    /// [`CommitteeError::Form`], [`CommitteeError::Wire`].
    pub fn from_toml(text: &str) -> Result<Self, CommitteeError> {
        let bad = |reason: String| CommitteeError::Form("group", reason);
        let file: GroupFile = toml::from_str(text).map_err(|error| bad(error.to_string()))?;
        let roster = Roster::new(file.session, &file.member)?;
        let bytes = hex::decode(&file.key).map_err(|error| bad(format!("key: {error}")))?;
        let key = GroupKey::from_bytes(&bytes)?;
        let purpose = purpose_name(key.purpose());
        if file.purpose != purpose || file.needed != key.threshold().needed() {
            return Err(bad("purpose and threshold are not the key's".into()));
        }
        let transcript = hex::decode_array(&file.transcript)
            .map_err(|error| bad(format!("transcript: {error}")))?;
        Self::checked(roster, key, transcript)
    }

    /// The group's file; the same for all members.
    pub fn to_toml(&self) -> String {
        let file = GroupFile {
            purpose: purpose_name(self.key.purpose()).into(),
            needed: self.key.threshold().needed(),
            session: self.roster.session.clone(),
            key: hex::encode(&self.key.to_bytes()),
            transcript: hex::encode(&self.transcript),
            member: self.roster.files(),
        };
        // Strings and numbers always encode.
        toml::to_string(&file).unwrap_or_default()
    }

    /// The shared key.
    pub const fn key(&self) -> &GroupKey {
        &self.key
    }

    /// The members in order.
    pub fn seats(&self) -> &[Seat] {
        self.roster.seats()
    }

    /// What members compare.
    pub fn fingerprint(&self) -> Fingerprint {
        let mut hasher = blake3::Hasher::new_derive_key(FINGERPRINT);
        hasher.update(&self.transcript);
        hasher.update(self.key.id().as_bytes());
        // The transcript is only a word of the file; whom the file names is compared itself.
        hasher.update(&self.roster.digest());
        for seat in self.seats() {
            // A card has one length.
            hasher.update(&seat.card.to_bytes());
        }
        Fingerprint(hasher.finalize().into())
    }

    /// A member's place.
    ///
    /// # Errors
    /// [`CommitteeError::Group`] for a number that the group has not.
    pub fn seat(&self, member: Member) -> Result<&Seat, CommitteeError> {
        self.key.verifying_share(member)?;
        let place = usize::from(member.number()) - 1;
        self.roster.seats.get(place).ok_or(CommitteeError::Stranger)
    }

    /// Who has these keys.
    ///
    /// # Errors
    /// [`CommitteeError::Stranger`].
    pub fn member(&self, card: &MemberCard) -> Result<(Member, &Seat), CommitteeError> {
        self.find(|seat| seat.card == *card)
            .ok_or(CommitteeError::Stranger)
    }

    /// Who is called so.
    ///
    /// # Errors
    /// [`CommitteeError::Form`].
    pub fn called(&self, name: &str) -> Result<(Member, &Seat), CommitteeError> {
        self.find(|seat| seat.name.as_str() == name)
            .ok_or_else(|| CommitteeError::Form("member", format!("nobody is called {name:?}")))
    }

    /// Whose role key it is.
    pub fn with_role(&self, role: &RoleKey) -> Option<(Member, &Seat)> {
        self.find(|seat| seat.role.as_ref() == Some(role))
    }

    /// A message in which members are called by their names.
    pub fn named(&self, message: &dyn fmt::Display) -> String {
        self.roster.named(message)
    }

    fn find(&self, wanted: impl Fn(&Seat) -> bool) -> Option<(Member, &Seat)> {
        let mut seats = self.key.threshold().all().zip(&self.roster.seats);
        seats.find(|(_, seat)| wanted(seat))
    }
}

const fn purpose_name(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Treasury => "treasury",
        Purpose::Auditor => "audit",
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(&self.0))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests;

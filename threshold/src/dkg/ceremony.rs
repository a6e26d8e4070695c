//! What the members agree on before a ceremony.

use borsh::{BorshDeserialize, BorshSerialize, io};
use rand::{CryptoRng, RngCore};

use crate::{
    context,
    group::{GroupId, GroupKey, Purpose},
    identity::MemberCard,
    member::{Member, Threshold, ThresholdError},
    wire::{self, Kind, WireError, digest, invalid_data},
};

/// Why there can be no such ceremony.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CeremonyError {
    /// Not a threshold that can be.
    #[error(transparent)]
    Threshold(#[from] ThresholdError),
    /// A key of one party.
    #[error("a ceremony needs at least 2 of 2: make the key of one party alone")]
    Alone,
    /// Two members with one key.
    #[error("{0} and {1} have a key in common: each member has its own card")]
    SameCard(Member, Member),
    /// A refresh with another number of members than the group has.
    #[error("the group has {group} members, not {given}: a refresh takes all of them")]
    OtherMembers {
        /// Members of the group.
        group: u8,
        /// Cards given.
        given: u8,
    },
}

digest! {
    /// Names one run of a ceremony, so that a second run among the same members is another ceremony.
    SessionId
}

impl SessionId {
    /// A fresh one.
    pub fn random(rng: &mut (impl RngCore + CryptoRng)) -> Self {
        let mut id = [0; 32];
        rng.fill_bytes(&mut id);
        Self(id)
    }
}

digest! {
    /// Names a ceremony with everything that was agreed on.
    CeremonyId
}

/// What is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[borsh(use_discriminant = true)]
pub(crate) enum Task {
    Generate = 1,
    Refresh = 2,
}

/// Who makes what together: members are numbered from 1 in the order of their cards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ceremony {
    purpose: Purpose,
    threshold: Threshold,
    /// The group whose shares are refreshed.
    refreshed: Option<GroupId>,
    session: SessionId,
    members: Vec<MemberCard>,
}

impl Ceremony {
    /// A new key of `needed` of these members.
    ///
    /// # Errors
    /// [`CeremonyError`].
    pub fn generate(
        purpose: Purpose,
        needed: u8,
        members: Vec<MemberCard>,
        session: SessionId,
    ) -> Result<Self, CeremonyError> {
        let threshold = Threshold::new(needed, count(&members))?;
        Self::new(purpose, threshold, None, session, members)
    }

    /// New shares of a key that exists, for all its members in their order. The key stays; old shares are worth nothing
    /// beside new ones.
    ///
    /// # Errors
    /// [`CeremonyError`].
    pub fn refresh(
        group: &GroupKey,
        members: Vec<MemberCard>,
        session: SessionId,
    ) -> Result<Self, CeremonyError> {
        let id = Some(group.id());
        Self::new(group.purpose(), group.threshold(), id, session, members)
    }

    fn new(
        purpose: Purpose,
        threshold: Threshold,
        refreshed: Option<GroupId>,
        session: SessionId,
        members: Vec<MemberCard>,
    ) -> Result<Self, CeremonyError> {
        if count(&members) != threshold.members() {
            return Err(CeremonyError::OtherMembers {
                group: threshold.members(),
                given: count(&members),
            });
        }
        if threshold.needed() < 2 {
            return Err(CeremonyError::Alone);
        }
        let numbered = || threshold.all().zip(&members);
        for (member, card) in numbered() {
            let mut before = numbered().take(member.index());
            if let Some((other, _)) = before.find(|(_, other)| other.overlaps(card)) {
                return Err(CeremonyError::SameCard(other, member));
            }
        }
        Ok(Self {
            purpose,
            threshold,
            refreshed,
            session,
            members,
        })
    }

    /// What the key is for.
    pub const fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// t of n.
    pub const fn threshold(&self) -> Threshold {
        self.threshold
    }

    /// The group whose shares are refreshed; none when a key is made.
    pub const fn refreshed(&self) -> Option<GroupId> {
        self.refreshed
    }

    /// The cards of members 1 to n: each member checks them before it takes part.
    pub fn members(&self) -> &[MemberCard] {
        &self.members
    }

    /// The ceremony's name: compare it with the other members before round 1.
    pub fn id(&self) -> CeremonyId {
        CeremonyId(context::hash(context::CEREMONY, &[&self.to_bytes()]))
    }

    /// The wire form.
    pub fn to_bytes(&self) -> Vec<u8> {
        wire::encode(Kind::Ceremony, self)
    }

    /// Decodes the wire form with every check.
    ///
    /// # Errors
    /// [`WireError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, WireError> {
        wire::decode(Kind::Ceremony, bytes)
    }

    pub(crate) const fn task(&self) -> Task {
        if self.refreshed.is_some() {
            Task::Refresh
        } else {
            Task::Generate
        }
    }

    pub(crate) fn card(&self, member: Member) -> Option<&MemberCard> {
        self.members.get(member.index())
    }

    pub(crate) fn seat(&self, card: &MemberCard) -> Option<Member> {
        let mut seats = self.threshold.all().zip(&self.members);
        seats
            .find(|(_, own)| *own == card)
            .map(|(member, _)| member)
    }

    /// How many commitments each member sends: one for each coefficient, but for the constant one of a refresh, which is
    /// zero by construction.
    pub(crate) const fn commitments(&self) -> usize {
        let needed = self.threshold.needed() as usize;
        match self.task() {
            Task::Generate => needed,
            Task::Refresh => needed - 1,
        }
    }
}

/// Too many for a count are refused as too many members.
fn count(members: &[MemberCard]) -> u8 {
    u8::try_from(members.len()).unwrap_or(u8::MAX)
}

impl BorshSerialize for Ceremony {
    fn serialize<W: io::Write>(&self, writer: &mut W) -> io::Result<()> {
        (self.purpose, self.task()).serialize(writer)?;
        if let Some(group) = &self.refreshed {
            group.serialize(writer)?;
        }
        (self.session, self.threshold).serialize(writer)?;
        self.members
            .iter()
            .try_for_each(|card| card.serialize(writer))
    }
}

impl BorshDeserialize for Ceremony {
    fn deserialize_reader<R: io::Read>(reader: &mut R) -> io::Result<Self> {
        let (purpose, task) = <(Purpose, Task)>::deserialize_reader(reader)?;
        let refreshed = match task {
            Task::Generate => None,
            Task::Refresh => Some(GroupId::deserialize_reader(reader)?),
        };
        let (session, threshold) = <(SessionId, Threshold)>::deserialize_reader(reader)?;
        let members: Vec<_> = threshold
            .all()
            .map(|_| MemberCard::deserialize_reader(reader))
            .collect::<io::Result<_>>()?;
        Self::new(purpose, threshold, refreshed, session, members).map_err(invalid_data)
    }
}

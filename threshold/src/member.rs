//! Members of a group and how many of them it takes.

use core::fmt;

use borsh::{BorshDeserialize, BorshSerialize, io};
use frost_core::Identifier;
use obolus_protocol::Scalar;

use crate::{suite::BabyJubJub, wire::invalid_data};

/// Why a group cannot have this form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ThresholdError {
    /// No such number.
    #[error("member {0} cannot be: members are numbered from 1 to {max}", max = Threshold::MAX_MEMBERS)]
    Member(u8),
    /// Nobody, or too many.
    #[error("{0} members: have 1 to {max}", max = Threshold::MAX_MEMBERS)]
    Members(u8),
    /// None, or more than there are.
    #[error("{needed} of {members} cannot be: need at least one and at most all")]
    Needed {
        /// How many it would take.
        needed: u8,
        /// How many there are.
        members: u8,
    },
    /// Each member alone would hold the whole key.
    #[error("1 of {0} would give the whole key to each member: need at least 2")]
    NotShared(u8),
}

/// A member's number in its group, from 1: the place at which the secret polynomial is evaluated for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize)]
pub struct Member(u8);

impl Member {
    /// Takes a number.
    ///
    /// # Errors
    /// [`ThresholdError::Member`] for 0, where the secret itself lies, and above [`Threshold::MAX_MEMBERS`].
    pub const fn new(number: u8) -> Result<Self, ThresholdError> {
        if number == 0 || number > Threshold::MAX_MEMBERS {
            return Err(ThresholdError::Member(number));
        }
        Ok(Self(number))
    }

    /// The number.
    pub const fn number(&self) -> u8 {
        self.0
    }

    /// Place in a list that begins with member 1.
    pub(crate) const fn index(self) -> usize {
        self.0 as usize - 1
    }

    pub(crate) fn scalar(self) -> Scalar {
        Scalar::from(u64::from(self.0))
    }

    pub(crate) fn identifier(self) -> Identifier<BabyJubJub> {
        #[expect(clippy::expect_used, reason = "a member's number is never zero")]
        Identifier::try_from(u16::from(self.0)).expect("a member's number is never zero")
    }

    pub(crate) fn from_identifier(identifier: &Identifier<BabyJubJub>) -> Option<Self> {
        (1..=Threshold::MAX_MEMBERS)
            .map(Self)
            .find(|member| member.identifier() == *identifier)
    }
}

impl fmt::Display for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "member {}", self.0)
    }
}

impl BorshDeserialize for Member {
    fn deserialize_reader<R: io::Read>(reader: &mut R) -> io::Result<Self> {
        Self::new(u8::deserialize_reader(reader)?).map_err(invalid_data)
    }
}

/// t of n.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize)]
pub struct Threshold {
    needed: u8,
    members: u8,
}

impl Threshold {
    /// Most members of a group; a role has as many keys at most.
    pub const MAX_MEMBERS: u8 = 16;

    /// Checks `needed` of `members`. 1 of 1 is a group like any other: a key that one party holds.
    ///
    /// # Errors
    /// [`ThresholdError`] says which of the two cannot be.
    pub const fn new(needed: u8, members: u8) -> Result<Self, ThresholdError> {
        if members == 0 || members > Self::MAX_MEMBERS {
            return Err(ThresholdError::Members(members));
        }
        if needed == 0 || needed > members {
            return Err(ThresholdError::Needed { needed, members });
        }
        if needed == 1 && members > 1 {
            return Err(ThresholdError::NotShared(members));
        }
        Ok(Self { needed, members })
    }

    /// t: how many members it takes.
    pub const fn needed(&self) -> u8 {
        self.needed
    }

    /// n: how many members there are.
    pub const fn members(&self) -> u8 {
        self.members
    }

    /// All members in order.
    pub fn all(&self) -> impl Iterator<Item = Member> + use<> {
        (1..=self.members).map(Member)
    }

    pub(crate) const fn has(&self, member: Member) -> bool {
        member.0 <= self.members
    }
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.needed, self.members)
    }
}

impl BorshDeserialize for Threshold {
    fn deserialize_reader<R: io::Read>(reader: &mut R) -> io::Result<Self> {
        let (needed, members) = <(u8, u8)>::deserialize_reader(reader)?;
        Self::new(needed, members).map_err(invalid_data)
    }
}

#[cfg(test)]
mod tests;

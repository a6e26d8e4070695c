//! The public side of a shared key: the key itself and what each member's share of it is checked against.

use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize, io};
use frost_core::{
    VerifyingKey,
    keys::{PublicKeyPackage, VerifyingShare},
};
use obolus_protocol::{
    FullViewingKey, Point, Scalar,
    audit::AuditorKey,
    keys::{IncomingViewingKey, NullifierKey, SpendValidatingKey},
};

use crate::{
    context,
    lagrange::interpolate,
    member::{Member, Threshold},
    suite::{BabyJubJub, Element},
    wire::{self, Kind, ProperPoint, WireError, digest, invalid_data},
};

/// Why a group key was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GroupError {
    /// Not one share for each member.
    #[error("{shares} verifying shares for {members} members: give one for each")]
    Count {
        /// Shares given.
        shares: usize,
        /// Members of the group.
        members: u8,
    },
    /// A member's share is the identity.
    #[error("the verifying share of {0} is the identity: run the key ceremony again")]
    IdentityShare(Member),
    /// The shares do not lie on one polynomial of the threshold's degree.
    #[error(
        "the verifying share of {0} does not fit the others: ask two members for the group key and compare"
    )]
    Inconsistent(Member),
    /// The shares add up to nothing.
    #[error("the group's key is the identity: run the key ceremony again")]
    IdentityKey,
    /// A member that the group has not.
    #[error("{0} is not in this group: look up the member's number")]
    UnknownMember(Member),
    /// A treasury's key used as an auditor's, or the other way round.
    #[error("this is {0}: use the key that was made for the purpose")]
    Purpose(Purpose),
}

/// What a shared key is for. One key never serves both: partial decryptions answer for points that others choose,
/// which a spending key must never do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[borsh(use_discriminant = true)]
pub enum Purpose {
    /// `ask`: spends together.
    Treasury = 1,
    /// The auditor's secret: opens together.
    Auditor = 2,
}

impl core::fmt::Display for Purpose {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Treasury => "a treasury's key",
            Self::Auditor => "an auditor's key",
        })
    }
}

digest! {
    /// Names a group key with its verifying shares: after a refresh of shares it is another one, so that old and new
    /// shares are never mixed.
    GroupId
}

/// A shared key: its point, who holds shares, and each share's public point `P_i = p_i·G`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupKey {
    purpose: Purpose,
    threshold: Threshold,
    point: Point,
    shares: Vec<Point>,
}

impl GroupKey {
    /// Takes the verifying shares of members 1 to n. The key follows from the first t of them; all others must lie on
    /// the same polynomial, so nobody can change one entry of a group key unnoticed (with t = n the key itself changes).
    ///
    /// # Errors
    /// [`GroupError`].
    pub fn new(
        purpose: Purpose,
        threshold: Threshold,
        shares: Vec<Point>,
    ) -> Result<Self, GroupError> {
        if shares.len() != usize::from(threshold.members()) {
            return Err(GroupError::Count {
                shares: shares.len(),
                members: threshold.members(),
            });
        }
        let numbered: Vec<_> = threshold.all().zip(shares.iter().copied()).collect();
        if let Some((member, _)) = numbered.iter().find(|(_, share)| share.is_identity()) {
            return Err(GroupError::IdentityShare(*member));
        }
        let (first, rest) = numbered.split_at(usize::from(threshold.needed()));
        for (member, share) in rest {
            if interpolate(first, member.scalar()) != Some(*share) {
                return Err(GroupError::Inconsistent(*member));
            }
        }
        let point = interpolate(first, Scalar::from(0_u64))
            .filter(|point| !point.is_identity())
            .ok_or(GroupError::IdentityKey)?;
        Ok(Self {
            purpose,
            threshold,
            point,
            shares,
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

    /// The key's point. A refresh of shares does not change it.
    pub const fn point(&self) -> &Point {
        &self.point
    }

    /// `P_i`.
    ///
    /// # Errors
    /// [`GroupError::UnknownMember`].
    pub fn verifying_share(&self, member: Member) -> Result<&Point, GroupError> {
        let share = self.shares.get(member.index());
        share.ok_or(GroupError::UnknownMember(member))
    }

    /// The group's name: compare it with the other members' after a ceremony.
    pub fn id(&self) -> GroupId {
        GroupId(context::hash(context::GROUP, &[&self.to_bytes()]))
    }

    /// `ak` of a treasury.
    ///
    /// # Errors
    /// [`GroupError::Purpose`] for an auditor's key.
    pub fn spend_validating_key(&self) -> Result<SpendValidatingKey, GroupError> {
        self.require(Purpose::Treasury)?;
        SpendValidatingKey::new(self.point).map_err(|_| GroupError::IdentityKey)
    }

    /// A treasury's full viewing key. `nk` and `ivk` are known to all members and to whoever prepares transactions: they
    /// show everything and spend nothing.
    ///
    /// # Errors
    /// [`GroupError::Purpose`] for an auditor's key.
    pub fn viewing_key(
        &self,
        nk: NullifierKey,
        ivk: IncomingViewingKey,
    ) -> Result<FullViewingKey, GroupError> {
        let ak = self.spend_validating_key()?;
        Ok(FullViewingKey { ak, nk, ivk })
    }

    /// `P` of an auditor.
    ///
    /// # Errors
    /// [`GroupError::Purpose`] for a treasury's key.
    pub fn auditor_key(&self) -> Result<AuditorKey, GroupError> {
        self.require(Purpose::Auditor)?;
        AuditorKey::new(self.point).map_err(|_| GroupError::IdentityKey)
    }

    /// The wire form. The key itself is not in it: it follows from the shares.
    pub fn to_bytes(&self) -> Vec<u8> {
        wire::encode(Kind::Group, self)
    }

    /// Decodes the wire form with every check of [`Self::new`].
    ///
    /// # Errors
    /// [`WireError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, WireError> {
        wire::decode(Kind::Group, bytes)
    }

    pub(crate) fn require(&self, purpose: Purpose) -> Result<(), GroupError> {
        if self.purpose == purpose {
            Ok(())
        } else {
            Err(GroupError::Purpose(self.purpose))
        }
    }

    pub(crate) fn verifying_key(&self) -> VerifyingKey<BabyJubJub> {
        VerifyingKey::new(Element(self.point))
    }

    pub(crate) fn public_package(&self) -> PublicKeyPackage<BabyJubJub> {
        let shares: BTreeMap<_, _> = self
            .threshold
            .all()
            .zip(&self.shares)
            .map(|(member, share)| (member.identifier(), VerifyingShare::new(Element(*share))))
            .collect();
        let needed = u16::from(self.threshold.needed());
        PublicKeyPackage::new(shares, self.verifying_key(), Some(needed))
    }
}

impl BorshSerialize for GroupKey {
    fn serialize<W: io::Write>(&self, writer: &mut W) -> io::Result<()> {
        (self.purpose, self.threshold).serialize(writer)?;
        // The threshold says how many follow.
        self.shares
            .iter()
            .try_for_each(|share| share.serialize(writer))
    }
}

impl BorshDeserialize for GroupKey {
    fn deserialize_reader<R: io::Read>(reader: &mut R) -> io::Result<Self> {
        let (purpose, threshold) = <(Purpose, Threshold)>::deserialize_reader(reader)?;
        let shares: Vec<_> = threshold
            .all()
            .map(|_| ProperPoint::deserialize_reader(reader).map(|share| share.0))
            .collect::<io::Result<_>>()?;
        Self::new(purpose, threshold, shares).map_err(invalid_data)
    }
}

#[cfg(test)]
mod tests;

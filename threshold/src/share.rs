//! A member's share of a key, and the split of a key that exists.

use borsh::{BorshDeserialize, BorshSerialize};
use frost_core::keys::{KeyPackage, SigningShare, VerifyingShare};
use obolus_protocol::{
    Point, Scalar,
    audit::AuditorSecret,
    field::{scalar_from_bytes, scalar_from_wide},
    keys::SpendingKey,
};
use rand::{CryptoRng, RngCore};
use zeroize::{Zeroize, Zeroizing};

use crate::{
    group::{GroupError, GroupKey, Purpose},
    member::{Member, Threshold},
    secret::SecretScalar,
    suite::{BabyJubJub, Element},
    wire::{self, Kind, WireError},
};

/// Why there is no such share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShareError {
    /// No group can have this key or these shares.
    #[error(transparent)]
    Group(#[from] GroupError),
    /// The secret is not the one that the group expects of this member.
    #[error(
        "the secret does not belong to {0} of this group: take share and group key from one ceremony"
    )]
    OtherSecret(Member),
}

/// One member's secret share with the group's public side. Wiped on drop, never printed.
///
/// Its encoding is for the member's encrypted store only.
#[derive(Clone)]
pub struct KeyShare {
    member: Member,
    secret: SecretScalar,
    group: GroupKey,
}

impl KeyShare {
    pub(crate) fn new(
        member: Member,
        secret: SecretScalar,
        group: GroupKey,
    ) -> Result<Self, ShareError> {
        if Point::generator().mul(secret.get()) != *group.verifying_share(member)? {
            return Err(ShareError::OtherSecret(member));
        }
        Ok(Self {
            member,
            secret,
            group,
        })
    }

    /// Whose share it is.
    pub const fn member(&self) -> Member {
        self.member
    }

    /// The public side.
    pub const fn group(&self) -> &GroupKey {
        &self.group
    }

    /// The bytes, for an encrypted store.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        wire::encode_secret(Kind::Share, &(self.member, &self.secret, &self.group))
    }

    /// Decodes stored bytes, and checks the share against the group.
    ///
    /// # Errors
    /// [`WireError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, WireError> {
        let Stored(member, secret, group) = wire::decode(Kind::Share, bytes)?;
        Self::new(member, secret, group).map_err(|error| WireError::Malformed(error.to_string()))
    }

    pub(crate) const fn secret(&self) -> &Scalar {
        self.secret.get()
    }

    pub(crate) fn key_package(&self) -> KeyPackage<BabyJubJub> {
        let signing = SigningShare::new(*self.secret.get());
        let verifying = VerifyingShare::new(Element(Point::generator().mul(self.secret.get())));
        KeyPackage::new(
            self.member.identifier(),
            signing,
            verifying,
            self.group.verifying_key(),
            u16::from(self.group.threshold().needed()),
        )
    }
}

impl core::fmt::Debug for KeyShare {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "KeyShare({}, redacted)", self.member)
    }
}

#[derive(BorshSerialize, BorshDeserialize)]
struct Stored(Member, SecretScalar, GroupKey);

/// Splits a spending key that exists, in the order of members. Whoever runs this has seen the whole key: use it to move a
/// wallet to a quorum, on a machine that forgets, and make new keys by a ceremony. The seed still spends alone until it
/// is destroyed.
///
/// # Errors
/// [`ShareError::Group`] with negligible probability: try again.
pub fn split_spending_key<R: RngCore + CryptoRng>(
    ask: &SpendingKey,
    threshold: Threshold,
    rng: &mut R,
) -> Result<Vec<KeyShare>, ShareError> {
    split(*ask.scalar(), Purpose::Treasury, threshold, rng)
}

/// Splits an auditor's secret that exists, in the order of members; see [`split_spending_key`]. With 1 of 1 the one share
/// is the secret.
///
/// # Errors
/// [`ShareError::Group`] with negligible probability: try again.
pub fn split_auditor<R: RngCore + CryptoRng>(
    secret: &AuditorSecret,
    threshold: Threshold,
    rng: &mut R,
) -> Result<Vec<KeyShare>, ShareError> {
    // Canonical already; zero would be refused as a group's key.
    let secret = scalar_from_bytes(&secret.to_bytes()).unwrap_or_default();
    split(secret, Purpose::Auditor, threshold, rng)
}

/// Shamir's sharing; FROST's own split has no 1 of 1, and leaves the coefficients in memory.
fn split<R: RngCore + CryptoRng>(
    secret: Scalar,
    purpose: Purpose,
    threshold: Threshold,
    rng: &mut R,
) -> Result<Vec<KeyShare>, ShareError> {
    let mut coefficients: Vec<SecretScalar> = vec![SecretScalar::new(secret)];
    let mut wide = Zeroizing::new([0; 64]);
    for _ in 1..threshold.needed() {
        rng.fill_bytes(&mut *wide);
        coefficients.push(SecretScalar::new(scalar_from_wide(&wide)));
    }
    let shares: Vec<SecretScalar> = threshold
        .all()
        .map(|member| {
            let mut value = Scalar::from(0_u64);
            for coefficient in coefficients.iter().rev() {
                value = value * member.scalar() + coefficient.get();
            }
            let share = SecretScalar::new(value);
            value.zeroize();
            share
        })
        .collect();
    let public = shares
        .iter()
        .map(|share| Point::generator().mul(share.get()));
    let group = GroupKey::new(purpose, threshold, public.collect())?;
    threshold
        .all()
        .zip(shares)
        .map(|(member, share)| KeyShare::new(member, share, group.clone()))
        .collect()
}

#[cfg(test)]
mod tests;

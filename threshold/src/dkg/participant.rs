//! What one member does in a ceremony.

use std::collections::BTreeMap;

use frost_core::{
    Identifier,
    keys::{
        KeyPackage, PublicKeyPackage, SigningShare,
        dkg::{self, round1, round2},
        refresh,
    },
};
use obolus_protocol::Point;
use rand::{CryptoRng, RngCore, SeedableRng};
use rand_chacha::ChaCha20Rng;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::{
    ceremony::{Ceremony, Task},
    error::{DkgError, refusal},
    message::{Round1, Round2, Route, Transcript},
};
use crate::{
    context,
    group::GroupKey,
    identity::{Identity, IdentityError, MemberCard},
    member::Member,
    secret::SecretScalar,
    share::{KeyShare, ShareError},
    suite::BabyJubJub,
};

type Packages = BTreeMap<Identifier<BabyJubJub>, round1::Package<BabyJubJub>>;
type Shares = BTreeMap<Identifier<BabyJubJub>, round2::Package<BabyJubJub>>;
type Made = (KeyPackage<BabyJubJub>, PublicKeyPackage<BabyJubJub>);

/// From what all of a member's secrets in one ceremony follow. Keep it in the encrypted store until the ceremony is over,
/// then delete it. Wiped on drop, never printed.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct CeremonySecret([u8; 32]);

impl CeremonySecret {
    /// A fresh one.
    pub fn random(rng: &mut (impl RngCore + CryptoRng)) -> Self {
        let mut secret = Self([0; 32]);
        rng.fill_bytes(&mut secret.0);
        secret
    }

    /// Takes stored bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, for an encrypted store.
    pub const fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

/// One member in one ceremony.
pub struct Participant<'a> {
    ceremony: &'a Ceremony,
    identity: &'a Identity,
    member: Member,
    polynomial: round1::SecretPackage<BabyJubJub>,
    own: Round1,
}

impl<'a> Participant<'a> {
    /// Takes the seat that the identity has in the ceremony. The same secret makes the same polynomial again, and in
    /// another ceremony an unrelated one.
    ///
    /// # Errors
    /// [`DkgError::NotMember`].
    pub fn new(
        ceremony: &'a Ceremony,
        identity: &'a Identity,
        secret: &CeremonySecret,
    ) -> Result<Self, DkgError> {
        let member = ceremony.seat(identity.card()).ok_or(DkgError::NotMember)?;
        let seed = Zeroizing::new(context::hash(
            context::CEREMONY_RANDOMNESS,
            &[&secret.0, ceremony.id().as_bytes(), &[member.number()]],
        ));
        let rng = ChaCha20Rng::from_seed(*seed);
        let threshold = ceremony.threshold();
        let (needed, members) = (threshold.needed().into(), threshold.members().into());
        let id = member.identifier();
        let (polynomial, package) = match ceremony.task() {
            Task::Generate => dkg::part1(id, members, needed, rng),
            Task::Refresh => refresh::refresh_dkg_part1(id, members, needed, rng),
        }
        .map_err(|error| refusal(&error))?;
        Ok(Self {
            ceremony,
            identity,
            member,
            polynomial,
            own: Round1::create(identity, ceremony.id(), member, &package),
        })
    }

    /// The own seat.
    pub const fn member(&self) -> Member {
        self.member
    }

    /// The message of round 1, for all members.
    pub fn round1(&self) -> Round1 {
        self.own.clone()
    }

    /// The messages of round 2, one for each other member, from all messages of round 1 (the own one among them or not).
    ///
    /// # Errors
    /// [`DkgError`], naming whose message is missing or wrong.
    pub fn round2(&self, round1: &[Round1]) -> Result<Vec<Round2>, DkgError> {
        let (packages, transcript) = self.check_round1(round1)?;
        let (_, shares) = self.deal(&packages)?;
        let others = self.others();
        others
            .map(|recipient| {
                let share = shares
                    .get(&recipient.identifier())
                    .ok_or(DkgError::Protocol)?;
                let share = SecretScalar::new(share.signing_share().to_scalar());
                let route = Route {
                    ceremony: self.ceremony.id(),
                    transcript,
                    sender: self.member,
                    recipient,
                };
                let card = self.ceremony.card(recipient).ok_or(DkgError::Protocol)?;
                Round2::create(self.identity, &route, &share, card)
                    .map_err(|_| DkgError::Card(recipient))
            })
            .collect()
    }

    /// The share of a new key, from all messages of round 1 and all messages of round 2 to this member.
    ///
    /// # Errors
    /// [`DkgError`], naming whose message is missing or wrong; [`DkgError::Task`] where shares are refreshed.
    pub fn finish(&self, round1: &[Round1], round2: &[Round2]) -> Result<KeyShare, DkgError> {
        if self.ceremony.task() != Task::Generate {
            return Err(DkgError::Task);
        }
        let (packages, received) = self.receive(round1, round2)?;
        let (own, _) = self.deal(&packages)?;
        let made = dkg::part3(&own, &packages, &received).map_err(|error| refusal(&error))?;
        self.keep(&made)
    }

    /// The refreshed share, from all messages of round 1 and all messages of round 2 to this member. Delete the old share
    /// when all members have compared the new group's id.
    ///
    /// # Errors
    /// [`DkgError`], naming whose message is missing or wrong; [`DkgError::Task`] where a key is made, or for a share of
    /// another group or member.
    pub fn finish_refresh(
        &self,
        old: &KeyShare,
        round1: &[Round1],
        round2: &[Round2],
    ) -> Result<KeyShare, DkgError> {
        if self.ceremony.refreshed() != Some(old.group().id()) || old.member() != self.member {
            return Err(DkgError::Task);
        }
        let (packages, received) = self.receive(round1, round2)?;
        let (own, _) = self.deal(&packages)?;
        let (public, secret) = (old.group().public_package(), old.key_package());
        let made = refresh::refresh_dkg_shares(&own, &packages, &received, public, secret)
            .map_err(|error| refusal(&error))?;
        let share = self.keep(&made)?;
        if share.group().point() != old.group().point() {
            return Err(DkgError::Protocol);
        }
        Ok(share)
    }

    fn others(&self) -> impl Iterator<Item = Member> {
        let own = self.member;
        self.ceremony
            .threshold()
            .all()
            .filter(move |member| *member != own)
    }

    /// The others' packages, and the hash of all n messages.
    fn check_round1(&self, messages: &[Round1]) -> Result<(Packages, Transcript), DkgError> {
        let by_sender = self.one_of_each(messages, Round1::sender)?;
        let mut packages = Packages::new();
        let mut all = Vec::with_capacity(self.ceremony.members().len());
        for member in self.ceremony.threshold().all() {
            if member == self.member {
                if by_sender
                    .get(&member)
                    .is_some_and(|given| **given != self.own)
                {
                    return Err(DkgError::OwnMessage);
                }
                all.push(&self.own);
                continue;
            }
            let message = *by_sender.get(&member).ok_or(DkgError::Missing(member))?;
            if message.ceremony() != self.ceremony.id() {
                return Err(DkgError::OtherCeremony(member));
            }
            self.verify(member, |card| message.verify(card))?;
            if message.commitments().count() != self.ceremony.commitments() {
                return Err(DkgError::Degree(member));
            }
            packages.insert(member.identifier(), message.package());
            all.push(message);
        }
        Ok((packages, Transcript::of(&all)))
    }

    /// Both rounds' packages, with every share checked against its sender's commitments.
    fn receive(
        &self,
        round1: &[Round1],
        round2: &[Round2],
    ) -> Result<(Packages, Shares), DkgError> {
        let (packages, transcript) = self.check_round1(round1)?;
        let by_sender = self.one_of_each(round2, Round2::sender)?;
        let commitments = self.one_of_each(round1, Round1::sender)?;
        if by_sender.contains_key(&self.member) {
            return Err(DkgError::Recipient(self.member));
        }
        let mut received = Shares::new();
        for member in self.others() {
            let message = *by_sender.get(&member).ok_or(DkgError::Missing(member))?;
            if message.ceremony() != self.ceremony.id() {
                return Err(DkgError::OtherCeremony(member));
            }
            if message.recipient() != self.member {
                return Err(DkgError::Recipient(member));
            }
            self.verify(member, |card| message.verify(card))?;
            if message.transcript() != transcript {
                return Err(DkgError::Disagreement(member));
            }
            let share = message
                .open(self.identity)
                .map_err(|_| DkgError::Sealed(member))?;
            let sender = commitments.get(&member).ok_or(DkgError::Missing(member))?;
            // frost-core checks the same again, but names nobody when shares are refreshed.
            if Point::generator().mul(share.get()) != self.committed(sender) {
                return Err(DkgError::Share(member));
            }
            let package = round2::Package::new(SigningShare::new(*share.get()));
            received.insert(member.identifier(), package);
        }
        Ok((packages, received))
    }

    /// The sender's polynomial at our place, from its commitments.
    fn committed(&self, sender: &Round1) -> Point {
        let at = self.member.scalar();
        let horner = |sum: Point, coefficient: Point| sum.mul(&at).add(&coefficient);
        let sum = sender.commitments().rev().fold(Point::IDENTITY, horner);
        match self.ceremony.task() {
            Task::Generate => sum,
            Task::Refresh => sum.mul(&at),
        }
    }

    fn verify(
        &self,
        member: Member,
        check: impl FnOnce(&MemberCard) -> Result<(), IdentityError>,
    ) -> Result<(), DkgError> {
        let card = self.ceremony.card(member).ok_or(DkgError::Protocol)?;
        check(card).map_err(|_| DkgError::Signature(member))
    }

    fn one_of_each<'m, M>(
        &self,
        messages: &'m [M],
        sender: impl Fn(&M) -> Member,
    ) -> Result<BTreeMap<Member, &'m M>, DkgError> {
        let mut by_sender = BTreeMap::new();
        for message in messages {
            let member = sender(message);
            if !self.ceremony.threshold().has(member) {
                return Err(DkgError::OtherCeremony(member));
            }
            if by_sender.insert(member, message).is_some() {
                return Err(DkgError::Twice(member));
            }
        }
        Ok(by_sender)
    }

    /// Our own share, and the others' shares of our polynomial.
    fn deal(
        &self,
        packages: &Packages,
    ) -> Result<(round2::SecretPackage<BabyJubJub>, Shares), DkgError> {
        let polynomial = self.polynomial.clone();
        match self.ceremony.task() {
            Task::Generate => dkg::part2(polynomial, packages),
            Task::Refresh => refresh::refresh_dkg_part2(polynomial, packages),
        }
        .map_err(|error| refusal(&error))
    }

    fn keep(&self, (secret, public): &Made) -> Result<KeyShare, DkgError> {
        let threshold = self.ceremony.threshold();
        let shares: Option<Vec<Point>> = threshold
            .all()
            .map(|member| {
                let share = public.verifying_shares().get(&member.identifier());
                share.map(|share| share.to_element().0)
            })
            .collect();
        let shares = shares.ok_or(DkgError::Protocol)?;
        let group =
            GroupKey::new(self.ceremony.purpose(), threshold, shares).map_err(ShareError::Group)?;
        if *group.point() != public.verifying_key().to_element().0 {
            return Err(DkgError::Protocol);
        }
        let secret = SecretScalar::new(secret.signing_share().to_scalar());
        Ok(KeyShare::new(self.member, secret, group)?)
    }
}

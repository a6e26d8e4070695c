//! Honest members make one key; whoever lies is named before anybody has a share.

use frost_core::{
    Signature,
    keys::{CoefficientCommitment, VerifiableSecretSharingCommitment, dkg::round1},
};
use obolus_protocol::{Point, Scalar};
use proptest::prelude::*;

use super::{
    message::{Route, Transcript},
    *,
};
use crate::{
    group::Purpose,
    identity::Identity,
    lagrange::interpolate,
    member::{Threshold, ThresholdError},
    secret::SecretScalar,
    share::KeyShare,
    suite::{BabyJubJub, Element},
    testing::{self, first_round, generation, identities, member, second_round, threshold},
};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn all_members_have_one_key(members in 2_u8..=7, needed in 2_u8..=7, seed: u64) {
        let threshold = threshold(needed.min(members), members);
        let shares = testing::made_together(Purpose::Treasury, threshold, seed);
        prop_assert!(shares.iter().all(|share| share.group() == shares[0].group()));
        let points: Vec<_> = shares
            .iter()
            .rev()
            .take(threshold.needed().into())
            .map(|share| (share.member(), Point::generator().mul(share.secret())))
            .collect();
        let key = interpolate(&points, Scalar::from(0_u64)).unwrap();
        prop_assert_eq!(&key, shares[0].group().point());
    }
}

/// Three members, 2 of 3, of whom the last may lie.
struct Stage {
    ceremony: Ceremony,
    identities: Vec<Identity>,
}

impl Stage {
    fn new() -> Self {
        Self {
            ceremony: generation(Purpose::Treasury, threshold(2, 3), 1),
            identities: identities(3),
        }
    }

    fn refreshing(shares: &[KeyShare]) -> Self {
        let identities = identities(3);
        let cards = identities.iter().map(|i| i.card().clone()).collect();
        let session = SessionId::random(&mut testing::rng(2));
        Self {
            ceremony: Ceremony::refresh(shares[0].group(), cards, session).unwrap(),
            identities,
        }
    }

    fn members(&self) -> Vec<Participant<'_>> {
        (1..=3).map(|number| self.member(number, number)).collect()
    }

    fn member(&self, number: u8, secret: u8) -> Participant<'_> {
        let identity = &self.identities[usize::from(number) - 1];
        Participant::new(&self.ceremony, identity, &testing::secret(secret)).unwrap()
    }

    /// Member 3 signs whatever it likes.
    fn third_commits(
        &self,
        honest: &Round1,
        change: impl FnOnce(&mut Vec<CoefficientCommitment<BabyJubJub>>, &mut Signature<BabyJubJub>),
    ) -> Round1 {
        let package = honest.package();
        let mut commitments = package.commitment().coefficients().to_vec();
        let mut proof = *package.proof_of_knowledge();
        change(&mut commitments, &mut proof);
        let commitments = VerifiableSecretSharingCommitment::new(commitments);
        let package = round1::Package::new(commitments, proof);
        Round1::create(&self.identities[2], self.ceremony.id(), member(3), &package)
    }

    /// Member 3 sends `share` to member 1, sealed to member `to`.
    fn third_sends(&self, round1: &[Round1], share: Scalar, to: u8) -> Round2 {
        let route = Route {
            ceremony: self.ceremony.id(),
            transcript: Transcript::of(&round1.iter().collect::<Vec<_>>()),
            sender: member(3),
            recipient: member(1),
        };
        let card = self.ceremony.card(member(to)).unwrap();
        Round2::create(&self.identities[2], &route, &SecretScalar::new(share), card).unwrap()
    }
}

#[test]
fn a_secret_makes_the_same_messages_again_and_others_elsewhere() {
    let stage = Stage::new();
    assert_eq!(
        stage.member(1, 1).round1().to_bytes(),
        stage.member(1, 1).round1().to_bytes()
    );
    let elsewhere = generation(Purpose::Treasury, threshold(2, 3), 2);
    let there = Participant::new(&elsewhere, &stage.identities[0], &testing::secret(1)).unwrap();
    let (here, there) = (stage.member(1, 1).round1(), there.round1());
    assert!(
        here.commitments()
            .zip(there.commitments())
            .all(|(a, b)| a != b)
    );
}

#[test]
fn a_member_that_does_not_know_its_secret_is_named() {
    let stage = Stage::new();
    let members = stage.members();
    let mut round1 = first_round(&members);
    // A rogue key: the others' keys subtracted from its own.
    let others = round1[..2].iter().map(|m| m.commitments().next().unwrap());
    let others = others.fold(Point::IDENTITY, |sum, point| sum.add(&point));
    round1[2] = stage.third_commits(&round1[2], |commitments, _| {
        let own = commitments[0].value().0;
        commitments[0] = CoefficientCommitment::new(Element(own.sub(&others)));
    });
    let refused = members[0].round2(&round1);
    assert_eq!(refused.err(), Some(DkgError::Proof(member(3))));

    let mut round1 = first_round(&members);
    let stolen = *round1[0].package().proof_of_knowledge();
    round1[2] = stage.third_commits(&round1[2], |_, proof| *proof = stolen);
    let refused = members[0].round2(&round1);
    assert_eq!(refused.err(), Some(DkgError::Proof(member(3))));
}

#[test]
fn a_polynomial_of_another_degree_is_named() {
    let stage = Stage::new();
    let members = stage.members();
    for longer in [true, false] {
        let mut round1 = first_round(&members);
        round1[2] = stage.third_commits(&round1[2], |commitments, _| {
            let last = commitments.pop().unwrap();
            if longer {
                commitments.extend([last, last]);
            }
        });
        let refused = members[0].round2(&round1);
        assert_eq!(refused.err(), Some(DkgError::Degree(member(3))));
    }
}

#[test]
fn a_wrong_share_is_named() {
    let stage = Stage::new();
    let members = stage.members();
    let round1 = first_round(&members);
    let mut round2 = second_round(&members, &round1, member(1));
    round2[1] = stage.third_sends(&round1, Scalar::from(7_u64), 1);
    let refused = members[0].finish(&round1, &round2);
    assert_eq!(refused.err(), Some(DkgError::Share(member(3))));
    // Sealed to somebody else.
    round2[1] = stage.third_sends(&round1, Scalar::from(7_u64), 2);
    let refused = members[0].finish(&round1, &round2);
    assert_eq!(refused.err(), Some(DkgError::Sealed(member(3))));
}

/// Member 3 tells member 1 and member 2 different things, each consistent in itself.
#[test]
fn a_member_with_two_stories_is_found_out() {
    let stage = Stage::new();
    let members = stage.members();
    let other_third = stage.member(3, 30);
    let story = first_round(&members);
    let mut other_story = story.clone();
    other_story[2] = other_third.round1();
    let mut round2 = second_round(&members, &story, member(1));
    round2[0] = members[1].round2(&other_story).unwrap().remove(0);
    assert_eq!(round2[0].recipient(), member(1));
    let refused = members[0].finish(&story, &round2);
    assert_eq!(refused.err(), Some(DkgError::Disagreement(member(2))));
}

#[test]
fn whoever_carries_the_files_cannot_swap_them() {
    let stage = Stage::new();
    let members = stage.members();
    let round1 = first_round(&members);
    let round2 = second_round(&members, &round1, member(1));
    let finish = |round1: &[Round1], round2: &[Round2]| members[0].finish(round1, round2).err();
    assert_eq!(finish(&round1, &round2), None);
    // Our own message of round 1 may be left out.
    assert_eq!(finish(&round1[1..], &round2), None);

    assert_eq!(
        finish(&round1[..2], &round2),
        Some(DkgError::Missing(member(3)))
    );
    assert_eq!(
        finish(&round1, &round2[..1]),
        Some(DkgError::Missing(member(3)))
    );
    let twice = [&round1[..], &round1[1..2]].concat();
    assert_eq!(finish(&twice, &round2), Some(DkgError::Twice(member(2))));
    let twice = [&round2[..], &round2[..1]].concat();
    assert_eq!(finish(&round1, &twice), Some(DkgError::Twice(member(2))));
    let for_second = second_round(&members, &round1, member(2));
    let misled = [round2[0].clone(), for_second[1].clone()];
    assert_eq!(
        finish(&round1, &misled),
        Some(DkgError::Recipient(member(3)))
    );
    let mirrored = [&round2[..], &for_second[..1]].concat();
    assert_eq!(
        finish(&round1, &mirrored),
        Some(DkgError::Recipient(member(1)))
    );

    // Signatures are the last 64 bytes.
    let mut bytes = round1[2].to_bytes();
    *bytes.last_mut().unwrap() ^= 1;
    let forged = [round1[1].clone(), Round1::from_bytes(&bytes).unwrap()];
    assert_eq!(
        finish(&forged, &round2),
        Some(DkgError::Signature(member(3)))
    );
    let mut bytes = round2[1].to_bytes();
    let place = bytes.len() - 65;
    bytes[place] ^= 1;
    let forged = [round2[0].clone(), Round2::from_bytes(&bytes).unwrap()];
    assert_eq!(
        finish(&round1, &forged),
        Some(DkgError::Signature(member(3)))
    );

    let mut replaced = round1.clone();
    replaced[0] = stage.member(1, 10).round1();
    assert_eq!(finish(&replaced, &round2), Some(DkgError::OwnMessage));
    let elsewhere = generation(Purpose::Treasury, threshold(2, 3), 2);
    let there = Participant::new(&elsewhere, &stage.identities[2], &testing::secret(3)).unwrap();
    let mut replayed = round1.clone();
    replayed[2] = there.round1();
    assert_eq!(
        finish(&replayed, &round2),
        Some(DkgError::OtherCeremony(member(3)))
    );
}

#[test]
fn refreshed_shares_keep_the_key_and_old_ones_are_worth_nothing() {
    let old = testing::made_together(Purpose::Auditor, threshold(2, 3), 1);
    let stage = Stage::refreshing(&old);
    let members = stage.members();
    let round1 = first_round(&members);
    let new: Vec<_> = members
        .iter()
        .zip(&old)
        .map(|(own, old)| {
            let round2 = second_round(&members, &round1, own.member());
            assert_eq!(own.finish(&round1, &round2).err(), Some(DkgError::Task));
            own.finish_refresh(old, &round1, &round2).unwrap()
        })
        .collect();
    assert_eq!(new[0].group().point(), old[0].group().point());
    assert_ne!(new[0].group().id(), old[0].group().id());
    assert!(new.iter().all(|share| share.group() == new[0].group()));
    let value = |share: &KeyShare| (share.member(), Point::generator().mul(share.secret()));
    let at_zero = |a, b| interpolate(&[value(a), value(b)], Scalar::from(0_u64)).unwrap();
    assert_eq!(at_zero(&new[0], &new[2]), *new[0].group().point());
    assert_ne!(at_zero(&new[0], &old[2]), *new[0].group().point());

    // A lying member is named here too.
    let mut round2 = second_round(&members, &round1, member(1));
    round2[1] = stage.third_sends(&round1, Scalar::from(7_u64), 1);
    let refused = members[0].finish_refresh(&old[0], &round1, &round2);
    assert_eq!(refused.err(), Some(DkgError::Share(member(3))));
    // A share of another member, and of the group after the refresh.
    for share in [&old[1], &new[0]] {
        let refused = members[0].finish_refresh(share, &round1, &round2);
        assert_eq!(refused.err(), Some(DkgError::Task));
    }
}

#[test]
fn ceremonies_are_agreed_on_exactly() {
    let identities = identities(3);
    let cards = || -> Vec<_> { identities.iter().map(|i| i.card().clone()).collect() };
    let session = SessionId::random(&mut testing::rng(1));
    let generate = |needed, cards| Ceremony::generate(Purpose::Auditor, needed, cards, session);
    let ceremony = generate(2, cards()).unwrap();
    let others = [
        generate(3, cards()).unwrap(),
        generate(2, cards().into_iter().rev().collect()).unwrap(),
        Ceremony::generate(Purpose::Treasury, 2, cards(), session).unwrap(),
        generation(Purpose::Auditor, threshold(2, 3), 9),
    ];
    assert!(others.iter().all(|other| other.id() != ceremony.id()));

    let same = CeremonyError::SameCard(member(1), member(3));
    let mut doubled = cards();
    doubled[2] = doubled[0].clone();
    assert_eq!(generate(2, doubled), Err(same));
    assert_eq!(
        generate(1, cards()[..1].to_vec()),
        Err(CeremonyError::Alone)
    );
    let too_many = ThresholdError::Needed {
        needed: 4,
        members: 3,
    };
    assert_eq!(generate(4, cards()), Err(too_many.into()));
    let crowd = vec![cards()[0].clone(); 300];
    assert_eq!(
        generate(2, crowd),
        Err(ThresholdError::Members(u8::MAX).into())
    );
    let (group, _) = testing::group(Purpose::Auditor, threshold(2, 3), 1);
    let fewer = Ceremony::refresh(&group, cards()[..2].to_vec(), session);
    let expected = CeremonyError::OtherMembers { group: 3, given: 2 };
    assert_eq!(fewer, Err(expected));
    let stranger = Identity::from_seed(&crate::IdentitySeed::new([99; 32]));
    let refused = Participant::new(&ceremony, &stranger, &testing::secret(1));
    assert_eq!(refused.err(), Some(DkgError::NotMember));
    assert_eq!(Threshold::new(2, 3), Ok(ceremony.threshold()));
}

#[test]
fn the_wire_forms_are_strict() {
    let stage = Stage::new();
    let members = stage.members();
    let round1 = first_round(&members);
    let round2 = second_round(&members, &round1, member(1));
    testing::check_wire(&round1[0].to_bytes(), |bytes| {
        Round1::from_bytes(bytes).map(|message| message.to_bytes())
    });
    testing::check_wire(&round2[0].to_bytes(), |bytes| {
        Round2::from_bytes(bytes).map(|message| message.to_bytes())
    });
    let old = testing::made_together(Purpose::Auditor, threshold(2, 3), 1);
    for ceremony in [&stage.ceremony, &Stage::refreshing(&old).ceremony] {
        testing::check_wire(&ceremony.to_bytes(), |bytes| {
            Ceremony::from_bytes(bytes).map(|ceremony| ceremony.to_bytes())
        });
    }
}

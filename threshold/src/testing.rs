//! What the tests of this crate share.

use obolus_protocol::{
    Seed,
    audit::AuditorSecret,
    field::{scalar_from_bytes, scalar_to_bytes},
    keys::SpendingKey,
};
use proptest::prelude::*;
use rand::{SeedableRng, rngs::StdRng};

use crate::{
    dkg::{Ceremony, CeremonySecret, Participant, Round1, Round2, SessionId},
    group::{GroupKey, Purpose},
    identity::{Identity, IdentitySeed},
    member::{Member, Threshold},
    share::{KeyShare, split_auditor, split_spending_key},
    wire::WireError,
};

pub(crate) fn rng(seed: u64) -> StdRng {
    StdRng::seed_from_u64(seed)
}

pub(crate) fn member(number: u8) -> Member {
    Member::new(number).unwrap()
}

pub(crate) fn threshold(needed: u8, members: u8) -> Threshold {
    Threshold::new(needed, members).unwrap()
}

pub(crate) fn spending_key(rng: &mut StdRng) -> SpendingKey {
    SpendingKey::from_seed(&Seed::random(rng))
}

/// A group with one secret for each seed, whatever its purpose.
pub(crate) fn group(
    purpose: Purpose,
    threshold: Threshold,
    seed: u64,
) -> (GroupKey, Vec<KeyShare>) {
    let mut rng = rng(seed);
    let ask = spending_key(&mut rng);
    let shares = match purpose {
        Purpose::Treasury => split_spending_key(&ask, threshold, &mut rng),
        Purpose::Auditor => split_auditor(&auditor_secret(&ask), threshold, &mut rng),
    }
    .unwrap();
    (shares[0].group().clone(), shares)
}

fn auditor_secret(ask: &SpendingKey) -> AuditorSecret {
    AuditorSecret::from_bytes(&scalar_to_bytes(ask.scalar())).unwrap()
}

pub(crate) fn identities(count: u8) -> Vec<Identity> {
    let seed = |number| IdentitySeed::new([number; 32]);
    (1..=count)
        .map(|number| Identity::from_seed(&seed(number)))
        .collect()
}

pub(crate) fn secret(number: u8) -> CeremonySecret {
    CeremonySecret::new([number; 32])
}

pub(crate) fn generation(purpose: Purpose, threshold: Threshold, seed: u64) -> Ceremony {
    let cards = identities(threshold.members());
    let cards = cards
        .iter()
        .map(|identity| identity.card().clone())
        .collect();
    let session = SessionId::random(&mut rng(seed));
    Ceremony::generate(purpose, threshold.needed(), cards, session).unwrap()
}

/// All messages of round 1 by honest members.
pub(crate) fn first_round(members: &[Participant<'_>]) -> Vec<Round1> {
    members.iter().map(Participant::round1).collect()
}

/// What honest members send to `recipient` in round 2.
pub(crate) fn second_round(
    members: &[Participant<'_>],
    round1: &[Round1],
    recipient: Member,
) -> Vec<Round2> {
    members
        .iter()
        .filter(|sender| sender.member() != recipient)
        .flat_map(|sender| sender.round2(round1).unwrap())
        .filter(|message| message.recipient() == recipient)
        .collect()
}

/// The shares that honest members make together.
pub(crate) fn made_together(purpose: Purpose, threshold: Threshold, seed: u64) -> Vec<KeyShare> {
    let ceremony = generation(purpose, threshold, seed);
    let identities = identities(threshold.members());
    let members: Vec<_> = identities
        .iter()
        .zip(1..)
        .map(|(identity, number)| Participant::new(&ceremony, identity, &secret(number)).unwrap())
        .collect();
    let round1 = first_round(&members);
    members
        .iter()
        .map(|own| {
            let round2 = second_round(&members, &round1, own.member());
            own.finish(&round1, &round2).unwrap()
        })
        .collect()
}

/// 1 of 1, or t of n with 2 ≤ t ≤ n ≤ 7.
pub(crate) fn any_threshold() -> impl Strategy<Value = Threshold> {
    (1_u8..=7)
        .prop_flat_map(|members| (2.min(members)..=members, Just(members)))
        .prop_map(|(needed, members)| threshold(needed, members))
}

/// Every byte changed, every length but the right one: refused, or read as what it says and nothing else.
pub(crate) fn check_wire(bytes: &[u8], recode: impl Fn(&[u8]) -> Result<Vec<u8>, WireError>) {
    assert_eq!(recode(bytes).as_deref(), Ok(bytes));
    let mut changed = bytes.to_vec();
    for place in 0..bytes.len() {
        for flip in [0x01, 0x80] {
            changed[place] ^= flip;
            if let Ok(again) = recode(&changed) {
                assert_eq!(again, changed, "two encodings of one value: byte {place}");
            }
            changed[place] ^= flip;
        }
        assert!(recode(&bytes[..place]).is_err(), "cut at {place}");
    }
    changed.push(0);
    assert!(recode(&changed).is_err(), "a byte too many");
    for head in [
        [2, bytes[1]],
        [0, bytes[1]],
        [bytes[0], 0],
        [bytes[0], 0xff],
    ] {
        changed = bytes.to_vec();
        changed[..2].copy_from_slice(&head);
        assert!(recode(&changed).is_err(), "head {head:?}");
    }
    // ℓ itself is no scalar: 0 has one encoding.
    let max = scalar_to_bytes(&-obolus_protocol::Scalar::from(1_u64));
    let mut order = max;
    order[0] += 1;
    assert!(scalar_from_bytes(&max).is_ok() && scalar_from_bytes(&order).is_err());
}

//! Powers of tau that were tampered with, each refused for its own reason.

use obolus_ceremony::{Phase1Fault, PowerList, PowersError, PtauFileError, Secret};

use super::*;

/// Before the parameters' content.
const FIXED: usize = 9 * 64 + 5 * 128 + 216 + 64 + 4 + 4;
/// Where things lie in a contribution: the points afterwards, then the keys.
const TAU_G1: usize = 0;
const TAU_G2: usize = 64;
const ALPHA_G1: usize = 192;
const BETA_G1: usize = 256;
const BETA_G2: usize = 320;
const KEYS: usize = 448;
const THIRDS: usize = KEYS + 6 * 64;
const CHALLENGE: usize = FIXED - 8 - 64;

fn refusal(outcome: Result<Verified, CeremonyError>) -> PowersError {
    match outcome.map(|verified| verified.transcript) {
        Err(CeremonyError::Powers(error)) => error,
        other => panic!("{other:?}"),
    }
}

fn with_contributions(change: impl FnOnce(&mut Vec<Vec<u8>>)) -> Result<Verified, CeremonyError> {
    with_ptau(|ptau| {
        let section = ptau[place(ptau, 7)].to_vec();
        let mut list = contributions(&section, 0, FIXED);
        assert_eq!(list.len(), 4);
        change(&mut list);
        let mut content = (list.len() as u32).to_le_bytes().to_vec();
        content.extend(list.concat());
        ptau.replace(7, &content);
    })
}

fn contribution(index: usize, fault: Phase1Fault) -> PowersError {
    PowersError::Contribution { index, fault }
}

#[test]
fn lists_must_be_powers_of_one_number() {
    if !installed() {
        return;
    }
    // Power 4 and a domain of 2³: of sections 2 to 5 the first 16, 8, 8 and 8 points are used.
    for (section, size, list, used) in [
        (2, 64, PowerList::TauG1, 16),
        (3, 128, PowerList::TauG2, 8),
        (4, 64, PowerList::AlphaG1, 8),
        (5, 64, PowerList::BetaG1, 8),
    ] {
        let fixed = if section < 4 { 2 } else { 1 };
        for to in 0..used {
            let from = (to + 1) % used;
            let changed = with_ptau(|ptau| ptau.copy(section, from * size, to * size, size));
            let expected = if to < fixed {
                PowersError::NotLast(list)
            } else {
                PowersError::Sequence(list)
            };
            assert_eq!(refusal(changed), expected, "section {section}, point {to}");
        }
    }
    let generator = small().ptau[place(&small().ptau, 3)][..128].to_vec();
    let changed = with_ptau(|ptau| ptau.replace(6, &generator));
    assert_eq!(refusal(changed), PowersError::NotLast(PowerList::BetaG2));
}

#[test]
fn lagrange_polynomials_must_follow_from_the_powers() {
    if !installed() {
        return;
    }
    for (section, size, list, power) in [
        (12, 64, PowerList::TauG1, 3),
        (12, 64, PowerList::TauG1, 4),
        (13, 128, PowerList::TauG2, 3),
        (14, 64, PowerList::AlphaG1, 3),
        (15, 64, PowerList::BetaG1, 3),
    ] {
        let (first, count) = ((1 << power) - 1, 1 << power);
        for to in 0..count {
            let from = (to + 1) % count;
            let at = |index: usize| (first + index) * size;
            let changed = with_ptau(|ptau| ptau.copy(section, at(from), at(to), size));
            assert_eq!(refusal(changed), PowersError::Lagrange { list, power });
        }
    }
    let bare = check(CeremonyFiles {
        ptau: &small().bare_ptau,
        ..small().files()
    });
    assert_eq!(refusal(bare), PowersError::File(PtauFileError::NotPrepared));
}

#[test]
fn contributions_must_follow_each_other() {
    if !installed() {
        return;
    }
    for index in 0..3 {
        let error = refusal(with_contributions(|list| {
            list.remove(index);
        }));
        assert_eq!(
            error,
            contribution(index, Phase1Fault::Knowledge(Secret::Tau))
        );
    }
    let error = refusal(with_contributions(|list| {
        list.pop();
    }));
    assert_eq!(error, PowersError::NotLast(PowerList::TauG1));
    let error = refusal(with_contributions(|list| list.swap(0, 1)));
    assert_eq!(error, contribution(0, Phase1Fault::Knowledge(Secret::Tau)));
    let error = refusal(with_contributions(Vec::clear));
    assert_eq!(
        error,
        PowersError::TooFew {
            given: 0,
            minimum: 1
        }
    );
}

#[test]
fn contributions_cannot_be_changed() {
    if !installed() {
        return;
    }
    let changed = |at: usize, length: usize| {
        refusal(with_contributions(|list| {
            let other = list[2][at..at + length].to_vec();
            list[1][at..at + length].copy_from_slice(&other);
        }))
    };
    for (at, length, secret) in [
        (TAU_G1, 64, Secret::Tau),
        (TAU_G2, 128, Secret::Tau),
        (ALPHA_G1, 64, Secret::Alpha),
        (BETA_G1, 64, Secret::Beta),
        (BETA_G2, 128, Secret::Beta),
    ] {
        let follow = contribution(1, Phase1Fault::Follow(secret));
        assert_eq!(changed(at, length), follow);
    }
    for (number, secret) in [Secret::Tau, Secret::Alpha, Secret::Beta]
        .into_iter()
        .enumerate()
    {
        let knowledge = contribution(1, Phase1Fault::Knowledge(secret));
        assert_eq!(changed(KEYS + 128 * number, 64), knowledge);
        assert_eq!(changed(KEYS + 128 * number + 64, 64), knowledge);
        assert_eq!(changed(THIRDS + 128 * number, 128), knowledge);
    }
    // The challenge that the next one answered to.
    let error = refusal(with_contributions(|list| list[1][CHALLENGE] ^= 1));
    assert_eq!(error, contribution(2, Phase1Fault::Knowledge(Secret::Tau)));
}

#[test]
fn beacons_are_computed_again() {
    if !installed() {
        return;
    }
    let beacon = contribution(3, Phase1Fault::Beacon(Secret::Tau));
    let error = refusal(with_contributions(|list| {
        assert_eq!(list[3][FIXED + 6..FIXED + 8], [2, ITERATIONS]);
        list[3][FIXED + 7] = 11;
    }));
    assert_eq!(error, beacon);
    let error = refusal(with_contributions(|list| {
        *list[3].last_mut().unwrap() ^= 1;
    }));
    assert_eq!(error, beacon);
    let error = refusal(with_contributions(|list| {
        list[3][KEYS + 128..KEYS + 192].fill(0);
    }));
    let alpha = contribution(3, Phase1Fault::Beacon(Secret::Alpha));
    assert_eq!(error, alpha);
}

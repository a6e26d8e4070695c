use proptest::prelude::*;

use super::*;
use crate::fixtures::{Fixture, circuit};
use crate::{CeremonyError, CeremonyFiles, Policy, Verified, verify};

fn fixture() -> &'static Fixture {
    static FIXTURE: std::sync::OnceLock<Fixture> = std::sync::OnceLock::new();
    FIXTURE.get_or_init(|| Fixture::of(&circuit(5), 1))
}

fn check(ptau: &[u8], zkey: &[u8]) -> Result<Verified, CeremonyError> {
    let files = CeremonyFiles {
        r1cs: &fixture().r1cs,
        ptau,
        zkey,
    };
    let name = obolus_verifier::CircuitName::new("small").unwrap();
    verify(&name, files, Policy::default())
}

/// Content of a section.
fn section(file: &[u8], section: u32) -> std::ops::Range<usize> {
    let mut at = 12;
    loop {
        let mut input = Input::new(&file[at..]);
        let (id, length) = (input.u32().unwrap(), input.u64().unwrap() as usize);
        if id == section {
            return at + 12..at + 12 + length;
        }
        at += 12 + length;
    }
}

#[test]
fn the_fixture_holds() {
    let verified = check(&fixture().ptau, &fixture().zkey).unwrap();
    assert_eq!(verified.transcript.participants(), 2);
    assert_eq!(verified.transcript.phase1.len(), 3);
    let other = Fixture::of(&circuit(5), 2);
    assert!(check(&other.ptau, &fixture().zkey).is_err());
    assert!(check(&fixture().ptau, &other.zkey).is_err());
    let again = check(&other.ptau, &other.zkey).unwrap();
    assert_ne!(again.key, verified.key);
}

/// Everything in a key is checked but the names, and the mark that a contribution is a beacon.
#[test]
fn every_flipped_byte_of_a_key_is_refused() {
    let file = &fixture().zkey;
    let original = check(&fixture().ptau, file).unwrap();
    // From the section's start: hash and count, and per contribution the points, transcript, type, length; then the
    // name's number and length before its three letters.
    let letters = |contribution: usize| {
        let start = section(file, 10).start + 68 + contribution * (392 + 5) + 392 + 2;
        start..start + 3
    };
    for position in (0..file.len()).step_by(37) {
        let mut changed = file.clone();
        changed[position] ^= 1 << (position % 7);
        let outcome = check(&fixture().ptau, &changed);
        if letters(0).contains(&position) || letters(1).contains(&position) {
            let renamed = outcome.unwrap();
            assert_eq!(renamed.key, original.key);
            assert_ne!(renamed.transcript, original.transcript);
        } else {
            assert!(outcome.is_err(), "{position}");
        }
    }
}

/// The same for powers of tau, of which these parts are not needed: points beyond the domain, Lagrange polynomials of
/// other domains, what hashes would go on from, names, and the hash that nobody answered to.
#[test]
fn flipped_bytes_of_powers_are_refused_where_they_matter() {
    let file = &fixture().ptau;
    let verified = check(file, &fixture().zkey).unwrap();
    // Power 3 for a domain of 2²: used are 8 and 4 points, and the polynomials of 2² and 2³ points.
    let mut used = Vec::new();
    for (id, from, to) in [
        (2, 0, 8 * 64),
        (3, 0, 4 * 128),
        (4, 0, 4 * 64),
        (5, 0, 4 * 64),
        (6, 0, 128),
        (12, 3 * 64, 15 * 64),
        (13, 3 * 128, 7 * 128),
        (14, 3 * 64, 7 * 64),
        (15, 3 * 64, 7 * 64),
    ] {
        let start = section(file, id).start;
        used.extend(start + from..start + to);
    }
    // Of each contribution all points, and of those with a successor the hash.
    let start = section(file, 7).start + 4;
    let length = 9 * 64 + 5 * 128 + 216 + 64 + 8 + 5;
    for contribution in 0..3 {
        let start = start + contribution * length;
        used.extend(start..start + 9 * 64 + 5 * 128);
        if contribution < 2 {
            let hash = start + 9 * 64 + 5 * 128 + 216;
            used.extend(hash..hash + 64);
        }
    }
    for position in used.into_iter().step_by(47) {
        let mut changed = file.clone();
        changed[position] ^= 1 << (position % 7);
        assert!(check(&changed, &fixture().zkey).is_err(), "{position}");
    }
    // Wherever it is, damage leads to no other key.
    for position in (0..file.len()).step_by(211) {
        let mut changed = file.clone();
        changed[position] ^= 0xff;
        if let Ok(again) = check(&changed, &fixture().zkey) {
            assert_eq!(again.key, verified.key);
        }
    }
}

#[test]
fn truncations_are_refused() {
    let Fixture { ptau, zkey, .. } = fixture();
    for length in (0..zkey.len()).step_by(23) {
        assert!(check(ptau, &zkey[..length]).is_err(), "{length}");
    }
    for length in (0..ptau.len()).step_by(61) {
        assert!(check(&ptau[..length], zkey).is_err(), "{length}");
    }
}

#[test]
fn counts_of_contributions_are_not_believed() {
    for (id, head, file) in [(10, 64, &fixture().zkey), (7, 0, &fixture().ptau)] {
        for count in [4_u32, 1 << 30, u32::MAX, 2] {
            let mut changed = file.clone();
            let at = section(file, id).start + head;
            changed[at..at + 4].copy_from_slice(&count.to_le_bytes());
            let error = if id == 10 {
                check(&fixture().ptau, &changed).unwrap_err()
            } else {
                check(&changed, &fixture().zkey).unwrap_err()
            };
            let said = error.to_string();
            let expected = if count == 2 { "follow" } else { "too early" };
            assert!(said.contains(expected), "{count}: {said}");
        }
    }
}

#[test]
fn powers_that_cannot_be_are_refused() {
    use crate::ptau::{Ptau, PtauFileError};
    for (power, ceremony) in [(0_u32, 3_u32), (4, 3), (3, 29), (u32::MAX, u32::MAX)] {
        let mut changed = fixture().ptau.clone();
        let at = section(&changed, 1).start + 36;
        changed[at..at + 4].copy_from_slice(&power.to_le_bytes());
        changed[at + 4..at + 8].copy_from_slice(&ceremony.to_le_bytes());
        let error = Ptau::read(&changed).map(|_| ()).unwrap_err();
        assert_eq!(error, PtauFileError::Power { power, ceremony });
    }
    // A power that the lists do not have.
    let mut changed = fixture().ptau.clone();
    let at = section(&changed, 1).start + 36;
    changed[at..at + 8].copy_from_slice(&[28, 0, 0, 0, 28, 0, 0, 0]);
    let error = Ptau::read(&changed).map(|_| ()).unwrap_err();
    assert!(matches!(
        error,
        PtauFileError::Container(ContainerError::Length { section: 2, .. })
    ));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn overwritten_ranges_never_panic(
        start in any::<prop::sample::Index>(),
        new in prop::collection::vec(any::<u8>(), 1..64),
        of_key in any::<bool>(),
    ) {
        let Fixture { mut ptau, mut zkey, .. } = Fixture {
            r1cs: Vec::new(),
            ptau: fixture().ptau.clone(),
            zkey: fixture().zkey.clone(),
        };
        let file = if of_key { &mut zkey } else { &mut ptau };
        let start = start.index(file.len());
        for (old, new) in file[start..].iter_mut().zip(new) {
            *old = new;
        }
        let original = check(&fixture().ptau, &fixture().zkey).unwrap();
        if let Ok(again) = check(&ptau, &zkey) {
            prop_assert_eq!(again.key, original.key);
        }
    }
}

//! Keys that were tampered with, each refused for its own reason.

use obolus_ceremony::{CircuitSize, KeyPart, Phase2Fault, PowersError};

use super::*;

/// Before the parameters' content: four points, transcript, type, length.
const FIXED: usize = 3 * 64 + 128 + 64 + 4 + 4;
/// Where points lie in a contribution.
const DELTA_AFTER: usize = 0;
const S: usize = 64;
const SPX: usize = 192;
const TRANSCRIPT: usize = 320;
const KIND: usize = 384;

/// What other contributions lead to.
fn with_contributions(change: impl FnOnce(&mut Vec<Vec<u8>>)) -> Result<Verified, CeremonyError> {
    with_zkey(|zkey| {
        let section = zkey[place(zkey, 10)].to_vec();
        let mut list = contributions(&section, 64, FIXED);
        assert_eq!(list.len(), 4);
        change(&mut list);
        let mut content = section[..64].to_vec();
        content.extend((list.len() as u32).to_le_bytes());
        content.extend(list.concat());
        zkey.replace(10, &content);
    })
}

fn refusal(outcome: Result<Verified, CeremonyError>) -> CeremonyError {
    outcome.map(|verified| verified.transcript).unwrap_err()
}

fn contribution(index: usize, fault: Phase2Fault) -> CeremonyError {
    CeremonyError::Contribution { index, fault }
}

#[test]
fn contributions_cannot_be_dropped_or_moved() {
    if !installed() {
        return;
    }
    for index in 0..3 {
        let error = refusal(with_contributions(|list| {
            list.remove(index);
        }));
        assert_eq!(error, contribution(index, Phase2Fault::Transcript));
    }
    let error = refusal(with_contributions(|list| {
        list.pop();
    }));
    assert_eq!(error, CeremonyError::LastDelta);
    let error = refusal(with_contributions(|list| list.swap(1, 2)));
    assert_eq!(error, contribution(1, Phase2Fault::Transcript));
    let error = refusal(with_contributions(|list| list.push(list[3].clone())));
    assert_eq!(error, contribution(4, Phase2Fault::Transcript));
    // snarkjs says the same of the first.
    let snarkjs = Snarkjs::new();
    snarkjs.write("circuit.r1cs", &small().r1cs);
    snarkjs.write("pot.ptau", &small().ptau);
    let mut zkey = small().zkey.clone();
    let section = zkey[place(&zkey, 10)].to_vec();
    let list = contributions(&section, 64, FIXED);
    let mut content = section[..64].to_vec();
    content.extend(3_u32.to_le_bytes());
    content.extend(list[1..].concat());
    zkey.replace(10, &content);
    snarkjs.write("key.zkey", &zkey);
    let said = snarkjs.try_run("zkey verify circuit.r1cs pot.ptau key.zkey");
    assert!(!said.contains("ZKey Ok!"), "{said}");
}

#[test]
fn contributions_cannot_be_changed() {
    if !installed() {
        return;
    }
    let copy = |list: &mut Vec<Vec<u8>>, from: usize, at: usize, length: usize| {
        let other = list[from][at..at + length].to_vec();
        list[1][at..at + length].copy_from_slice(&other);
    };
    let error = refusal(with_contributions(|list| copy(list, 2, DELTA_AFTER, 64)));
    assert_eq!(error, contribution(1, Phase2Fault::Follow));
    // δ as it was before.
    let error = refusal(with_contributions(|list| copy(list, 0, DELTA_AFTER, 64)));
    assert_eq!(error, contribution(1, Phase2Fault::Follow));
    for at in [S, S + 64] {
        let error = refusal(with_contributions(|list| copy(list, 2, at, 64)));
        assert_eq!(error, contribution(1, Phase2Fault::Transcript));
    }
    let error = refusal(with_contributions(|list| copy(list, 2, SPX, 128)));
    assert_eq!(error, contribution(1, Phase2Fault::Knowledge));
    let error = refusal(with_contributions(|list| list[1][TRANSCRIPT] ^= 1));
    assert_eq!(error, contribution(1, Phase2Fault::Transcript));
    // Bytes that are no point.
    let error = refusal(with_contributions(|list| list[1][S] ^= 1));
    assert!(matches!(error, CeremonyError::Zkey(_)), "{error}");
    let error = refusal(with_zkey(|zkey| zkey.flip(10, 0)));
    assert_eq!(error, CeremonyError::CircuitHash);
}

/// Parameters of the last contribution: name (1, 4, "last"), iterations (2, 10), value (3, 31, …).
#[test]
fn beacons_are_computed_again() {
    if !installed() {
        return;
    }
    let beacon = contribution(3, Phase2Fault::Beacon);
    let error = refusal(with_contributions(|list| {
        assert_eq!(list[3][FIXED + 6..FIXED + 8], [2, ITERATIONS]);
        list[3][FIXED + 7] = 11;
    }));
    assert_eq!(error, beacon);
    let error = refusal(with_contributions(|list| {
        *list[3].last_mut().unwrap() ^= 1;
    }));
    assert_eq!(error, beacon);
    // More iterations than anybody should wait for.
    let error = refusal(with_contributions(|list| list[3][FIXED + 7] = 31));
    assert!(matches!(error, CeremonyError::Zkey(_)), "{error}");
    // A participant's contribution is no beacon.
    let error = refusal(with_contributions(|list| {
        let parameters = list[3][KIND..].to_vec();
        list[2].splice(KIND.., parameters);
    }));
    assert_eq!(error, contribution(2, Phase2Fault::Beacon));
}

/// Name and kind are in no hash of snarkjs: what participants compare is the contribution's hash.
#[test]
fn names_are_not_authenticated() {
    if !installed() {
        return;
    }
    let original = check(small().files()).unwrap().transcript;
    let renamed = with_contributions(|list| list[0][FIXED + 2..FIXED + 5].copy_from_slice(b"eno"));
    let renamed = renamed.unwrap().transcript;
    assert_eq!(renamed.phase2[0].contributor.name(), Some("eno"));
    assert_eq!(renamed.phase2[0].hash, original.phase2[0].hash);
    let undeclared = with_contributions(|list| {
        list[3].truncate(FIXED);
        list[3][KIND..].fill(0);
    });
    let undeclared = undeclared.unwrap().transcript;
    assert_eq!(undeclared.participants(), 4);
    assert_eq!(undeclared.phase2[3].hash, original.phase2[3].hash);
}

#[test]
fn delta_must_be_the_last_ones() {
    if !installed() {
        return;
    }
    // In the header: fields and counts (84), α, β (64 each), β, γ (128 each), δ (64), δ (128).
    let error = refusal(with_zkey(|zkey| zkey.copy(2, 84, 468, 64)));
    assert_eq!(error, CeremonyError::LastDelta);
    let error = refusal(with_zkey(|zkey| zkey.copy(2, 212, 532, 128)));
    assert_eq!(error, CeremonyError::DeltaHalves);
    for (from, to, length, part) in [
        (148, 84, 64, KeyPart::AlphaG1),
        (84, 148, 64, KeyPart::BetaG1),
        (340, 212, 128, KeyPart::BetaG2),
        (212, 340, 128, KeyPart::GammaG2),
    ] {
        let error = refusal(with_zkey(|zkey| zkey.copy(2, from, to, length)));
        assert_eq!(error, CeremonyError::Part(part));
    }
}

#[test]
fn every_point_must_follow_from_the_circuit() {
    if !installed() {
        return;
    }
    for (section, size, part) in [
        (3, 64, KeyPart::Ic),
        (5, 64, KeyPart::A),
        (6, 64, KeyPart::B1),
        (7, 128, KeyPart::B2),
        (8, 64, KeyPart::C),
        (9, 64, KeyPart::H),
    ] {
        let file = &small().zkey;
        let points: Vec<&[u8]> = file[place(file, section)].chunks(size).collect();
        for to in 0..points.len() {
            let from = points.iter().position(|p| *p != points[to]).unwrap();
            let changed = with_zkey(|zkey| zkey.copy(section, from * size, to * size, size));
            assert_eq!(refusal(changed), CeremonyError::Part(part), "{to}");
        }
    }
}

#[test]
fn every_coefficient_must_be_the_circuits() {
    if !installed() {
        return;
    }
    // Terms of A and B row by row, then a row for the constant and one for each public input.
    let file = &small().zkey[place(&small().zkey, 4)];
    let (entries, _) = file[4..].as_chunks::<44>();
    assert_eq!(entries.len(), 11 + 4);
    let entry = |index: usize| 4 + 44 * index;
    for (index, bytes) in entries.iter().enumerate() {
        let other = entries.iter().position(|e| e[12..] != bytes[12..]).unwrap();
        let changed = with_zkey(|zkey| zkey.copy(4, entry(other) + 12, entry(index) + 12, 32));
        assert_eq!(refusal(changed), CeremonyError::Coefficient(index));
        // Another variable.
        let changed = with_zkey(|zkey| zkey.flip(4, entry(index) + 8));
        let error = refusal(changed);
        assert!(
            matches!(error, CeremonyError::Coefficient(i) if i == index),
            "{index}: {error}"
        );
    }
    let dropped = with_zkey(|zkey| {
        let mut content = zkey[place(zkey, 4)].to_vec();
        content.truncate(entry(14));
        content[0] = 14;
        zkey.replace(4, &content);
    });
    assert_eq!(refusal(dropped), CeremonyError::Coefficient(14));
}

#[test]
fn other_circuits_are_refused() {
    if !installed() {
        return;
    }
    let with = |r1cs: &[u8]| {
        refusal(check(CeremonyFiles {
            r1cs,
            ..small().files()
        }))
    };
    assert_eq!(with(&circuit(8, 13)), CeremonyError::Coefficient(2));
    // C is in no matrix of the key: what it is shows in the points.
    assert_eq!(with(&circuit(7, 14)), CeremonyError::Part(KeyPart::Ic));
    let one = vec![(Fr::from(1), 1)];
    let rows = [one.clone(), one];
    let other = Relation::new([1; 32], 1, 3, &rows, &rows, &rows).unwrap();
    let size = CeremonyError::Size {
        size: CircuitSize::Variables,
        r1cs: 3,
        zkey: 9,
    };
    assert_eq!(with(&write_r1cs(&other).unwrap()), size);
    // A private variable's coefficient in C.
    let mut private = small().r1cs.clone();
    let constraints = place(&private, 2);
    let position = private[constraints.clone()]
        .windows(12)
        .position(|w| w[..4] == [6, 0, 0, 0] && w[4..] == [0xff; 8])
        .unwrap();
    private[constraints.start + position + 4] = 0xfe;
    assert_eq!(with(&private), CeremonyError::CircuitHash);
}

#[test]
fn other_powers_of_tau_are_refused() {
    if !installed() {
        return;
    }
    let with = |ptau: &[u8]| {
        refusal(check(CeremonyFiles {
            ptau,
            ..small().files()
        }))
    };
    let snarkjs = Snarkjs::new();
    snarkjs.powers(5);
    let other = snarkjs.read("pot.ptau");
    assert_eq!(with(&other), CeremonyError::Part(KeyPart::AlphaG1));
    let snarkjs = Snarkjs::new();
    snarkjs.powers(3);
    let small = PowersError::TooSmall {
        given: 3,
        domain: 3,
    };
    assert_eq!(with(&snarkjs.read("pot.ptau")), small.into());
}

use super::*;
use crate::trapdoor::{Trapdoor, g2_outside_subgroup};

mod crafted;

struct Case {
    key: VerifyingKey,
    inputs: Vec<Fr>,
    proof: UncheckedProof,
}

/// Proofs under three keys of different sizes, interleaved; those in `bad` have one input changed.
fn cases(count: usize, bad: &[usize]) -> Vec<Case> {
    let mut trapdoors: Vec<_> = (0..3)
        .map(|i| Trapdoor::new(i + 1, 100 + i as u64))
        .collect();
    let keys: Vec<_> = trapdoors.iter().map(Trapdoor::key).collect();
    (0..count)
        .map(|i| {
            let trapdoor = &mut trapdoors[i % 3];
            let mut inputs = trapdoor.inputs();
            let proof = *trapdoor.prove(&inputs).unchecked();
            if bad.contains(&i) {
                inputs[0] += Fr::one();
            }
            Case {
                key: keys[i % 3].clone(),
                inputs,
                proof,
            }
        })
        .collect()
}

fn items(cases: &[Case]) -> Vec<Item<'_>> {
    cases
        .iter()
        .map(|case| Item {
            key: &case.key,
            inputs: &case.inputs,
            proof: &case.proof,
        })
        .collect()
}

fn refused(cases: &[Case]) -> Vec<usize> {
    let verdicts = verify_batch(&items(cases));
    assert_eq!(verdicts.len(), cases.len());
    (0..cases.len()).filter(|&i| verdicts[i].is_err()).collect()
}

#[test]
fn names_exactly_the_bad_items() {
    for bad in [
        vec![],
        vec![0],
        vec![9],
        vec![15],
        vec![2, 3, 13],
        (0..16).collect(),
    ] {
        assert_eq!(refused(&cases(16, &bad)), bad);
    }
}

#[test]
fn small_and_odd_batches() {
    assert!(verify_batch(&[]).is_empty());
    for count in 1..=9 {
        assert!(refused(&cases(count, &[])).is_empty(), "{count}");
        assert_eq!(refused(&cases(count, &[count - 1])), [count - 1]);
    }
}

/// Two wrong proofs whose errors cancel in a sum without coefficients.
#[test]
fn errors_cannot_cancel() {
    let mut cases = cases(6, &[]);
    let shift = crate::trapdoor::g1(Fr::from(77));
    let moved = |proof: &UncheckedProof, by: G1Projective| {
        let c = (G1Projective::from(*proof.c()) + by).into_affine();
        UncheckedProof::new(*proof.a(), *proof.b(), c).unwrap()
    };
    // 0 and 3 have the same key.
    cases[0].proof = moved(&cases[0].proof, shift.into());
    cases[3].proof = moved(&cases[3].proof, -G1Projective::from(shift));
    assert_eq!(refused(&cases), [0, 3]);
}

#[test]
fn a_wrong_count_does_not_spoil_the_others() {
    let mut cases = cases(4, &[]);
    cases[2].inputs.push(Fr::one());
    let verdicts = verify_batch(&items(&cases));
    let count = VerifyError::InputCount {
        expected: 3,
        given: 4,
    };
    assert_eq!(verdicts, [Ok(()), Ok(()), Err(count), Ok(())]);
}

/// B may be outside its subgroup: those items are named as malformed, others as refused, the rest holds.
#[test]
fn points_outside_the_subgroup_are_named() {
    for at in [vec![0], vec![5], vec![0, 1, 8], (0..9).collect()] {
        let mut cases = cases(9, &[3]);
        for &i in &at {
            let proof = cases[i].proof;
            let shifted = (*proof.b() + g2_outside_subgroup()).into_affine();
            cases[i].proof = UncheckedProof::new(*proof.a(), shifted, *proof.c()).unwrap();
        }
        let verdicts = verify_batch(&items(&cases));
        for (i, verdict) in verdicts.iter().enumerate() {
            let expected = match i {
                _ if at.contains(&i) => Err(UncheckedProof::outside().into()),
                3 => Err(VerifyError::Refused),
                _ => Ok(()),
            };
            assert_eq!(*verdict, expected, "{i} of {at:?}");
        }
    }
}

#[test]
fn coefficients_are_fresh() {
    let first = random_coefficients(8).unwrap();
    let second = random_coefficients(8).unwrap();
    assert_eq!(first.len(), 8);
    assert!(first.iter().zip(&second).all(|(a, b)| a != b));
}

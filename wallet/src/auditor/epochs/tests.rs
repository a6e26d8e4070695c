use rand::{SeedableRng, rngs::StdRng};

use super::*;

fn secrets(count: usize) -> Vec<AuditorSecret> {
    let mut rng = StdRng::seed_from_u64(3);
    (0..count)
        .map(|_| AuditorSecret::random(&mut rng))
        .collect()
}

/// Opens if the shared point is the one of `of`.
fn opens(epochs: &Epochs, at: u64, held: &Vec<AuditorSecret>, of: &AuditorSecret) -> bool {
    let ephemeral = AuditorSecret::random(&mut StdRng::seed_from_u64(9)).public();
    let stream = |k: &SharedSecret| k.keys(obolus_protocol::tags::AUDIT_ISSUE, 1_u64.into()).k1;
    let expected = stream(&of.shared(ephemeral.point()));
    epochs
        .open(Height(at), held, &ephemeral.encode(), |k| {
            if stream(k) == expected {
                Ok(())
            } else {
                Err(AuditError::Garbage)
            }
        })
        .is_ok()
}

#[test]
fn the_key_before_is_tried_until_its_window_ends() {
    let held = secrets(3);
    let mut epochs = Epochs::new(held[0].public());
    assert!(opens(&epochs, 1, &held, &held[0]));
    epochs.begin(held[1].public(), Height(10), 5);
    for (at, by_old) in [(10, true), (15, true), (16, false)] {
        assert!(opens(&epochs, at, &held, &held[1]));
        assert_eq!(opens(&epochs, at, &held, &held[0]), by_old, "block {at}");
    }
    epochs.begin(held[2].public(), Height(12), 1);
    assert!(opens(&epochs, 13, &held, &held[1]));
    assert!(opens(&epochs, 13, &held, &held[0]));
    assert!(!opens(&epochs, 14, &held, &held[1]));
    let again = Epochs::restore(&epochs.snapshot()).unwrap();
    assert!(opens(&again, 14, &held, &held[0]));
    assert!(!opens(&again, 14, &held, &held[1]));
}

#[test]
fn without_a_window_the_key_before_ends_with_its_block() {
    let held = secrets(2);
    let mut epochs = Epochs::new(held[0].public());
    epochs.begin(held[1].public(), Height(4), 0);
    assert!(
        opens(&epochs, 4, &held, &held[0]),
        "earlier in the same block"
    );
    assert!(!opens(&epochs, 5, &held, &held[0]));
}

#[test]
fn a_mismatch_is_told_rather_than_garbage() {
    let held = secrets(2);
    let mut epochs = Epochs::new(held[0].public());
    epochs.begin(held[1].public(), Height(4), 9);
    let ephemeral = held[0].public().encode();
    let stream = |k: &SharedSecret| k.keys(obolus_protocol::tags::AUDIT_ISSUE, 1_u64.into()).k1;
    let old = stream(&held[0].shared(held[0].public().point()));
    let outcome = epochs.open(Height(5), &held, &ephemeral, |k| {
        Err::<(), _>(if stream(k) == old {
            AuditError::Commitment
        } else {
            AuditError::Garbage
        })
    });
    assert_eq!(outcome, Err(AuditError::Commitment));
}

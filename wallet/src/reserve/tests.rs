//! Reservations: a note is held once and always comes free again.

use proptest::prelude::*;

use super::*;

fn digest(byte: u8) -> TxDigest {
    TxDigest([byte; 32])
}

fn reservation(positions: &[u64], expiry: u64) -> Reservation {
    Reservation {
        positions: positions
            .iter()
            .map(|position| Position::new(*position).unwrap())
            .collect(),
        expiry: Height(expiry),
        returning: Amount::ZERO,
    }
}

fn position(position: u64) -> Position {
    Position::new(position).unwrap()
}

#[test]
fn a_note_is_held_once() {
    let mut reservations = Reservations::default();
    reservations
        .reserve(digest(1), reservation(&[1, 2], 10))
        .unwrap();
    assert_eq!(
        reservations.reserve(digest(2), reservation(&[3, 2], 10)),
        Err(ReserveError::NoteTaken)
    );
    assert!(!reservations.holds(&position(3)), "nothing half reserved");
    assert_eq!(
        reservations.reserve(digest(1), reservation(&[4], 10)),
        Err(ReserveError::Duplicate)
    );
    assert!(!reservations.holds(&position(4)));
}

#[test]
fn expires_with_the_last_block_it_could_be_in() {
    let mut reservations = Reservations::default();
    reservations
        .reserve(digest(1), reservation(&[1], 10))
        .unwrap();
    reservations
        .reserve(digest(2), reservation(&[2], 11))
        .unwrap();
    assert_eq!(reservations.expire(Height(9)), []);
    assert!(reservations.holds(&position(1)));
    assert_eq!(reservations.expire(Height(10)), [digest(1)]);
    assert!(!reservations.holds(&position(1)));
    assert!(reservations.holds(&position(2)));
}

#[test]
fn a_note_spent_elsewhere_frees_its_partner() {
    let mut reservations = Reservations::default();
    reservations
        .reserve(digest(1), reservation(&[1, 2], 10))
        .unwrap();
    assert_eq!(reservations.note_spent(&position(2)), Some(digest(1)));
    assert!(!reservations.holds(&position(1)));
    assert!(reservations.get(&digest(1)).is_none());
    assert_eq!(reservations.note_spent(&position(7)), None);
}

#[derive(Clone, Debug)]
enum Step {
    Reserve(u8, Vec<u64>, u64),
    Release(u8),
    Spent(u64),
    Expire(u64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (
            0..8_u8,
            prop::collection::btree_set(0..10_u64, 1..=2),
            0..20_u64
        )
            .prop_map(|(tx, notes, expiry)| Step::Reserve(
                tx,
                notes.into_iter().collect(),
                expiry
            )),
        (0..8_u8).prop_map(Step::Release),
        (0..10_u64).prop_map(Step::Spent),
        (0..20_u64).prop_map(Step::Expire),
    ]
}

proptest! {
    /// Both indexes always agree: the held notes are exactly those of the reservations, each once.
    #[test]
    fn notes_are_conserved(steps in prop::collection::vec(step(), 0..40)) {
        let mut reservations = Reservations::default();
        for step in steps {
            match step {
                Step::Reserve(tx, notes, expiry) => {
                    let before: Vec<_> = (0..10).map(|p| reservations.holds(&position(p))).collect();
                    let result = reservations.reserve(digest(tx), reservation(&notes, expiry));
                    if result.is_err() {
                        let after: Vec<_> = (0..10).map(|p| reservations.holds(&position(p))).collect();
                        prop_assert_eq!(before, after);
                    }
                }
                Step::Release(tx) => {
                    reservations.release(&digest(tx));
                    prop_assert!(reservations.get(&digest(tx)).is_none());
                }
                Step::Spent(note) => {
                    reservations.note_spent(&position(note));
                    prop_assert!(!reservations.holds(&position(note)));
                }
                Step::Expire(tip) => {
                    reservations.expire(Height(tip));
                    prop_assert!(reservations.iter().all(|(_, r)| r.expiry.0 > tip));
                }
            }
            let mut listed: Vec<_> = reservations
                .iter()
                .flat_map(|(_, reservation)| reservation.positions.clone())
                .collect();
            listed.sort_unstable();
            let held: Vec<_> = (0..10)
                .map(position)
                .filter(|position| reservations.holds(position))
                .collect();
            prop_assert_eq!(listed, held);
        }
    }
}

//! Selection never overspends, and merging as planned makes an amount payable.

use proptest::prelude::*;

use super::*;

fn notes(values: &[u64]) -> Vec<Candidate> {
    values
        .iter()
        .zip(0..)
        .map(|(value, position)| Candidate {
            position: Position::new(position).unwrap(),
            value: Amount::new(*value),
        })
        .collect()
}

fn values(selection: &Selection) -> Vec<u64> {
    let mut values = vec![selection.first.value.get()];
    values.extend(selection.second.map(|note| note.value.get()));
    values
}

fn chosen(candidates: &[u64], amount: u64) -> Vec<u64> {
    values(&select(&notes(candidates), Amount::new(amount)).unwrap())
}

#[test]
fn smallest_single_note_that_covers_the_amount() {
    assert_eq!(chosen(&[100, 20, 50, 30], 25), [30]);
    assert_eq!(chosen(&[100, 20, 50, 30], 100), [100]);
}

#[test]
fn largest_note_with_the_smallest_sufficient_partner() {
    assert_eq!(chosen(&[100, 20, 50, 30], 125), [100, 30]);
    assert_eq!(chosen(&[100, 20, 50, 30], 150), [100, 50]);
}

#[test]
fn fragmented_says_how_many_merges() {
    assert_eq!(
        select(&notes(&[100, 20, 50, 30]), Amount::new(200)),
        Err(SelectError::Fragmented {
            notes: 4,
            merges: 2
        })
    );
}

#[test]
fn insufficient_funds_are_named_as_such() {
    let refused = Err(SelectError::Insufficient);
    assert_eq!(select(&notes(&[100, 20]), Amount::new(121)), refused);
    assert_eq!(select(&[], Amount::new(1)), refused);
}

#[test]
fn notes_without_value_are_never_chosen() {
    assert_eq!(
        select(&notes(&[0, 0]), Amount::new(1)),
        Err(SelectError::Insufficient)
    );
    assert_eq!(chosen(&[0, 7], 0), [7]);
}

#[test]
fn pairs_above_64_bits_are_passed_over() {
    let max = u64::MAX;
    assert_eq!(chosen(&[max - 1, 10, 1], max), [max - 1, 1]);
}

proptest! {
    #[test]
    fn covers_the_amount_with_distinct_candidates(
        values in prop::collection::vec(0..1000_u64, 0..12),
        amount in 1..4000_u64,
    ) {
        let candidates = notes(&values);
        match select(&candidates, Amount::new(amount)) {
            Ok(selection) => {
                let positions = selection.positions();
                prop_assert!(positions.len() <= 2);
                prop_assert!(positions.windows(2).all(|pair| pair[0] != pair[1]));
                let sum: u64 = positions.iter().map(|position| values[position.get() as usize]).sum();
                prop_assert_eq!(sum, selection.total.get());
                prop_assert!(sum >= amount);
            }
            Err(SelectError::Insufficient) => {
                prop_assert!(values.iter().sum::<u64>() < amount);
            }
            Err(SelectError::Fragmented { notes, merges }) => {
                let mut sorted = values.clone();
                sorted.sort_unstable_by(|a, b| b.cmp(a));
                prop_assert!(notes >= 3 && merges == notes - 2);
                prop_assert!(sorted[..2].iter().sum::<u64>() < amount);
                prop_assert!(sorted[..notes].iter().sum::<u64>() >= amount);
                prop_assert!(sorted[..notes - 1].iter().sum::<u64>() < amount);
            }
        }
    }

    #[test]
    fn merging_as_planned_makes_the_amount_payable(
        values in prop::collection::vec(1..1000_u64, 1..12),
        share in 1..=100_u64,
    ) {
        let amount = Amount::new((values.iter().sum::<u64>() * share / 100).max(1));
        let mut purse = values.clone();
        let planned = consolidate(&notes(&purse), amount).unwrap().total;
        let mut merged = 0;
        loop {
            let plan = consolidate(&notes(&purse), amount).unwrap();
            if plan.total == 0 {
                break;
            }
            prop_assert!(!plan.now.is_empty());
            for pair in &plan.now {
                for value in [pair.first.value, pair.second.unwrap().value] {
                    let at = purse.iter().position(|v| *v == value.get()).unwrap();
                    purse.swap_remove(at);
                }
                purse.push(pair.total.get());
                merged += 1;
            }
        }
        prop_assert!(merged <= planned);
        prop_assert!(select(&notes(&purse), amount).is_ok());
    }
}

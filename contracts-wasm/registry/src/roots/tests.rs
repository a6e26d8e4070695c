//! The window against a slow model, and its edges by hand.

use proptest::prelude::*;

use super::*;

fn root(number: u64) -> FieldBytes {
    FieldBytes::from_u64(number)
}

#[test]
fn a_replaced_root_leaves_after_exactly_the_window() {
    let mut roots = RootWindow::new(root(1));
    roots.extend(root(2), 10, 5);
    assert_eq!(roots.check(&root(2), 1_000, 5), Ok(()));
    assert_eq!(roots.check(&root(1), 15, 5), Ok(()));
    assert_eq!(roots.check(&root(1), 16, 5), Err(StaleRoot));
    assert_eq!(roots.check(&root(3), 10, 5), Err(StaleRoot));
}

#[test]
fn a_removal_drops_every_earlier_root_in_the_same_block() {
    let mut roots = RootWindow::new(root(1));
    roots.extend(root(2), 10, 5);
    roots.replace(root(3));
    assert_eq!(roots.check(&root(1), 10, 5), Err(StaleRoot));
    assert_eq!(roots.check(&root(2), 10, 5), Err(StaleRoot));
    assert_eq!(roots.valid(10, 5), [root(3)]);
}

#[test]
fn a_window_of_zero_lasts_to_the_end_of_the_block() {
    let mut roots = RootWindow::new(root(1));
    roots.extend(root(2), 10, 0);
    assert_eq!(roots.check(&root(1), 10, 0), Ok(()));
    assert_eq!(roots.check(&root(1), 11, 0), Err(StaleRoot));
}

#[test]
fn the_list_is_bounded_and_drops_the_oldest() {
    let mut roots = RootWindow::new(root(0));
    for number in 1..=200 {
        roots.extend(root(number), 10, 1_000);
    }
    let valid = roots.valid(10, 1_000);
    assert_eq!(valid.len(), MAX_VALID_ROOTS);
    assert_eq!(valid.last(), Some(&root(200)));
    assert_eq!(valid.first(), Some(&root(201 - MAX_VALID_ROOTS as u64)));
}

#[test]
fn the_same_root_again_changes_nothing() {
    let mut roots = RootWindow::new(root(1));
    roots.extend(root(1), 10, 5);
    assert_eq!(roots, RootWindow::new(root(1)));
}

#[derive(Clone, Debug)]
enum Change {
    Extend(u64),
    Replace(u64),
    Wait(u64),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        3 => (0..6_u64).prop_map(Change::Extend),
        1 => (0..6_u64).prop_map(Change::Replace),
        2 => (1..4_u64).prop_map(Change::Wait),
    ]
}

proptest! {
    /// Model: the whole history since the last removal, with the height at which each root was replaced.
    #[test]
    fn agrees_with_the_whole_history(changes in prop::collection::vec(change(), 0..40), window in 0..5_u64) {
        let mut height = 1;
        let mut roots = RootWindow::new(root(0));
        let mut history: Vec<(u64, u64)> = Vec::new();
        let mut current = 0;
        for change in changes {
            match change {
                Change::Extend(new) if new == current => roots.extend(root(new), height, window),
                Change::Extend(new) => {
                    roots.extend(root(new), height, window);
                    history.push((current, height));
                    current = new;
                }
                Change::Replace(new) => {
                    roots.replace(root(new));
                    history.clear();
                    current = new;
                }
                Change::Wait(blocks) => height += blocks,
            }
            prop_assert_eq!(roots.current(), root(current));
            for candidate in 0..6 {
                let expected = candidate == current
                    || history.iter().any(|&(old, at)| old == candidate && height <= at + window);
                prop_assert_eq!(roots.check(&root(candidate), height, window).is_ok(), expected);
            }
        }
    }
}

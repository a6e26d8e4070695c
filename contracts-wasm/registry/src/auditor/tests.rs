use obolus_sdk::mock::ToyMaths;
use proptest::prelude::*;

use super::*;

fn key(number: u64) -> PointBytes {
    ToyMaths::point(number)
}

#[test]
fn the_key_before_is_accepted_for_exactly_the_window() {
    let auditor = Auditor::first(key(1)).succeeded_by(key(2), 10, 5);
    let keys = |height| auditor.keys(height);
    assert_eq!(keys(10).previous, Some(key(1)));
    assert_eq!(keys(15).previous, Some(key(1)));
    assert_eq!(keys(16).previous, None);
    assert_eq!(keys(16).current, key(2));
    assert_eq!(auditor.epoch(), 1);
}

#[test]
fn a_window_of_zero_cuts_over_within_the_block() {
    let auditor = Auditor::first(key(1)).succeeded_by(key(2), 10, 0);
    assert_eq!(auditor.keys(10).previous, None);
}

#[test]
fn a_window_at_the_end_of_all_heights_does_not_wrap() {
    let auditor = Auditor::first(key(1)).succeeded_by(key(2), u64::MAX - 1, 5);
    assert_eq!(auditor.keys(u64::MAX).previous, Some(key(1)));
}

proptest! {
    /// Model: the whole history; of it only the last key and, in its window, the one before it count.
    #[test]
    fn agrees_with_the_whole_history(steps in prop::collection::vec((0..4_u64, 0..6_u64), 0..20), after in 0..8_u64) {
        let mut height = 1;
        let mut auditor = Auditor::first(key(1));
        let mut history = alloc::vec![(key(1), height, 0)];
        for (number, (wait, window)) in (2..).zip(steps) {
            height += wait;
            auditor = auditor.succeeded_by(key(number), height, window);
            history.push((key(number), height, window));
        }
        let (current, since, window) = history[history.len() - 1];
        let at = height + after;
        let running = window > 0 && at <= since + window;
        let before = history.len().checked_sub(2).map(|place| history[place].0);
        prop_assert_eq!(auditor.keys(at).current, current);
        prop_assert_eq!(auditor.keys(at).previous, before.filter(|_| running));
        prop_assert_eq!(auditor.epoch() as usize, history.len() - 1);
    }
}

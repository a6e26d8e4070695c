//! The roots against a model that knows every leaf, and their edges by hand. A set of leaves stands for its root.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

/// Leaf number → (limit, height of the freeze).
type Frozen = BTreeMap<u64, (u64, u64)>;

/// A root that stands for the leaves: no two sets have the same.
fn root_of(frozen: &Frozen) -> FieldBytes {
    let mut bytes = [0; 32];
    for (leaf, (limit, _)) in frozen {
        bytes[*leaf as usize] = 1 + *limit as u8;
    }
    FieldBytes(bytes)
}

fn root(number: u64) -> FieldBytes {
    FieldBytes::from_u64(number)
}

#[test]
fn of_one_block_the_last_root_counts() {
    let mut roots = FrozenRoots::new(root(0), 1);
    roots.froze(root(1), 5, 10);
    roots.froze(root(2), 5, 10);
    assert_eq!(roots.check(&root(1), 15, 10), Err(NotSeizable::Unknown));
    assert_eq!(roots.check(&root(2), 14, 10), Err(NotSeizable::Early));
    assert_eq!(roots.check(&root(2), 15, 10), Ok(()));
}

#[test]
fn a_delay_of_zero_is_over_in_the_block_of_the_freeze() {
    let mut roots = FrozenRoots::new(root(0), 1);
    roots.froze(root(1), 5, 0);
    assert_eq!(roots.check(&root(1), 5, 0), Ok(()));
}

#[test]
fn heights_do_not_wrap() {
    let mut roots = FrozenRoots::new(root(0), 1);
    roots.froze(root(1), u64::MAX - 2, 10);
    assert_eq!(
        roots.check(&root(1), u64::MAX - 1, 10),
        Err(NotSeizable::Early)
    );
}

#[test]
fn the_same_limit_again_changes_nothing() {
    let mut roots = FrozenRoots::new(root(0), 1);
    roots.froze(root(1), 5, 10);
    let before = roots.clone();
    roots.changed(root(1), 5);
    assert_eq!(roots, before);
}

/// However often others are frozen: everybody is under an accepted root soon after the delay.
#[test]
fn freezing_others_puts_off_a_seizure_by_a_twentieth_at_most() {
    for delay in [0, 50, 500, 5_000] {
        let mut roots = FrozenRoots::new(root(0), 0);
        for height in 1..3 * delay + 10 {
            // The root's number says how many are frozen, one at each height.
            roots.froze(root(height), height, delay);
            assert!(roots.roots.len() <= MAX_FROZEN_ROOTS);
            let due = (height - 1).saturating_sub(delay + delay / 20);
            let seizable = roots.seizable(height, delay);
            let count = seizable.map_or(0, |seizable| seizable.since);
            assert!(
                count >= due,
                "delay {delay}, height {height}: {count} < {due}"
            );
            assert!(count + delay <= height || count == 0);
        }
    }
}

#[derive(Clone, Debug)]
enum Change {
    Freeze(u64),
    Unfreeze(u64),
    Limit(u64, u64),
    Wait(u64),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => (0..8_u64).prop_map(Change::Freeze),
        1 => (0..8_u64).prop_map(Change::Unfreeze),
        1 => (0..8_u64, 0..3_u64).prop_map(|(leaf, limit)| Change::Limit(leaf, limit)),
        3 => (1..4_u64).prop_map(Change::Wait),
    ]
}

proptest! {
    /// Sound: whoever is under an accepted root is in the present tree with the same limit, frozen for the delay. And when
    /// nothing has changed for the delay, the present root is accepted.
    #[test]
    fn accepts_only_those_frozen_for_the_delay(changes in prop::collection::vec(change(), 0..60), delay in 0..6_u64) {
        let mut height = 1;
        let mut quiet_since = height;
        let mut frozen = Frozen::new();
        let mut roots = FrozenRoots::new(root_of(&frozen), height);
        let mut seen = alloc::vec![frozen.clone()];
        for change in changes {
            let before = frozen.clone();
            match change {
                Change::Freeze(leaf) if !frozen.contains_key(&leaf) => {
                    frozen.insert(leaf, (0, height));
                    roots.froze(root_of(&frozen), height, delay);
                }
                Change::Unfreeze(leaf) => {
                    if let Some((_, at)) = frozen.remove(&leaf) {
                        roots.changed(root_of(&frozen), at);
                    }
                }
                Change::Limit(leaf, limit) => {
                    if let Some((_, at)) = frozen.get(&leaf).copied() {
                        frozen.insert(leaf, (limit, at));
                        roots.changed(root_of(&frozen), at);
                    }
                }
                Change::Wait(blocks) => height += blocks,
                Change::Freeze(_) => {}
            }
            if frozen != before {
                quiet_since = height;
                seen.push(frozen.clone());
            }
            for past in &seen {
                if roots.check(&root_of(past), height, delay).is_ok() {
                    for (leaf, (limit, _)) in past {
                        let (now, at) = frozen[leaf];
                        prop_assert_eq!(now, *limit);
                        prop_assert!(at + delay <= height);
                    }
                }
            }
            if quiet_since + delay <= height {
                prop_assert_eq!(roots.check(&root_of(&frozen), height, delay), Ok(()));
            }
        }
    }
}

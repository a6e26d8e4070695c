use super::*;

const DELAY: u64 = 100;

fn root(number: u64) -> FieldBytes {
    FieldBytes::from_u64(number)
}

fn frozen() -> Frozen {
    Frozen::new(root(0), DELAY, 1)
}

#[test]
fn a_seizure_waits_for_the_delay() {
    let mut roots = frozen();
    roots.added(root(1), 10);
    assert_eq!(roots.check(&root(1), 109), Err(RegistryError::SeizureEarly));
    assert_eq!(roots.check(&root(1), 110), Ok(()));
    assert_eq!(roots.check(&root(2), 110), Err(RegistryError::FrozenRoot));
}

#[test]
fn a_leaf_that_leaves_takes_only_its_own_roots_along() {
    let mut roots = frozen();
    roots.added(root(1), 10);
    roots.added(root(2), 20);
    roots.added(root(3), 30);
    // Whoever was frozen at height 20 leaves.
    roots.changed(root(4), 20);
    assert_eq!(roots.check(&root(1), 130), Ok(()));
    for gone in [2, 3] {
        assert_eq!(
            roots.check(&root(gone), 130),
            Err(RegistryError::FrozenRoot)
        );
    }
    assert_eq!(roots.check(&root(4), 129), Err(RegistryError::SeizureEarly));
    assert_eq!(roots.check(&root(4), 130), Ok(()));
}

#[test]
fn too_many_roots_lose_the_one_whose_neighbours_are_closest() {
    let mut roots = Frozen::new(root(0), 10_000, 1);
    // Two heights apart each, but for one.
    let heights = (1..MAX_FROZEN_ROOTS as u64 + 1).map(|number| 200 + 2 * number);
    for height in heights.map(|height| height - u64::from(height == 222)) {
        roots.added(root(height), height);
    }
    assert_eq!(roots.known.len(), MAX_FROZEN_ROOTS);
    let gone = |number| roots.check(&root(number), 1_000) == Err(RegistryError::FrozenRoot);
    // 218, 220, 221, 224: between 218 and 221 are three heights, between all others at least four.
    let kept: Vec<_> = (200..330).filter(|number| !gone(*number)).collect();
    assert!(!kept.contains(&220), "{kept:?}");
    assert_eq!(kept.len(), MAX_FROZEN_ROOTS - 1);
}

#[test]
fn of_two_that_are_due_the_older_makes_room() {
    let mut roots = frozen();
    for number in 0..MAX_FROZEN_ROOTS as u64 {
        roots.added(root(1 + number), 1_000 * (1 + number));
    }
    assert_eq!(roots.known.len(), MAX_FROZEN_ROOTS);
    assert_eq!(
        roots.check(&root(0), 1_000_000),
        Err(RegistryError::FrozenRoot)
    );
    assert_eq!(roots.check(&root(1), 1_000_000), Ok(()));
}

//! The overlay against a plain map with snapshots.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;

use super::Overlay;
use crate::state::{MemoryState, WriteSet};

type Model = BTreeMap<Vec<u8>, Vec<u8>>;

#[derive(Clone, Debug)]
enum Step {
    Put(Vec<u8>, u8),
    Delete(Vec<u8>),
    Begin,
    Commit,
    Rollback,
}

fn key() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(0u8..3, 0..4)
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (key(), any::<u8>()).prop_map(|(key, value)| Step::Put(key, value)),
        2 => key().prop_map(Step::Delete),
        1 => Just(Step::Begin),
        1 => Just(Step::Commit),
        1 => Just(Step::Rollback),
    ]
}

fn base(entries: &Model) -> MemoryState {
    let mut state = MemoryState::new();
    let writes: WriteSet = entries
        .iter()
        .map(|(key, value)| (key.clone(), Some(value.clone())))
        .collect();
    state.apply(&writes);
    state
}

proptest! {
    #[test]
    fn agrees_with_a_model(
        start in prop::collection::btree_map(key(), prop::collection::vec(any::<u8>(), 1), 0..20),
        steps in prop::collection::vec(step(), 0..40),
        prefix in key(), after in prop::option::of(key()), limit in 0usize..10,
    ) {
        let mut overlay = Overlay::new(Arc::new(base(&start)));
        let mut models = vec![start.clone()];
        for step in steps {
            match step {
                Step::Put(key, value) => {
                    overlay.put(key.clone(), vec![value]);
                    models.last_mut().expect("a model").insert(key, vec![value]);
                }
                Step::Delete(key) => {
                    overlay.delete(key.clone());
                    models.last_mut().expect("a model").remove(&key);
                }
                Step::Begin => {
                    overlay.begin();
                    models.push(models.last().expect("a model").clone());
                }
                Step::Commit if models.len() > 1 => {
                    overlay.commit();
                    let top = models.pop().expect("a model");
                    *models.last_mut().expect("a model") = top;
                }
                Step::Rollback if models.len() > 1 => {
                    overlay.rollback();
                    models.pop();
                }
                Step::Commit | Step::Rollback => {}
            }
            prop_assert_eq!(overlay.depth(), models.len() - 1);
        }
        let model = models.last().expect("a model");
        for key in model.keys().chain(start.keys()) {
            prop_assert_eq!(overlay.get(key).expect("a state in memory"), model.get(key).cloned());
        }
        let expected: Vec<_> = model
            .iter()
            .filter(|(key, _)| key.starts_with(&prefix))
            .filter(|(key, _)| after.as_ref().is_none_or(|after| *key > after))
            .take(limit)
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        let found = overlay.scan(&prefix, after.as_deref(), limit).expect("a state in memory");
        prop_assert_eq!(found, expected);

        let mut state = base(&start);
        state.apply(&overlay.into_writes());
        prop_assert_eq!(state, base(&models[0]));
    }
}

#[test]
fn a_scan_crosses_pages_of_the_state() {
    let entries: Model = (0..200u8).map(|i| (vec![1, i], vec![i])).collect();
    let mut overlay = Overlay::new(Arc::new(base(&entries)));
    for i in 0..150u8 {
        overlay.delete(vec![1, i]);
    }
    overlay.put(vec![1, 255], vec![9]);
    let found = overlay.scan(&[1], None, 100).expect("a state in memory");
    assert_eq!(found.len(), 51);
    assert_eq!(found[0].0, vec![1, 150]);
    assert_eq!(found[50].0, vec![1, 255]);
}

#[test]
fn a_scan_counts_the_deletions_it_passes_and_stops_when_they_are_too_many() {
    let entries: Model = (0..100u8).map(|i| (vec![1, i], vec![i])).collect();
    let mut overlay = Overlay::new(Arc::new(base(&entries)));
    for i in 0..40u8 {
        overlay.begin();
        overlay.delete(vec![1, i]);
        overlay.delete(vec![0, i]);
        overlay.delete(vec![2, i]);
    }
    let scan = |limit, patience| {
        overlay
            .scan_passing(&[1], None, limit, patience)
            .expect("a state in memory")
            .map(|(entries, passed)| (entries.len(), passed))
    };
    assert_eq!(scan(5, 40), Some((5, 40)));
    assert_eq!(scan(100, 40), Some((60, 40)));
    assert_eq!(scan(5, 39), None);
    assert_eq!(scan(0, 0), Some((0, 0)));
}

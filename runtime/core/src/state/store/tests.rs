//! Batches, pieces of large values, agreement with the state in memory.

use proptest::prelude::*;

use super::*;
use crate::state::MemoryState;

fn tip(height: u64) -> Applied {
    Applied {
        height,
        app_hash: [1; 32],
        block_hash: [2; 32],
    }
}

fn writes(entries: &[(&[u8], Option<&[u8]>)]) -> WriteSet {
    entries
        .iter()
        .map(|(key, value)| (key.to_vec(), value.map(<[u8]>::to_vec)))
        .collect()
}

#[test]
fn tip_comes_with_the_batch_and_survives_reopening() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    assert_eq!(store.applied().unwrap(), None);
    store
        .apply(
            &writes(&[(b"k", Some(b"v"))]),
            &writes(&[(b"k", Some(b"index"))]),
            &tip(7),
        )
        .unwrap();
    drop(store);
    let store = Store::open(dir.path()).unwrap();
    assert_eq!(store.applied().unwrap(), Some(tip(7)));
    assert_eq!(store.get(b"k").unwrap(), Some(b"v".to_vec()));
    assert_eq!(store.index_get(b"k").unwrap(), Some(b"index".to_vec()));
}

#[test]
fn large_values_are_cut_and_their_pieces_removed() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let large: Vec<u8> = (0..3 * CHUNK + 5).map(|i| i as u8).collect();
    let empty = WriteSet::new();
    for value in [
        Some(large.as_slice()),
        Some(&large[..CHUNK + 1]),
        Some(b"small"),
        None,
    ] {
        store
            .apply(&writes(&[(b"wasm", value)]), &empty, &tip(1))
            .unwrap();
        assert_eq!(store.get(b"wasm").unwrap().as_deref(), value);
        assert!(store.db.iter().all(|item| item.unwrap().1.len() < 6 << 10));
    }
    // Only the tip is left: no piece outlives its value.
    assert_eq!(store.db.len(), 1);
}

#[test]
fn long_keys_are_refused_and_nothing_is_applied() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let long = vec![0xff; MAX_KEY + 1];
    let error = store.apply(
        &writes(&[(b"a", Some(b"1")), (&long, Some(b"2"))]),
        &WriteSet::new(),
        &tip(1),
    );
    assert!(matches!(error, Err(StateError::KeyTooLong { .. })));
    assert_eq!(store.get(b"a").unwrap(), None);
    assert_eq!(store.applied().unwrap(), None);
}

#[test]
fn missing_piece_is_reported_as_damage() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let large = vec![9; CHUNK * 2];
    store
        .apply(&writes(&[(b"k", Some(&large))]), &WriteSet::new(), &tip(1))
        .unwrap();
    store.db.remove(chunk_key(STATE, b"k", 1)).unwrap();
    assert!(matches!(store.get(b"k"), Err(StateError::Damaged(_))));
}

fn key() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(0u8..3, 0..4)
}

fn batch() -> impl Strategy<Value = WriteSet> {
    let value = prop::option::of(prop_oneof![
        prop::collection::vec(any::<u8>(), 0..8),
        (CHUNK..2 * CHUNK + 2).prop_map(|len| vec![5; len]),
    ]);
    prop::collection::btree_map(key(), value, 0..6)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// The store agrees with the model in memory on every get and scan.
    #[test]
    fn agrees_with_the_model(batches in prop::collection::vec(batch(), 1..6), prefix in key(), after in prop::option::of(key()), limit in 0usize..5) {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let mut model = MemoryState::new();
        for batch in &batches {
            store.apply(batch, &WriteSet::new(), &tip(1)).unwrap();
            model.apply(batch);
            for key in batch.keys() {
                prop_assert_eq!(store.get(key).unwrap(), model.get(key).unwrap());
            }
            prop_assert_eq!(
                store.scan(&prefix, after.as_deref(), limit).unwrap(),
                model.scan(&prefix, after.as_deref(), limit).unwrap()
            );
        }
        prop_assert_eq!(
            store.scan(b"", None, usize::MAX).unwrap(),
            model.scan(b"", None, usize::MAX).unwrap()
        );
    }
}

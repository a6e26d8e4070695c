//! What the app hash depends on, and its golden value.

use super::*;

fn hash(height: u64, writes: &[(&[u8], Option<&[u8]>)]) -> AppHash {
    let writes = writes
        .iter()
        .map(|(key, value)| (key.to_vec(), value.map(<[u8]>::to_vec)))
        .collect();
    next_app_hash(&AppHash([1; 32]), Height(height), &writes)
}

#[test]
fn every_part_counts_and_borders_are_unambiguous() {
    let variants = [
        hash(1, &[]),
        hash(2, &[]),
        hash(1, &[(b"a", None)]),
        hash(1, &[(b"a", Some(b""))]),
        hash(1, &[(b"", Some(b"a"))]),
        hash(1, &[(b"a", Some(b"b"))]),
        hash(1, &[(b"ab", Some(b""))]),
        hash(1, &[(b"a", Some(b"b")), (b"c", None)]),
        next_app_hash(&AppHash([2; 32]), Height(1), &WriteSet::new()),
        genesis(&ChainId([1; 32])),
    ];
    for (n, one) in variants.iter().enumerate() {
        for other in &variants[n + 1..] {
            assert_ne!(one, other);
        }
    }
}

/// A change here is another ledger format: every committed app hash changes.
#[test]
fn golden() {
    let found = hash(7, &[(b"key", Some(b"value")), (b"z", None)]);
    assert_eq!(
        found.to_string(),
        "d18ba9eddff2994b3baf946eff63b50eea6106adfead5ee86279d34e8280cb88"
    );
}

use borsh::BorshDeserialize;
use proptest::prelude::*;

use super::*;
use crate::tree::naive::{Naive, leaves};

type Small = Frontier<3>;

fn of(leaves: &[Fr]) -> Small {
    let mut tree = Small::new();
    tree.append_batch(leaves).unwrap();
    tree
}

#[test]
fn every_length_has_the_naive_root() {
    let all = leaves(64);
    let mut tree = Small::new();
    assert_eq!(tree.root(), Naive::<3>::new(&[]).root());
    for (i, leaf) in all.iter().enumerate() {
        assert_eq!(tree.append(*leaf), Ok(i as u64));
        assert_eq!(tree.root(), Naive::<3>::new(&all[..=i]).root(), "{i}");
        assert_eq!(tree.len(), i as u64 + 1);
    }
}

#[test]
fn a_full_tree_takes_no_more_and_stays_as_it_was() {
    let mut tree = of(&leaves(64));
    let before = tree.clone();
    assert_eq!(tree.append(Fr::from(1_u64)), Err(TreeError::Full));
    assert_eq!(tree, before);
    assert_eq!(tree.append_batch(&[]), Ok(64));

    let mut tree = of(&leaves(60));
    let before = tree.clone();
    assert_eq!(tree.append_batch(&leaves(5)), Err(TreeError::Full));
    assert_eq!(tree, before);
    assert_eq!(tree.append_batch(&leaves(4)), Ok(60));
}

#[test]
fn an_empty_batch_changes_nothing() {
    let mut tree = of(&leaves(7));
    let before = tree.clone();
    assert_eq!(tree.append_batch(&[]), Ok(7));
    assert_eq!(tree, before);
    assert!(Small::new().is_empty() && !tree.is_empty());
}

#[test]
fn a_zero_leaf_counts_but_hashes_like_an_empty_one() {
    let mut tree = of(&leaves(2));
    let root = tree.root();
    tree.append(Fr::ZERO).unwrap();
    assert_eq!(tree.root(), root);
    assert_eq!(tree.len(), 3);
}

#[test]
fn encodings_are_small_and_exact() {
    for count in 0..=64 {
        let tree = of(&leaves(count));
        let digits: u64 = (0..=3).map(|level| count >> (2 * level) & 3).sum();
        let bytes = borsh::to_vec(&tree).unwrap();
        assert_eq!(bytes.len() as u64, 8 + 32 * digits);
        assert_eq!(Small::try_from_slice(&bytes).unwrap(), tree);
        assert!(Small::try_from_slice(&[&bytes[..], &[0]].concat()).is_err());
        assert!(Small::try_from_slice(&bytes[..bytes.len() - 1]).is_err());
    }
}

#[test]
fn bad_encodings_are_refused() {
    assert!(Small::try_from_slice(&65_u64.to_le_bytes()).is_err());
    assert!(Small::try_from_slice(&u64::MAX.to_le_bytes()).is_err());
    let mut bytes = borsh::to_vec(&of(&leaves(1))).unwrap();
    bytes[8..].fill(0xff);
    assert!(Small::try_from_slice(&bytes).is_err());
}

proptest! {
    #[test]
    fn batches_equal_one_by_one(sizes in prop::collection::vec(0_usize..20, 0..6)) {
        let all = leaves(64);
        let (mut batched, mut single) = (Small::new(), Small::new());
        let mut next = 0;
        for size in sizes {
            let end = (next + size).min(64);
            prop_assert_eq!(batched.append_batch(&all[next..end]), Ok(next as u64));
            for leaf in &all[next..end] {
                single.append(*leaf).unwrap();
            }
            next = end;
            prop_assert_eq!(&batched, &single);
            prop_assert_eq!(batched.root(), Naive::<3>::new(&all[..next]).root());
        }
    }
}

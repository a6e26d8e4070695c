use borsh::BorshDeserialize;

use super::*;
use crate::tree::naive::{Naive, leaves};

fn path(index: u64) -> MerklePath<3> {
    let siblings = Naive::<3>::new(&leaves(40)).siblings(index as usize);
    MerklePath::new(index, siblings).unwrap()
}

#[test]
fn every_path_leads_to_the_root() {
    let all = leaves(64);
    let tree = Naive::<3>::new(&all);
    for (index, leaf) in all.iter().enumerate() {
        let path = MerklePath::new(index as u64, tree.siblings(index)).unwrap();
        assert_eq!(path.root(*leaf), tree.root());
        assert_ne!(path.root(*leaf + Fr::from(1_u64)), tree.root());
    }
}

#[test]
fn places_are_the_digits_of_the_index() {
    assert_eq!(path(0b11_01_10).places(), [2, 1, 3]);
    assert_eq!(path(0b11_01_10).index(), 0b11_01_10);
}

#[test]
fn the_index_is_bound() {
    let leaf = leaves(40)[6];
    let moved = MerklePath::new(7, *path(6).siblings()).unwrap();
    assert_ne!(moved.root(leaf), path(6).root(leaf));
}

#[test]
fn an_index_outside_the_tree_is_refused() {
    let siblings = *path(0).siblings();
    assert!(MerklePath::new(63, siblings).is_ok());
    assert_eq!(
        MerklePath::new(64, siblings),
        Err(TreeError::OutOfRange(64))
    );
    assert_eq!(
        MerklePath::new(u64::MAX, siblings),
        Err(TreeError::OutOfRange(u64::MAX))
    );
}

#[test]
fn encodings_are_exact() {
    let bytes = borsh::to_vec(&path(9)).unwrap();
    assert_eq!(bytes.len(), 8 + 9 * 32);
    assert_eq!(MerklePath::try_from_slice(&bytes).unwrap(), path(9));
    assert!(MerklePath::<3>::try_from_slice(&bytes[1..]).is_err());
    assert!(MerklePath::<3>::try_from_slice(&[&bytes[..], &[0]].concat()).is_err());
    let mut outside = bytes.clone();
    outside[0] = 64;
    assert!(MerklePath::<3>::try_from_slice(&outside).is_err());
    let mut loose = bytes;
    loose[8..40].fill(0xff);
    assert!(MerklePath::<3>::try_from_slice(&loose).is_err());
}

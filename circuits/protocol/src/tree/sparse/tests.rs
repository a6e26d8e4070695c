use proptest::prelude::*;

use super::*;
use crate::tree::naive::{Naive, leaves};

fn empty() -> SparseTree<MemoryNodes, 3> {
    SparseTree::new(MemoryNodes::default())
}

#[test]
fn setting_and_emptying_follow_the_naive_tree() {
    let mut tree = empty();
    let mut all = vec![Fr::ZERO; 64];
    let writes = [(5, 1_u64), (63, 2), (0, 3), (5, 4), (63, 0), (17, 5)];
    for (index, value) in writes {
        let leaf = Fr::from(value);
        all[index] = leaf;
        let root = tree.set(index as u64, leaf).unwrap();
        let naive = Naive::<3>::new(&all);
        assert_eq!(root, naive.root());
        assert_eq!(tree.root(), Ok(root));
        assert_eq!(tree.leaf(index as u64), Ok(leaf));
        for (i, leaf) in all.iter().enumerate() {
            let path = tree.path(i as u64).unwrap();
            assert_eq!(path.siblings(), &naive.siblings(i));
            assert_eq!(path.root(*leaf), root);
        }
    }
    assert_eq!(tree.leaf(1), Ok(Fr::ZERO));
}

#[test]
fn an_index_outside_is_refused_everywhere() {
    let mut tree = empty();
    let before = tree.clone();
    let error = SparseError::Tree(TreeError::OutOfRange(64));
    assert_eq!(tree.set(64, Fr::from(1_u64)), Err(error));
    assert_eq!(tree.leaf(64), Err(error));
    assert_eq!(tree.path(64), Err(error));
    assert_eq!(tree, before);
}

#[test]
fn the_store_carries_the_tree() {
    let mut tree = empty();
    let root = tree.set(9, Fr::from(8_u64)).unwrap();
    assert_eq!(tree.store().get(3, 0), Ok(Some(root)));
    let again = SparseTree::<_, 3>::new(tree.into_store());
    assert_eq!(again.root(), Ok(root));
}

/// Fails after a number of writes.
struct Failing(u8);

impl NodeStore for Failing {
    type Error = &'static str;

    fn get(&self, _: u8, _: u64) -> Result<Option<Fr>, Self::Error> {
        Ok(None)
    }

    fn put(&mut self, _: u8, _: u64, _: Fr) -> Result<(), Self::Error> {
        self.0 = self.0.checked_sub(1).ok_or("disk full")?;
        Ok(())
    }
}

#[test]
fn a_failing_store_is_reported() {
    let set = |writes| SparseTree::<_, 3>::new(Failing(writes)).set(0, Fr::from(1_u64));
    assert_eq!(set(3), Err(SparseError::Store("disk full")));
    assert!(set(4).is_ok());
}

proptest! {
    #[test]
    fn the_order_of_writes_does_not_matter(
        order in Just((0_usize..20).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let all = leaves(20);
        let mut tree = empty();
        for index in order {
            tree.set(index as u64, all[index]).unwrap();
        }
        prop_assert_eq!(tree.root(), Ok(Naive::<3>::new(&all).root()));
    }
}

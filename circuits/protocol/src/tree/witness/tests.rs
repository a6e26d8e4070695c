use ark_ff::AdditiveGroup;
use borsh::BorshDeserialize;
use proptest::prelude::*;

use super::*;
use crate::tree::naive::{Naive, leaves};

type Small = WitnessTree<3>;

/// Checks every marked leaf's path against the naive tree.
fn check(tree: &Small, all: &[Fr]) {
    let naive = Naive::<3>::new(&all[..tree.len() as usize]);
    assert_eq!(tree.root(), naive.root());
    for index in tree.marked() {
        let path = tree.path(index).unwrap();
        assert_eq!(path.siblings(), &naive.siblings(index as usize));
        assert_eq!(path.root(all[index as usize]), tree.root());
        assert_eq!(tree.leaf(index), Ok(all[index as usize]));
    }
}

#[test]
fn paths_stay_current_at_every_length() {
    let all = leaves(64);
    for mark in [0, 1, 5, 15, 16, 40, 63] {
        let mut tree = Small::new();
        for (index, leaf) in (0..).zip(&all) {
            assert_eq!(tree.append(*leaf), Ok(index));
            if index == mark {
                tree.mark(index).unwrap();
            }
            check(&tree, &all);
            tree.checkpoint();
            check(&tree, &all);
        }
    }
}

#[test]
fn memory_is_bounded_by_marks_and_frontier() {
    let all = leaves(64);
    let mut tree = Small::new();
    for block in all.chunks(5) {
        let first = tree.append_batch(block).unwrap();
        if first == 20 {
            tree.mark(22).unwrap();
        }
        tree.checkpoint();
        // The frontier has at most 3 nodes a level, a mark as many siblings and its leaf.
        assert!(tree.nodes.len() <= 9 + 10, "{}", tree.nodes.len());
    }
    // Full: one path of 9 siblings, the leaf, the root.
    assert_eq!(tree.nodes.len(), 11);
    tree.unmark(22);
    assert_eq!(tree.nodes.len(), 1);
    assert_eq!(tree.path(22), Err(TreeError::NotMarked(22)));
}

#[test]
fn a_leaf_is_marked_before_its_checkpoint_or_not_at_all() {
    let all = leaves(10);
    let mut tree = Small::new();
    assert_eq!(tree.mark(0), Err(TreeError::OutOfRange(0)));
    tree.append_batch(&all[..5]).unwrap();
    assert_eq!(tree.mark(5), Err(TreeError::OutOfRange(5)));
    tree.mark(2).unwrap();
    tree.checkpoint();
    assert_eq!(tree.mark(2), Ok(()));
    assert_eq!(tree.mark(3), Err(TreeError::Forgotten(3)));
    assert_eq!(tree.path(3), Err(TreeError::NotMarked(3)));
    assert_eq!(tree.leaf(3), Err(TreeError::NotMarked(3)));
    tree.append_batch(&all[5..]).unwrap();
    tree.mark(5).unwrap();
    check(&tree, &all);
}

#[test]
fn paths_lead_to_earlier_roots_too() {
    let all = leaves(50);
    let mut tree = Small::new();
    let mut past = vec![tree.frontier().clone()];
    for block in all.chunks(7) {
        let first = tree.append_batch(block).unwrap();
        tree.mark(first + block.len() as u64 / 2).unwrap();
        tree.checkpoint();
        past.push(tree.frontier().clone());
    }
    let marked: Vec<u64> = tree.marked().collect();
    for frontier in &past {
        let naive = Naive::<3>::new(&all[..frontier.len() as usize]);
        for &index in &marked {
            let expected = match index < frontier.len() {
                true => Ok(MerklePath::new(index, naive.siblings(index as usize)).unwrap()),
                false => Err(TreeError::OutOfRange(index)),
            };
            assert_eq!(tree.path_at(frontier, index), expected);
        }
    }
}

#[test]
fn a_frontier_of_another_tree_is_noticed() {
    let all = leaves(20);
    let mut tree = Small::new();
    tree.append_batch(&all[..10]).unwrap();
    tree.mark(4).unwrap();
    let mut other = Small::new();
    other.append_batch(&all[1..9]).unwrap();
    assert_eq!(
        tree.path_at(other.frontier(), 4),
        Err(TreeError::ForeignFrontier)
    );
    other.append_batch(&all[..5]).unwrap();
    assert_eq!(
        tree.path_at(other.frontier(), 4),
        Err(TreeError::ForeignFrontier)
    );
    let own = tree.frontier().clone();
    assert_eq!(tree.path_at(&own, 5), Err(TreeError::NotMarked(5)));
}

#[test]
fn a_full_tree_takes_no_more_and_stays_as_it_was() {
    let mut tree = Small::new();
    tree.append_batch(&leaves(60)).unwrap();
    let before = tree.clone();
    assert_eq!(tree.append_batch(&leaves(5)), Err(TreeError::Full));
    assert_eq!(tree, before);
    tree.append_batch(&leaves(4)).unwrap();
    assert_eq!(tree.append(Fr::from(1_u64)), Err(TreeError::Full));
}

fn sample() -> Small {
    let mut tree = Small::new();
    tree.append_batch(&leaves(23)).unwrap();
    tree.mark(3).unwrap();
    tree.mark(21).unwrap();
    tree.checkpoint();
    tree
}

#[test]
fn encodings_are_exact() {
    for tree in [Small::new(), sample()] {
        let bytes = borsh::to_vec(&tree).unwrap();
        assert_eq!(Small::try_from_slice(&bytes).unwrap(), tree);
        assert!(Small::try_from_slice(&[&bytes[..], &[0]].concat()).is_err());
        assert!(Small::try_from_slice(&bytes[..bytes.len() - 1]).is_err());
    }
    let mut tree = Small::try_from_slice(&borsh::to_vec(&sample()).unwrap()).unwrap();
    let mut all = leaves(23);
    all.extend(leaves(30));
    tree.append_batch(&all[23..]).unwrap();
    check(&tree, &all);
}

#[test]
fn inconsistent_encodings_are_refused() {
    let refused = |spoil: &dyn Fn(&mut Small)| {
        let mut tree = sample();
        spoil(&mut tree);
        Small::try_from_slice(&borsh::to_vec(&tree).unwrap()).is_err()
    };
    let with_node = |key: (u8, u64), node: Option<Fr>| {
        refused(&|tree| {
            tree.nodes.remove(&key);
            tree.nodes.extend(node.map(|node| (key, node)));
        })
    };
    assert!(!refused(&|_| {}));
    assert!(refused(&|tree| tree.checkpoint = 24));
    assert!(refused(&|tree| tree.marked.extend([5])));
    assert!(refused(&|tree| tree.marked.extend([64])));
    // A node not complete yet, and one on a level that does not exist.
    assert!(with_node((0, 23), Some(Fr::ZERO)));
    assert!(with_node((4, 0), Some(Fr::ZERO)));
    for (key, node) in sample().nodes {
        assert!(!with_node(key, Some(node)), "{key:?}");
        assert!(with_node(key, Some(node + Fr::from(1_u64))), "{key:?}");
        assert!(with_node(key, None), "{key:?}");
    }
}

#[test]
fn lists_out_of_order_are_refused() {
    let tree = sample();
    let encode = |marked: Vec<u64>| {
        let mut bytes = borsh::to_vec(&tree.frontier).unwrap();
        bytes.extend(borsh::to_vec(&tree.checkpoint).unwrap());
        bytes.extend(borsh::to_vec(&marked).unwrap());
        let nodes: Vec<_> = tree
            .nodes
            .iter()
            .map(|((level, index), node)| (*level, *index, fr_to_bytes(node)))
            .collect();
        bytes.extend(borsh::to_vec(&nodes).unwrap());
        Small::try_from_slice(&bytes)
    };
    assert_eq!(encode(vec![3, 21]).unwrap(), tree);
    assert!(encode(vec![21, 3]).is_err());
    assert!(encode(vec![3, 3, 21]).is_err());
}

fn nothing_superfluous(tree: &Small) -> bool {
    tree.nodes
        .keys()
        .all(|(level, index)| is_needed(tree.len(), &tree.marked, *level, *index))
}

#[test]
fn a_mark_can_move_within_a_block() {
    let all = leaves(30);
    let mut tree = Small::new();
    tree.append_batch(&all[..9]).unwrap();
    tree.mark(2).unwrap();
    tree.checkpoint();
    tree.append_batch(&all[9..]).unwrap();
    tree.mark(12).unwrap();
    tree.unmark(12);
    tree.unmark(2);
    tree.unmark(2);
    tree.mark(13).unwrap();
    tree.mark(12).unwrap();
    check(&tree, &all);
    tree.checkpoint();
    check(&tree, &all);
    assert!(nothing_superfluous(&tree));
}

proptest! {
    /// Random blocks, random marks (a few leaves of each block), some unmarked later.
    #[test]
    fn any_history_keeps_its_paths(
        blocks in prop::collection::vec(prop::collection::vec(0_u8..4, 0..12), 0..8),
        spent in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
    ) {
        let all = leaves(64);
        let mut tree = Small::new();
        for block in &blocks {
            let start = tree.len() as usize;
            let end = (start + block.len()).min(64);
            tree.append_batch(&all[start..end]).unwrap();
            for (offset, choice) in block.iter().take(end - start).enumerate() {
                if *choice == 0 {
                    tree.mark((start + offset) as u64).unwrap();
                }
            }
            check(&tree, &all);
            tree.checkpoint();
            check(&tree, &all);
            prop_assert!(nothing_superfluous(&tree));
            let marked: Vec<u64> = tree.marked().collect();
            if let (Some(index), false) = (spent.first(), marked.is_empty()) {
                tree.unmark(*index.get(&marked));
                check(&tree, &all);
                prop_assert!(nothing_superfluous(&tree));
            }
            let bytes = borsh::to_vec(&tree).unwrap();
            prop_assert_eq!(&Small::try_from_slice(&bytes).unwrap(), &tree);
        }
    }
}

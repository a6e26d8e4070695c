use super::{
    naive::{Naive, leaves},
    *,
};

#[test]
fn depths_are_those_of_the_contracts() {
    assert_eq!((NOTE_DEPTH, REGISTRY_DEPTH), (17, 9));
}

#[test]
fn empty_roots_are_the_roots_of_empty_trees() {
    assert_eq!(empty_roots()[0], Fr::ZERO);
    assert_eq!(empty_roots()[1], compress4(&[Fr::ZERO; 4]));
    assert_eq!(empty_roots()[3], Naive::<3>::new(&[]).root());
    assert_eq!(empty_roots()[17], Frontier::<17>::new().root());
    assert_eq!(
        Ok(empty_roots()[9]),
        SparseTree::<_, 9>::new(MemoryNodes::default()).root()
    );
}

/// All three trees at full depth, on the same leaves.
#[test]
fn the_trees_agree_at_the_depths_in_use() {
    let leaves = leaves(23);
    let mut frontier = Frontier::<NOTE_DEPTH>::new();
    let mut witness = WitnessTree::<NOTE_DEPTH>::new();
    let mut sparse = SparseTree::<_, NOTE_DEPTH>::new(MemoryNodes::default());
    frontier.append_batch(&leaves).unwrap();
    witness.append_batch(&leaves).unwrap();
    for (index, leaf) in (0..).zip(&leaves) {
        sparse.set(index, *leaf).unwrap();
        witness.mark(index).unwrap();
    }
    assert_eq!(witness.root(), frontier.root());
    assert_eq!(sparse.root(), Ok(frontier.root()));
    for index in 0..23 {
        assert_eq!(sparse.path(index), Ok(witness.path(index).unwrap()));
    }
}

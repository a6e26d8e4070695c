use obolus_protocol::field::fr_to_bytes;
use obolus_runtime::ledger::kit;

use super::*;

const ID: TreeId = TreeId {
    contract: ContractId([7; 32]),
    tree: 0,
};

/// Appends without a ledger.
fn append(index: &PathIndex, leaves: std::ops::Range<u64>) {
    let mut inner = index.lock();
    let tree = match inner.trees.remove(&ID) {
        Some(tree) => tree,
        None => index.begin_tree(&ID).unwrap(),
    };
    let mut tree = tree;
    let leaves: Vec<_> = leaves.map(Fr::from).collect();
    tree.append(&leaves).unwrap();
    inner.trees.insert(ID, tree);
    inner.followed += 1;
}

fn frontier(leaves: u64) -> Frontier<NOTE_DEPTH> {
    let mut frontier = Frontier::new();
    let leaves: Vec<_> = (0..leaves).map(Fr::from).collect();
    frontier.append_batch(&leaves).unwrap();
    frontier
}

#[test]
fn every_leaf_has_a_path_to_the_root_at_every_size() {
    let dir = tempfile::tempdir().unwrap();
    let index = PathIndex::open(dir.path()).unwrap();
    assert!(index.path(&ID, 0).unwrap().is_none());
    let mut leaves = 0;
    for step in [1, 1, 2, 3, 9, 1, 47, 5] {
        append(&index, leaves..leaves + step);
        leaves += step;
        let root = frontier(leaves).root();
        for position in 0..leaves {
            let found = index.path(&ID, position).unwrap().unwrap();
            assert_eq!(found.leaf, Fr::from(position));
            assert_eq!((found.anchor, found.path.root(found.leaf)), (root, root));
            assert_eq!(found.path.index(), position);
        }
        assert!(matches!(
            index.path(&ID, leaves),
            Err(PathError::NoLeaf { .. })
        ));
    }
}

#[test]
fn what_was_saved_is_there_after_reopening_and_what_was_not_is_cut_off() {
    let dir = tempfile::tempdir().unwrap();
    let index = PathIndex::open(dir.path()).unwrap();
    append(&index, 0..70);
    index.close().unwrap();
    append(&index, 70..200);
    drop(index);
    let index = PathIndex::open(dir.path()).unwrap();
    assert_eq!(index.followed(), 1);
    let found = index.path(&ID, 69).unwrap().unwrap();
    assert_eq!(found.anchor, frontier(70).root());
    assert!(matches!(index.path(&ID, 70), Err(PathError::NoLeaf { .. })));
    append(&index, 70..200);
    assert_eq!(
        index.path(&ID, 3).unwrap().unwrap().anchor,
        frontier(200).root()
    );
}

#[test]
fn damage_is_noticed_and_begins_anew() {
    let damage: [&dyn Fn(&Path); 4] = [
        &|tree| fs::write(tree.join("00"), [0; 32]).unwrap(),
        &|tree| fs::remove_file(tree.join("02")).unwrap(),
        &|tree| fs::write(tree.parent().unwrap().join(INDEX), b"garbage").unwrap(),
        &|tree| {
            let file = fs::OpenOptions::new()
                .write(true)
                .open(tree.join("00"))
                .unwrap();
            std::os::unix::fs::FileExt::write_all_at(
                &file,
                &fr_to_bytes(&Fr::from(9_u64)).0,
                32 * 5,
            )
            .unwrap();
        },
    ];
    for spoil in damage {
        let dir = tempfile::tempdir().unwrap();
        let index = PathIndex::open(dir.path()).unwrap();
        append(&index, 0..70);
        index.close().unwrap();
        let tree = index.tree_directory(&ID);
        drop(index);
        spoil(&tree);
        let index = PathIndex::open(dir.path()).unwrap();
        match index.path(&ID, 4) {
            Ok(None) => {}
            Err(PathError::Damaged) => assert!(index.path(&ID, 4).unwrap().is_none()),
            other => panic!("{other:?}"),
        }
        assert_eq!(index.followed(), 0);
    }
}

#[test]
fn a_ledger_without_trees_is_followed_to_its_tip_and_a_shorter_one_from_the_start() {
    let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut ledger = kit::open(&dir.path().join("ledger"));
    kit::commit(&mut ledger, &[kit::put(1, b"x", 10)]);
    let index = PathIndex::open(&dir.path().join("paths")).unwrap();
    index.follow(&ledger.reader()).unwrap();
    assert_eq!(index.followed(), 2);
    let shorter = kit::open(other.path());
    index.follow(&shorter.reader()).unwrap();
    assert_eq!(index.followed(), 1);
}

//! Accumulators in the state against the protocol's trees in memory.

use std::sync::Arc;

use obolus_abi::{ChainId, ContractId};
use obolus_protocol::field::{Fr, fr_to_bytes};
use obolus_protocol::tree::{Frontier, MemoryNodes, NOTE_DEPTH, REGISTRY_DEPTH, SparseTree};
use obolus_protocol::tx::Height;

use super::{AppendTree, Change, SlotTree, end_block};
use obolus_chain::Timestamp;

use crate::exec::BlockEnv;
use crate::overlay::Overlay;
use crate::state::MemoryState;

const OWNER: ContractId = ContractId([1; 32]);
const OTHER: ContractId = ContractId([2; 32]);

fn env(height: u64) -> BlockEnv {
    BlockEnv {
        chain: ChainId([0; 32]),
        height: Height(height),
        time: Timestamp(0),
    }
}

/// Ends the block and applies it.
fn finish(state: &mut MemoryState, mut overlay: Overlay, height: u64) {
    end_block(&mut overlay, &env(height)).expect("an end");
    state.apply(&overlay.into_writes());
}

#[test]
fn appends_show_at_the_end_of_the_block() {
    let mut state = MemoryState::new();
    let mut model = Frontier::<NOTE_DEPTH>::new();
    let tree = AppendTree::new(OWNER, 0);
    let mut next = 0u64;
    for (height, count) in [(1, 3u64), (2, 0), (3, 1), (4, 20)] {
        let mut overlay = Overlay::new(Arc::new(state.clone()));
        let before = tree.anchor(&overlay).expect("an anchor");
        assert_eq!(before, model.root());
        for _ in 0..count {
            let leaf = Fr::from(1_000 + next);
            assert_eq!(tree.append(&mut overlay, leaf), Ok(Change::Done(next)));
            model.append(leaf).expect("room");
            next += 1;
        }
        assert_eq!(
            tree.anchor(&overlay),
            Ok(before),
            "not before the block's end"
        );
        assert_eq!(tree.len(&overlay), Ok(next));
        finish(&mut state, overlay, height);
        let overlay = Overlay::new(Arc::new(state.clone()));
        assert_eq!(tree.anchor(&overlay), Ok(model.root()));
        let since = tree.anchor_height(&overlay, &fr_to_bytes(&model.root()));
        assert_eq!(since, Ok(Some(if count == 0 { 1 } else { height })));
    }
    // Every earlier anchor holds, nothing else does.
    let overlay = Overlay::new(Arc::new(state.clone()));
    let mut replay = Frontier::<NOTE_DEPTH>::new();
    for i in 0..next {
        let empty = fr_to_bytes(&Frontier::<NOTE_DEPTH>::new().root());
        assert_eq!(
            tree.anchor_height(&overlay, &empty),
            Ok(None),
            "the empty tree is no anchor"
        );
        replay.append(Fr::from(1_000 + i)).expect("room");
        let expected = [(3, 1), (4, 3), (24, 4)]
            .iter()
            .find(|(len, _)| *len == replay.len())
            .map(|(_, height)| *height);
        assert_eq!(
            tree.anchor_height(&overlay, &fr_to_bytes(&replay.root())),
            Ok(expected)
        );
    }
}

#[test]
fn a_block_keeps_no_scratch_entries() {
    let mut state = MemoryState::new();
    let mut overlay = Overlay::new(Arc::new(state.clone()));
    let tree = AppendTree::new(OWNER, 3);
    tree.append(&mut overlay, Fr::from(5u64))
        .expect("an append");
    finish(&mut state, overlay, 1);
    assert_eq!(state.len(), 2, "a frontier and an anchor");
}

#[test]
fn a_rolled_back_append_gives_its_index_back() {
    let mut overlay = Overlay::new(Arc::new(MemoryState::new()));
    let tree = AppendTree::new(OWNER, 0);
    overlay.begin();
    assert_eq!(
        tree.append(&mut overlay, Fr::from(1u64)),
        Ok(Change::Done(0))
    );
    overlay.rollback();
    overlay.begin();
    assert_eq!(
        tree.append(&mut overlay, Fr::from(2u64)),
        Ok(Change::Done(0))
    );
    overlay.commit();
    end_block(&mut overlay, &env(1)).expect("an end");
    let mut model = Frontier::<NOTE_DEPTH>::new();
    model.append(Fr::from(2u64)).expect("room");
    assert_eq!(tree.anchor(&overlay), Ok(model.root()));
}

#[test]
fn trees_are_apart_by_contract_and_number() {
    let mut overlay = Overlay::new(Arc::new(MemoryState::new()));
    for (tree, leaf) in [
        (AppendTree::new(OWNER, 0), 1u64),
        (AppendTree::new(OWNER, 1), 2),
        (AppendTree::new(OTHER, 0), 3),
    ] {
        assert_eq!(
            tree.append(&mut overlay, Fr::from(leaf)),
            Ok(Change::Done(0))
        );
    }
    end_block(&mut overlay, &env(1)).expect("an end");
    for (tree, leaf) in [
        (AppendTree::new(OWNER, 0), 1u64),
        (AppendTree::new(OWNER, 1), 2),
        (AppendTree::new(OTHER, 0), 3),
    ] {
        let mut model = Frontier::<NOTE_DEPTH>::new();
        model.append(Fr::from(leaf)).expect("room");
        assert_eq!(tree.anchor(&overlay), Ok(model.root()));
    }
}

#[test]
fn slots_show_at_once_and_agree_with_the_protocol() {
    let mut overlay = Overlay::new(Arc::new(MemoryState::new()));
    let tree = SlotTree::new(OWNER, 0);
    let mut model = SparseTree::<_, REGISTRY_DEPTH>::new(MemoryNodes::default());
    assert_eq!(tree.root(&overlay), Ok(model.root().expect("a root")));
    // With each how many nodes are new: all ten levels, all below the root, two levels, none.
    for (slot, leaf, nodes) in [
        (0, 7u64, 10),
        (262_143, 8, 9),
        (5, 9, 2),
        (0, 0, 0),
        (5, 10, 0),
    ] {
        let root = model.set(slot, Fr::from(leaf)).expect("a slot");
        assert_eq!(
            tree.set(&mut overlay, slot, Fr::from(leaf)),
            Ok(Change::Done(crate::host::accumulator::SlotChange {
                root,
                nodes
            }))
        );
        assert_eq!(tree.root(&overlay), Ok(root));
        let path = tree
            .path(&overlay, slot)
            .expect("no fault")
            .expect("a slot");
        assert_eq!(path.root(Fr::from(leaf)), root);
    }
    assert_eq!(
        tree.set(&mut overlay, 262_144, Fr::from(1u64)),
        Ok(Change::Full)
    );
    assert_eq!(tree.path(&overlay, 262_144), Ok(None));
    assert_eq!(
        SlotTree::new(OWNER, 1).root(&overlay),
        SlotTree::new(OTHER, 0).root(&overlay)
    );
}

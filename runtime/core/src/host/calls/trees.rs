//! The trees that the host keeps for a contract.

use obolus_abi::FieldBytes;
use obolus_abi::hostcall::HostCode;
use obolus_abi::limits::MAX_TREES;
use obolus_protocol::field::{Fr, fr_from_bytes, fr_to_bytes};

use crate::exec::TrapKind;
use crate::host::accumulator::{AppendTree, Change, SlotChange, SlotTree};
use crate::host::frame::{code, number};
use crate::host::{Frame, Stop, quota};

pub(crate) fn tree_append(frame: &mut Frame, tree: u32, leaf: &[u8; 32]) -> Result<i64, Stop> {
    let tree = append_tree(frame, tree)?;
    let Some(leaf) = decode(leaf) else {
        return code(HostCode::Malformed);
    };
    match tree.append(&mut frame.session()?.overlay, leaf)? {
        Change::Done(position) => {
            quota::leaf_appended(frame)?;
            number(position)
        }
        Change::Full => code(HostCode::Full),
    }
}

pub(crate) fn tree_is_anchor(frame: &mut Frame, tree: u32, root: &[u8; 32]) -> Result<i64, Stop> {
    let tree = append_tree(frame, tree)?;
    let since = tree.anchor_height(&frame.session()?.overlay, &FieldBytes(*root))?;
    Ok(i64::from(since.is_some()))
}

pub(crate) fn tree_anchor(frame: &mut Frame, tree: u32) -> Result<i64, Stop> {
    let tree = append_tree(frame, tree)?;
    let root = tree.anchor(&frame.session()?.overlay)?;
    frame.answer(fr_to_bytes(&root).0)
}

pub(crate) fn tree_set(
    frame: &mut Frame,
    tree: u32,
    slot: u64,
    leaf: &[u8; 32],
) -> Result<i64, Stop> {
    let tree = slot_tree(frame, tree)?;
    let Some(leaf) = decode(leaf) else {
        return code(HostCode::Malformed);
    };
    match tree.set(&mut frame.session()?.overlay, slot, leaf)? {
        Change::Done(SlotChange { root, nodes }) => {
            quota::nodes_made(frame, nodes)?;
            frame.answer(fr_to_bytes(&root).0)
        }
        Change::Full => code(HostCode::Full),
    }
}

pub(crate) fn tree_root(frame: &mut Frame, tree: u32) -> Result<i64, Stop> {
    let tree = slot_tree(frame, tree)?;
    let root = tree.root(&frame.session()?.overlay)?;
    frame.answer(fr_to_bytes(&root).0)
}

fn append_tree(frame: &Frame, tree: u32) -> Result<AppendTree, Stop> {
    Ok(AppendTree::new(frame.call.contract, number_of(tree)?))
}

fn slot_tree(frame: &Frame, tree: u32) -> Result<SlotTree, Stop> {
    Ok(SlotTree::new(frame.call.contract, number_of(tree)?))
}

fn number_of(tree: u32) -> Result<u8, Stop> {
    match u8::try_from(tree) {
        Ok(number) if tree < MAX_TREES => Ok(number),
        _ => Err(TrapKind::BadArgument.into()),
    }
}

fn decode(leaf: &[u8; 32]) -> Option<Fr> {
    fr_from_bytes(&FieldBytes(*leaf)).ok()
}

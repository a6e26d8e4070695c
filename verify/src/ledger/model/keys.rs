//! Where the replay of statements keeps things: a kind, the contract, the rest.

use obolus_abi::{CodeId, ContractId, TxDigest};

/// How far the replay is.
pub const POSITION: &[u8] = b"\x00position";

const SEEN: u8 = 1;
const CODE: u8 = 2;
const CONTRACT: u8 = 3;
const STATE: u8 = 4;
const ITEM: u8 = 5;

/// Slot of a spend-validating key.
pub const AK: u8 = 0;
/// Slot of an owner.
pub const OWNER: u8 = 1;
/// Entry of a directory.
pub const ENTRY: u8 = 2;
/// Node of a registry's tree.
pub const NODE: u8 = 3;
/// A spent note's nullifier.
pub const NULLIFIER: u8 = 4;
/// A root of the note tree at the end of some block.
pub const ANCHOR: u8 = 5;

/// A deal of a settlement contract.
pub const DEAL: u8 = 6;
/// A settlement contract that a registrar approved.
pub const APPROVED: u8 = 7;

/// A request of an access log.
pub const REQUEST: u8 = 8;
/// A sum that redemptions had.
pub const REACHED: u8 = 16;
/// A used place in a quota.
pub const PLACE: u8 = 17;

/// A committed transaction.
pub fn seen(digest: &TxDigest) -> Vec<u8> {
    [&[SEEN], digest.as_bytes().as_slice()].concat()
}

/// An uploaded module.
pub fn code(code: &CodeId) -> Vec<u8> {
    [&[CODE], code.0.as_slice()].concat()
}

/// Code and freezing of a contract.
pub fn contract(contract: &ContractId) -> Vec<u8> {
    [&[CONTRACT], contract.0.as_slice()].concat()
}

/// What of a contract is read as a whole.
pub fn contract_state(contract: &ContractId) -> Vec<u8> {
    [&[STATE], contract.0.as_slice()].concat()
}

/// One of many things of a contract. The kinds have rests of fixed lengths.
pub fn item(contract: &ContractId, kind: u8, rest: &[&[u8]]) -> Vec<u8> {
    let mut key = [&[ITEM], contract.0.as_slice(), &[kind]].concat();
    for part in rest {
        key.extend_from_slice(part);
    }
    key
}

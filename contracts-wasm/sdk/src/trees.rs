//! The accumulators that the host keeps for a contract, by number.

use obolus_abi::FieldBytes;
use obolus_abi::hostcall::HostCode;

use crate::env::fixed;
use crate::{Env, Refused, abort, sys};

/// Why a tree was not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TreeError {
    /// No place left, or no such slot.
    Full,
    /// The leaf is not a canonical field element.
    Malformed,
}

/// An append-only 4-ary tree of 17 levels. Leaves show in the root at the end of the block; every
/// root at the end of a block stays an anchor for good.
#[derive(Clone, Copy, Debug)]
pub struct AppendTree(u32);

impl AppendTree {
    /// The contract's append tree of this number, below [`obolus_abi::limits::MAX_TREES`].
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    /// Appends a leaf; returns its index.
    ///
    /// # Errors
    /// [`TreeError`]; the tree is unchanged.
    pub fn append(self, _env: &mut Env, leaf: &FieldBytes) -> Result<u64, TreeError> {
        let result = sys::tree_append(self.0, &leaf.0);
        outcome(result)?;
        Ok(result.unsigned_abs())
    }

    /// Was this the root at the end of some block?
    ///
    /// # Errors
    /// [`Refused`] when it was not.
    pub fn check_anchor(self, _env: &Env, root: &FieldBytes) -> Result<(), Refused> {
        match sys::tree_is_anchor(self.0, &root.0) {
            1 => Ok(()),
            _ => Err(Refused),
        }
    }

    /// The newest anchor.
    pub fn anchor(self, _env: &Env) -> FieldBytes {
        sys::tree_anchor(self.0);
        FieldBytes(fixed())
    }
}

/// A 4-ary tree of 9 levels with leaves at slots. Changes show at once.
#[derive(Clone, Copy, Debug)]
pub struct SlotTree(u32);

impl SlotTree {
    /// The contract's slot tree of this number, below [`obolus_abi::limits::MAX_TREES`].
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    /// Sets the leaf at a slot (zero empties it); returns the new root.
    ///
    /// # Errors
    /// [`TreeError`]; the tree is unchanged.
    pub fn set(
        self,
        _env: &mut Env,
        slot: u32,
        leaf: &FieldBytes,
    ) -> Result<FieldBytes, TreeError> {
        outcome(sys::tree_set(self.0, u64::from(slot), &leaf.0))?;
        Ok(FieldBytes(fixed()))
    }

    /// The root.
    pub fn root(self, _env: &Env) -> FieldBytes {
        sys::tree_root(self.0);
        FieldBytes(fixed())
    }
}

fn outcome(result: i64) -> Result<(), TreeError> {
    match HostCode::from_result(result) {
        None => Ok(()),
        Some(HostCode::Full) => Err(TreeError::Full),
        Some(HostCode::Malformed) => Err(TreeError::Malformed),
        Some(_) => abort("the host answered a tree call with a code that is not its"),
    }
}

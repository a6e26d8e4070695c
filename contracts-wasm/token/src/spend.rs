//! What `transfer`, `transfer_deal` and `redeem` share: the notes that go in.

use obolus_sdk::abi::token::TokenError;
use obolus_sdk::{Env, FieldBytes};

use crate::notes;

/// The inputs of a spend.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// Note-tree root that they are proved under.
    pub anchor: &'a FieldBytes,
    /// Their nullifiers.
    pub nullifiers: [&'a FieldBytes; 2],
}

impl Inputs<'_> {
    /// The nullifiers differ: one note given twice would count double.
    ///
    /// # Errors
    /// [`TokenError::NullifiersEqual`].
    pub fn check_distinct(&self) -> Result<(), TokenError> {
        let [first, second] = self.nullifiers;
        if first == second {
            return Err(TokenError::NullifiersEqual);
        }
        Ok(())
    }

    /// Neither was spent before, and the anchor was the note tree's root at the end of some block.
    ///
    /// # Errors
    /// [`TokenError::DoubleSpend`], then [`TokenError::UnknownAnchor`].
    pub fn check_unspent(&self, env: &Env) -> Result<(), TokenError> {
        if self
            .nullifiers
            .iter()
            .any(|nullifier| notes::is_spent(env, nullifier))
        {
            return Err(TokenError::DoubleSpend);
        }
        notes::check_anchor(env, self.anchor)
    }
}

//! What a member knows by itself of where the treasury's money may go, whoever prepares a proposal.

use obolus_abi::ContractId;
use obolus_protocol::note::Slot;
use obolus_protocol::{Address, FullViewingKey, Owner};

use super::TreasuryError;
use crate::view::TokenView;

/// What proposals that move everything elsewhere are held against. Without it such a proposal is not approved.
#[derive(Clone, Default)]
pub struct Known {
    /// The treasury's place in the registry.
    pub slot: Option<Slot>,
    /// The keys that took over from the treasury's, as the registry lists them: each from the one before.
    pub listed: Vec<Address>,
    /// The new keys that this member approved, the latest last.
    pub agreed: Vec<Address>,
    /// The new key that this member has a share of, from its own directory: it sees what is paid to it.
    pub held: Option<FullViewingKey>,
    /// The token's successor: named by the token, and in this member's own file of it.
    pub successor: Option<ContractId>,
}

/// By what a member knows the treasury's newest key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vouched {
    /// By what it approved last, or has a share of.
    Itself,
    /// By the blocks of its node alone: whoever approves compares the address.
    Blocks,
}

impl Known {
    /// What the registry lists of an owner.
    pub fn listed(view: &TokenView, owner: &Owner) -> Self {
        let directory = view.directory();
        let Some(own) = directory.by_owner(owner) else {
            return Self::default();
        };
        let mut listed = Vec::new();
        let mut last = own;
        // A newer key has a later slot, whatever a node says: so this ends.
        while let Some(newer) = last.superseded_by.filter(|newer| *newer > last.slot)
            && let Some(entry) = directory.by_slot(newer)
            && let Some(address) = entry.address()
        {
            listed.push(address);
            last = entry;
        }
        Self {
            slot: Some(own.slot),
            listed,
            ..Self::default()
        }
    }

    /// The key that has the treasury's money in the end.
    pub fn newest(&self) -> Option<&Address> {
        self.listed.last()
    }

    /// Whether this is the treasury's own new key.
    pub(super) fn vouch(&self, to: &Address) -> Result<Vouched, TreasuryError> {
        match self.newest() {
            Some(newest) if newest == to => {}
            Some(_) => {
                return Err(TreasuryError::Lies(
                    "it says that it moves money to the treasury's new key, and pays another than the registry lists",
                ));
            }
            None => {
                return Err(TreasuryError::Lies(
                    "it says that it moves money to the treasury's new key, and the registry lists none",
                ));
            }
        }
        if self.held.is_some() {
            // It took part in making this key: nothing that it approved before says more.
            self.is_held(to)?;
            return Ok(Vouched::Itself);
        }
        let first = self.listed.first();
        if !self.agreed.is_empty() && !first.is_some_and(|first| self.agreed.contains(first)) {
            return Err(TreasuryError::OtherKey(
                "the new key that the registry lists is another than this member approved",
            ));
        }
        // What was approved is one rotation: a node that shows a further one could have made it up, and one that was approved
        // before another may have come to nothing.
        Ok(match self.agreed.last() == Some(to) {
            true => Vouched::Itself,
            false => Vouched::Blocks,
        })
    }

    /// Whether it is the key that this member has a share of, if one is known.
    pub(super) fn is_held(&self, to: &Address) -> Result<(), TreasuryError> {
        match &self.held {
            Some(held) if held.address() != *to => Err(TreasuryError::OtherKey(
                "the new key is another than the one in this member's own directory",
            )),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;

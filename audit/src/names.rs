//! Who is who: participants by slot, address or owner hash, and what the auditor calls them.

use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::FieldBytes;
use obolus_protocol::Address;
use obolus_protocol::address::Network;
use obolus_protocol::keys::Owner;
use obolus_protocol::note::Slot;
use obolus_runtime_api::hex;
use obolus_wallet::TokenView;
use obolus_wallet::auditor::Rotation;
use obolus_wallet::directory::Entry;

/// Longest name, in bytes.
const MAX_NAME: usize = 120;

/// Why nobody was found, or a name was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nobody.
    #[error(
        "no participant is {0:?}: give a slot, an address, an owner hash or a name of the names file"
    )]
    Nobody(String),
    /// Not a name.
    #[error(
        "{0:?} cannot be a name: use 1 to 120 bytes without control characters, and not a number"
    )]
    Bad(String),
    /// Given twice.
    #[error("{0:?} names two participants: give each a name of its own")]
    Twice(String),
}

/// What the auditor calls participants. Kept encrypted: a list of clients is nobody else's business.
#[derive(Clone, Default, BorshSerialize, BorshDeserialize)]
pub struct Names(BTreeMap<Slot, String>);

impl Names {
    /// Calls a participant by a name from now on.
    ///
    /// # Errors
    /// [`NameError`].
    pub fn set(&mut self, slot: Slot, name: &str) -> Result<(), NameError> {
        let fits = (1..=MAX_NAME).contains(&name.len()) && name.trim() == name;
        if !fits || name.chars().any(char::is_control) || name.parse::<u32>().is_ok() {
            return Err(NameError::Bad(name.into()));
        }
        if self
            .0
            .iter()
            .any(|(other, known)| *other != slot && known == name)
        {
            return Err(NameError::Twice(name.into()));
        }
        self.0.insert(slot, name.into());
        Ok(())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn of(&self, slot: Slot) -> Option<&str> {
        self.0.get(&slot).map(String::as_str)
    }

    fn named(&self, name: &str) -> Option<Slot> {
        let mut all = self.0.iter();
        all.find_map(|(slot, known)| (known == name).then_some(*slot))
    }
}

/// Looks participants up.
#[derive(Clone, Copy)]
pub struct People<'a> {
    /// The directory.
    view: &'a TokenView,
    names: &'a Names,
    rotations: &'a BTreeMap<Slot, Rotation>,
    network: Network,
}

impl<'a> People<'a> {
    /// Over a directory.
    pub const fn new(
        view: &'a TokenView,
        names: &'a Names,
        rotations: &'a BTreeMap<Slot, Rotation>,
        network: Network,
    ) -> Self {
        Self {
            view,
            names,
            rotations,
            network,
        }
    }

    /// All participants and deals in the order of their slots.
    pub fn all(&self) -> impl Iterator<Item = &'a Entry> + use<'a> {
        self.view.directory().iter()
    }

    /// The directory's entry.
    pub fn entry(&self, slot: Slot) -> Option<&'a Entry> {
        self.view.directory().by_slot(slot)
    }

    /// The address that payers use, if there is one.
    pub fn address(&self, slot: Slot) -> Option<String> {
        let address: Address = self.entry(slot)?.address()?;
        Some(address.encode(self.network))
    }

    /// Where a participant went on with a new key.
    pub fn rotation(&self, slot: Slot) -> Option<&'a Rotation> {
        self.rotations.get(&slot)
    }

    /// All slots of the participant that has this one, oldest first: keys that were exchanged are the same institution.
    pub fn lineage(&self, slot: Slot) -> Vec<Slot> {
        let mut line = vec![slot];
        let before = |slot: Slot| {
            let mut all = self.rotations.iter();
            all.find_map(|(from, rotation)| (rotation.to == slot).then_some(*from))
        };
        // The registry numbers slots upwards, but nothing here relies on it: a slot is entered once.
        while let Some(earlier) = line.first().copied().and_then(before)
            && !line.contains(&earlier)
        {
            line.insert(0, earlier);
        }
        while let Some(later) = line.last().and_then(|slot| self.rotations.get(slot))
            && !line.contains(&later.to)
        {
            line.push(later.to);
        }
        line
    }

    /// What to call a participant: its name, or what it is.
    pub fn label(&self, slot: Slot) -> String {
        if let Some(name) = self.names.of(slot) {
            return name.to_owned();
        }
        let named = self.lineage(slot).into_iter().rev();
        if let Some(name) = named.filter_map(|other| self.names.of(other)).next() {
            return format!("{name} (slot {})", slot.get());
        }
        match self.entry(slot).and_then(|entry| entry.deal) {
            Some((_, deal)) => format!(
                "deal {}",
                hex::encode(deal.as_ref().get(..4).unwrap_or(&[]))
            ),
            None => format!("slot {}", slot.get()),
        }
    }

    /// The participant that a text means: a slot's number, an address, an owner hash, or a name.
    ///
    /// # Errors
    /// [`NameError::Nobody`].
    pub fn find(&self, text: &str) -> Result<Slot, NameError> {
        let text = text.trim();
        let nobody = || NameError::Nobody(text.to_owned());
        if let Ok(number) = text.parse::<u32>() {
            let slot = Slot::new(number).map_err(|_| nobody())?;
            return self.entry(slot).map(|entry| entry.slot).ok_or_else(nobody);
        }
        if let Some(slot) = self.names.named(text) {
            return Ok(slot);
        }
        let by_owner = |owner: &Owner| self.view.directory().by_owner(owner).map(|e| e.slot);
        if let Ok(address) = Address::decode(text, self.network) {
            return by_owner(&address.owner).ok_or_else(nobody);
        }
        hex::decode_fixed::<FieldBytes>(text)
            .ok()
            .and_then(|bytes| Owner::from_bytes(&bytes).ok())
            .and_then(|owner| by_owner(&owner))
            .ok_or_else(nobody)
    }
}

#[cfg(test)]
mod tests;

//! What the token stores. Field ids are part of the stored state: never change or reuse one. The notes and the sums,
//! ids 4, 5 and 7, are in [`crate::notes`].

use alloc::string::String;

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_sdk::abi::token::{Circuit, CircuitPins, TokenError};
use obolus_sdk::{ContractId, Item, KeyId, RoleSet};

/// What every payment reads.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Rules {
    /// The token's registry.
    pub registry: ContractId,
    /// Verifying keys in force.
    pub pins: CircuitPins,
    /// Which circuits are on: transfer, issue, redeem.
    pub enabled: [bool; 3],
    /// No issue, transfer or redemption.
    pub paused: bool,
}

impl Rules {
    /// The key id pinned for a circuit.
    pub const fn pin(&self, circuit: Circuit) -> &KeyId {
        match circuit {
            Circuit::Transfer => &self.pins.transfer,
            Circuit::Issue => &self.pins.issue,
            Circuit::Redeem => &self.pins.redeem,
        }
    }

    /// Where a circuit's key id is pinned.
    pub const fn pin_mut(&mut self, circuit: Circuit) -> &mut KeyId {
        match circuit {
            Circuit::Transfer => &mut self.pins.transfer,
            Circuit::Issue => &mut self.pins.issue,
            Circuit::Redeem => &mut self.pins.redeem,
        }
    }

    /// Whether a circuit is on.
    pub const fn switch_mut(&mut self, circuit: Circuit) -> &mut bool {
        let [transfer, issue, redeem] = &mut self.enabled;
        match circuit {
            Circuit::Transfer => transfer,
            Circuit::Issue => issue,
            Circuit::Redeem => redeem,
        }
    }

    /// Refuses while paused or while the circuit is off.
    ///
    /// # Errors
    /// [`TokenError::Paused`], then [`TokenError::CircuitOff`].
    pub const fn check_open(&self, circuit: Circuit) -> Result<(), TokenError> {
        if self.paused {
            return Err(TokenError::Paused);
        }
        let [transfer, issue, redeem] = self.enabled;
        let enabled = match circuit {
            Circuit::Transfer => transfer,
            Circuit::Issue => issue,
            Circuit::Redeem => redeem,
        };
        if enabled {
            Ok(())
        } else {
            Err(TokenError::CircuitOff)
        }
    }
}

/// How the token is shown; fixed at `init`.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Profile {
    /// Display name.
    pub name: String,
    /// Currency or instrument code.
    pub unit: String,
    /// Decimal digits of the minor unit.
    pub exponent: u8,
}

/// Rules in force; set at `init`.
pub const RULES: Item<Rules> = Item::new(0);
/// Name and unit.
pub const PROFILE: Item<Profile> = Item::new(1);
/// Who issues.
pub const ISSUER: Item<RoleSet> = Item::new(2);
/// Who pauses, and switches or re-pins circuits.
pub const OPERATOR: Item<RoleSet> = Item::new(3);
/// The next issue's nonce.
pub const ISSUE_NONCE: Item<u64> = Item::new(6);

/// A field that `init` sets.
///
/// # Errors
/// [`TokenError::State`] before `init`.
pub fn initialised<T>(value: Option<T>) -> Result<T, TokenError> {
    value.ok_or(TokenError::State)
}

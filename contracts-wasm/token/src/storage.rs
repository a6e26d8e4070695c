//! What the token stores. Field ids are part of the stored state: never change or reuse one. The notes and the sums,
//! ids 4, 5, 7, 10 and 11, are in [`crate::notes`]; versions, 12 and 13, in [`crate::versions`]; used places, 14, in
//! [`crate::velocity`].

use alloc::string::String;

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_sdk::abi::token::{
    Backing, Circuit, CircuitPins, ReservesRule, TokenError, VelocityRule,
};
use obolus_sdk::{ContractId, Item, KeyId, RoleSet};

/// What every payment reads.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Rules {
    /// The token's registry.
    pub registry: ContractId,
    /// Verifying keys in force.
    pub pins: CircuitPins,
    /// Which circuits are on, in the order of [`Circuit::ALL`].
    pub enabled: [bool; 5],
    /// No issue, transfer or redemption.
    pub paused: bool,
    /// How often a holder may pay.
    pub velocity: Option<VelocityRule>,
    /// How often such a rule was set.
    pub velocity_serial: u32,
}

impl Rules {
    /// The key id pinned for a circuit, if one is.
    pub const fn pin(&self, circuit: Circuit) -> Option<&KeyId> {
        match circuit {
            Circuit::Transfer => Some(&self.pins.transfer),
            Circuit::Issue => Some(&self.pins.issue),
            Circuit::Redeem => Some(&self.pins.redeem),
            Circuit::Supply => self.pins.supply.as_ref(),
            Circuit::Velocity => self.pins.velocity.as_ref(),
        }
    }

    /// Pins a circuit's key id.
    pub const fn set_pin(&mut self, circuit: Circuit, key: KeyId) {
        match circuit {
            Circuit::Transfer => self.pins.transfer = key,
            Circuit::Issue => self.pins.issue = key,
            Circuit::Redeem => self.pins.redeem = key,
            Circuit::Supply => self.pins.supply = Some(key),
            Circuit::Velocity => self.pins.velocity = Some(key),
        }
    }

    /// Whether a circuit is on.
    pub const fn switch_mut(&mut self, circuit: Circuit) -> &mut bool {
        let [transfer, issue, redeem, supply, velocity] = &mut self.enabled;
        match circuit {
            Circuit::Transfer => transfer,
            Circuit::Issue => issue,
            Circuit::Redeem => redeem,
            Circuit::Supply => supply,
            Circuit::Velocity => velocity,
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
        self.check_on(circuit)
    }

    /// Refuses while the circuit is off.
    ///
    /// # Errors
    /// [`TokenError::CircuitOff`].
    pub const fn check_on(&self, circuit: Circuit) -> Result<(), TokenError> {
        let [transfer, issue, redeem, supply, velocity] = self.enabled;
        let enabled = match circuit {
            Circuit::Transfer => transfer,
            Circuit::Issue => issue,
            Circuit::Redeem => redeem,
            Circuit::Supply => supply,
            Circuit::Velocity => velocity,
        };
        if enabled {
            Ok(())
        } else {
            Err(TokenError::CircuitOff)
        }
    }

    /// Refuses ways to pay that show no place in a quota, while a rule asks for one.
    ///
    /// # Errors
    /// [`TokenError::VelocityNeeded`].
    pub const fn check_unlimited(&self) -> Result<(), TokenError> {
        match self.velocity {
            None => Ok(()),
            Some(_) => Err(TokenError::VelocityNeeded),
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
/// Who attests the reserves; nothing in a token without any.
pub const RESERVES: Item<ReservesRule> = Item::new(8);
/// The last attestation.
pub const BACKING: Item<Backing> = Item::new(9);
/// The token into which notes may move.
pub const SUCCESSOR: Item<ContractId> = Item::new(15);
/// The token whose notes may move here.
pub const PREDECESSOR: Item<ContractId> = Item::new(16);
/// How many of the first redemptions are cleared.
pub const CLEARED: Item<u64> = Item::new(17);

/// A field that `init` sets.
///
/// # Errors
/// [`TokenError::State`] before `init`.
pub fn initialised<T>(value: Option<T>) -> Result<T, TokenError> {
    value.ok_or(TokenError::State)
}

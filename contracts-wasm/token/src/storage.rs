//! What the token stores. Field ids are part of the stored state: never change or reuse one.

use alloc::string::String;

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_sdk::abi::token::{Circuit, CircuitPins, NOTE_TREE, TokenError};
use obolus_sdk::{
    AppendTree, ContractId, Env, FieldBytes, Item, KeyId, PointBytes, RoleSet, Set, TreeError,
};

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
/// Sum of the value commitments of all issues.
pub const ISSUED: Item<PointBytes> = Item::new(4);
/// Sum of the value commitments of all redemptions.
pub const REDEEMED: Item<PointBytes> = Item::new(5);
/// The next issue's nonce.
pub const ISSUE_NONCE: Item<u64> = Item::new(6);
/// Nullifiers of spent notes and used dummies.
pub const NULLIFIERS: Set<FieldBytes> = Set::new(7);

/// Every note's commitment.
pub const NOTES: AppendTree = AppendTree::new(NOTE_TREE);

/// A field that `init` sets.
///
/// # Errors
/// [`TokenError::State`] before `init`.
pub fn initialised<T>(value: Option<T>) -> Result<T, TokenError> {
    value.ok_or(TokenError::State)
}

/// Appends a commitment to the note tree; returns its position.
///
/// # Errors
/// [`TokenError::TreeFull`]; [`TokenError::NonCanonical`] for bytes that are not a field element.
pub fn append(env: &mut Env, commitment: &FieldBytes) -> Result<u64, TokenError> {
    NOTES.append(env, commitment).map_err(|error| match error {
        TreeError::Full => TokenError::TreeFull,
        TreeError::Malformed => TokenError::NonCanonical,
    })
}

/// Adds a value commitment to one of the two sums.
///
/// # Errors
/// [`TokenError::NonCanonical`] when it is not a point of the prime-order subgroup.
pub fn accumulate(
    env: &mut Env,
    sum: &Item<PointBytes>,
    commitment: &PointBytes,
) -> Result<(), TokenError> {
    let old = initialised(sum.get(env))?;
    let new = env
        .point_add(&old, commitment)
        .map_err(|_| TokenError::NonCanonical)?;
    sum.set(env, &new);
    Ok(())
}

//! Versions of the circuits: what had entered and left when each began, as commitments. If a version's circuits turn out
//! to be unsound, the sums bound what can have come of it: no more leaves, provably, than entered.

use alloc::vec::Vec;

use obolus_sdk::abi::token::{CircuitPins, MAX_VERSIONS_PAGE, TokenError, Version, VersionsMsg};
use obolus_sdk::{Env, Item, Map};

use crate::notes;
use crate::storage::initialised;

/// Number of the version in force. Field ids are listed in [`crate::storage`].
const CURRENT: Item<u32> = Item::new(12);
/// Every version's beginning.
const VERSIONS: Map<u32, Version> = Map::new(13);

/// Begins the first version, or the next.
///
/// # Errors
/// [`TokenError::State`] before the sums are set.
pub fn begin(env: &mut Env, pins: CircuitPins) -> Result<(), TokenError> {
    let number = CURRENT.get(env).map_or(0, |last| last.saturating_add(1));
    let [issued, redeemed] = notes::sums(env)?;
    let version = Version {
        number,
        from_height: env.height(),
        pins,
        issued,
        redeemed,
        redemptions: notes::redemptions(env)?,
    };
    VERSIONS.set(env, &number, &version);
    CURRENT.set(env, &number);
    Ok(())
}

/// Number of the version in force.
///
/// # Errors
/// [`TokenError::State`] before `init`.
pub fn current(env: &Env) -> Result<u32, TokenError> {
    initialised(CURRENT.get(env))
}

/// A page of versions, by number.
///
/// # Errors
/// [`TokenError::State`] before `init`.
pub fn page(env: &Env, msg: &VersionsMsg) -> Result<Vec<Version>, TokenError> {
    let end = current(env)?.saturating_add(1);
    let last = msg.from.saturating_add(MAX_VERSIONS_PAGE).min(end);
    Ok((msg.from..last)
        .filter_map(|number| VERSIONS.get(env, &number))
        .collect())
}

//! What the log stores. Field ids are part of the stored state: never change or reuse one.

use obolus_sdk::abi::accesslog::{
    AccessError, AccessItem, AccessLogState, AccessState, LoggedAccess,
};
use obolus_sdk::{ContractId, Env, Item, Map};

/// The log at a glance: head, counters, members.
pub const LOG: Item<AccessLogState> = Item::new(0);
/// Entries by number.
pub const ENTRIES: Map<u64, LoggedAccess> = Map::new(1);
/// Requests by number.
pub const REQUESTS: Map<u64, AccessState> = Map::new(2);
/// How many requests name an item.
pub const REQUESTS_OF: Map<(ContractId, AccessItem), u32> = Map::new(3);
/// The requests that name an item, in their order.
pub const REQUEST_OF: Map<(ContractId, AccessItem, u32), u64> = Map::new(4);

/// The log at a glance.
///
/// # Errors
/// [`AccessError::State`] before `init`.
pub fn log(env: &Env) -> Result<AccessLogState, AccessError> {
    LOG.get(env).ok_or(AccessError::State)
}

/// A request.
///
/// # Errors
/// [`AccessError::NoSuchRequest`].
pub fn find(env: &Env, request: u64) -> Result<AccessState, AccessError> {
    REQUESTS
        .get(env, &request)
        .ok_or(AccessError::NoSuchRequest)
}

/// Signatures cover the transaction's own call: a contract in between could use them for arguments that nobody signed.
///
/// # Errors
/// [`AccessError::UserOnly`].
pub fn user_only(env: &Env) -> Result<(), AccessError> {
    match env.caller() {
        None => Ok(()),
        Some(_) => Err(AccessError::UserOnly),
    }
}

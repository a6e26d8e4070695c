//! Read-only entries.

use alloc::vec::Vec;

use obolus_sdk::Env;
use obolus_sdk::abi::accesslog::{
    AccessEntryMsg, AccessError, AccessLogState, AccessRequestMsg, AccessState, LoggedAccess,
    MAX_ACCESS_PAGE, RequestsOfMsg,
};

use crate::storage::{ENTRIES, REQUEST_OF, REQUESTS_OF, find, log};

/// The log at a glance.
///
/// # Errors
/// `State`.
pub fn state(env: &Env, (): ()) -> Result<AccessLogState, AccessError> {
    log(env)
}

/// An entry, and the head with it.
///
/// # Errors
/// `NoSuchEntry`.
pub fn logged(env: &Env, msg: AccessEntryMsg) -> Result<LoggedAccess, AccessError> {
    ENTRIES
        .get(env, &msg.number)
        .ok_or(AccessError::NoSuchEntry)
}

/// A request and what came of it.
///
/// # Errors
/// `NoSuchRequest`.
pub fn access(env: &Env, msg: AccessRequestMsg) -> Result<AccessState, AccessError> {
    find(env, msg.request)
}

/// Numbers of the requests that name an item, in their order.
///
/// # Errors
/// None: nobody asked for it.
pub fn requests_of(env: &Env, msg: RequestsOfMsg) -> Result<Vec<u64>, AccessError> {
    let RequestsOfMsg {
        contract,
        item,
        from,
    } = msg;
    let count = REQUESTS_OF.get(env, &(contract, item)).unwrap_or(0);
    let end = count.min(from.saturating_add(MAX_ACCESS_PAGE));
    Ok((from..end)
        .filter_map(|place| REQUEST_OF.get(env, &(contract, item, place)))
        .collect())
}

//! Who opens and who may ask.

use obolus_sdk::Env;
use obolus_sdk::abi::accesslog::{
    ACCESS_LOG_START, AccessError, AccessLogInit, AccessLogState, AccessMembers, AccessRecord,
};

use crate::chain::append;
use crate::storage::{LOG, log, user_only};

/// Begins the log.
///
/// # Errors
/// `State`, `BadMembers`, `BadContracts`, in this order.
pub fn init(env: &mut Env, settings: AccessLogInit) -> Result<(), AccessError> {
    if LOG.get(env).is_some() {
        return Err(AccessError::State);
    }
    settings.validate()?;
    let log = AccessLogState {
        head: ACCESS_LOG_START,
        entries: 0,
        requests: 0,
        generation: 0,
        members: settings.members.clone(),
        contracts: settings.contracts.clone(),
    };
    let record = AccessRecord::Founded {
        chain: env.chain(),
        contract: env.this(),
        settings,
    };
    append(env, log, record);
    Ok(())
}

/// Exchanges members and requesters, on the word of the present members. Requests that were asked of these are closed.
///
/// # Errors
/// `State`, `UserOnly`, `NotApproved`, `BadMembers`, in this order.
pub fn set_members(env: &mut Env, members: AccessMembers) -> Result<(), AccessError> {
    let mut log = log(env)?;
    user_only(env)?;
    env.role_approved(&log.members.members)
        .map_err(|_| AccessError::NotApproved)?;
    members.validate()?;
    log.generation += 1;
    log.members = members.clone();
    let record = AccessRecord::MembersSet {
        generation: log.generation,
        members,
    };
    append(env, log, record);
    Ok(())
}

//! The access log's rules, written a second time from `docs/contracts/accesslog.md`. Its chain of hashes is not computed:
//! whoever has the entries can do that.

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::ContractId;
use obolus_abi::accesslog::{
    AccessError, AccessLogInit, AccessMembers, AnswerAccessMsg, RequestAccessMsg,
};

use super::call::{Call, CallFault};
use super::keys;
use crate::ledger::state::State;

/// Members and counters.
#[derive(BorshSerialize, BorshDeserialize)]
struct Log {
    members: AccessMembers,
    contracts: Vec<ContractId>,
    generation: u32,
    requests: u64,
}

/// A request: of which members it was asked, and which of them answered.
#[derive(BorshSerialize, BorshDeserialize)]
struct Request {
    generation: u32,
    answered: Vec<u8>,
}

/// Instantiation.
///
/// # Errors
/// [`CallFault`].
pub(super) fn init(
    state: &mut State,
    contract: &ContractId,
    arguments: &[u8],
) -> Result<(), CallFault> {
    let settings: AccessLogInit =
        borsh::from_slice(arguments).map_err(|_| CallFault::Arguments("init".to_owned()))?;
    settings.validate().map_err(CallFault::contract)?;
    let log = Log {
        members: settings.members,
        contracts: settings.contracts,
        generation: 0,
        requests: 0,
    };
    Ok(state.put(keys::contract_state(contract), &log)?)
}

/// A call of an entry.
///
/// # Errors
/// [`CallFault`].
pub(super) fn call(state: &mut State, call: &Call<'_>) -> Result<(), CallFault> {
    let key = keys::contract_state(&call.callee);
    let log: Option<Log> = state.get(&key)?;
    let mut log = log.ok_or_else(|| CallFault::contract(AccessError::State))?;
    match call.body().entry.as_str() {
        "state" | "logged" | "access" | "requests_of" => return Ok(()),
        "init" => return Err(CallFault::contract(AccessError::State)),
        "request" => request(state, call, &mut log, &call.args()?)?,
        "answer" => answer(state, call, &log, &call.args()?)?,
        "set_members" => {
            let members: AccessMembers = call.args()?;
            call.role_approved(&log.members.members, AccessError::NotApproved)?;
            members.validate().map_err(CallFault::contract)?;
            log.members = members;
            log.generation += 1;
        }
        other => return Err(CallFault::NoEntry(other.to_owned())),
    }
    Ok(state.put(key, &log)?)
}

fn request(
    state: &mut State,
    call: &Call<'_>,
    log: &mut Log,
    msg: &RequestAccessMsg,
) -> Result<(), CallFault> {
    log.members.may_ask(&msg.by).map_err(CallFault::contract)?;
    call.role_signed(&msg.by, AccessError::NotRequester)?;
    if !log.contracts.contains(&msg.contract) {
        return Err(CallFault::contract(AccessError::OtherContract));
    }
    msg.validate().map_err(CallFault::contract)?;
    let asked = Request {
        generation: log.generation,
        answered: Vec::new(),
    };
    state.put(request_key(&call.callee, log.requests), &asked)?;
    log.requests += 1;
    Ok(())
}

fn answer(
    state: &mut State,
    call: &Call<'_>,
    log: &Log,
    msg: &AnswerAccessMsg,
) -> Result<(), CallFault> {
    let key = request_key(&call.callee, msg.request);
    let found: Option<Request> = state.get(&key)?;
    let mut asked = found.ok_or_else(|| CallFault::contract(AccessError::NoSuchRequest))?;
    if asked.generation != log.generation {
        return Err(CallFault::contract(AccessError::MembersChanged));
    }
    let member = log.members.members.keys.get(usize::from(msg.member));
    let member = member.ok_or_else(|| CallFault::contract(AccessError::NotMember))?;
    call.role_signed(member, AccessError::NotMember)?;
    if asked.answered.contains(&msg.member) {
        return Err(CallFault::contract(AccessError::Answered));
    }
    asked.answered.push(msg.member);
    Ok(state.put(key, &asked)?)
}

fn request_key(contract: &ContractId, request: u64) -> Vec<u8> {
    keys::item(contract, keys::REQUEST, &[&request.to_be_bytes()])
}

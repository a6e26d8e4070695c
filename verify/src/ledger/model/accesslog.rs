//! The access log's rules, written a second time from `docs/contracts/accesslog.md`, its chain of hashes included: answers
//! name a head of it.

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::ContractId;
use obolus_abi::accesslog::{
    ACCESS_LOG_START, ACCESS_LOG_TAG, AccessEntry, AccessError, AccessLogInit, AccessMembers,
    AccessRecord, AnswerAccessMsg, RequestAccessMsg,
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
    entries: u64,
    head: [u8; 32],
}

/// A request: the head with its entry, of which members it was asked, and which of them answered.
#[derive(BorshSerialize, BorshDeserialize)]
struct Request {
    head: [u8; 32],
    generation: u32,
    answered: Vec<u8>,
}

/// Instantiation.
///
/// # Errors
/// [`CallFault`].
pub(super) fn init(
    state: &mut State,
    call: &Call<'_>,
    contract: &ContractId,
    arguments: &[u8],
) -> Result<(), CallFault> {
    let settings: AccessLogInit =
        borsh::from_slice(arguments).map_err(|_| CallFault::Arguments("init".to_owned()))?;
    settings.validate().map_err(CallFault::contract)?;
    let mut log = Log {
        members: settings.members.clone(),
        contracts: settings.contracts.clone(),
        generation: 0,
        requests: 0,
        entries: 0,
        head: ACCESS_LOG_START,
    };
    let record = AccessRecord::Founded {
        chain: call.body().chain,
        contract: *contract,
        settings,
    };
    append(&mut log, call, record)?;
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
        "request" => request(state, call, &mut log, call.args()?)?,
        "answer" => answer(state, call, &mut log, call.args()?)?,
        "set_members" => {
            let members: AccessMembers = call.args()?;
            call.role_approved(&log.members.members, AccessError::NotApproved)?;
            members.validate().map_err(CallFault::contract)?;
            log.members = members.clone();
            log.generation += 1;
            let record = AccessRecord::MembersSet {
                generation: log.generation,
                members,
            };
            append(&mut log, call, record)?;
        }
        other => return Err(CallFault::NoEntry(other.to_owned())),
    }
    Ok(state.put(key, &log)?)
}

fn request(
    state: &mut State,
    call: &Call<'_>,
    log: &mut Log,
    msg: RequestAccessMsg,
) -> Result<(), CallFault> {
    log.members.may_ask(&msg.by).map_err(CallFault::contract)?;
    call.role_signed(&msg.by, AccessError::NotRequester)?;
    if !log.contracts.contains(&msg.contract) {
        return Err(CallFault::contract(AccessError::OtherContract));
    }
    msg.validate().map_err(CallFault::contract)?;
    let request = log.requests;
    log.requests += 1;
    let record = AccessRecord::Requested {
        request,
        message: msg,
    };
    append(log, call, record)?;
    let asked = Request {
        head: log.head,
        generation: log.generation,
        answered: Vec::new(),
    };
    Ok(state.put(request_key(&call.callee, request), &asked)?)
}

fn answer(
    state: &mut State,
    call: &Call<'_>,
    log: &mut Log,
    msg: AnswerAccessMsg,
) -> Result<(), CallFault> {
    let key = request_key(&call.callee, msg.request);
    let found: Option<Request> = state.get(&key)?;
    let mut asked = found.ok_or_else(|| CallFault::contract(AccessError::NoSuchRequest))?;
    if asked.head != msg.head {
        return Err(CallFault::contract(AccessError::OtherRequest));
    }
    if asked.generation != log.generation {
        return Err(CallFault::contract(AccessError::MembersChanged));
    }
    let member = log.members.members.keys.get(usize::from(msg.member));
    let member = *member.ok_or_else(|| CallFault::contract(AccessError::NotMember))?;
    call.role_signed(&member, AccessError::NotMember)?;
    if asked.answered.contains(&msg.member) {
        return Err(CallFault::contract(AccessError::Answered));
    }
    asked.answered.push(msg.member);
    let record = AccessRecord::Answered {
        key: member,
        message: msg,
    };
    append(log, call, record)?;
    Ok(state.put(key, &asked)?)
}

/// The next entry of the chain.
fn append(log: &mut Log, call: &Call<'_>, record: AccessRecord) -> Result<(), CallFault> {
    let entry = AccessEntry {
        number: log.entries,
        height: call.height,
        time_ms: call.time_ms,
        record,
    };
    let entry = borsh::to_vec(&entry)
        .map_err(|_| CallFault::Arguments(call.body().entry.as_str().to_owned()))?;
    let mut hasher = blake3::Hasher::new();
    hasher.update(ACCESS_LOG_TAG.as_bytes()).update(&log.head);
    log.head = hasher.update(&entry).finalize().into();
    log.entries += 1;
    Ok(())
}

fn request_key(contract: &ContractId, request: u64) -> Vec<u8> {
    keys::item(contract, keys::REQUEST, &[&request.to_be_bytes()])
}

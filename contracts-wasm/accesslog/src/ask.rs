//! Asking and answering.

use alloc::vec::Vec;

use obolus_sdk::Env;
use obolus_sdk::abi::accesslog::{
    AccessAnswer, AccessError, AccessEvent, AccessRecord, AccessState, AnswerAccessMsg,
    RequestAccessMsg,
};

use crate::chain::append;
use crate::storage::{REQUEST_OF, REQUESTS, REQUESTS_OF, find, log, user_only};

/// Asks to open some ciphertexts; returns the request's number.
///
/// # Errors
/// `State`, `UserOnly`, `NotRequester`, `OtherContract`, `BadCase`, `BadPurpose`, `BadItems`, in this order.
pub fn request(env: &mut Env, message: RequestAccessMsg) -> Result<u64, AccessError> {
    let mut log = log(env)?;
    user_only(env)?;
    log.members.may_ask(&message.by)?;
    env.role_signed(&message.by)
        .map_err(|_| AccessError::NotRequester)?;
    if !log.contracts.contains(&message.contract) {
        return Err(AccessError::OtherContract);
    }
    message.validate()?;

    let request = log.requests;
    for item in &message.items {
        let named = (message.contract, *item);
        let count = REQUESTS_OF.get(env, &named).unwrap_or(0);
        REQUEST_OF.set(env, &(message.contract, *item, count), &request);
        REQUESTS_OF.set(env, &named, &(count + 1));
    }
    log.requests += 1;
    let (entry, generation) = (log.entries, log.generation);
    let head = append(env, log, AccessRecord::Requested { request, message });
    let state = AccessState {
        entry,
        head,
        generation,
        answers: Vec::new(),
        opened_at: None,
    };
    REQUESTS.set(env, &request, &state);
    Ok(request)
}

/// Records that a member handed out its partial decryptions. Later answers than the threshold's are recorded as well.
/// A member's signature covers the head that it saw: whoever showed it another request cannot bring its answer here.
///
/// # Errors
/// `State`, `UserOnly`, `NoSuchRequest`, `OtherRequest`, `MembersChanged`, `NotMember`, `Answered`, in this order.
pub fn answer(env: &mut Env, message: AnswerAccessMsg) -> Result<(), AccessError> {
    let log = log(env)?;
    user_only(env)?;
    let mut state = find(env, message.request)?;
    if state.head != message.head {
        return Err(AccessError::OtherRequest);
    }
    if state.generation != log.generation {
        return Err(AccessError::MembersChanged);
    }
    let members = &log.members.members;
    let key = members.keys.get(usize::from(message.member)).copied();
    let key = key.ok_or(AccessError::NotMember)?;
    env.role_signed(&key).map_err(|_| AccessError::NotMember)?;
    let given = |answer: &AccessAnswer| answer.member == message.member;
    if state.answers.iter().any(given) {
        return Err(AccessError::Answered);
    }

    let height = env.height();
    state.answers.push(AccessAnswer {
        member: message.member,
        partial_hash: message.partial_hash,
        height,
    });
    let opened = state.answers.len() == usize::from(members.threshold);
    if opened {
        state.opened_at = Some(height);
    }
    REQUESTS.set(env, &message.request, &state);
    append(env, log, AccessRecord::Answered { key, message });
    if opened {
        env.emit(&AccessEvent::Opened {
            request: message.request,
            height,
        });
    }
    Ok(())
}

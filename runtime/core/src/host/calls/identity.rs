//! What the host states about a call, and what it vouches for. A guest can only ask.

use obolus_abi::hostcall::HostCode;
use obolus_abi::limits::MAX_PROOF_INPUTS;
use obolus_abi::{ContractId, FieldBytes, KeyId, PointBytes, RoleKey};
use obolus_protocol::context::{USER, context_bytes};

use super::bound;
use crate::exec::{Fault, TrapKind};
use crate::host::frame::{code, length, number};
use crate::host::{Frame, Stop};
use crate::state::{ContractRecord, keys};

pub(crate) fn caller(frame: &mut Frame) -> Result<i64, Stop> {
    let caller = frame.call.caller.map(|id| id.0.to_vec());
    frame.answer(caller.unwrap_or_default())
}

pub(crate) fn self_id(frame: &mut Frame) -> Result<i64, Stop> {
    frame.answer(frame.call.contract.0)
}

pub(crate) fn chain_id(frame: &mut Frame) -> Result<i64, Stop> {
    let chain = frame.session()?.env.chain;
    frame.answer(chain.0)
}

pub(crate) fn tx_digest(frame: &mut Frame) -> Result<i64, Stop> {
    let digest = frame.session()?.auth.digest;
    frame.answer(digest.0)
}

pub(crate) fn block_height(frame: &mut Frame) -> Result<i64, Stop> {
    number(frame.session()?.env.height.0)
}

pub(crate) fn block_time(frame: &mut Frame) -> Result<i64, Stop> {
    number(frame.session()?.env.time.0)
}

pub(crate) fn context(frame: &mut Frame) -> Result<i64, Stop> {
    let digest = frame.session()?.auth.digest;
    let caller = frame.call.caller.unwrap_or(USER);
    let context = context_bytes(&digest, &frame.call.contract, &caller, &frame.call.entry);
    frame.answer(context.0)
}

pub(crate) fn memo_len(frame: &mut Frame, index: u32) -> Result<i64, Stop> {
    match frame.session()?.auth.memos.get(index as usize) {
        Some(len) => length(*len),
        None => code(HostCode::NotFound),
    }
}

pub(crate) fn proof_holds(frame: &mut Frame, key: &[u8; 32], inputs: &[u8]) -> Result<i64, Stop> {
    let (inputs, rest) = inputs.as_chunks::<{ FieldBytes::LEN }>();
    bound(inputs.len(), MAX_PROOF_INPUTS)?;
    if !rest.is_empty() {
        return Err(TrapKind::BadArgument.into());
    }
    let claim = (
        KeyId(*key),
        inputs.iter().map(|input| FieldBytes(*input)).collect(),
    );
    Ok(i64::from(frame.session()?.auth.proofs.contains(&claim)))
}

pub(crate) fn spend_authorised(frame: &mut Frame, key: &[u8; 64]) -> Result<i64, Stop> {
    let signed = frame.session()?.auth.spend_keys.contains(&PointBytes(*key));
    Ok(i64::from(signed))
}

pub(crate) fn role_signed(frame: &mut Frame, key: &[u8; 32]) -> Result<i64, Stop> {
    let signed = frame.session()?.auth.role_keys.contains(&RoleKey(*key));
    Ok(i64::from(signed))
}

pub(crate) fn code_frozen(frame: &mut Frame, contract: &[u8; 32]) -> Result<i64, Stop> {
    let key = keys::contract(&ContractId(*contract));
    let Some(record) = frame.session()?.overlay.get(&key)? else {
        return code(HostCode::NotFound);
    };
    let record: ContractRecord = borsh::from_slice(&record)
        .map_err(|_| Fault::Damaged(format!("the record of contract {}", ContractId(*contract))))?;
    Ok(i64::from(record.code_frozen()))
}

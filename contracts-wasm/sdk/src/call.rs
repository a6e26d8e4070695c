//! Calls to other contracts.

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::hostcall::HostCode;
use obolus_abi::{ContractError, ContractId};

use crate::env::{buffer, encode};
use crate::{Env, abort, sys};

/// Why a call to another contract failed. Its writes and events are gone; the caller's are not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallError {
    /// The callee refused.
    Reverted(ContractError),
    /// The callee trapped or ran out of the fuel it was given.
    Trapped,
    /// There is no such contract or entry.
    NoSuchEntry,
    /// The callee is already running further up.
    Reentered,
    /// The chain of calls is as deep as it may get.
    TooDeep,
    /// The reply is not of the expected type.
    BadReply,
}

impl Env {
    /// Calls a mutable entry with all fuel that is left.
    ///
    /// # Errors
    /// [`CallError`]; the callee's writes and events are dropped.
    pub fn call<M: BorshSerialize, R: BorshDeserialize>(
        &mut self,
        contract: &ContractId,
        entry: &str,
        message: &M,
    ) -> Result<R, CallError> {
        self.call_with_fuel(contract, entry, message, u64::MAX)
    }

    /// Calls a mutable entry with at most `fuel`.
    ///
    /// # Errors
    /// [`CallError`]; the callee's writes and events are dropped.
    pub fn call_with_fuel<M: BorshSerialize, R: BorshDeserialize>(
        &mut self,
        contract: &ContractId,
        entry: &str,
        message: &M,
        fuel: u64,
    ) -> Result<R, CallError> {
        reply(sys::call(
            &contract.0,
            entry.as_bytes(),
            &encode(message),
            fuel,
        ))
    }

    /// Calls a read-only entry with all fuel that is left.
    ///
    /// # Errors
    /// [`CallError`].
    pub fn static_call<M: BorshSerialize, R: BorshDeserialize>(
        &self,
        contract: &ContractId,
        entry: &str,
        message: &M,
    ) -> Result<R, CallError> {
        reply(sys::static_call(
            &contract.0,
            entry.as_bytes(),
            &encode(message),
            u64::MAX,
        ))
    }
}

fn reply<R: BorshDeserialize>(result: i64) -> Result<R, CallError> {
    match HostCode::from_result(result) {
        None => borsh::from_slice(&buffer(result)).map_err(|_| CallError::BadReply),
        Some(HostCode::Reverted) => match borsh::from_slice(&buffer(sys::buffer_len())) {
            Ok(error) => Err(CallError::Reverted(error)),
            Err(_) => Err(CallError::Trapped),
        },
        Some(HostCode::NoSuchEntry) => Err(CallError::NoSuchEntry),
        Some(HostCode::Reentered) => Err(CallError::Reentered),
        Some(HostCode::TooDeep) => Err(CallError::TooDeep),
        Some(HostCode::Trapped) => Err(CallError::Trapped),
        Some(_) => abort("the host answered a call with a code that is not its"),
    }
}

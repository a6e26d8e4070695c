//! Calls that a contract schedules for later blocks.

use borsh::BorshSerialize;
use obolus_abi::hostcall::HostCode;

use crate::env::encode;
use crate::{Env, abort, sys};

/// Names a scheduled call.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, borsh::BorshDeserialize,
)]
pub struct CallNumber(pub u64);

/// Why a call was not scheduled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScheduleError {
    /// The contract has no such mutable entry, or only the system runs it.
    NoSuchEntry,
    /// The height is not ahead or too far ahead, or the fuel is outside its bounds.
    OutOfRange,
    /// The contract has [`obolus_abi::limits::MAX_SCHEDULED`] calls waiting.
    Full,
}

impl Env {
    /// Schedules a call of this contract's own `entry` for the beginning of the block of height `at`, with at most `fuel`.
    /// The entry sees this contract as its caller, and nobody else can call it so: check
    /// `env.caller() == Some(env.this())`. The call carries no signatures and no proofs; if it fails it is dropped.
    ///
    /// # Errors
    /// [`ScheduleError`].
    pub fn schedule<M: BorshSerialize>(
        &mut self,
        at: u64,
        entry: &str,
        message: &M,
        fuel: u64,
    ) -> Result<CallNumber, ScheduleError> {
        let result = sys::schedule(at, entry.as_bytes(), &encode(message), fuel);
        match HostCode::from_result(result) {
            None => Ok(CallNumber(result.unsigned_abs())),
            Some(HostCode::NoSuchEntry) => Err(ScheduleError::NoSuchEntry),
            Some(HostCode::OutOfRange) => Err(ScheduleError::OutOfRange),
            Some(HostCode::Full) => Err(ScheduleError::Full),
            Some(_) => abort("the host answered `schedule` with a code that is not its"),
        }
    }

    /// Takes back a call that this contract scheduled; false when it ran already or is not this contract's.
    pub fn unschedule(&mut self, number: CallNumber) -> bool {
        sys::unschedule(number.0) == 0
    }
}

#[cfg(test)]
mod tests;

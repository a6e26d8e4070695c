//! One running call: who it is, its buffers, its fuel.

use obolus_abi::hostcall::{HostCode, READ_PREFIX, WRITE_PREFIX};
use obolus_abi::{CodeId, ContractId};
use obolus_protocol::tx::EntryName;

use super::Session;
use crate::exec::{Fault, TrapKind};
use crate::state::{ContractRecord, StateError};
use crate::vm::Vm;

/// Whether a frame may write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    Write,
    Read,
}

impl Access {
    /// Prefix of the exports that are entered this way.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Write => WRITE_PREFIX,
            Self::Read => READ_PREFIX,
        }
    }
}

/// A call about to run.
#[derive(Debug)]
pub(crate) struct FrameCall {
    pub contract: ContractId,
    pub entry: EntryName,
    /// The calling contract; none for the user.
    pub caller: Option<ContractId>,
    pub access: Access,
    pub input: Vec<u8>,
    /// Stack counter of the caller at the call: one limit for the whole chain.
    pub stack_height: u32,
}

/// Why a host call stops its frame.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Stop {
    #[error("{0}")]
    Trap(TrapKind),
    #[error("out of fuel")]
    OutOfFuel,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<TrapKind> for Stop {
    fn from(kind: TrapKind) -> Self {
        Self::Trap(kind)
    }
}

impl From<StateError> for Stop {
    fn from(error: StateError) -> Self {
        Self::Fault(error.into())
    }
}

/// One running call.
pub(crate) struct Frame {
    pub vm: Vm,
    pub call: FrameCall,
    /// The module that the contract runs.
    pub code: CodeId,
    /// Bytes that the contract may store; none is no bound.
    pub quota: Option<u64>,
    /// What the call tree shares; away while a nested call runs.
    session: Option<Box<Session>>,
    /// Answer of the last host call that had one.
    pub buffer: Vec<u8>,
    /// What the entry returns.
    pub ret: Vec<u8>,
    /// What the entry reverts with.
    pub revert: Option<Vec<u8>>,
    /// Fuel left, kept in step with the engine around every host call.
    pub fuel: u64,
    /// Stack counter at the current host call.
    pub stack_height: u32,
}

impl Frame {
    pub fn new(
        vm: Vm,
        call: FrameCall,
        contract: &ContractRecord,
        session: Box<Session>,
        fuel: u64,
    ) -> Self {
        Self {
            vm,
            code: contract.code,
            quota: contract.quota,
            stack_height: call.stack_height,
            call,
            session: Some(session),
            buffer: Vec::new(),
            ret: Vec::new(),
            revert: None,
            fuel,
        }
    }

    /// Takes fuel before anything is done for it.
    pub fn charge(&mut self, price: u64) -> Result<(), Stop> {
        self.fuel = self.fuel.checked_sub(price).ok_or(Stop::OutOfFuel)?;
        Ok(())
    }

    pub fn session(&mut self) -> Result<&mut Session, Stop> {
        self.session.as_deref_mut().ok_or_else(lost)
    }

    pub fn take_session(&mut self) -> Result<Box<Session>, Stop> {
        self.session.take().ok_or_else(lost)
    }

    pub fn give_session(&mut self, session: Box<Session>) {
        self.session = Some(session);
    }

    /// The session at the frame's end.
    pub fn into_session(self) -> Option<Box<Session>> {
        self.session
    }

    /// Leaves an answer in the buffer; the result is its length.
    pub fn answer(&mut self, bytes: impl Into<Vec<u8>>) -> Result<i64, Stop> {
        self.buffer = bytes.into();
        length(self.buffer.len())
    }
}

fn lost() -> Stop {
    Stop::Fault(Fault::Vm("a call lost its session".into()))
}

/// A length as a host call's result.
pub(crate) fn length(len: usize) -> Result<i64, Stop> {
    i64::try_from(len).map_err(|_| TrapKind::BadArgument.into())
}

/// A 64-bit number as a host call's result; numbers past `i64::MAX` are capped.
pub(crate) fn number(value: u64) -> Result<i64, Stop> {
    Ok(i64::try_from(value).unwrap_or(i64::MAX))
}

/// A negative result.
pub(crate) fn code(code: HostCode) -> Result<i64, Stop> {
    Ok(code.result())
}

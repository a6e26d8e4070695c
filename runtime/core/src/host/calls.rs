//! The host calls, one function per row of the table in `obolus_abi::hostcall`, by subject.
//!
//! The price was charged and every slice lies in guest memory when a function here starts; it bounds
//! sizes, then acts.

mod crypto;
mod identity;
mod io;
mod nested;
mod schedule;
mod storage;
mod trees;

pub(crate) use crypto::*;
pub(crate) use identity::*;
pub(crate) use io::*;
pub(crate) use nested::*;
pub(crate) use schedule::*;
pub(crate) use storage::*;
pub(crate) use trees::*;

use super::Stop;
use crate::exec::TrapKind;

/// Refuses sizes over their limit.
fn bound(size: usize, limit: usize) -> Result<(), Stop> {
    if size > limit {
        return Err(TrapKind::BadArgument.into());
    }
    Ok(())
}

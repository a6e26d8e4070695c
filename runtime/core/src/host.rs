//! What the host does for contracts: the state of a call tree and the host calls themselves.
//!
//! Nothing here knows wasmtime. `vm` charges the table's price and turns addresses into slices, then a
//! function of `calls` bounds its arguments and acts on a `Frame`.

pub mod accumulator;
pub(crate) mod calls;
mod frame;
pub(crate) mod quota;
pub(crate) mod schedule;
mod session;

use borsh::BorshSerialize;

use crate::exec::Fault;

pub use accumulator::{Appended, end_block};
pub(crate) use frame::{Access, Frame, FrameCall, Stop};
pub use quota::storage_use;
pub use schedule::{Place, ScheduledCall, SeenRun, waiting};
pub(crate) use session::Session;

/// A value as the store keeps it and contracts get it.
fn encode(value: &impl BorshSerialize) -> Result<Vec<u8>, Fault> {
    borsh::to_vec(value).map_err(|error| Fault::Vm(error.to_string()))
}

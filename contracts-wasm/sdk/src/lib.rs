//! What a contract is written with: safe wrappers around the host calls, typed storage, an entry
//! macro, and a mock of the host so that the same contract code runs natively in tests.
//!
//! A contract is a crate with functions over [`Env`] and one [`entries!`] list:
//!
//! ```
//! use obolus_sdk::{Env, Item, SdkError, entries};
//!
//! const COUNT: Item<u64> = Item::new(0);
//!
//! fn init(env: &mut Env, start: u64) -> Result<(), SdkError> {
//!     COUNT.set(env, &start);
//!     Ok(())
//! }
//! fn add(env: &mut Env, step: u64) -> Result<u64, SdkError> {
//!     let sum = COUNT.get(env).unwrap_or(0) + step;
//!     COUNT.set(env, &sum);
//!     Ok(sum)
//! }
//! fn count(env: &Env, (): ()) -> Result<u64, SdkError> {
//!     Ok(COUNT.get(env).unwrap_or(0))
//! }
//! entries! { write init; write add; read count; }
//!
//! # use obolus_sdk::{ContractId, mock::Mock};
//! let mut mock = Mock::new();
//! let id = ContractId([1; 32]);
//! mock.instantiate(id, ENTRIES, &5u64).unwrap();
//! assert_eq!(mock.call::<_, u64>(id, "add", &2u64).unwrap(), 7);
//! assert_eq!(mock.query::<_, u64>(id, "count", &()).unwrap(), 7);
//! ```
//!
//! Mutable entries take `&mut Env`, read-only ones `&Env`; the host enforces it whatever the types
//! say. Arguments and results are borsh; trailing bytes are refused. An `Err` reverts the call: its
//! writes and events are dropped. A panic or [`abort`] is a trap and burns the frame's fuel too.
#![no_std]

extern crate alloc;
#[cfg(not(target_arch = "wasm32"))]
extern crate std;

mod call;
mod entry;
mod env;
mod error;
#[cfg(not(target_arch = "wasm32"))]
mod golden;
#[cfg(target_arch = "wasm32")]
mod guest;
#[cfg(not(target_arch = "wasm32"))]
pub mod mock;
mod proven;
mod schedule;
mod storage;
mod sys;
mod trees;

pub use borsh::{BorshDeserialize, BorshSerialize};
pub use call::CallError;
pub use entry::{Entry, run_read, run_write};
#[cfg(not(target_arch = "wasm32"))]
pub use entry::{describe_read, describe_write};
pub use env::Env;
pub use error::{Refused, SdkError, abort};
#[cfg(not(target_arch = "wasm32"))]
pub use golden::golden;
pub use obolus_abi::{
    self as abi, ChainId, CodeId, ContractError, ContractId, DealId, FieldBytes, KeyId, PointBytes,
    RoleKey, RoleSet, TxDigest, contract_errors, schema_types,
};
pub use proven::{Proven, Statement};
pub use schedule::{CallNumber, ScheduleError};
pub use storage::{Item, Map, Set};
pub use trees::{AppendTree, SlotTree, TreeError};

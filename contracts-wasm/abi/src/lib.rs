//! What contracts and the runtime share, and nothing else.
//!
//! This crate is the leaf of the dependency graph: `no_std`, no cryptography, no I/O. It holds the
//! byte newtypes that cross the WASM boundary ([`bytes`]), the public-input layout of every
//! statement ([`statement`]), the messages, events and errors of our contracts ([`registry`],
//! [`token`], [`deal`], [`error`]), the table of host calls ([`hostcall`]) and the limits ([`limits`]); natively also
//! how contracts describe themselves to clients (`schema`).
//!
//! Messages are borsh; every decoder refuses trailing bytes.
#![no_std]

extern crate alloc;

pub mod accesslog;
pub mod bytes;
pub mod deal;
mod declare;
pub mod error;
pub mod hostcall;
pub mod limits;
pub mod registry;
pub mod role;
#[cfg(not(target_arch = "wasm32"))]
pub mod schema;
pub mod statement;
pub mod system;
pub mod token;

#[doc(hidden)]
pub use borsh as schema_borsh;
pub use bytes::{
    ChainId, CodeId, ContractId, DealId, FieldBytes, KeyId, PointBytes, RoleKey, SourceHash,
    TxDigest,
};
pub use error::ContractError;
pub use role::RoleSet;
pub use statement::{
    BalanceInputs, IssueInputs, RatioInputs, RedeemInputs, RegisterInputs, SupplyInputs,
    TransferInputs, VelocityInputs, input_names,
};

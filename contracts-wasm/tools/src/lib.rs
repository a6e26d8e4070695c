//! What `obolus contract` does with a contract's crate and module, without a node.
//!
//! - [`create`]: a new crate from the template;
//! - [`build`]: its module, reproducibly, with its schema and the archive of its sources;
//! - [`check`]: what upload validation says of a module, limit by limit;
//! - [`Schema`]: messages as JSON, encoded and decoded by a contract's schema.

mod archive;
mod builder;
mod check;
mod codec;
mod error;
mod template;

pub use archive::Archive;
pub use builder::{Built, build};
pub use check::{Report, check};
pub use codec::Schema;
pub use error::{CodecError, ToolError};
pub use template::create;

#[cfg(test)]
mod tests;

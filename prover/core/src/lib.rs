//! Setup, key store and proving.

mod kernel;
mod key;
mod progress;
mod qap;
mod relation;
mod setup;

pub use kernel::{KernelError, prove};
pub use key::ProvingKey;
pub use progress::Progress;
pub use qap::QapError;
pub use relation::{Relation, RelationError, Row};
pub use setup::{SetupError, development_key};

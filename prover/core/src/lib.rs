//! Setup, key store and proving.

mod kernel;
mod key;
mod key_file;
mod progress;
mod qap;
mod relation;
mod setup;
mod store;

pub use kernel::{KernelError, prove};
pub use key::ProvingKey;
pub use key_file::KeyFileError;
pub use progress::Progress;
pub use qap::QapError;
pub use relation::{Relation, RelationError, Row};
pub use setup::{SetupError, development_key};
pub use store::{KeyStore, StoreError};

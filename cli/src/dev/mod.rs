//! Development chains: role holders with fresh keys, contracts deployed, everything under INSECURE proving keys.
//! Used by the demo, by `obolus node run --dev` and by benchmarks; never by a production chain.

mod bootstrap;
mod deploy;
mod desk;
mod error;
mod files;
mod keys;
mod roles;

pub use bootstrap::bootstrap;
pub use deploy::{body, deploy, encode, genesis, instantiate, role_call, signed, upload};
pub use desk::{Contracts, Desk, Reason};
pub use error::DevError;
pub use files::{auditor_file, read as read_authorities, role_files};
pub use keys::default_directory;
pub use roles::{Authorities, Role};

use obolus_protocol::address::Network;

/// The network of development chains.
pub const NETWORK: Network = Network::Test;

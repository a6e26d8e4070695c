//! Development chains: role holders with fresh keys, contracts deployed, everything under INSECURE proving keys.
//! Used by the demo, by `obolus node run --dev` and by benchmarks; never by a production chain.

mod bootstrap;
mod counter;
mod deploy;
mod desk;
mod error;
mod files;
mod keys;
mod proving;
mod remote;
mod roles;
mod steps;

pub use bootstrap::bootstrap;
pub use counter::{Counter, Fingerprint};
pub use deploy::{
    Instrument, KeyHolder, body, deploy, encode, genesis, instantiate, list, role_call,
    settle_with, signed, upload,
};
pub use desk::{Contracts, Desk, Reason};
pub use error::DevError;
pub use files::read as read_authorities;
pub use keys::default_directory;
pub use proving::prove_all;
pub use remote::Remote;
pub use roles::{Authorities, Role};
pub use steps::Bank;

use obolus_protocol::address::Network;

/// The network of development chains.
pub const NETWORK: Network = Network::Test;

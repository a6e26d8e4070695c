//! The ledger node: it orders transactions into blocks, and tells clients what became of them.
//!
//! From the outside in:
//!
//! - [`node`] starts and stops everything; [`handle`] is what a front end holds of a running node;
//! - [`pool`]: the mempool, bounded in all and per client; [`book`]: what became of each submitted copy;
//! - [`sequencer`] is the seam to what orders, [`solo`] the one sequencer there is;
//! - [`service`] puts HTTP ([`http`]), the explorer's pages and the path files ([`paths`]) around it,
//!   as [`config`] says;
//! - [`ceremony`] is what a production chain demands before its node starts;
//! - [`history`], and metrics in Prometheus' format, say how it is going.
//!
//! What is absent on purpose: this crate makes no proof, knows no wallet and no contract's bytes, and executes nothing
//! itself. Whether a transaction is valid is the ledger's to say.

mod admission;
pub mod book;
mod catalogue;
pub mod ceremony;
mod clock;
pub mod config;
mod explorer;
pub mod handle;
pub mod history;
pub mod http;
mod metrics;
pub mod node;
pub mod paths;
pub mod pool;
pub mod sequencer;
pub mod service;
pub mod settings;
pub mod solo;

pub use config::{ConfigError, NodeConfig};
pub use handle::{Health, NodeHandle, Outcome, SubmitError, Ticket};
pub use node::{Node, NodeFailure, StartError};
pub use service::{Service, ServiceError};
pub use settings::SequencingSettings;

//! The proving service: it takes sealed witnesses over HTTP, queues them, proves them and gives the proofs out.
//!
//! From the outside in:
//!
//! - [`service`] starts and stops everything as [`config`] says; [`http`] is what clients see;
//! - the queue is `obolus-prover-queue`'s: in a file here, or in PostgreSQL with several [`worker`] processes;
//! - [`engine`] claims jobs and proves them, one a core, within a budget of memory; [`catalogue`] holds the circuits;
//! - [`secrets`] reads the service's key and keeps witnesses out of core dumps; [`metrics`] says how it is going.
//!
//! A client needs to trust the service with what a witness shows, and with nothing else: it verifies the proof under its
//! own key, and no witness holds a key that spends.

pub mod catalogue;
pub mod config;
pub mod engine;
pub mod http;
mod memory;
pub mod metrics;
mod proves;
pub mod secrets;
pub mod service;
pub mod worker;

pub use catalogue::{Catalogue, CatalogueError};
pub use config::{ConfigError, ProverConfig};
pub use service::{Service, ServiceError};

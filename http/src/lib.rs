//! HTTP as the node and the prover service share it, so that both are reached, guarded and misused in the same way.
//!
//! - [`problem`]: errors on the wire (RFC 9457);
//! - `server`: who is let in and with which role, limits, TLS, answers to whatever goes wrong, the listener itself, and what
//!   configuration files, health checks and pages have in common;
//! - `client`: the transport under the clients of both: TLS, tokens, bounded answers, repeating what may be repeated.
//!
//! What must never live here: anything that knows what a service is for.

#[cfg(feature = "client")]
pub mod client;
pub mod problem;
#[cfg(feature = "server")]
pub mod server;

pub use problem::Problem;

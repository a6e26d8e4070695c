//! Offline verification: proof bundles, proofs of circom circuits, verifying keys.
//!
//! - a [`Bundle`](bundle::Bundle) is a proof with everything that says what it is a proof of, in JSON or in a
//!   compact binary form, named by a hash;
//! - [`source`] finds bundles in files, folders, JSON lines and standard input; [`batch`] decodes and verifies them
//!   in groups, each bad one named;
//! - [`Rules`](policy::Rules) say which keys, circuits, chains and tokens are accepted, [`keyring`] which keys there are;
//! - [`keys`] rebuilds the protocol's circuits and compares them with the golden files;
//! - a [`Report`](report::Report) is what came out, written for people and for CI systems;
//! - [`ledger`] replays exported ledgers, and asks them what a statement to a verifier leaves open;
//! - [`token`] reads the file in which an issuer publishes its token;
//! - [`cli`] is the command, for the small binary `obolus-verify` and for `obolus verify`.
//!
//! What is absent on purpose: a prover, a WASM engine, a network. What the command says depends on its files, its
//! arguments and, for the age of bundles, the clock.

mod base64;
pub mod batch;
pub mod bundle;
pub mod check;
pub mod cli;
mod hex;
pub mod keyfile;
pub mod keyring;
pub mod keys;
pub mod ledger;
pub mod policy;
pub mod report;
pub mod snarkjs;
pub mod source;
pub mod token;

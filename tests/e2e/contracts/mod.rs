//! The contracts as WASM on the real host.
//!
//! [`agree`]: the same calls run natively on the SDK's mock and as WASM on the runtime, and must agree in
//! replies, refusals, writes, anchors and events; a contract tested on the mock alone could behave otherwise on
//! a node. [`powers`]: the same for seizures, reserves, quotas and moves to a successor. [`ledger`]: the same on a whole
//! ledger, with real proofs; [`rules`]: its reserves and quotas. [`hostile`]: contracts that misbehave on purpose are
//! stopped, and leave nothing behind.
//! [`settle`]: deals between tokens, honest and cheating. [`stage`] and [`acts`]: what these and the traces have in common.

pub mod acts;
mod agree;
mod both;
mod hostile;
mod ledger;
mod maths;
mod powers;
mod rules;
pub mod settle;
pub mod stage;
pub mod twin;

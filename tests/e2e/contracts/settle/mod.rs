//! Settlement: five contracts over several tokens.
//!
//! [`ground`]: what the tests run on, the mock alone or mock and WASM side by side. [`stage`], [`notes`], [`plans`],
//! [`calls`]: tokens, parties, deals and calls as honest wallets make them. [`lives`]: what honest parties get. [`pairs`],
//! [`conditionals`], [`standings`], [`atomics`]: what is refused, mostly from lists of [`cases`]. [`cheats`],
//! [`strangers`]: parties, contracts, oracles, registrars and tokens that misbehave. [`model`]: random sequences against a
//! model.

mod atomics;
pub mod calls;
mod cases;
mod cheats;
mod conditionals;
pub mod ground;
mod lives;
mod model;
pub mod notes;
mod pairs;
pub mod plans;
pub mod stage;
mod standings;
mod strangers;

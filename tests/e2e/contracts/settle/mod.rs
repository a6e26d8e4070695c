//! Settlement: five contracts over several tokens.
//!
//! [`ground`]: what the tests run on, the mock alone or mock and WASM side by side. [`stage`], [`notes`], [`plans`],
//! [`calls`]: tokens, parties, deals and calls as honest wallets make them. [`lives`]: what honest parties get.
//! [`pairs`]: what is refused, from lists of [`cases`]. [`model`]: random sequences against a model.

mod calls;
mod cases;
mod ground;
mod lives;
mod model;
mod notes;
mod pairs;
mod plans;
mod stage;

//! The contracts do the same whenever, wherever and by whatever they are executed.
//!
//! [`scenes`]: for each contract a scenario that reaches every entry, written down as a [`script`]. [`golden`]: what it
//! does, call by call, is in `tests/data/traces`. [`same`]: compiled before or not, on one thread or many, block by block
//! with another process between. [`interpreter`]: the same modules on a second engine; [`random`]: random calls on both
//! engines and natively.

mod golden;
pub mod interpreter;
mod random;
mod same;
mod scenes;
pub mod script;
mod text;

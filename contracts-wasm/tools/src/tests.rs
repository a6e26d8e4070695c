//! The tools on crates of their own, on the contracts' modules, and on the tutorial.

mod codec;
mod modules;
mod tutorial;

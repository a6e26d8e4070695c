//! The tools on crates of their own and on the contracts' modules. What `docs/tutorial-contract.md` does with them is run
//! by `cli/tests/contract.rs`.

mod build;
mod codec;
mod contracts;
mod modules;

//! Tests of contracts on the real runtime, a few lines each.
//!
//! A [`Scenario`] is a chain of its own in a temporary directory: the same ledger, virtual machine and upload rules
//! as a node's, with real WASM. What is left out is HTTP and waiting. For tests of the contract's code alone, without
//! WASM, the SDK has a mock of the host.
//!
//! ```no_run
//! use obolus_testkit::Scenario;
//!
//! # fn module() -> Vec<u8> { Vec::new() }
//! # fn main() -> Result<(), obolus_testkit::Error> {
//! let mut chain = Scenario::new()?;
//! let counter = chain.deploy(&module(), &5_u64)?;
//! let alice = chain.party(1);
//! chain.call(counter, "add", &2_u64).signed_by(&alice).run()?;
//! chain.advance(10)?;
//! assert_eq!(chain.query::<_, u64>(counter, "count", &())?, 7);
//! println!("{}", chain.fuel_report());
//! # Ok(()) }
//! ```
//!
//! - [`Call`]: who signs, which proofs it carries, whether it is taken or refused and why;
//! - [`SimulatedCircuit`]: proofs of anything from a known trapdoor in milliseconds. The ledger verifies them like
//!   real ones. A real proof is attached the same way: give the chain the circuit's verifying key and the call what the
//!   prover made;
//! - [`Scenario::advance`], [`Scenario::sleep`]: heights and times pass, scheduled calls run;
//! - [`FuelReport`]: what each entry cost.
//!
//! For tests only: its keys come from small numbers and its chain accepts keys under which anybody can forge.

mod call;
mod error;
mod fuel;
mod proving;
mod scenario;

pub use call::{Call, Taken};
pub use error::Error;
pub use fuel::{EntryFuel, FuelReport};
pub use proving::SimulatedCircuit;
pub use scenario::{Party, Scenario, Settings};

#[cfg(test)]
mod tests;

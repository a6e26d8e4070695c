//! How a caller watches keys and proofs being made.

use obolus_verifier::CircuitName;

/// Receives the progress of a setup. Called from several threads.
///
/// `()` ignores it.
pub trait Progress: Sync {
    /// A key that is not cached will be made in `steps` steps.
    fn start(&self, circuit: &CircuitName, steps: u64) {
        let _ = (circuit, steps);
    }

    /// So many steps were done since the last call.
    fn advance(&self, steps: u64) {
        let _ = steps;
    }

    /// The key that was started is made.
    fn finish(&self) {}
}

impl Progress for () {}

/// What a prover is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Checks the statement's rules natively.
    Checking,
    /// Fills in the circuit and makes the proof.
    Proving,
    /// Verifies the finished proof.
    Verifying,
}

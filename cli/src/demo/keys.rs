//! How the making of proving keys is shown.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use obolus_prover::Provers;
use obolus_verifier::CircuitName;
use rand::RngCore;
use rand::rngs::OsRng;

use super::DemoError;
use crate::progress::Stage;

/// A stage whose bar moves by steps, and how many keys were made.
struct Shown<'a>(&'a Stage, AtomicU64);

impl obolus_prover::Progress for Shown<'_> {
    fn start(&self, circuit: &CircuitName, steps: u64) {
        self.0.more(steps);
        self.0.say(circuit.as_str());
    }

    fn advance(&self, steps: u64) {
        self.0.advance(steps);
    }

    fn finish(&self) {
        self.0.say("");
        self.1.fetch_add(1, Ordering::Relaxed);
    }
}

/// Makes the development keys that are missing. That of payments is read now, since payments are timed; the others are when
/// they are first used.
pub fn prepare(directory: &Path, stage: &Stage) -> Result<Provers, DemoError> {
    let shown = Shown(stage, AtomicU64::new(0));
    let provers = Provers::development(directory, &shown)?;
    provers.transfer.load(&shown)?;
    stage.was(shown.1.into_inner());
    Ok(provers)
}

/// Sixteen bytes from the operating system.
pub fn random_bytes() -> [u8; 16] {
    let mut bytes = [0; 16];
    OsRng.fill_bytes(&mut bytes);
    bytes
}

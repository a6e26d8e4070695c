//! How the making of proving keys is shown.

use std::path::Path;

use obolus_prover::Provers;
use obolus_verifier::CircuitName;
use rand::RngCore;
use rand::rngs::OsRng;

use super::DemoError;
use crate::progress::Stage;

struct Shown<'a>(&'a Stage);

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
    }
}

/// Makes the development keys that are missing. That of payments is read now, since payments are timed; the others are when
/// they are first used.
pub fn prepare(directory: &Path, stage: &Stage) -> Result<Provers, DemoError> {
    let provers = Provers::development(directory, &Shown(stage))?;
    provers.transfer.load(&Shown(stage))?;
    Ok(provers)
}

/// Sixteen bytes from the operating system.
pub fn random_bytes() -> [u8; 16] {
    let mut bytes = [0; 16];
    OsRng.fill_bytes(&mut bytes);
    bytes
}

//! Where proving keys are kept, and how their making is shown.

use std::path::{Path, PathBuf};

use obolus_prover::DevProvers;
use obolus_verifier::CircuitName;
use rand::RngCore;
use rand::rngs::OsRng;

use super::DemoError;
use super::progress::Stage;

/// `target/obolus-keys` of the build that this executable belongs to, else in the data directory.
pub fn default_directory(data: &Path) -> PathBuf {
    let exe = std::env::current_exe().unwrap_or_default();
    let target = exe
        .ancestors()
        .find(|path| path.join("CACHEDIR.TAG").is_file());
    target.map_or_else(|| data.join("keys"), |target| target.join("obolus-keys"))
}

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

/// Loads the development keys, making those that are missing.
pub fn prepare(directory: &Path, stage: &Stage) -> Result<DevProvers, DemoError> {
    Ok(DevProvers::prepare(directory, &Shown(stage))?)
}

/// Sixteen bytes from the operating system.
pub fn random_bytes() -> [u8; 16] {
    let mut bytes = [0; 16];
    OsRng.fill_bytes(&mut bytes);
    bytes
}

//! Running ceremonies with snarkjs.

use std::fs;
use std::path::PathBuf;

use obolus_ceremony::CeremonyFiles;

use crate::node::{modules, run, succeed, target};

/// The beacons' public value.
pub const BEACON: &str = "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
/// Logarithm of their iterations; the least that snarkjs takes.
pub const ITERATIONS: u8 = 10;

/// The files of a ceremony.
pub struct Ceremony {
    pub r1cs: Vec<u8>,
    pub ptau: Vec<u8>,
    /// Before Lagrange polynomials were added.
    pub bare_ptau: Vec<u8>,
    pub zkey: Vec<u8>,
    /// Before any contribution.
    pub initial_zkey: Vec<u8>,
    /// With a beacon only.
    pub beacon_zkey: Vec<u8>,
    /// What snarkjs said when it verified the key.
    pub verdict: String,
}

impl Ceremony {
    pub fn files(&self) -> CeremonyFiles<'_> {
        CeremonyFiles {
            r1cs: &self.r1cs,
            ptau: &self.ptau,
            zkey: &self.zkey,
        }
    }
}

/// A folder to run snarkjs in.
pub struct Snarkjs {
    directory: tempfile::TempDir,
}

impl Snarkjs {
    pub fn new() -> Self {
        let directory = tempfile::tempdir_in(target()).unwrap();
        Self { directory }
    }

    fn path(&self, file: &str) -> PathBuf {
        self.directory.path().join(file)
    }

    pub fn read(&self, file: &str) -> Vec<u8> {
        fs::read(self.path(file)).unwrap()
    }

    pub fn write(&self, file: &str, bytes: &[u8]) {
        fs::write(self.path(file), bytes).unwrap();
    }

    /// Runs the words of a command line that must succeed.
    pub fn run(&self, command: &str) -> String {
        let script = modules("snarkjs").join("snarkjs/build/cli.cjs");
        let mut arguments = vec![script.to_str().unwrap()];
        arguments.extend(command.split_whitespace());
        let said = succeed(self.directory.path(), "node", &arguments);
        String::from_utf8(said).unwrap()
    }

    /// The same for one that may fail; what it said.
    pub fn try_run(&self, command: &str) -> String {
        let script = modules("snarkjs").join("snarkjs/build/cli.cjs");
        let mut arguments = vec![script.to_str().unwrap()];
        arguments.extend(command.split_whitespace());
        let output = run(self.directory.path(), "node", &arguments);
        String::from_utf8(output.stdout).unwrap()
    }

    /// Powers of tau with three participants and a beacon, prepared for phase 2, in `pot.ptau`.
    pub fn powers(&self, power: u32) {
        self.run(&format!("powersoftau new bn128 {power} pot0.ptau"));
        for (step, name) in ["one", "two", "three"].into_iter().enumerate() {
            let (from, to) = (step, step + 1);
            self.run(&format!(
                "powersoftau contribute pot{from}.ptau pot{to}.ptau --name={name} -e={power}{name}"
            ));
        }
        self.run(&format!(
            "powersoftau beacon pot3.ptau pot4.ptau {BEACON} {ITERATIONS} --name=last"
        ));
        self.run("powersoftau prepare phase2 pot4.ptau pot.ptau");
    }

    /// Both phases for a circuit, with three participants and a beacon each.
    pub fn ceremony(&self, r1cs: Vec<u8>, power: u32) -> Ceremony {
        self.write("circuit.r1cs", &r1cs);
        self.powers(power);
        self.run("groth16 setup circuit.r1cs pot.ptau key0.zkey");
        for (step, name) in ["one", "two", "three"].into_iter().enumerate() {
            let (from, to) = (step, step + 1);
            self.run(&format!(
                "zkey contribute key{from}.zkey key{to}.zkey --name={name} -e={name}"
            ));
        }
        let beacon = format!("{BEACON} {ITERATIONS} --name=last");
        self.run(&format!("zkey beacon key3.zkey key.zkey {beacon}"));
        self.run(&format!("zkey beacon key0.zkey beacon.zkey {beacon}"));
        let verdict = self.run("zkey verify circuit.r1cs pot.ptau key.zkey");
        Ceremony {
            r1cs,
            ptau: self.read("pot.ptau"),
            bare_ptau: self.read("pot4.ptau"),
            zkey: self.read("key.zkey"),
            initial_zkey: self.read("key0.zkey"),
            beacon_zkey: self.read("beacon.zkey"),
            verdict,
        }
    }
}

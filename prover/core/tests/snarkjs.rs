//! Against the real snarkjs and circom: their keys, witnesses and proofs with our code, and ours
//! with theirs.
//!
//! Needs node and npm; see `node/mod.rs`.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test binary")]

use std::fs;
use std::path::PathBuf;
use std::process::Output;

use obolus_protocol::Fr;
use obolus_prover::snarkjs::{ImportedProveError, ImportedProver, Witness, ZkeyError, write_r1cs};
use obolus_prover::{Register, Relation, relation};
use obolus_r1cs::shape;
use obolus_verifier::snarkjs::{
    inputs_from_json, inputs_to_json, key_from_json, key_to_json, proof_from_json, proof_to_json,
};
use obolus_verifier::{CircuitName, KeyError, KeyOrigin, VerifyError, VerifyingKey, verify};

use self::node::{installed, modules, run, sources, target};

mod node;

/// A ceremony's directory, with snarkjs to run in it.
struct Ceremony {
    directory: tempfile::TempDir,
}

impl Ceremony {
    fn new() -> Self {
        let directory = tempfile::tempdir_in(target()).unwrap();
        Self { directory }
    }

    fn path(&self, file: &str) -> PathBuf {
        self.directory.path().join(file)
    }

    fn read(&self, file: &str) -> Vec<u8> {
        fs::read(self.path(file)).unwrap()
    }

    fn write(&self, file: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(file), bytes).unwrap();
    }

    fn node(&self, script: &str, command: &str) -> Output {
        let script = modules("snarkjs").join(script);
        let mut arguments = vec![script.to_str().unwrap()];
        arguments.extend(command.split_whitespace());
        run(self.directory.path(), "node", &arguments)
    }

    /// Runs the words of a command line.
    fn snarkjs(&self, command: &str) {
        let output = self.node("snarkjs/build/cli.cjs", command);
        assert!(
            output.status.success(),
            "snarkjs {command}\n{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }

    /// Both phases for `circuit.r1cs`, to `first.zkey` without and `last.zkey` with a contribution.
    fn run(&self, power: u32) {
        self.snarkjs(&format!("powersoftau new bn128 {power} pot0.ptau"));
        self.snarkjs("powersoftau contribute pot0.ptau pot1.ptau --name=one -e=test");
        self.snarkjs("powersoftau prepare phase2 pot1.ptau pot.ptau");
        self.snarkjs("groth16 setup circuit.r1cs pot.ptau first.zkey");
        self.snarkjs("zkey contribute first.zkey last.zkey --name=one -e=test");
        self.snarkjs("zkey verify circuit.r1cs pot.ptau last.zkey");
        self.snarkjs("zkey export verificationkey last.zkey key.json");
    }

    fn prover(&self) -> ImportedProver {
        ImportedProver::read(&name(), &self.read("last.zkey"), &()).unwrap()
    }

    /// Whether snarkjs accepts `proof.json` for `public.json` under `key.json`.
    fn snarkjs_accepts(&self) -> bool {
        let output = self.node(
            "snarkjs/build/cli.cjs",
            "groth16 verify key.json public.json proof.json",
        );
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let accepted = text.contains("OK!");
        assert_eq!(accepted, output.status.success(), "{text}");
        accepted
    }

    /// Our proof of `witness.wtns` under snarkjs, then snarkjs' proof under ours; both also with
    /// wrong inputs.
    fn exchange_proofs(&self) {
        let prover = self.prover();
        let key = prover.verifying_key();
        let witness = Witness::read(&self.read("witness.wtns")).unwrap();

        let (inputs, proof) = prover.prove(&witness).unwrap();
        self.write("proof.json", proof_to_json(&proof).unwrap());
        self.write("public.json", inputs_to_json(&inputs).unwrap());
        assert!(self.snarkjs_accepts());
        for i in 0..inputs.len() {
            let mut changed = inputs.clone();
            changed[i] += Fr::from(1);
            self.write("public.json", inputs_to_json(&changed).unwrap());
            assert!(!self.snarkjs_accepts(), "input {i}");
        }

        self.snarkjs("groth16 prove last.zkey witness.wtns proof.json public.json");
        let theirs = proof_from_json(&self.read("proof.json")).unwrap();
        let public = inputs_from_json(&self.read("public.json")).unwrap();
        assert_eq!(public, inputs);
        assert_eq!(verify(key, &public, &theirs), Ok(()));
        let mut changed = public;
        changed[0] += Fr::from(1);
        assert_eq!(verify(key, &changed, &theirs), Err(VerifyError::Refused));
        // What both write of the same proof is the same text, but for spaces.
        let (ours, theirs) = (proof_to_json(&theirs).unwrap(), self.read("proof.json"));
        assert_eq!(without_space(ours.as_bytes()), without_space(&theirs));
    }

    /// The key in `key.json` is that of the zkey, and what we write of it is what snarkjs wrote.
    fn compare_keys(&self) -> VerifyingKey {
        let prover = self.prover();
        let theirs = self.read("key.json");
        let key = key_from_json(&name(), &theirs).unwrap();
        assert_eq!(&key, prover.verifying_key());
        assert_eq!(key.origin(), KeyOrigin::Imported);
        let ours = key_to_json(&key).unwrap();
        assert_eq!(without_space(ours.as_bytes()), without_space(&theirs));
        key
    }
}

fn name() -> CircuitName {
    CircuitName::new("snarkjs_test").unwrap()
}

fn without_space(text: &[u8]) -> String {
    let text = String::from_utf8(text.to_vec()).unwrap();
    text.split_whitespace().collect()
}

/// A circuit of circom, from its source to proofs.
#[test]
fn a_circom_circuit() {
    if !installed() {
        return;
    }
    let ceremony = Ceremony::new();
    let source = fs::read(sources("snarkjs").join("cubic.circom")).unwrap();
    ceremony.write("circuit.circom", source);
    let compiled = ceremony.node("circom2/cli.js", "circuit.circom --r1cs --wasm");
    assert!(compiled.status.success(), "{compiled:?}");
    ceremony.write("input.json", r#"{"x": "3", "shift": "5"}"#);
    ceremony.snarkjs("wtns calculate circuit_js/circuit.wasm input.json witness.wtns");
    ceremony.run(8);

    let key = ceremony.compare_keys();
    assert_eq!(key.public_inputs(), 2);
    ceremony.exchange_proofs();

    // What the witness calculator writes is what we would write.
    let bytes = ceremony.read("witness.wtns");
    let witness = Witness::read(&bytes).unwrap();
    assert_eq!(*witness.encode(), bytes);

    // A witness that is wrong in one place.
    let prover = ceremony.prover();
    for i in [1, witness.values().len() - 1] {
        let mut values = witness.values().to_vec();
        values[i] += Fr::from(1);
        let error = prover.prove(&Witness::new(values).unwrap()).unwrap_err();
        assert!(matches!(error, ImportedProveError::Refused(_)), "{error}");
    }

    // Before the first contribution anybody can forge.
    let error = ImportedProver::read(&name(), &ceremony.read("first.zkey"), &()).unwrap_err();
    assert_eq!(error, ZkeyError::Key(KeyError::DeltaIsGamma));
}

/// x·x = y and y·x = z with z public, from our own matrices.
fn cube() -> (Relation, Vec<Fr>) {
    let one = Fr::from(1);
    let (z, x, y) = (1, 2, 3);
    let rows = |list: [usize; 2]| list.map(|variable| vec![(one, variable)]);
    let c = [vec![(one, y)], vec![(one, z)]];
    let relation = Relation::new([1; 32], 1, 4, &rows([x, y]), &rows([x, x]), &c).unwrap();
    (relation, [1, 27, 3, 9].map(Fr::from).to_vec())
}

/// A ceremony for a circuit of ours.
#[test]
fn a_circuit_that_we_wrote() {
    if !installed() {
        return;
    }
    let ceremony = Ceremony::new();
    let (relation, values) = cube();
    ceremony.write("circuit.r1cs", write_r1cs(&relation).unwrap());
    let witness = Witness::new(values).unwrap();
    ceremony.write("witness.wtns", &*witness.encode());
    ceremony.snarkjs("wtns check circuit.r1cs witness.wtns");
    ceremony.run(4);
    ceremony.compare_keys();
    ceremony.exchange_proofs();
}

/// snarkjs reads the statements' own circuits and finds a sample witness right.
#[test]
fn a_statement_of_the_protocol() {
    if !installed() {
        return;
    }
    use obolus_protocol::statement::sample;
    use obolus_prover::Provable;

    let ceremony = Ceremony::new();
    let relation = relation(&shape::<Register>()).unwrap();
    ceremony.write("circuit.r1cs", write_r1cs(&relation).unwrap());
    let sample = sample::register(1);
    let public = Register::public_inputs(&sample, sample::context(1));
    let assignment = obolus_r1cs::assign::<Register>(&sample, &public);
    let witness = Witness::new(assignment.z().to_vec()).unwrap();
    ceremony.write("witness.wtns", &*witness.encode());
    ceremony.snarkjs("wtns check circuit.r1cs witness.wtns");

    let mut wrong = witness.values().to_vec();
    *wrong.last_mut().unwrap() += Fr::from(1);
    let wrong = Witness::new(wrong).unwrap();
    ceremony.write("witness.wtns", &*wrong.encode());
    let check = "wtns check circuit.r1cs witness.wtns";
    let output = ceremony.node("snarkjs/build/cli.cjs", check);
    assert!(!output.status.success());
}

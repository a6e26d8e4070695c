//! What a user would take instead, on the same proofs, one by one.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use ark_bn254::Bn254;
use ark_groth16::r1cs_to_qap::LibsnarkReduction;
use ark_groth16::{Groth16, prepare_verifying_key};
use ark_serialize::CanonicalDeserialize;
use obolus_verifier::snarkjs::{inputs_to_json, key_to_json, proof_to_json};

use super::sample::Sample;
use crate::bench::BenchError;

/// Most proofs that each of them verifies.
const MOST: usize = 200;
/// snarkjs takes a hundred times as long.
const MOST_SNARKJS: usize = 40;

/// ark-groth16 on one thread, with the library's decoding and its checks; microseconds a proof.
///
/// # Errors
/// [`BenchError::NotAccepted`] if it refuses one.
pub fn ark(sample: &Sample) -> Result<f64, BenchError> {
    let points = sample.key.points();
    let key = prepare_verifying_key(&ark_groth16::VerifyingKey::<Bn254> {
        alpha_g1: points.alpha_g1,
        beta_g2: points.beta_g2,
        gamma_g2: points.gamma_g2,
        delta_g2: points.delta_g2,
        gamma_abc_g1: points.ic.clone(),
    });
    let some = sample.bundles.iter().zip(&sample.encoded).take(MOST);
    let count = some.len();
    let start = Instant::now();
    for (bundle, encoded) in some {
        let proof = ark_groth16::Proof::<Bn254>::deserialize_compressed(&encoded[..]);
        let proof = proof.map_err(|_| BenchError::NotAccepted)?;
        let verdict =
            Groth16::<Bn254, LibsnarkReduction>::verify_proof(&key, &proof, &bundle.inputs);
        if !matches!(verdict, Ok(true)) {
            return Err(BenchError::NotAccepted);
        }
    }
    Ok(start.elapsed().as_secs_f64() * 1e6 / count.max(1) as f64)
}

/// Verifies each proof once and prints microseconds a proof, or nothing if one is refused. The first call, in which
/// snarkjs compiles its own code, is not counted.
const SCRIPT: &str = r#"
const fs = require("fs");
const snarkjs = require("snarkjs");
(async () => {
  const { key, proofs } = JSON.parse(fs.readFileSync(process.argv[2]));
  const quiet = { debug() {}, info() {}, warn() {}, error() {} };
  const check = ([inputs, proof]) => snarkjs.groth16.verify(key, inputs, proof, quiet);
  await check(proofs[0]);
  const start = process.hrtime.bigint();
  for (const proof of proofs) if (!(await check(proof))) process.exit(1);
  console.log(Number(process.hrtime.bigint() - start) / 1e3 / proofs.length);
  process.exit(0);
})();
"#;

/// snarkjs in one process with as many threads as it takes; microseconds a proof.
///
/// # Errors
/// [`BenchError::Snarkjs`] if node or the package is missing, or a proof is refused.
pub fn snarkjs(sample: &Sample, folder: &Path) -> Result<f64, BenchError> {
    let value = |text: String| serde_json::from_str::<serde_json::Value>(&text);
    let failed = |error: String| BenchError::Snarkjs(error);
    let mut proofs = Vec::new();
    for bundle in sample.bundles.iter().take(MOST_SNARKJS) {
        let inputs = inputs_to_json(&bundle.inputs).map_err(|e| failed(e.to_string()))?;
        let proof = proof_to_json(&bundle.proof).map_err(|e| failed(e.to_string()))?;
        proofs.push((value(inputs)?, value(proof)?));
    }
    let key = key_to_json(&sample.key).map_err(|e| failed(e.to_string()))?;
    let data = serde_json::json!({ "key": value(key)?, "proofs": proofs });
    let data_path = sample.folder.path().join("snarkjs.json");
    // A script with this name sees the packages of the folder that node is run in.
    let script_path = sample.folder.path().join("snarkjs.cjs");
    let written =
        fs::write(&data_path, data.to_string()).and_then(|()| fs::write(&script_path, SCRIPT));
    written.map_err(|e| BenchError::Io(data_path.clone(), e))?;
    let output = Command::new("node")
        .arg(&script_path)
        .arg(&data_path)
        .env("NODE_PATH", folder.join("node_modules"))
        .output()
        .map_err(|error| failed(format!("node: {error}")))?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.trim()
        .parse()
        .map_err(|_| failed(String::from_utf8_lossy(&output.stderr).into_owned()))
}

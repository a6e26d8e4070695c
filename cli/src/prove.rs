//! `obolus prove`: one proof of a circom circuit, in the files of snarkjs and rapidsnark.

use std::path::{Path, PathBuf};

use clap::Args;
use obolus_prover::snarkjs::{ImportedProveError, Witness, WitnessError};
use obolus_prover_api::client::{Order, ProverClientError};
use obolus_prover_api::{CircuitView, Priority};
use obolus_prover_service::catalogue::{CatalogueError, read_zkey};
use obolus_verifier::snarkjs::{
    JsonError, inputs_from_json, inputs_to_json, key_from_json, proof_from_json, proof_to_json,
};
use obolus_verifier::{
    CircuitName, CircuitNameError, KeyIdText, VerifyError, VerifyingKey, verify,
};
use zeroize::Zeroizing;

use crate::endpoint::{ProverArgs, ProverArgsError};

/// Arguments of `prove`.
#[derive(Args)]
pub struct ProveArgs {
    /// The proving key; with it the proof is made on this machine.
    #[arg(
        long,
        value_name = "FILE",
        required_unless_present = "prover",
        conflicts_with = "prover"
    )]
    zkey: Option<PathBuf>,
    #[command(flatten)]
    service: ProverArgs,
    /// Name of the circuit at the proving service.
    #[arg(long, value_name = "NAME", requires = "prover", requires = "vkey")]
    circuit: Option<String>,
    /// verification_key.json of the circuit: what the service returns is verified under it.
    #[arg(long, value_name = "FILE", requires = "prover")]
    vkey: Option<PathBuf>,
    /// The witness.
    #[arg(long, value_name = "FILE")]
    wtns: PathBuf,
    /// Where to write the proof.
    #[arg(long, value_name = "FILE", default_value = "proof.json")]
    proof: PathBuf,
    /// Where to write the public inputs.
    #[arg(long, value_name = "FILE", default_value = "public.json")]
    public: PathBuf,
}

/// Why no proof was written.
#[derive(Debug, thiserror::Error)]
pub enum ProveCommandError {
    /// A file.
    #[error("{0}: {1}")]
    Io(PathBuf, std::io::Error),
    /// The proving key.
    #[error(transparent)]
    Zkey(#[from] CatalogueError),
    /// The witness.
    #[error("{0}: {1}")]
    Witness(PathBuf, WitnessError),
    /// Proving.
    #[error(transparent)]
    Prove(#[from] ImportedProveError),
    /// JSON.
    #[error("{0}: {1}")]
    Json(PathBuf, JsonError),
    /// A circuit's name.
    #[error("{0}: {1}")]
    Name(String, CircuitNameError),
    /// With a service, circuit and key must be named.
    #[error(
        "with --prover give --circuit and --vkey too: the proof is verified under your own key"
    )]
    WhichCircuit,
    /// The service.
    #[error(transparent)]
    Args(#[from] ProverArgsError),
    /// The service.
    #[error(transparent)]
    Service(#[from] ProverClientError),
    /// The service does not have the circuit, or has another key for it.
    #[error("the proving service has no circuit {0} with the key {1}: compare verification keys")]
    OtherKey(String, String),
    /// The service's answer does not hold.
    #[error("the proving service returned a proof that does not hold: use another one ({0})")]
    Refused(#[from] VerifyError),
}

/// Proves and writes proof and public inputs.
pub fn run(args: &ProveArgs) -> Result<(), ProveCommandError> {
    let (proof, inputs) = match (&args.zkey, args.service.client()?) {
        (Some(zkey), _) => local(zkey, &args.wtns)?,
        (None, Some(service)) => {
            let (Some(circuit), Some(vkey)) = (&args.circuit, &args.vkey) else {
                return Err(ProveCommandError::WhichCircuit);
            };
            let order = RemoteOrder {
                service,
                circuit,
                vkey,
                args,
            };
            order.prove()?
        }
        (None, None) => return Err(ProveCommandError::WhichCircuit),
    };
    write(&args.proof, &proof)?;
    write(&args.public, &inputs)
}

fn local(zkey: &Path, wtns: &Path) -> Result<(String, String), ProveCommandError> {
    let prover = read_zkey(&name("circom")?, zkey, &())?;
    let witness = read(wtns)?;
    let witness = Witness::read(&witness)
        .map_err(|error| ProveCommandError::Witness(wtns.to_path_buf(), error))?;
    let (inputs, proof) = prover.prove(&witness)?;
    let json = |error| ProveCommandError::Json(zkey.to_path_buf(), error);
    Ok((
        proof_to_json(&proof).map_err(json)?,
        inputs_to_json(&inputs).map_err(json)?,
    ))
}

struct RemoteOrder<'a> {
    service: obolus_prover_api::client::ProverClient,
    circuit: &'a str,
    vkey: &'a Path,
    args: &'a ProveArgs,
}

impl RemoteOrder<'_> {
    fn prove(&self) -> Result<(String, String), ProveCommandError> {
        let json = |error| ProveCommandError::Json(self.vkey.to_path_buf(), error);
        let key = key_from_json(&name(self.circuit)?, &read(self.vkey)?).map_err(json)?;
        let key_id = KeyIdText(key.id()).to_string();
        self.check_listed(&key_id)?;
        let order = Order {
            circuit: self.circuit,
            key_id: &key_id,
            priority: Priority::default(),
            patience: self.args.service.patience(),
        };
        let proved = self.service.prove(order, &read(&self.args.wtns)?)?;
        let answer = |error: serde_json::Error| json(JsonError::Form(error));
        let proof = serde_json::to_vec(&proved.proof).map_err(answer)?;
        let inputs = serde_json::to_vec(&proved.inputs).map_err(answer)?;
        rewrite(&key, &proof, &inputs, json)
    }

    /// A witness is sealed for one key only: say so before it is sent, not after.
    fn check_listed(&self, key_id: &str) -> Result<(), ProveCommandError> {
        let listed = self.service.circuits()?;
        let same = |c: &CircuitView| c.name == self.circuit && c.key_id == key_id;
        if listed.circuits.iter().any(same) {
            Ok(())
        } else {
            Err(ProveCommandError::OtherKey(
                self.circuit.to_owned(),
                key_id.to_owned(),
            ))
        }
    }
}

/// Verifies what a service returned and writes it as snarkjs does.
fn rewrite(
    key: &VerifyingKey,
    proof: &[u8],
    inputs: &[u8],
    json: impl Fn(JsonError) -> ProveCommandError,
) -> Result<(String, String), ProveCommandError> {
    let proof = proof_from_json(proof).map_err(&json)?;
    let inputs = inputs_from_json(inputs).map_err(&json)?;
    verify(key, &inputs, &proof)?;
    Ok((
        proof_to_json(&proof).map_err(&json)?,
        inputs_to_json(&inputs).map_err(&json)?,
    ))
}

fn name(text: &str) -> Result<CircuitName, ProveCommandError> {
    CircuitName::new(text).map_err(|error| ProveCommandError::Name(text.to_owned(), error))
}

fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, ProveCommandError> {
    let bytes = std::fs::read(path);
    bytes
        .map(Zeroizing::new)
        .map_err(|error| ProveCommandError::Io(path.to_path_buf(), error))
}

fn write(path: &Path, text: &str) -> Result<(), ProveCommandError> {
    std::fs::write(path, text).map_err(|error| ProveCommandError::Io(path.to_path_buf(), error))
}

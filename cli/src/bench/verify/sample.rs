//! Bundles of transfers with simulated proofs, in memory and in folders.

use std::fs;

use ark_bn254::Fr;
use obolus_abi::token::TransferMsg;
use obolus_abi::{ChainId, ContractId, FieldBytes, PointBytes, TransferInputs};
use obolus_protocol::context::{USER, context};
use obolus_protocol::field::{fr_from_bytes, fr_to_bytes};
use obolus_protocol::tx::{EntryName, Height, TxBody};
use obolus_prover::{Simulator, Transfer};
use obolus_verifier::{CircuitName, Proof, VerifyingKey};
use obolus_verify::bundle::{Bundle, Label, Statement};
use rayon::prelude::*;
use tempfile::TempDir;

use crate::bench::BenchError;
use crate::progress::Stage;

/// Folder of bundles in JSON.
pub const JSON: &str = "json";
/// Folder of bundles in the compact form.
pub const COMPACT: &str = "compact";

const CHAIN: ChainId = ChainId([0xc1; 32]);
const TOKEN: ContractId = ContractId([0x70; 32]);
/// Lengths of a transfer's memos in bytes.
const MEMOS: [usize; 2] = [394, 434];
/// Subfolders, so that none is too large.
const FOLDERS: usize = 16;

/// What is verified.
pub struct Sample {
    /// The key of all proofs.
    pub key: VerifyingKey,
    /// The bundles.
    pub bundles: Vec<Bundle>,
    /// Their proofs as a transaction carries them.
    pub encoded: Vec<[u8; Proof::LEN]>,
    /// Where [`JSON`] and [`COMPACT`] are.
    pub folder: TempDir,
}

impl Sample {
    /// Makes `count` bundles and writes them.
    ///
    /// # Errors
    /// [`BenchError`], if files cannot be written.
    pub fn new(count: usize, stage: &Stage) -> Result<Self, BenchError> {
        let simulator = Simulator::<Transfer>::development()?;
        let folder = tempfile::tempdir().map_err(|e| BenchError::Io(std::env::temp_dir(), e))?;
        for name in [JSON, COMPACT] {
            for part in 0..FOLDERS {
                let path = folder.path().join(name).join(format!("{part:02}"));
                fs::create_dir_all(&path).map_err(|e| BenchError::Io(path, e))?;
            }
        }
        let made: Result<Vec<_>, BenchError> = (0..count)
            .into_par_iter()
            .map(|n| {
                let bundle = bundle(&simulator, n)?;
                let file = format!("{:02}/{n:06}", n % FOLDERS);
                let json = folder.path().join(JSON).join(format!("{file}.json"));
                fs::write(&json, bundle.to_json(false)?).map_err(|e| BenchError::Io(json, e))?;
                let compact = folder.path().join(COMPACT).join(format!("{file}.obp"));
                fs::write(&compact, bundle.to_compact()?)
                    .map_err(|e| BenchError::Io(compact, e))?;
                let encoded = bundle.proof.encode().map_err(|_| BenchError::NotAccepted)?;
                stage.step();
                Ok((bundle, encoded))
            })
            .collect();
        let (bundles, encoded) = made?.into_iter().unzip();
        Ok(Self {
            key: simulator.verifying_key().clone(),
            bundles,
            encoded,
            folder,
        })
    }
}

/// A payment of fields that mean nothing, bound to its transaction.
fn bundle(simulator: &Simulator<Transfer>, n: usize) -> Result<Bundle, BenchError> {
    let field = |k: u64| FieldBytes::from_u64(n as u64 * 100 + k + 1);
    let point = |k| PointBytes::from_xy(&field(k), &field(k + 1));
    let message = TransferMsg {
        anchor: field(0),
        sender_root: field(1),
        recipient_root: field(2),
        nf1: field(3),
        nf2: field(4),
        cm1: field(5),
        cm2: field(6),
        rk: point(7),
        r: point(9),
        c1: field(11),
        c2: field(12),
    };
    let entry = EntryName::new("transfer").map_err(|_| BenchError::NotAccepted)?;
    let body = TxBody {
        chain: CHAIN,
        expiry: Height(n as u64 + 1),
        contract: TOKEN,
        entry: entry.clone(),
        args: borsh::to_vec(&message).map_err(|_| BenchError::NotAccepted)?,
        memos: MEMOS.map(|length| vec![1; length]).to_vec(),
    };
    let bound = fr_to_bytes(&context(&body.digest(), &TOKEN, &USER, &entry));
    let inputs = message.inputs(&point(20), bound).to_array();
    let inputs: Result<Vec<Fr>, _> = inputs.iter().map(fr_from_bytes).collect();
    let inputs = inputs.map_err(|_| BenchError::NotAccepted)?;
    let labels = TransferInputs::<()>::NAMES
        .iter()
        .map(|name| Label::new(name));
    let labels: Result<Vec<_>, _> = labels.collect();
    let proof = simulator
        .simulate(&inputs)
        .map_err(|_| BenchError::NotAccepted)?;
    Ok(Bundle {
        circuit: CircuitName::TRANSFER,
        key_id: simulator.verifying_key().id(),
        key: Some(
            simulator
                .verifying_key()
                .encode()
                .map_err(|_| BenchError::NotAccepted)?,
        ),
        statement: Some(Statement {
            body,
            token: TOKEN,
            caller: None,
            entry,
        }),
        made_at: None,
        labels: Some(labels.map_err(|_| BenchError::NotAccepted)?),
        proof: *proof.unchecked(),
        inputs,
    })
}

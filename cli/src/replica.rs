//! Replays exported ledgers, and those of nodes, by executing their contracts, as a node does.

use std::path::Path;

use obolus_chain::{CheckedBlock, Genesis};
use obolus_protocol::tx::Height;
use obolus_runtime::ledger::{Execution, ValidateError};
use obolus_verify::ledger::{
    Engine, Facts, FetchError, NodeSource, Position, Replica, ReplicaError,
};

use crate::endpoint::NodeArgs;
use crate::node::fetch;

mod facts;

/// Executes contracts and computes app hashes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Executing;

impl Engine for Executing {
    fn name(&self) -> &'static str {
        "execution"
    }

    fn open(&self, directory: &Path, genesis: &Genesis) -> Result<Box<dyn Replica>, ReplicaError> {
        let ledger = Execution::open(&directory.join("ledger"), genesis)
            .map_err(|error| ReplicaError::Failed(error.to_string()))?;
        Ok(Box::new(Ledger(ledger)))
    }

    fn fetch(
        &self,
        node: &NodeSource,
        until: Option<Height>,
        out: &Path,
    ) -> Result<(), FetchError> {
        let args = NodeArgs {
            node: node.node.clone(),
            token_file: node.token_file.clone(),
            ca: node.ca.clone(),
            client_cert: node.client_cert.clone(),
            client_key: node.client_key.clone(),
        };
        fetch(&args, until, out).map_err(|error| FetchError::Failed(error.to_string()))
    }
}

struct Ledger(Execution);

impl Replica for Ledger {
    fn position(&self) -> Position {
        let tip = self.0.tip();
        Position {
            height: tip.height,
            block: tip.block,
            app_hash: Some(tip.app_hash),
        }
    }

    fn apply(&mut self, block: CheckedBlock) -> Result<(), ReplicaError> {
        let executed = self.0.execute(block).map_err(refusal)?;
        match self.0.commit(&executed) {
            Ok(_receipts) => Ok(()),
            Err(error) => Err(ReplicaError::Failed(error.to_string())),
        }
    }

    /// Every block is on disk already.
    fn finish(&mut self) -> Result<(), ReplicaError> {
        Ok(())
    }

    fn facts(&self) -> &dyn Facts {
        self
    }
}

fn refusal(error: ValidateError) -> ReplicaError {
    let message = error.to_string();
    match error {
        ValidateError::Refused { index, reason } => ReplicaError::Transaction {
            index,
            code: reason.code().to_owned(),
            message: reason.to_string(),
        },
        ValidateError::Block(fault) => ReplicaError::Block {
            code: fault.code().to_owned(),
            message,
        },
        ValidateError::TooMuchFuel => ReplicaError::Block {
            code: "block_fuel".to_owned(),
            message,
        },
        ValidateError::Fault(_) => ReplicaError::Failed(message),
    }
}

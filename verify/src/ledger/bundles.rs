//! Proofs of a ledger as bundles, for whoever verifies one payment and not the whole chain.

use obolus_abi::{ContractId, KeyId};
use obolus_chain::{Block, Circuits, Received};
use obolus_protocol::context::{USER, context_bytes};
use obolus_protocol::tx::{ProofEnvelope, TxError};
use obolus_verifier::{KeyError, Proof, ProofError, VerifyError, inputs_from_bytes};

use crate::bundle::{Bundle, Label, LabelError, MadeAt, Statement, protocol_names};

/// Why no bundle could be made of a proof.
#[derive(Debug, thiserror::Error)]
pub enum FromLedgerError {
    /// The transaction.
    #[error(transparent)]
    Transaction(#[from] TxError),
    /// The proof.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// The public inputs.
    #[error(transparent)]
    Inputs(#[from] VerifyError),
    /// The key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A key that the genesis does not list.
    #[error("the genesis does not list the key {0}: the ledger is damaged, verify it first")]
    NoKey(KeyId),
    /// Names of inputs.
    #[error(transparent)]
    Label(#[from] LabelError),
}

/// The proofs of one block, in order.
///
/// # Errors
/// [`FromLedgerError`]. Nothing is verified here.
pub fn bundles_of(block: &Block, circuits: &Circuits) -> Result<Vec<Bundle>, FromLedgerError> {
    let made_at = MadeAt(block.header.time.0);
    let mut bundles = Vec::new();
    for bytes in &block.txs {
        let received = Received::decode(bytes.clone())?;
        for envelope in &received.transaction().proofs {
            bundles.push(bundle(&received, envelope, circuits, made_at)?);
        }
    }
    Ok(bundles)
}

fn bundle(
    received: &Received,
    envelope: &ProofEnvelope,
    circuits: &Circuits,
    made_at: MadeAt,
) -> Result<Bundle, FromLedgerError> {
    let key = circuits
        .key(&envelope.key)
        .ok_or(FromLedgerError::NoKey(envelope.key))?;
    let labels = match protocol_names(key.circuit()) {
        None => None,
        Some(names) => Some(
            names
                .iter()
                .map(|name| Label::new(name))
                .collect::<Result<Vec<_>, _>>()?,
        ),
    };
    Ok(Bundle {
        circuit: key.circuit().clone(),
        key_id: envelope.key,
        key: Some(key.encode()?),
        statement: statement(received, envelope),
        made_at: Some(made_at),
        inputs: inputs_from_bytes(&envelope.inputs)?,
        labels,
        proof: *Proof::decode(&envelope.proof.0)?.unchecked(),
    })
}

/// The call by the transaction itself, if the proof is bound to it. A proof that a contract asked for on the way is
/// bound to a call that only execution would tell.
fn statement(received: &Received, envelope: &ProofEnvelope) -> Option<Statement> {
    let body = &received.transaction().body;
    let user: ContractId = USER;
    let own = context_bytes(&received.digest(), &body.contract, &user, &body.entry);
    (envelope.inputs.last() == Some(&own)).then(|| Statement {
        body: body.clone(),
        token: body.contract,
        caller: None,
        entry: body.entry.clone(),
    })
}

//! Handing a deal's transaction in, and saying what came of it.

use std::time::Duration;

use obolus_abi::{DealId, TxDigest};
use obolus_protocol::tx::Transaction;
use obolus_runtime_api::TxState;
use obolus_wallet::client::{ClientError, NodeClient};
use serde::Serialize;

use super::DealError;
use crate::output::OutputArgs;

/// What came of a transaction.
pub struct End {
    /// Its id.
    pub tx: TxDigest,
    /// `committed`, `in_flight` or `refused`.
    pub stage: &'static str,
    /// Its block.
    pub height: Option<u64>,
    /// Why it was refused: stable code and sentence.
    pub refusal: Option<(String, String)>,
}

/// The result of a verb that changes a deal.
#[derive(Serialize)]
pub struct Done {
    deal: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    leg: Option<u8>,
    stage: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    transaction: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

/// Submits and waits for the block.
pub fn submit(client: &NodeClient, tx: &Transaction, wait: Duration) -> Result<End, DealError> {
    let id = tx.id();
    let refused = |code: String, message: String| End {
        tx: id,
        stage: "refused",
        height: None,
        refusal: Some((code, message)),
    };
    match client.submit_bytes(&tx.encode(), wait) {
        Ok(accepted) => {
            let status = accepted.status;
            Ok(match status.state {
                TxState::Refused => refused(
                    status.code.unwrap_or_default(),
                    status.detail.unwrap_or_default(),
                ),
                state => End {
                    tx: id,
                    stage: match state {
                        TxState::Committed => "committed",
                        _ => "in_flight",
                    },
                    height: status.receipt.map(|receipt| receipt.height),
                    refusal: None,
                },
            })
        }
        // At the door: nothing of it was taken.
        Err(ClientError::Refused {
            status: 400 | 413 | 422,
            code,
            detail,
        }) => Ok(refused(code, detail)),
        Err(error) => Err(error.into()),
    }
}

impl End {
    /// What it means for the command.
    pub fn verdict(&self) -> Result<(), DealError> {
        match (&self.refusal, self.stage) {
            (Some((code, message)), _) => Err(DealError::Refused {
                tx: self.tx,
                code: code.clone(),
                message: message.clone(),
            }),
            (None, "committed") => Ok(()),
            _ => Err(DealError::InFlight(self.tx)),
        }
    }
}

/// Prints what came of a transaction, and says what it means for the command.
pub fn conclude(
    output: OutputArgs,
    schema: &'static str,
    (deal, leg): (&DealId, Option<u8>),
    end: &End,
) -> Result<(), DealError> {
    let (code, detail) = end.refusal.clone().unzip();
    let done = Done {
        deal: deal.to_string(),
        leg,
        stage: end.stage,
        transaction: Some(end.tx.to_string()),
        height: end.height,
        code,
        detail,
    };
    let text = match end.height {
        Some(height) => format!("deal {deal}: committed in block {height}"),
        None => format!("deal {deal}: {}", end.stage),
    };
    output.print(schema, &done, text);
    end.verdict()
}

/// Says that the deal is in the state already that the verb would bring about.
pub fn already(output: OutputArgs, schema: &'static str, (deal, leg): (&DealId, Option<u8>)) {
    let done = Done {
        deal: deal.to_string(),
        leg,
        stage: "already",
        transaction: None,
        height: None,
        code: None,
        detail: None,
    };
    let text = format!("deal {deal}: this is done already");
    output.print(schema, &done, text);
}

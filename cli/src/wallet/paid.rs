//! How the end of a payment is shown, and what the process's status says of it.

use obolus_wallet::outbox::{PaymentId, Stage};
use obolus_wallet::payer::{Paid, Resumed};
use serde::Serialize;

use super::WalletError;
use crate::output::OutputArgs;

/// How far a payment is.
#[derive(Serialize)]
pub struct PaidOut {
    /// Its name in the outbox.
    pub id: String,
    /// The outbox's stage, or `failed`.
    pub stage: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    transaction: Option<String>,
    /// Its block.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

#[derive(Serialize)]
struct BatchOut {
    payments: Vec<PaidOut>,
    committed: usize,
    /// Why the series ended early.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
}

/// One payment.
pub fn conclude(output: OutputArgs, schema: &'static str, paid: &Paid) -> Result<(), WalletError> {
    let out = PaidOut::of(paid);
    let verdict = WalletError::from_stage(paid.id, &paid.stage);
    let text = match &verdict {
        Ok(height) => format!("payment {} is committed in block {height}", out.id),
        Err(_) => format!("payment {}: {}", out.id, out.stage),
    };
    output.print(schema, &out, text);
    verdict.map(|_| ())
}

/// What came of several payments, in order.
pub type Outcomes = Vec<(PaymentId, Result<Paid, WalletError>)>;

/// The same of a series whose next payment follows from those before, and how it ended.
pub type Series = (Outcomes, Result<(), WalletError>);

/// Payments that were resumed.
pub fn conclude_resumed(
    output: OutputArgs,
    schema: &'static str,
    results: Vec<Resumed>,
) -> Result<(), WalletError> {
    let came = |(id, paid): Resumed| (id, paid.map_err(WalletError::from));
    conclude_all(output, schema, results.into_iter().map(came).collect())
}

/// Several payments.
pub fn conclude_all(
    output: OutputArgs,
    schema: &'static str,
    results: Outcomes,
) -> Result<(), WalletError> {
    conclude_series(output, schema, (results, Ok(())))
}

/// A series: what was paid before a failure is told with it. One that failed at once tells its failure alone.
pub fn conclude_series(
    output: OutputArgs,
    schema: &'static str,
    (results, end): Series,
) -> Result<(), WalletError> {
    let failure = match end {
        Err(error) if results.is_empty() => return Err(error),
        end => end.err(),
    };
    let mut payments = Vec::new();
    let mut lines = Vec::new();
    let mut in_flight = false;
    let total = results.len();
    for (id, result) in results {
        match result {
            Ok(paid) => {
                let out = PaidOut::of(&paid);
                in_flight |= paid.stage.held().is_some();
                lines.push(format!("{}  {}", out.id, out.stage));
                payments.push(out);
            }
            Err(error) => {
                in_flight |= error.status() == 4;
                lines.push(format!("{id}  failed: {error}"));
                payments.push(PaidOut {
                    id: id.to_string(),
                    stage: "failed",
                    transaction: None,
                    height: None,
                    code: None,
                    detail: Some(error.to_string()),
                });
            }
        }
    }
    let committed = payments
        .iter()
        .filter(|paid| paid.stage == "committed")
        .count();
    lines.push(format!("{committed} of {total} committed"));
    output.print(
        schema,
        &BatchOut {
            payments,
            committed,
            failure: failure.as_ref().map(ToString::to_string),
        },
        lines.join("\n"),
    );
    match failure {
        Some(failure) => Err(failure),
        None if committed == total => Ok(()),
        None => Err(WalletError::Batch {
            failed: total - committed,
            total,
            in_flight,
        }),
    }
}

impl PaidOut {
    /// What the outbox says.
    pub fn of(paid: &Paid) -> Self {
        let mut out = Self {
            id: paid.id.to_string(),
            stage: paid.stage.name(),
            transaction: None,
            height: None,
            code: None,
            detail: None,
        };
        let tx = match &paid.stage {
            Stage::Reserved(held) | Stage::Signed { held, .. } => held.tx,
            Stage::Committed { tx, height } => {
                out.height = Some(*height);
                *tx
            }
            Stage::Refused {
                held,
                code,
                message,
            } => {
                out.code = Some(code.clone());
                out.detail = Some(message.clone());
                held.tx
            }
            Stage::Expired { tx } => *tx,
        };
        out.transaction = Some(tx.to_string());
        out
    }
}

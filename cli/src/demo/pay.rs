//! Running the payments file: each row a shielded transfer with its reference in the memo.

use std::time::Duration;

use obolus_protocol::amount::Amount;
use obolus_protocol::memo::MemoText;
use obolus_protocol::tx::SignedTx;
use obolus_runtime_api::Receipt;
use obolus_wallet::select::SelectError;
use obolus_wallet::{AssembleError, Payment as Order};
use rand::rngs::OsRng;

use super::DemoError;
use super::payments::{Payment, Refused};
use super::world::World;
use crate::progress::Stage;

/// Rows proved and committed together.
const WAVE: usize = 16;

/// What came of the file.
#[derive(Default)]
pub struct Paid {
    /// Rows with their receipts, in the order they were paid.
    pub accepted: Vec<(Payment, Receipt)>,
    /// Rows that could not be paid.
    pub refused: Vec<Refused>,
    /// Execution time per transfer, by block.
    pub executing: Vec<Duration>,
}

/// How rows may depend on one another.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Funding {
    /// Every debtor holds enough from the start: rows of different debtors go out together.
    Issued,
    /// A row may need what an earlier row brings: one at a time.
    AsReceived,
}

/// Pays the rows in file order per debtor.
pub fn run(
    world: &mut World,
    rows: &[Payment],
    funding: Funding,
    stage: &Stage,
) -> Result<Paid, DemoError> {
    let mut paid = Paid::default();
    let mut pending: Vec<&Payment> = rows.iter().collect();
    while !pending.is_empty() {
        let mut busy = Vec::new();
        let mut later = Vec::new();
        let mut wave = Vec::new();
        for row in pending {
            let full = match funding {
                Funding::Issued => wave.len() >= WAVE || busy.contains(&row.debtor),
                Funding::AsReceived => !busy.is_empty(),
            };
            if full {
                busy.push(row.debtor.clone());
                later.push(row);
                continue;
            }
            busy.push(row.debtor.clone());
            match assemble(world, row, stage)? {
                Ok(unproven) => wave.push((row, unproven)),
                Err(reason) => {
                    stage.step();
                    paid.refused.push(refuse(row, reason));
                }
            }
        }
        settle(world, wave, &mut paid, stage)?;
        pending = later;
    }
    paid.refused.sort_by_key(|refused| refused.line);
    Ok(paid)
}

type Unproven = obolus_wallet::Unproven<obolus_protocol::statement::TransferWitness>;

/// Builds one row's transfer; merges notes first where two do not reach.
fn assemble(
    world: &mut World,
    row: &Payment,
    stage: &Stage,
) -> Result<Result<Unproven, String>, DemoError> {
    let debtor = world.find(&row.debtor)?;
    let to = world.institutions[world.find(&row.creditor)?]
        .wallet
        .address();
    loop {
        let order = Order {
            to,
            amount: row.amount,
            text: MemoText::new(row.memo())?,
            identity: obolus_wallet::PayerIdentity::Hidden,
            expiry: world.desk.expiry()?,
        };
        let outcome = world.institutions[debtor]
            .wallet
            .transfer(&order, &mut OsRng);
        match outcome {
            Ok(unproven) => return Ok(Ok(unproven)),
            Err(AssembleError::Select(SelectError::Fragmented { .. })) => {
                stage.say("merging notes");
                merge(world, debtor, row.amount)?;
                stage.say("");
            }
            Err(AssembleError::Select(SelectError::Insufficient)) => {
                return Ok(Err(
                    "over balance: the debtor does not hold this amount".into()
                ));
            }
            Err(error @ (AssembleError::OverLimit | AssembleError::Overflow)) => {
                return Ok(Err(error.to_string()));
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// Merges notes of one institution towards `amount`.
fn merge(world: &mut World, index: usize, amount: Amount) -> Result<(), DemoError> {
    let plan = world.institutions[index]
        .wallet
        .plan_consolidation(amount)?;
    let expiry = world.desk.expiry()?;
    let text = MemoText::new("merge")?;
    let mut signed: Vec<SignedTx> = Vec::new();
    for pair in &plan.now {
        let wallet = &mut world.institutions[index].wallet;
        let unproven = wallet.merge(pair, &text, expiry, &mut OsRng)?;
        signed.push(world.finish(index, &unproven)?);
    }
    if signed.is_empty() {
        return Err(DemoError::CannotMerge);
    }
    world.desk.must_all("merge", &signed)?;
    world.sync()
}

/// Proves, signs and commits a wave.
fn settle(
    world: &mut World,
    wave: Vec<(&Payment, Unproven)>,
    paid: &mut Paid,
    stage: &Stage,
) -> Result<(), DemoError> {
    if wave.is_empty() {
        return Ok(());
    }
    let (rows, unproven): (Vec<_>, Vec<_>) = wave.into_iter().unzip();
    let mut batch = Vec::new();
    for (proven, row) in world.prove_all(&unproven, stage)?.into_iter().zip(&rows) {
        let key = &world.institutions[world.find(&row.debtor)?].key;
        batch.push(
            proven
                .sign(key, Vec::new(), &mut OsRng)?
                .transaction()
                .encode(),
        );
    }
    let count = u32::try_from(batch.len()).unwrap_or(u32::MAX);
    let before = world.desk.executing()?;
    let outcomes = world.desk.take(batch)?;
    let executing = world.desk.executing()?.saturating_sub(before);
    paid.executing.push(executing / count.max(1));
    for ((row, outcome), unproven) in rows.into_iter().zip(outcomes).zip(&unproven) {
        match outcome {
            Ok(receipt) => paid.accepted.push((row.clone(), receipt)),
            Err(reason) => {
                let debtor = world.find(&row.debtor)?;
                world.institutions[debtor]
                    .wallet
                    .release(&unproven.digest());
                paid.refused.push(refuse(row, reason.message));
            }
        }
    }
    world.sync()
}

fn refuse(row: &Payment, reason: String) -> Refused {
    Refused {
        line: row.line,
        uetr: row.uetr.to_string(),
        reason,
    }
}

//! What the demo found: one JSON object, or a summary for people.

use std::collections::BTreeMap;

use serde::Serialize;

use super::attacks::AttackResult;
use super::market::DealResult;
use super::oversight::Oversight;
use super::payments::Refused;

/// The outcome of a demo run. The JSON field names are a stable interface.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Rows in the payments file.
    pub payments: usize,
    /// Rows paid.
    pub accepted: usize,
    /// Rows not paid, in file order.
    pub refused: Vec<Refused>,
    /// Attacks tried, and how they were refused.
    pub attacks: Vec<AttackResult>,
    /// The deals of the second act, and how they ended.
    pub deals: Vec<DealResult>,
    /// What the third act showed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oversight: Option<Oversight>,
    /// Balance per institution, in decimal.
    pub balances: BTreeMap<String, String>,
    /// Sum issued, in decimal.
    pub issued: String,
    /// Sum redeemed, in decimal.
    pub redeemed: String,
    /// Balances add up to issued minus redeemed, and the public supply commitments open to these sums, for every token.
    pub conserved: bool,
    /// After reopening the ledger, wallets rebuilt from their seeds have the same balances.
    pub rescan_equal: bool,
    /// The auditor's totals per institution equal the wallets'.
    pub auditor_total_equal: bool,
    /// App hash of the last block, hexadecimal.
    pub app_hash: String,
    /// Constraints per circuit.
    pub constraints: Constraints,
    /// Medians in milliseconds.
    pub ms: Timings,
}

/// Constraints per circuit.
#[derive(Debug, Serialize)]
pub struct Constraints {
    /// Of `transfer`.
    pub transfer: usize,
    /// Of `issue`.
    pub issue: usize,
    /// Of `redeem`.
    pub redeem: usize,
    /// Of `register`.
    pub register: usize,
}

/// Medians in milliseconds, over the payments.
#[derive(Debug, Serialize)]
pub struct Timings {
    /// Making one transfer proof.
    pub prove_p50: f64,
    /// Verifying one transfer proof.
    pub verify_p50: f64,
    /// Executing one transfer in the contract, proof already verified.
    pub execute_p50: f64,
}

impl Report {
    /// Whether every check held.
    ///
    /// # Errors
    /// The first check that did not.
    pub fn verdict(&self) -> Result<(), CheckFailed> {
        if let Some(attack) = self.attacks.iter().find(|attack| !attack.refused) {
            return Err(CheckFailed::Attack(attack.name));
        }
        let expected = |deal: &DealResult| {
            matches!(
                (deal.kind, deal.outcome),
                ("pvp", "settled") | ("dvp", "refunded")
            )
        };
        if let Some(deal) = self.deals.iter().find(|deal| !expected(deal)) {
            return Err(CheckFailed::Deal(deal.kind));
        }
        let oversight = self.oversight.as_ref().is_none_or(Oversight::holds);
        for (held, check) in [
            (oversight, CheckFailed::Oversight),
            (self.conserved, CheckFailed::Conserved),
            (self.rescan_equal, CheckFailed::Rescan),
            (self.auditor_total_equal, CheckFailed::Auditor),
            (
                self.accepted + self.refused.len() == self.payments,
                CheckFailed::Rows,
            ),
        ] {
            if !held {
                return Err(check);
            }
        }
        Ok(())
    }
}

/// A check of the demo that did not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckFailed {
    /// An attack went through or changed state.
    #[error("the attack `{0}` was not refused cleanly: report this as a security bug")]
    Attack(&'static str),
    /// A deal ended otherwise than it should.
    #[error("the {0} deal did not end as it should: report this as a bug")]
    Deal(&'static str),
    /// Something of the third act did not hold.
    #[error(
        "a freeze, seizure, audit or proof of the third act did not hold: report this as a security bug"
    )]
    Oversight,
    /// Money appeared or vanished.
    #[error("balances do not add up to issued minus redeemed: report this as a security bug")]
    Conserved,
    /// A rebuilt wallet differs.
    #[error("a wallet rebuilt from its seed differs from the running one: report this as a bug")]
    Rescan,
    /// The auditor's totals differ.
    #[error("the auditor's totals differ from the wallets': report this as a security bug")]
    Auditor,
    /// A row got lost.
    #[error("a row of the payments file is neither paid nor refused: report this as a bug")]
    Rows,
}

/// Median of a sample; 0 for an empty one.
pub fn median(mut sample: Vec<f64>) -> f64 {
    sample.sort_by(f64::total_cmp);
    sample.get(sample.len() / 2).copied().unwrap_or_default()
}

//! What a proposal does, in words, and what a member says that it may do.

use obolus_protocol::Amount;
use obolus_protocol::amount::Exponent;
use obolus_wallet::config::Token;
use obolus_wallet::treasury::{Pays, Seen};
use serde::Serialize;

use crate::decimal::decimal;
use crate::wallet::{WalletError, clean};

/// What a proposal does.
#[derive(Serialize)]
pub struct PaysOut {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<String>,
    unit: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<String>,
    expiry: u64,
}

impl PaysOut {
    /// In the token's unit.
    pub fn new(seen: &Seen, token: &Token) -> Self {
        let mut out = Self {
            kind: "merge",
            amount: None,
            unit: token.unit.clone(),
            to: None,
            text: None,
            limit: None,
            change: seen.change.map(|change| shown(change, token)),
            expiry: seen.expiry.0,
        };
        match &seen.pays {
            Pays::Payment { to, amount, text } => {
                out.kind = "payment";
                out.amount = Some(shown(*amount, token));
                out.to = Some(to.encode(token.network));
                out.text = Some(text.clone());
            }
            Pays::Merge => {}
            Pays::Redemption { amount, payout } => {
                out.kind = "redemption";
                out.amount = Some(shown(*amount, token));
                out.to = Some(payout.clone());
            }
            Pays::Registration { limit } => {
                out.kind = "registration";
                out.limit = (*limit != Amount::MAX).then(|| shown(*limit, token));
            }
        }
        out
    }

    /// "12.34 to ADDRESS", or "nothing": what `--pays` is compared with.
    pub fn pays(&self) -> String {
        match (&self.amount, &self.to) {
            (Some(amount), Some(to)) => format!("{amount} {} to {to}", self.unit),
            _ => "nothing".into(),
        }
    }

    /// Whether this is exactly what the member expects.
    pub fn check(&self, expected: &str, token: &Token) -> Result<(), WalletError> {
        if same(expected.trim(), &self.pays(), token) {
            return Ok(());
        }
        Err(WalletError::Argument(
            "pays",
            format!(
                "the proposal pays {}, not {}: it is not signed",
                clean(&self.pays()),
                clean(expected)
            ),
        ))
    }

    /// For people.
    pub fn summary(&self, from: &str) -> String {
        let mut lines = vec![format!("prepared by  {from}, until block {}", self.expiry)];
        match self.kind {
            "registration" => {
                let limit = self.limit.as_deref().unwrap_or("none");
                lines.push(format!(
                    "registers    this treasury, per-transfer limit {limit}"
                ));
            }
            "merge" => lines.push("merges       notes of this treasury, pays nobody".into()),
            "redemption" => lines.push(format!("redeems      {}", clean(&self.pays()))),
            _ => lines.push(format!("pays         {}", clean(&self.pays()))),
        }
        if let Some(text) = &self.text {
            lines.push(format!("text         {}", clean(text)));
        }
        if let Some(change) = &self.change {
            lines.push(format!(
                "stays        {change} {} of the notes that it uses",
                self.unit
            ));
        }
        lines.join("\n")
    }
}

/// The amount is compared as a number, so that 12.3 is 12.30; a unit may be given or left out.
fn same(expected: &str, pays: &str, token: &Token) -> bool {
    let Some((amount, to)) = expected.split_once(" to ") else {
        return expected == pays;
    };
    let unit = format!(" {}", token.unit);
    let amount = amount.trim().strip_suffix(&unit).unwrap_or(amount).trim();
    let Some(amount) = Exponent::new(token.exponent)
        .ok()
        .and_then(|exponent| Amount::parse(amount, exponent).ok())
    else {
        return false;
    };
    format!("{} {} to {}", shown(amount, token), token.unit, to.trim()) == pays
}

/// An amount in the token's decimals.
pub fn shown(amount: Amount, token: &Token) -> String {
    match Exponent::new(token.exponent) {
        Ok(exponent) => decimal(u128::from(amount.get()), exponent),
        Err(_) => amount.get().to_string(),
    }
}

#[cfg(test)]
mod tests;

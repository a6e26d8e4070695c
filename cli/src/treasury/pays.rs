//! What a proposal does, in words, and what a member says that it may do.

use obolus_protocol::Amount;
use obolus_protocol::amount::Exponent;
use obolus_wallet::config::Token;
use obolus_wallet::treasury::{Pays, Seen};
use serde::Serialize;

use crate::decimal::decimal;
use crate::wallet::{WalletError, clean};

const REDEEM: &str = "redeem ";
const LIMIT: &str = "register, limit ";

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

    /// What `--pays` is compared with: "12.34 EUR to ADDRESS", "redeem 12.34 EUR to PAYOUT", "merge", "register, no limit" or
    /// "register, limit 12.34 EUR". No text of one kind is one of another.
    pub fn pays(&self) -> String {
        match self.kind {
            "payment" => self.amount_to(),
            "redemption" => format!("{REDEEM}{}", self.amount_to()),
            "registration" => match &self.limit {
                Some(limit) => format!("{LIMIT}{limit} {}", self.unit),
                None => "register, no limit".into(),
            },
            kind => kind.into(),
        }
    }

    fn amount_to(&self) -> String {
        let [amount, to] = [&self.amount, &self.to].map(|part| part.as_deref().unwrap_or_default());
        format!("{amount} {} to {to}", self.unit)
    }

    /// Whether this is exactly what the member expects.
    pub fn check(&self, expected: &str, token: &Token) -> Result<(), WalletError> {
        if canonical(expected.trim(), token).as_ref() == Some(&self.pays()) {
            return Ok(());
        }
        Err(WalletError::Argument(
            "pays",
            format!(
                "the proposal is \"{}\", not \"{}\": it is not signed",
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
            "redemption" => lines.push(format!("redeems      {}", clean(&self.amount_to()))),
            _ => lines.push(format!("pays         {}", clean(&self.amount_to()))),
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

/// What a member expects, as [`PaysOut::pays`] writes it: amounts are numbers, so that 12.3 is 12.30, and a unit may be left
/// out. `None` if an amount is none.
fn canonical(expected: &str, token: &Token) -> Option<String> {
    let amount = |text: &str| {
        let unit = format!(" {}", token.unit);
        let text = text.trim();
        let text = text.strip_suffix(&unit).unwrap_or(text).trim();
        let amount = Amount::parse(text, Exponent::new(token.exponent).ok()?).ok()?;
        Some(format!("{} {}", shown(amount, token), token.unit))
    };
    if let Some(limit) = expected.strip_prefix(LIMIT) {
        return Some(format!("{LIMIT}{}", amount(limit)?));
    }
    let (kind, rest) = match expected.strip_prefix(REDEEM) {
        Some(rest) => (REDEEM, rest),
        None => ("", expected),
    };
    match rest.split_once(" to ") {
        Some((paid, to)) => Some(format!("{kind}{} to {}", amount(paid)?, to.trim())),
        None => Some(expected.to_owned()),
    }
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

//! What a proposal does, in words, and what a member says that it may do.

use obolus_protocol::Amount;
use obolus_protocol::amount::Exponent;
use obolus_protocol::note::Slot;
use obolus_wallet::config::Token;
use obolus_wallet::treasury::{Pays, Seen, Vouched};
use serde::Serialize;

use crate::decimal::decimal;
use crate::wallet::{WalletError, clean};

const REDEEM: &str = "redeem ";
const MOVE: &str = "move ";
const MIGRATE: &str = "migrate ";
const LIMIT: &str = ", limit ";
const COMPARE: &str =
    "compare      the new key with the address that its members see (obolus treasury address)";

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
    /// The registry's slot whose key is replaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    slot: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<String>,
    expiry: u64,
    /// That the payee is the treasury's own is nobody's word but the node's.
    #[serde(skip)]
    compare: bool,
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
            slot: None,
            change: seen.change.map(|change| shown(change, token)),
            expiry: seen.expiry.0,
            compare: false,
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
            Pays::Registration { limit, replaces } => {
                out.kind = "registration";
                out.limit = (*limit != Amount::MAX).then(|| shown(*limit, token));
                out.slot = replaces.map(Slot::get);
            }
            Pays::Move {
                to,
                amount,
                text,
                vouched,
            } => {
                out.kind = "move";
                out.compare = *vouched == Vouched::Blocks;
                out.amount = Some(shown(*amount, token));
                out.to = Some(to.encode(token.network));
                out.text = Some(text.clone());
            }
            Pays::Rotation { to, limit, slot } => {
                out.kind = "rotation";
                out.limit = (*limit != Amount::MAX).then(|| shown(*limit, token));
                out.to = Some(to.encode(token.network));
                out.slot = Some(slot.get());
            }
            Pays::Migration { amount, successor } => {
                out.kind = "migration";
                out.amount = Some(shown(*amount, token));
                out.to = Some(successor.to_string());
            }
        }
        out
    }

    /// What `--pays` is compared with: "12.34 EUR to ADDRESS", "redeem 12.34 EUR to PAYOUT", "merge", "move 12.34 EUR to ADDRESS",
    /// "migrate 12.34 EUR to TOKEN", "register, no limit", "register in slot 3, limit 12.34 EUR", "rotate to ADDRESS, no limit". No
    /// text of one kind is one of another.
    pub fn pays(&self) -> String {
        match self.kind {
            "payment" => self.amount_to(),
            "redemption" => format!("{REDEEM}{}", self.amount_to()),
            "move" => format!("{MOVE}{}", self.amount_to()),
            "migration" => format!("{MIGRATE}{}", self.amount_to()),
            "registration" => {
                let slot = self.slot.map(|slot| format!(" in slot {slot}"));
                format!("register{}{}", slot.unwrap_or_default(), self.limited())
            }
            "rotation" => {
                let to = self.to.as_deref().unwrap_or_default();
                format!("rotate to {to}{}", self.limited())
            }
            kind => kind.into(),
        }
    }

    fn limited(&self) -> String {
        match &self.limit {
            Some(limit) => format!("{LIMIT}{limit} {}", self.unit),
            None => ", no limit".into(),
        }
    }

    /// A move's payee was found to be the one that it can only be, so a member may leave it out; unless only its node says so.
    fn short(&self) -> Option<String> {
        let amount = self.amount.as_deref().unwrap_or_default();
        match self.kind {
            "move" if !self.compare => Some(format!("{MOVE}{amount} {}", self.unit)),
            "migration" => Some(format!("{MIGRATE}{amount} {}", self.unit)),
            _ => None,
        }
    }

    fn amount_to(&self) -> String {
        let [amount, to] = [&self.amount, &self.to].map(|part| part.as_deref().unwrap_or_default());
        format!("{amount} {} to {to}", self.unit)
    }

    /// Whether this is exactly what the member expects.
    pub fn check(&self, expected: &str, token: &Token) -> Result<(), WalletError> {
        let expects = canonical(expected.trim(), token);
        if expects.is_some() && (expects.as_ref() == Some(&self.pays()) || expects == self.short())
        {
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
                let slot = self
                    .slot
                    .map(|slot| format!(" in the place of slot {slot}"));
                lines.push(format!(
                    "registers    this treasury{}, per-transfer limit {limit}",
                    slot.unwrap_or_default()
                ));
            }
            "rotation" => {
                let limit = self.limit.as_deref().unwrap_or("none");
                let to = clean(self.to.as_deref().unwrap_or_default());
                lines.push(format!(
                    "hands over   this treasury's place in the registry to the new key {to}, per-transfer limit {limit}"
                ));
                lines.push(COMPARE.into());
            }
            "move" if self.compare => {
                lines.push(format!(
                    "moves        {}, which the node lists as this treasury's newest key; this member did not approve it, or another one since",
                    clean(&self.amount_to())
                ));
                lines.push(COMPARE.into());
            }
            "move" => lines.push(format!(
                "moves        {}, this treasury's own new key",
                clean(&self.amount_to())
            )),
            "migration" => lines.push(format!(
                "moves        {}, the token's successor, where it stays this treasury's",
                clean(&self.amount_to())
            )),
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
    let enters = ["register", "rotate to "];
    if enters.iter().any(|kind| expected.starts_with(kind)) {
        return match expected.split_once(LIMIT) {
            Some((what, limit)) => Some(format!("{what}{LIMIT}{}", amount(limit)?)),
            None => Some(expected.to_owned()),
        };
    }
    let kinds = [REDEEM, MOVE, MIGRATE];
    let kind = kinds.into_iter().find(|kind| expected.starts_with(kind));
    let kind = kind.unwrap_or_default();
    let rest = expected.strip_prefix(kind).unwrap_or(expected);
    match rest.split_once(" to ") {
        Some((paid, to)) => Some(format!("{kind}{} to {}", amount(paid)?, to.trim())),
        None if [MOVE, MIGRATE].contains(&kind) => Some(format!("{kind}{}", amount(rest)?)),
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

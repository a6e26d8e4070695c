//! Looking at deals.

use clap::Args;
use obolus_abi::DealId;
use obolus_abi::deal::LegState;
use obolus_abi::deal::conditional::{Condition, Verdict};
use obolus_protocol::Address;
use obolus_runtime_api::hex;
use obolus_wallet::Wallet;
use obolus_wallet::deal::{Deal, Kind, Terms};
use serde::Serialize;

use super::DealError;
use super::context::{DealArgs, Desk, deal_id, find};
use super::next::{Next, next, verdict};
use super::time::{now_ms, show as time};
use crate::wallet::clean;

/// Arguments of `list`.
#[derive(Args)]
pub struct ListArgs {
    #[command(flatten)]
    common: DealArgs,
}

/// Arguments of `show`.
#[derive(Args)]
pub struct ShowArgs {
    #[command(flatten)]
    common: DealArgs,
    /// The deal.
    #[arg(value_name = "ID", value_parser = deal_id)]
    deal: DealId,
}

/// One leg.
#[derive(Serialize)]
pub struct LegOut {
    leg: u8,
    token: String,
    amount: String,
    unit: Option<String>,
    ours: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    due_ms: Option<u64>,
    state: &'static str,
}

#[derive(Serialize)]
struct ConditionOut {
    on: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    oracle: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    statement: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    approvers: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    threshold: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    approvals: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from_ms: Option<u64>,
    verdict: &'static str,
    equivocated: bool,
}

#[derive(Serialize)]
struct DealOut {
    deal: String,
    contract: String,
    kind: &'static str,
    party: u8,
    counterparty: String,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rate: Option<[u64; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<ConditionOut>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cancelled_ms: Option<u64>,
    legs: Vec<LegOut>,
    next: Vec<Next>,
}

#[derive(Serialize)]
struct ListOut {
    deals: Vec<DealOut>,
    refused: u64,
}

/// Shows every deal.
pub fn list(args: &ListArgs) -> Result<(), DealError> {
    let desk = args.common.open()?;
    let wallets = desk.sync()?;
    let mut deals: Vec<(&DealId, &Deal)> = Vec::new();
    for (id, deal) in wallets.iter().flat_map(|wallet| wallet.deals().iter()) {
        if !deals.iter().any(|(known, _)| *known == id) {
            deals.push((id, deal));
        }
    }
    let refused = wallets.iter().map(|wallet| wallet.deals().refused()).max();
    let out = ListOut {
        deals: deals
            .iter()
            .map(|(id, deal)| deal_out(&desk, id, deal))
            .collect::<Result<_, _>>()?,
        refused: refused.unwrap_or_default(),
    };
    let mut lines: Vec<String> = out
        .deals
        .iter()
        .map(|deal| {
            let states: Vec<&str> = deal.legs.iter().map(|leg| leg.state).collect();
            format!("{}  {:<11}  {}", deal.deal, deal.kind, states.join(", "))
        })
        .collect();
    if out.refused > 0 {
        lines.push(format!(
            "{} deals are not what their terms say, or their terms cannot be: they are left out",
            out.refused
        ));
    }
    args.common
        .output
        .print("obolus.deal.list/1", &out, lines.join("\n"));
    Ok(())
}

/// Shows one deal.
pub fn show(args: &ShowArgs) -> Result<(), DealError> {
    let desk = args.common.open()?;
    let wallets: Vec<Wallet> = desk.sync()?;
    let deal = find(&wallets, &args.deal)?;
    let out = deal_out(&desk, &args.deal, deal)?;
    let text = lines(&out).join("\n");
    args.common.output.print("obolus.deal.show/1", &out, text);
    Ok(())
}

/// The kind's name.
pub const fn kind(kind: &Kind) -> &'static str {
    match kind {
        Kind::Dvp { .. } => "dvp",
        Kind::Pvp { .. } => "pvp",
        Kind::Conditional { .. } => "conditional",
        Kind::Standing { .. } => "standing",
    }
}

/// Until when the deal can be fulfilled, if it has such a time.
pub const fn expiry(kind: &Kind) -> Option<u64> {
    match kind {
        Kind::Dvp { expiry_ms }
        | Kind::Pvp { expiry_ms, .. }
        | Kind::Conditional { expiry_ms, .. } => Some(*expiry_ms),
        Kind::Standing { .. } => None,
    }
}

/// One leg, as party `party` sees it.
pub fn leg_out(desk: &Desk, terms: &Terms, leg: u8, state: LegState, party: u8) -> Option<LegOut> {
    let plan = terms.leg(leg).ok()?;
    let (amount, unit) = desk.show(&plan.token, plan.amount);
    let due_ms = match &terms.kind {
        Kind::Standing { due_ms } => due_ms.get(usize::from(leg)).copied(),
        _ => None,
    };
    Some(LegOut {
        leg,
        token: plan.token.to_string(),
        amount,
        unit,
        ours: terms.payer_of(leg) == party,
        due_ms,
        state: match state {
            LegState::Empty => "empty",
            LegState::Locked { .. } => "locked",
            LegState::Released => "released",
            LegState::Refunded => "refunded",
        },
    })
}

impl LegOut {
    /// For people.
    pub fn line(&self) -> String {
        let due = self.due_ms.map(|due| format!(", due {}", time(due)));
        format!(
            "leg {}     {} {} {} {}{}",
            self.leg,
            if self.ours { "pays" } else { "receives" },
            self.amount,
            match &self.unit {
                Some(unit) => unit.clone(),
                None => format!("minor units of token {}", self.token),
            },
            self.state,
            due.unwrap_or_default()
        )
    }
}

impl ConditionOut {
    /// For people.
    fn lines(&self) -> Vec<String> {
        let mut lines = vec![format!("condition {}: {}", self.on, self.verdict)];
        lines.extend(self.oracle.iter().map(|key| format!("oracle    {key}")));
        lines.extend(
            self.statement
                .iter()
                .map(|hash| format!("statement {hash} (its BLAKE3)")),
        );
        if let (Some(keys), Some(threshold)) = (&self.approvers, self.threshold) {
            lines.push(format!(
                "approvals {} of the {threshold} that are needed",
                self.approvals.unwrap_or_default()
            ));
            lines.extend(keys.iter().map(|key| format!("approver  {key}")));
        }
        if let Some(from) = self.from_ms {
            lines.push(format!("paid from {}", time(from)));
        }
        if self.equivocated {
            lines
                .push("WARNING   the oracle signed both outcomes; the first one counts".to_owned());
        }
        lines
    }
}

fn deal_out(desk: &Desk, id: &DealId, deal: &Deal) -> Result<DealOut, DealError> {
    let first = desk.first()?;
    let terms = &deal.terms;
    let owner = first.keys.owner();
    let party = terms.party_of(&owner).ok_or(DealError::NoDeal(*id))?;
    let now = now_ms();
    let other = terms.party(1 - party);
    let address = Address {
        owner: other.owner,
        epk: other.epk,
    };
    let legs = terms.legs().zip(&deal.legs);
    Ok(DealOut {
        deal: id.to_string(),
        contract: terms.contract.to_string(),
        kind: kind(&terms.kind),
        party,
        counterparty: address.encode(first.token.network),
        text: clean(&terms.text),
        expires_ms: expiry(&terms.kind),
        rate: match &terms.kind {
            Kind::Pvp { rate, .. } => Some([rate.p(), rate.q()]),
            _ => None,
        },
        condition: condition(deal, now),
        cancelled_ms: deal.cancelled_ms,
        legs: legs
            .filter_map(|(leg, record)| leg_out(desk, terms, leg, record.state, party))
            .collect(),
        next: next(deal, party, now),
    })
}

fn condition(deal: &Deal, now: u64) -> Option<ConditionOut> {
    let Kind::Conditional { condition, .. } = &deal.terms.kind else {
        return None;
    };
    let mut out = ConditionOut {
        on: "time",
        oracle: None,
        statement: None,
        approvers: None,
        threshold: None,
        approvals: None,
        from_ms: None,
        verdict: match verdict(deal, now) {
            Verdict::Open => "open",
            Verdict::Fulfilled => "fulfilled",
            Verdict::Failed => "failed",
        },
        equivocated: deal.equivocated,
    };
    match condition {
        Condition::Oracle { key, statement } => {
            out.on = "oracle";
            out.oracle = Some(key.to_string());
            out.statement = Some(hex::encode(statement));
        }
        Condition::Approvals(role) => {
            out.on = "approvals";
            out.approvers = Some(role.keys.iter().map(ToString::to_string).collect());
            out.threshold = Some(role.threshold);
            out.approvals = Some(deal.approvals);
        }
        Condition::Time(from_ms) => out.from_ms = Some(*from_ms),
    }
    Some(out)
}

fn lines(out: &DealOut) -> Vec<String> {
    let mut lines = vec![
        format!("deal      {}", out.deal),
        format!("kind      {}, contract {}", out.kind, out.contract),
        format!("with      {}", out.counterparty),
    ];
    if !out.text.is_empty() {
        lines.push(format!("text      {}", out.text));
    }
    if let Some(expiry) = out.expires_ms {
        lines.push(format!("expires   {}", time(expiry)));
    }
    if let Some([p, q]) = out.rate {
        lines.push(format!("rate      {p} minor units for {q}"));
    }
    if let Some(condition) = &out.condition {
        lines.extend(condition.lines());
    }
    if let Some(after) = out.cancelled_ms {
        lines.push(format!("cancelled what is due after {}", time(after)));
    }
    lines.extend(out.legs.iter().map(LegOut::line));
    for next in &out.next {
        let leg = next.leg.map(|leg| format!(" --leg {leg}"));
        let from = next.from_ms.map(|ms| format!(", from {}", time(ms)));
        let until = next.until_ms.map(|ms| format!(", until {}", time(ms)));
        lines.push(format!(
            "next      {}{}{}{}",
            next.verb,
            leg.unwrap_or_default(),
            from.unwrap_or_default(),
            until.unwrap_or_default()
        ));
    }
    lines
}

//! Putting answers together.

use std::path::PathBuf;

use clap::Args;
use obolus_audit::committee::{Answer, Opening, combine as quorum, open};
use obolus_protocol::Amount;
use obolus_protocol::amount::Exponent;
use obolus_protocol::note::Slot;
use obolus_runtime_api::hex;
use obolus_wallet::auditor::Record;
use obolus_wallet::config::Token;
use serde::Serialize;

use super::AuditError;
use super::together::{AccessArgs, KnownArgs};
use crate::committee::{MemberArgs, read_files};
use crate::decimal::decimal;

/// Arguments of `combine`.
#[derive(Args)]
pub struct CombineArgs {
    #[command(flatten)]
    member: MemberArgs,
    #[command(flatten)]
    access: AccessArgs,
    #[command(flatten)]
    known: KnownArgs,
    /// Number of the request.
    #[arg(value_name = "REQUEST")]
    request: u64,
    /// Members' answers.
    #[arg(value_name = "ANSWER", required = true)]
    answers: Vec<PathBuf>,
}

#[derive(Serialize)]
struct CombineOut {
    request: u64,
    case: String,
    unit: String,
    movements: Vec<MovementOut>,
    escrows: Vec<EscrowOut>,
}

#[derive(Serialize)]
struct MovementOut {
    kind: &'static str,
    transaction: String,
    height: u64,
    amount: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<PartyOut>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<PartyOut>,
}

#[derive(Serialize)]
struct PartyOut {
    slot: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
}

#[derive(Serialize)]
struct EscrowOut {
    slot: u32,
    nullifier_key: String,
}

/// Opens.
pub fn combine(args: &CombineArgs) -> Result<(), AuditError> {
    let dir = args.member.open()?;
    let group = dir.group()?;
    let access = args.access.open()?;
    let log = access.followed(&dir)?;
    let request = log.request(args.request)?;
    let letters = read_files(&args.answers)?;
    let reader = (&dir, &group);
    let place = (access.contract, request);
    let answers: Vec<_> = letters
        .iter()
        .map(|letter| Answer::open(reader, place, letter))
        .collect::<Result<_, _>>()?;
    let config = access.token.config;
    let opening = args.known.opening()?;
    let wanted = access.find(request, args.known.with(opening.as_ref()))?;
    let quorum = quorum(&group, &wanted, &answers)?;
    let opening = open(&access.client, config, &wanted, &quorum)?;
    let movement = |record: &Record| movement(record, &opening, &access.token);
    let out = CombineOut {
        request: request.number,
        case: request.message.case.clone(),
        unit: access.token.unit.clone(),
        movements: opening.records.iter().map(movement).collect(),
        escrows: opening
            .escrows
            .iter()
            .map(|(slot, nk)| EscrowOut {
                slot: slot.get(),
                nullifier_key: hex::encode(&nk.to_bytes().0),
            })
            .collect(),
    };
    let text = text(&out);
    args.member
        .output
        .print("obolus.audit.combine/1", &out, text);
    Ok(())
}

fn movement(record: &Record, opening: &Opening, token: &Token) -> MovementOut {
    let party = |slot: Slot| {
        let entry = opening.view().directory().by_slot(slot);
        let address = entry.and_then(|entry| entry.address());
        PartyOut {
            slot: slot.get(),
            address: address.map(|address| address.encode(token.network)),
        }
    };
    let (kind, from, to) = match record {
        Record::Issued { recipient, .. } => ("issue", None, Some(party(*recipient))),
        Record::Transferred {
            sender,
            recipient,
            case,
            ..
        } => {
            let kind = if case.is_some() {
                "seizure"
            } else {
                "transfer"
            };
            (kind, Some(party(*sender)), Some(party(*recipient)))
        }
        Record::Redeemed { holder, .. } => ("redemption", Some(party(*holder)), None),
    };
    MovementOut {
        kind,
        transaction: record.place().tx.to_string(),
        height: record.place().height.0,
        amount: shown(record.amount(), token),
        from,
        to,
    }
}

fn shown(amount: Amount, token: &Token) -> String {
    match Exponent::new(token.exponent) {
        Ok(exponent) => decimal(u128::from(amount.get()), exponent),
        Err(_) => amount.get().to_string(),
    }
}

fn text(out: &CombineOut) -> String {
    let mut lines = vec![format!("case {}", crate::wallet::clean(&out.case))];
    let name = |party: &Option<PartyOut>| match party {
        None => "-".to_owned(),
        Some(party) => match &party.address {
            Some(address) => format!("slot {} ({address})", party.slot),
            None => format!("slot {}", party.slot),
        },
    };
    for m in &out.movements {
        let (from, to) = (name(&m.from), name(&m.to));
        lines.push(format!(
            "block {}  {}  {} {}  from {from} to {to}\n  transaction {}",
            m.height, m.kind, m.amount, out.unit, m.transaction
        ));
    }
    let escrows = out.escrows.iter();
    lines.extend(escrows.map(|e| format!("slot {}  nullifier key {}", e.slot, e.nullifier_key)));
    lines.join("\n")
}

//! What of a transaction everybody sees, decoded strictly; what does not decode is shown as bytes.

use borsh::BorshDeserialize;
use obolus_abi::registry::RegistryEvent;
use obolus_abi::system::SYSTEM;
use obolus_abi::{ContractId, input_names};
use obolus_protocol::tx::{ProofEnvelope, Transaction};
use obolus_runtime::ledger::Reader;
use obolus_runtime_api::{EventRecord, hex};
use obolus_verifier::KeyIdText;

use super::hidden::Hiding;
use super::text::{Id, amount, bytes, count};
use crate::catalogue::Kind;

mod system;
mod token;

/// Bytes of an unknown event that are shown.
const SHOWN: usize = 96;

/// A public value with its name.
pub(super) struct Fact {
    pub(super) name: String,
    pub(super) value: Id,
}

impl Fact {
    fn new(name: &str, value: impl std::fmt::Display) -> Self {
        Self {
            name: name.to_owned(),
            value: Id::new(value),
        }
    }

    fn words(name: &str, value: impl std::fmt::Display) -> Self {
        Self {
            name: name.to_owned(),
            value: Id::words(value),
        }
    }
}

/// An event as people read it.
pub(super) struct Told {
    pub(super) contract: Id,
    pub(super) title: String,
    pub(super) facts: Vec<Fact>,
}

/// A proof with its public inputs by name.
pub(super) struct ProofShown {
    pub(super) circuit: String,
    pub(super) key: Id,
    pub(super) inputs: Vec<Fact>,
}

/// An event, and how much its transaction hides.
pub(super) fn event(kind: Option<Kind>, record: &EventRecord) -> (Told, Hiding) {
    let decoded = match kind {
        _ if record.contract == SYSTEM => strict(&record.data).map(system::system),
        Some(Kind::Token) => strict(&record.data).map(token::token),
        Some(Kind::Registry) => strict(&record.data).map(registry),
        Some(Kind::Other) | None => None,
    };
    let (title, facts, hiding) = decoded.unwrap_or_else(|| unknown(record));
    let contract = Id::new(record.contract);
    (
        Told {
            contract,
            title,
            facts,
        },
        hiding,
    )
}

fn strict<T: BorshDeserialize>(data: &[u8]) -> Option<T> {
    borsh::from_slice(data).ok()
}

type Parts = (String, Vec<Fact>, Hiding);

fn parts(title: &str, hiding: Hiding, facts: Vec<Fact>) -> Parts {
    (title.to_owned(), facts, hiding)
}

fn unknown(record: &EventRecord) -> Parts {
    let shown = &record.data[..record.data.len().min(SHOWN)];
    let facts = vec![
        Fact::words("Size", bytes(record.data.len())),
        Fact::new("Bytes", hex::encode(shown)),
    ];
    parts("An event of the contract's own", Hiding::Nothing, facts)
}

fn yes(value: bool) -> &'static str {
    if value { "yes" } else { "no" }
}

fn registry(event: RegistryEvent) -> Parts {
    let slot = |slot: u32| Fact::words("Slot", slot);
    match event {
        RegistryEvent::Registered { participant, .. } => {
            let mut facts = vec![
                slot(participant.slot),
                Fact::new("Owner", participant.owner),
                Fact::new("Spend-validating key", participant.ak),
                Fact::words(
                    "Limit per transfer, minor units",
                    amount(participant.limit, 0),
                ),
                Fact::words("Escrow ciphertext", bytes(64 + 32)),
            ];
            let (title, hiding) = match participant.deal {
                Some((contract, deal)) => {
                    facts.push(Fact::new("Contract", contract));
                    facts.push(Fact::new("Deal", hex::encode(deal.as_ref())));
                    ("A contract opened a deal", Hiding::Nothing)
                }
                None => ("A participant was registered", Hiding::Register),
            };
            parts(title, hiding, facts)
        }
        RegistryEvent::Frozen { slot: number } => parts(
            "A participant was frozen",
            Hiding::Nothing,
            vec![slot(number)],
        ),
        RegistryEvent::Unfrozen { slot: number } => parts(
            "A participant was unfrozen",
            Hiding::Nothing,
            vec![slot(number)],
        ),
        RegistryEvent::LimitSet {
            slot: number,
            limit,
        } => parts(
            "A participant's limit was changed",
            Hiding::Nothing,
            vec![
                slot(number),
                Fact::words("Limit per transfer, minor units", amount(limit, 0)),
            ],
        ),
        RegistryEvent::ContractApproved { contract } => parts(
            "A contract may open deals",
            Hiding::Nothing,
            vec![Fact::new("Contract", contract)],
        ),
        RegistryEvent::AuditorSet {
            auditor,
            epoch,
            window,
        } => parts(
            "A new auditor's key is in force",
            Hiding::Nothing,
            vec![
                Fact::new("Auditor's key", auditor),
                Fact::words("Epoch", epoch),
                Fact::words("Key before accepted for, blocks", count(window)),
            ],
        ),
        RegistryEvent::Rotated {
            from,
            to,
            recovered,
        } => parts(
            if recovered {
                "A participant's lost key was replaced"
            } else {
                "A participant changed its key"
            },
            Hiding::Nothing,
            vec![
                Fact::words("Slot of the old key", from),
                Fact::words("Slot of the new key", to),
            ],
        ),
    }
}

/// What the envelope shows.
pub(super) fn envelope(tx: &Transaction, size: usize) -> Vec<Fact> {
    let memos: Vec<String> = tx
        .body
        .memos
        .iter()
        .map(|memo| memo.len().to_string())
        .collect();
    let mut facts = vec![
        Fact::words("Size", bytes(size)),
        Fact::words("Arguments", bytes(tx.body.args.len())),
        Fact::words("Expires after block", count(tx.body.expiry.0)),
        Fact::words("Proofs", tx.proofs.len()),
        Fact::words("Spend signatures", tx.spend_signatures.len()),
        Fact::words("Role signatures", tx.role_signatures.len()),
    ];
    if !memos.is_empty() {
        let sizes = format!("{} bytes, encrypted", memos.join(" and "));
        facts.push(Fact::words("Memos", sizes));
    }
    facts
}

/// A proof.
pub(super) fn proof(ledger: &Reader, proof: &ProofEnvelope) -> ProofShown {
    let key = ledger.circuits().key(&proof.key);
    let circuit = key.map_or("unknown", |key| key.circuit().as_str());
    let names = input_names(circuit).unwrap_or_default();
    let inputs = proof.inputs.iter().enumerate();
    ProofShown {
        key: Id::new(KeyIdText(proof.key)),
        inputs: inputs
            .map(|(index, value)| match names.get(index) {
                Some(name) => Fact::new(name, value),
                None => Fact::new(&format!("input {index}"), value),
            })
            .collect(),
        circuit: circuit.to_owned(),
    }
}

/// The contract that a page can be linked to.
pub(super) fn contract(kind: Option<Kind>, id: ContractId) -> Id {
    match kind {
        Some(Kind::Token) => Id::linked("tokens", id),
        _ => Id::new(id),
    }
}

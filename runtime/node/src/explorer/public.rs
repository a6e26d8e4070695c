//! What of a transaction everybody sees, decoded strictly; what does not decode is shown as bytes.

use borsh::BorshDeserialize;
use obolus_abi::ContractId;
use obolus_abi::registry::RegistryEvent;
use obolus_abi::system::SYSTEM;
use obolus_abi::token::{Circuit, TokenEvent};
use obolus_protocol::tx::{ProofEnvelope, Transaction};
use obolus_runtime::ledger::Reader;
use obolus_runtime_api::{EventRecord, hex};
use obolus_verifier::KeyIdText;

use super::contracts::input_names;
use super::hidden::Hiding;
use super::text::{Id, amount, bytes, count};
use crate::catalogue::Kind;

mod system;

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
        Some(Kind::Token) => strict(&record.data).map(token),
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

fn token(event: TokenEvent) -> Parts {
    match event {
        TokenEvent::Issued { position, msg } => parts(
            "Money was issued",
            Hiding::Issue,
            vec![
                Fact::words("Note position", count(position)),
                Fact::new("Note commitment", msg.cm1),
                Fact::new("Value commitment", msg.cv),
                Fact::words("Issue number", count(msg.nonce)),
                Fact::new("Registry root", msg.recipient_root),
                Fact::words("Audit ciphertext", bytes(64 + 3 * 32)),
            ],
        ),
        TokenEvent::Transferred { position, msg } => parts(
            "A confidential payment",
            Hiding::Transfer,
            vec![
                Fact::new("Nullifier 1", msg.nf1),
                Fact::new("Nullifier 2", msg.nf2),
                Fact::new("Note commitment, payee", msg.cm1),
                Fact::new("Note commitment, change", msg.cm2),
                Fact::words("Note positions", format!("{position} and {}", position + 1)),
                Fact::new("Anchor", msg.anchor),
                Fact::new("Registry root, payer", msg.sender_root),
                Fact::new("Registry root, payee", msg.recipient_root),
                Fact::new("One-time key rk", msg.rk),
                Fact::words("Audit ciphertext", bytes(64 + 2 * 32)),
            ],
        ),
        TokenEvent::Redeemed { position, msg } => parts(
            "Money was redeemed",
            Hiding::Redeem,
            vec![
                Fact::new("Nullifier 1", msg.nf1),
                Fact::new("Nullifier 2", msg.nf2),
                Fact::new("Note commitment, change", msg.cm2),
                Fact::words("Note position", count(position)),
                Fact::new("Value commitment", msg.cv),
                Fact::new(
                    "Payout reference (hash)",
                    hex::encode(&msg.payout_reference),
                ),
                Fact::new("Anchor", msg.anchor),
                Fact::new("Registry root", msg.sender_root),
                Fact::new("One-time key rk", msg.rk),
                Fact::words("Audit ciphertext", bytes(64 + 2 * 32)),
            ],
        ),
        TokenEvent::Paused { paused: true } => {
            parts("The token was paused", Hiding::Nothing, Vec::new())
        }
        TokenEvent::Paused { paused: false } => {
            parts("The token was resumed", Hiding::Nothing, Vec::new())
        }
        TokenEvent::Switched(switch) => parts(
            "A circuit was switched",
            Hiding::Nothing,
            vec![
                Fact::words("Circuit", circuit(switch.circuit)),
                Fact::words("Accepted", yes(switch.enabled)),
            ],
        ),
        TokenEvent::Pinned(pin) => parts(
            "A circuit's verifying key was changed",
            Hiding::Nothing,
            vec![
                Fact::words("Circuit", circuit(pin.circuit)),
                Fact::new("Verifying key", KeyIdText(pin.key)),
            ],
        ),
    }
}

fn circuit(circuit: Circuit) -> &'static str {
    match circuit {
        Circuit::Transfer => "transfer",
        Circuit::Issue => "issue",
        Circuit::Redeem => "redeem",
    }
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
        RegistryEvent::AuditorSet { auditor } => parts(
            "A new auditor's key is in force",
            Hiding::Nothing,
            vec![Fact::new("Auditor's key", auditor)],
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
    let names = input_names(circuit);
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

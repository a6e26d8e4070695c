//! A token's events.

use obolus_abi::token::{RedeemMsg, TokenEvent, TransferMsg};
use obolus_runtime_api::hex;
use obolus_verifier::KeyIdText;

use super::super::hidden::Hiding;
use super::super::text::{bytes, count};
use super::{Fact, Parts, parts, yes};

pub(super) fn token(event: TokenEvent) -> Parts {
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
            paid(position, &msg),
        ),
        TokenEvent::Seized {
            position,
            msg,
            case,
        } => {
            let mut facts = vec![Fact::new("Order (hash)", hex::encode(&case))];
            facts.extend(paid(position, &msg));
            parts(
                "Money of a frozen participant was seized",
                Hiding::Transfer,
                facts,
            )
        }
        TokenEvent::Redeemed {
            position,
            number,
            msg,
        } => parts(
            "Money was redeemed",
            Hiding::Redeem,
            left(position, number, &msg),
        ),
        TokenEvent::MigratedOut {
            position,
            number,
            msg,
        } => parts(
            "Money moved to the successor",
            Hiding::Transfer,
            left(position, number, &msg),
        ),
        TokenEvent::MigratedIn { position, msg } => parts(
            "Money moved in from the predecessor",
            Hiding::Transfer,
            vec![
                Fact::words("Note position", count(position)),
                Fact::new("Note commitment", msg.cm1),
                Fact::new("Value commitment", msg.out.cv),
                Fact::new("Nullifier 1 in the predecessor", msg.out.nf1),
                Fact::new("Registry root", msg.recipient_root),
                Fact::words("Audit ciphertext", bytes(64 + 3 * 32)),
            ],
        ),
        TokenEvent::Attested { issued, backing } => parts(
            "Reserves were attested",
            Hiding::Nothing,
            vec![
                Fact::words("Reserves, minor units", backing.reserves),
                Fact::words("Counted at height", count(backing.as_of_height)),
                Fact::new("Document (hash)", hex::encode(&backing.document)),
                Fact::new("Sum of issues", issued),
                Fact::new("Sum of redemptions", backing.redeemed),
                Fact::words("Redemptions counted", count(backing.redemptions)),
            ],
        ),
        TokenEvent::PlaceUsed(place) => parts(
            "A place of a quota was used",
            Hiding::Nothing,
            vec![
                Fact::words("Period", count(place.period)),
                Fact::new("Tag", place.tag),
            ],
        ),
        TokenEvent::VelocitySet(msg) => parts(
            "The velocity rule was changed",
            Hiding::Nothing,
            match msg.rule {
                None => vec![Fact::words("Rule", "none")],
                Some(rule) => vec![
                    Fact::words("Payments in a period", count(u64::from(rule.quota))),
                    Fact::words("Period, seconds", count(u64::from(rule.period_seconds))),
                    Fact::words("Grace, seconds", count(u64::from(rule.grace_seconds))),
                ],
            },
        ),
        TokenEvent::SuccessorSet { contract } => parts(
            "The token's successor was named",
            Hiding::Nothing,
            vec![Fact::new("Contract", contract)],
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
                Fact::words("Circuit", switch.circuit.name()),
                Fact::words("Accepted", yes(switch.enabled)),
            ],
        ),
        TokenEvent::Pinned(pin) => parts(
            "A circuit's verifying key was changed",
            Hiding::Nothing,
            vec![
                Fact::words("Circuit", pin.circuit.name()),
                Fact::new("Verifying key", KeyIdText(pin.key)),
            ],
        ),
    }
}

fn paid(position: u64, msg: &TransferMsg) -> Vec<Fact> {
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
    ]
}

fn left(position: u64, number: u64, msg: &RedeemMsg) -> Vec<Fact> {
    vec![
        Fact::words("Redemption number", count(number)),
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
    ]
}

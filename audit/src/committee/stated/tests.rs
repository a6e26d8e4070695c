use borsh::BorshSerialize;
use obolus_abi::token::VelocityPlace;
use obolus_abi::{ChainId, DealId};

use super::*;
use crate::committee::testing::transaction;
use crate::ledger::fixture::token;

const OTHER: ContractId = ContractId([9; 32]);

fn field(number: u8) -> FieldBytes {
    FieldBytes([number; 32])
}

fn point(number: u8) -> PointBytes {
    PointBytes([number; PointBytes::LEN])
}

fn transfer(number: u8) -> TransferMsg {
    TransferMsg {
        anchor: field(1),
        sender_root: field(2),
        recipient_root: field(3),
        nf1: field(4),
        nf2: field(5),
        cm1: field(6),
        cm2: field(7),
        rk: point(8),
        r: point(number),
        c1: field(number),
        c2: field(9),
    }
}

fn redeem(number: u8) -> RedeemMsg {
    RedeemMsg {
        anchor: field(1),
        sender_root: field(2),
        nf1: field(4),
        nf2: field(5),
        cm2: field(7),
        rk: point(8),
        cv: point(9),
        r: point(number),
        c1: field(number),
        c2: field(9),
        payout_reference: [4; 32],
    }
}

fn issue(number: u8) -> IssueMsg {
    IssueMsg {
        recipient_root: field(1),
        cm1: field(2),
        cv: point(3),
        r: point(number),
        c1: field(number),
        c2: field(9),
        c3: field(9),
        nonce: 1,
    }
}

fn register(number: u8) -> RegisterMsg {
    RegisterMsg {
        owner: field(1),
        ak: point(2),
        epk: [3; 32],
        limit: 4,
        r: point(number),
        c1: field(number),
    }
}

fn migrate(number: u8) -> MigrateMsg {
    MigrateMsg {
        out: redeem(number + 1),
        recipient_root: field(1),
        cm1: field(2),
        r: point(number),
        c1: field(number),
        c2: field(9),
        c3: field(9),
    }
}

fn call(contract: ContractId, entry: &str, message: &impl BorshSerialize) -> TxBody {
    let args = borsh::to_vec(message).unwrap();
    transaction(ChainId([1; 32]), contract, entry, args).body
}

fn named(kind: CiphertextKind, numbers: &[u8]) -> Vec<Ciphertext> {
    let names = match kind {
        CiphertextKind::Issue => [Some(field(2)), None],
        CiphertextKind::Transfer => [Some(field(6)), Some(field(7))],
        CiphertextKind::Redeem => [Some(field(7)), None],
        CiphertextKind::Register => [Some(field(1)), None],
    };
    let one = |number: &u8| Ciphertext::new(kind, point(*number), field(*number), names);
    numbers.iter().map(one).collect()
}

#[test]
fn each_entry_states_its_ciphertexts() {
    use CiphertextKind::{Issue, Redeem, Register, Transfer};
    let config = token().config;
    let (ours, registry) = (config.token, config.registry);
    let place = VelocityPlace {
        period: 1,
        tag: field(1),
    };
    let limited = TransferLimitedMsg {
        transfer: transfer(20),
        place,
    };
    let redeemed = RedeemLimitedMsg {
        redeem: redeem(20),
        place,
    };
    let seize = SeizeMsg {
        transfer: transfer(20),
        case: [1; 32],
    };
    let rotate = RotateMsg {
        slot: 1,
        register: register(20),
    };
    let deal = DealId([3; 32]);
    let deposit = DepositMsg {
        deal,
        leg: 0,
        transfer: transfer(20),
    };
    let pay_out = PayOutMsg {
        deal,
        leg: 0,
        transfer: transfer(20),
    };
    let settle = SettleMsg {
        deal,
        transfers: [transfer(20), transfer(21)],
    };
    let payment = |token, number| Payment {
        token,
        transfer: transfer(number),
    };
    let swap = SwapMsg {
        payments: [payment(OTHER, 20), payment(ours, 21)],
    };
    let net = NetMsg {
        obligations: [1; 32],
        payments: vec![payment(ours, 20), payment(OTHER, 21), payment(ours, 22)],
    };
    let cases = [
        (call(ours, "issue", &issue(20)), Issue, vec![20]),
        (call(ours, "issue_backed", &issue(20)), Issue, vec![20]),
        (call(ours, "transfer", &transfer(20)), Transfer, vec![20]),
        (call(ours, "transfer_limited", &limited), Transfer, vec![20]),
        (call(ours, "seize", &seize), Transfer, vec![20]),
        (call(ours, "redeem", &redeem(20)), Redeem, vec![20]),
        (call(ours, "redeem_limited", &redeemed), Redeem, vec![20]),
        (call(ours, "migrate_in", &migrate(20)), Issue, vec![20]),
        (
            call(registry, "register", &register(20)),
            Register,
            vec![20],
        ),
        (call(registry, "rotate", &rotate), Register, vec![20]),
        (call(registry, "recover", &rotate), Register, vec![20]),
        (call(OTHER, "deposit", &deposit), Transfer, vec![20]),
        (call(OTHER, "refund", &pay_out), Transfer, vec![20]),
        (call(OTHER, "release", &pay_out), Transfer, vec![20]),
        (call(OTHER, "settle", &settle), Transfer, vec![20, 21]),
        (call(OTHER, "settle", &net), Transfer, vec![20, 22]),
        (call(OTHER, "swap", &swap), Transfer, vec![21]),
        // The predecessor's side of a move, in a call to its successor.
        (call(OTHER, "migrate_in", &migrate(20)), Redeem, vec![21]),
    ];
    for (body, kind, numbers) in cases {
        let entry = body.entry.as_str();
        assert_eq!(
            stated(&body, &config, &[OTHER]),
            named(kind, &numbers),
            "{entry}"
        );
        let mut longer = body.clone();
        longer.args.push(0);
        assert_eq!(stated(&longer, &config, &[OTHER]), [], "{entry}");
    }
}

#[test]
fn nothing_is_stated_by_other_entries_contracts_and_fields() {
    let config = token().config;
    for (contract, entry) in [
        (config.token, "set_paused"),
        (config.token, "deposit"),
        (config.token, "transfer_for"),
        (config.registry, "transfer"),
        (OTHER, "transfer"),
        (OTHER, "issue"),
    ] {
        let body = call(contract, entry, &transfer(20));
        assert_eq!(stated(&body, &config, &[OTHER]), [], "{entry}");
    }
    // A contract of which nobody was told.
    let pay_out = PayOutMsg {
        deal: DealId([3; 32]),
        leg: 0,
        transfer: transfer(20),
    };
    let body = call(OTHER, "refund", &pay_out);
    assert_eq!(stated(&body, &config, &[config.token]), []);
    assert_eq!(stated(&body, &config, &[OTHER]).len(), 1);
    // R as a key, and in a memo: only the message's own R counts.
    let mut hidden = transfer(20);
    hidden.rk = point(30);
    let mut body = call(config.token, "transfer", &hidden);
    body.memos = vec![point(31).as_bytes().to_vec()];
    let found = stated(&body, &config, &[OTHER]);
    assert_eq!(found, named(CiphertextKind::Transfer, &[20]));
}

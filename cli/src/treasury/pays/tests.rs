use obolus_abi::{ChainId, ContractId};
use obolus_protocol::address::Network;
use obolus_protocol::audit::AuditorSecret;
use obolus_protocol::tx::Height;
use obolus_protocol::{FullViewingKey, Seed};
use obolus_wallet::config::TokenConfig;
use rand::rngs::OsRng;

use super::*;

fn token() -> Token {
    Token {
        config: TokenConfig {
            chain: ChainId([1; 32]),
            token: ContractId([2; 32]),
            registry: ContractId([3; 32]),
            auditor: AuditorSecret::random(&mut OsRng).public(),
        },
        network: Network::Test,
        name: "Euro".into(),
        unit: "EUR".into(),
        exponent: 2,
    }
}

#[test]
fn what_a_member_expects_is_compared_to_the_cent_and_the_letter() {
    let token = token();
    let address = FullViewingKey::from_seed(&Seed::new([1; 32])).address();
    let to = address.encode(Network::Test);
    let seen = Seen {
        pays: Pays::Payment {
            to: address,
            amount: Amount::new(1_230),
            text: "rent".into(),
        },
        change: Some(Amount::new(70)),
        expiry: Height(9),
        key: obolus_abi::PointBytes([0; 64]),
    };
    let out = PaysOut::new(&seen, &token);
    for expected in ["12.3 to ", "12.30 to ", "12.30 EUR to "] {
        out.check(&format!("{expected}{to}"), &token).unwrap();
    }
    let other = FullViewingKey::from_seed(&Seed::new([2; 32])).address();
    let other = other.encode(Network::Test);
    for expected in [
        format!("12.31 to {to}"),
        format!("12.30 USD to {to}"),
        format!("12.30 to {other}"),
        format!("redeem 12.30 to {to}"),
        "nothing".to_owned(),
        "12.30".to_owned(),
        String::new(),
    ] {
        assert!(out.check(&expected, &token).is_err(), "{expected}");
    }
    let text = out.summary("alice");
    assert!(
        text.contains("12.30") && text.contains("rent") && text.contains("0.70"),
        "{text}"
    );
}

fn seen(pays: Pays) -> PaysOut {
    let seen = Seen {
        pays,
        change: None,
        expiry: Height(9),
        key: obolus_abi::PointBytes([0; 64]),
    };
    PaysOut::new(&seen, &token())
}

#[test]
fn a_redemption_to_an_address_is_no_payment() {
    let address = FullViewingKey::from_seed(&Seed::new([1; 32])).address();
    let to = address.encode(Network::Test);
    let redemption = Pays::Redemption {
        amount: Amount::new(1_230),
        payout: to.clone(),
    };
    let out = seen(redemption);
    for expected in ["redeem 12.3 to ", "redeem 12.30 EUR to "] {
        out.check(&format!("{expected}{to}"), &token()).unwrap();
    }
    for expected in ["12.3 to ", "12.30 EUR to ", "redeem 12.31 to "] {
        let expected = format!("{expected}{to}");
        assert!(out.check(&expected, &token()).is_err(), "{expected}");
    }
    assert!(out.summary("alice").contains("redeems"));
}

#[test]
fn a_merge_is_no_registration_and_a_limit_is_compared() {
    let limit = |limit| Pays::Registration {
        limit,
        replaces: None,
    };
    let texts = ["merge", "register, no limit", "register, limit 5 EUR"];
    let kinds = [Pays::Merge, limit(Amount::MAX), limit(Amount::new(500))];
    for (pays, own) in kinds.into_iter().zip(texts) {
        let out = seen(pays);
        for text in texts {
            assert_eq!(out.check(text, &token()).is_ok(), text == own, "{text}");
        }
        for text in [
            "nothing",
            "register",
            "register, limit 6",
            "0 to nobody",
            "",
        ] {
            assert!(out.check(text, &token()).is_err(), "{text}");
        }
    }
    let out = seen(limit(Amount::MAX));
    assert!(out.summary("alice").contains("registers"));
}

#[test]
fn a_move_to_the_own_new_key_is_no_payment_and_no_move_to_a_successor() {
    let address = FullViewingKey::from_seed(&Seed::new([1; 32])).address();
    let to = address.encode(Network::Test);
    let amount = Amount::new(1_230);
    let paid = seen(Pays::Payment {
        to: address,
        amount,
        text: String::new(),
    });
    let moved = seen(Pays::Move {
        to: address,
        amount,
        text: String::new(),
        vouched: Vouched::Itself,
    });
    let successor = obolus_abi::ContractId([7; 32]);
    let migrated = seen(Pays::Migration { amount, successor });
    let outs = [&paid, &moved, &migrated];
    let texts = [
        vec![format!("12.3 to {to}")],
        vec!["move 12.30".to_owned(), format!("move 12.3 EUR to {to}")],
        vec![
            "migrate 12.30 EUR".to_owned(),
            format!("migrate 12.3 to {successor}"),
        ],
    ];
    for (kind, own) in texts.iter().enumerate() {
        for text in own {
            for (other, out) in outs.iter().enumerate() {
                assert_eq!(out.check(text, &token()).is_ok(), kind == other, "{text}");
            }
        }
    }
    let other = FullViewingKey::from_seed(&Seed::new([2; 32])).address();
    for text in [
        format!("move 12.30 to {}", other.encode(Network::Test)),
        "move 12.31".to_owned(),
        "move".to_owned(),
        "12.30".to_owned(),
        String::new(),
    ] {
        assert!(moved.check(&text, &token()).is_err(), "{text}");
        assert!(paid.check(&text, &token()).is_err(), "{text}");
    }
    let text = moved.summary("alice");
    assert!(text.contains("this treasury's own new key"), "{text}");
    assert!(!paid.summary("alice").contains("own new key"));
}

#[test]
fn a_new_key_that_only_the_node_knows_is_compared_by_its_address() {
    let address = FullViewingKey::from_seed(&Seed::new([1; 32])).address();
    let moved = seen(Pays::Move {
        to: address,
        amount: Amount::new(1_230),
        text: String::new(),
        vouched: Vouched::Blocks,
    });
    assert!(moved.check("move 12.30", &token()).is_err());
    let named = format!("move 12.30 to {}", address.encode(Network::Test));
    moved.check(&named, &token()).unwrap();
    let text = moved.summary("alice");
    assert!(text.contains("compare"), "{text}");
    assert!(!text.contains("own new key"), "{text}");
}

#[test]
fn a_rotation_names_the_new_key_and_a_registration_the_slot() {
    let address = FullViewingKey::from_seed(&Seed::new([1; 32])).address();
    let to = address.encode(Network::Test);
    let slot = Slot::new(3).unwrap();
    let rotation = seen(Pays::Rotation {
        to: address,
        limit: Amount::new(500),
        slot,
    });
    let entry = seen(Pays::Registration {
        limit: Amount::MAX,
        replaces: Some(slot),
    });
    rotation
        .check(&format!("rotate to {to}, limit 5"), &token())
        .unwrap();
    entry
        .check("register in slot 3, no limit", &token())
        .unwrap();
    for text in [
        format!("rotate to {to}, no limit"),
        format!("rotate to {to}, limit 6"),
        format!("rotate to {to}"),
        "register in slot 4, no limit".to_owned(),
        "register, no limit".to_owned(),
    ] {
        assert!(rotation.check(&text, &token()).is_err(), "{text}");
        assert!(entry.check(&text, &token()).is_err(), "{text}");
    }
    let text = rotation.summary("alice");
    assert!(text.contains(&to) && text.contains("compare"), "{text}");
    assert!(entry.summary("alice").contains("slot 3"));
}

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

#[test]
fn a_registration_pays_nothing() {
    let token = token();
    let seen = Seen {
        pays: Pays::Registration { limit: Amount::MAX },
        change: None,
        expiry: Height(9),
        key: obolus_abi::PointBytes([0; 64]),
    };
    let out = PaysOut::new(&seen, &token);
    out.check("nothing", &token).unwrap();
    assert!(out.check("0 to nobody", &token).is_err());
    assert!(out.summary("alice").contains("registers"));
}
